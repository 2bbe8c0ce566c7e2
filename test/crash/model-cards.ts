import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cast, VaultProcess } from "../../ceremony/ports.ts";
import type { RotatePorts } from "../../ceremony/rotate-ceremony.ts";
import { hex } from "../../crypto/bytes.ts";
import { parseVault } from "../../crypto/vault.ts";
import type { Wish } from "../station/rotation.ts";
import { countedRecords } from "./one-process.ts";

/** One sealing's cards, as their custodians keep them. */
export interface CardSet {
  readonly epoch: number;
  readonly file: string;
  readonly cards: readonly { readonly payload: string; readonly passphrase: string }[];
}

/** The cards of the vault file, as a rehearsal's people keep them now. */
export function cardsOf(dir: string, file: Uint8Array): CardSet {
  const { header, epoch, fileHash } = parseVault(file);
  const people = JSON.parse(readFileSync(join(dir, "practice", "people.json"), "utf8")) as Record<
    string,
    string
  >;
  const first = epoch.epoch === 1;
  const folder = join(dir, first ? "cards" : `cards/epoch-${epoch.epoch}`);
  const cards = header.custodians.map(({ place }) => ({
    payload: readFileSync(join(folder, `00${place}.txt`), "utf8").trim(),
    passphrase: people[first ? String(place) : `${epoch.epoch}/${place}`] ?? "",
  }));
  return { epoch: epoch.epoch, file: hex(fileHash), cards };
}

/** Every deed of a person, and everything asked of a process, is a step. */
export function counting(cast: Cast, step: () => void): Cast {
  const counted =
    <A extends readonly unknown[], R>(deed: (...args: A) => R) =>
    (...args: A): R => {
      step();
      return deed(...args);
    };
  return {
    ...cast,
    choosePassphrase: counted(cast.choosePassphrase),
    enrolKey: counted(cast.enrolKey),
    reenter: counted(cast.reenter),
    touch: counted(cast.touch),
    shares: async function* shares(threshold) {
      for await (const verdict of cast.shares(threshold)) {
        step();
        yield verdict;
      }
    },
  };
}

export const withPorts = (wish: Wish, step: () => void): Wish => ({
  ...wish,
  wrap: (ports: RotatePorts): RotatePorts => ({
    ...ports,
    vault: async () => {
      const process = await ports.vault();
      const ask: VaultProcess["ask"] = (name, input) => {
        step();
        return process.ask(name, input);
      };
      return { ...process, ask };
    },
    records: countedRecords(ports.records, step),
  }),
});
