import { join } from "node:path";
import { WORDS as wordList } from "../../contract/words.ts";
import { hex, utf8 } from "../../crypto/bytes.ts";
import { encodePayload, encodeWords } from "../../crypto/codeword.ts";
import type { Candidate } from "../../ceremony/seal.ts";
import { cardSvg, type Paper } from "../paper/card.ts";
import { makeFolder, replaceFile } from "../vault-file.ts";

export interface DrawnCard {
  readonly place: number;
  /** Its drawing; each paper has its own, so that no printer has to scale the code. */
  readonly svg: (paper: Paper) => string;
  readonly payload: string;
}

/** Each custodian's card: on paper (SVG), and what its code and its stick hold. */
export const drawCards = (
  keyboard: string,
  { cards, vault }: Pick<Candidate, "cards" | "vault">,
): readonly DrawnCard[] =>
  cards.map(({ place, name, bytes }) => {
    const { header, epoch } = vault;
    const payload = encodePayload(bytes);
    const card = {
      mode: header.mode,
      vaultName: header.name,
      vaultId: hex(epoch.vaultId),
      epoch: epoch.epoch,
      custodian: name,
      place,
      custodians: header.custodians.length,
      sealedAt: header.createdAt,
      threshold: header.threshold,
      keyboard,
      payload,
      words: encodeWords(bytes, wordList),
    };
    return { place, svg: (paper) => cardSvg(card, { paper }), payload };
  });

/**
 * As files, for a rehearsal: the paths of the drawings. Each epoch has a folder of its own, so that a
 * rotation which is cancelled leaves the old cards.
 */
export function storeCards(dir: string, epoch: number, cards: readonly DrawnCard[]): string[] {
  const folder = epoch === 1 ? join(dir, "cards") : join(dir, "cards", `epoch-${epoch}`);
  makeFolder(folder, 0o700);
  return cards.map(({ place, svg, payload }) => {
    const stem = join(folder, String(place).padStart(3, "0"));
    replaceFile(`${stem}.svg`, utf8(svg("A4")));
    replaceFile(`${stem}.txt`, utf8(`${payload}\n`));
    return `${stem}.svg`;
  });
}
