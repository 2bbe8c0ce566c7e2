import type { ShareVerdict } from "../../contract/ceremony.ts";
import type { Reply } from "../../contract/serve.ts";
import { WORDS } from "../../contract/words.ts";
import { sha256, utf8 } from "../../crypto/bytes.ts";
import { encodeCard } from "../../crypto/card.ts";
import { encodePayload, encodeWords } from "../../crypto/codeword.ts";
import { cardSvg } from "../../station/paper/card.ts";
import { qr } from "../../station/paper/qr.ts";
import { profilesOf } from "../../station/profiles.ts";
import type { Answers, Stage } from "./in-page.ts";
import type { TaskSample } from "./sample-tasks.ts";

/** What the far ends of a ceremony window answer. The card is a valid codeword and opens nothing. */

export const ok = (value: unknown): Reply<unknown> => ({ ok: true, value });
export const no = (
  code: string,
  about: Readonly<Record<string, string | number>> = {},
): Reply<unknown> => ({
  ok: false,
  code,
  about,
});

const bytes = encodeCard({
  vault: sha256(utf8("vault")).slice(0, 4),
  set: sha256(utf8("set")).slice(0, 4),
  epoch: 4,
  threshold: 3,
  x: 2,
  masked: sha256(utf8("a share that opens nothing")),
});
export const cardWords = encodeWords(bytes, WORDS);
export const payload = encodePayload(bytes);
export const PASSPHRASE = "acid alarm crystal dwarf fiber glance husband knife";

export const card = {
  payload,
  svg: cardSvg({
    mode: "REAL",
    vaultName: "Acme Prod",
    vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58",
    epoch: 4,
    sealedAt: "2026-06-18T10:40:00Z",
    custodian: "Amara Obi",
    place: 2,
    threshold: 3,
    custodians: 5,
    keyboard: "US English",
    payload,
    words: cardWords,
  }),
};

export const misread = cardWords.map((word, index) =>
  index === 11 ? (WORDS[(WORDS.indexOf(word) + 1) % WORDS.length] ?? word) : word,
);

export const rejected = (
  why: string,
  words: number[] = [],
  about: Record<string, string | number> = {},
): Reply<unknown> =>
  ok({ kind: "rejected", why, who: null, words, about, have: 2, need: 3 } satisfies ShareVerdict);
export const accepted = ok({
  kind: "accepted",
  place: 3,
  who: "Sam Kjær",
  have: 3,
  need: 3,
} satisfies ShareVerdict);

const enrolled = {
  label: "Red tag",
  use: "open",
  aaguid: "2fc0579f-8113-47ea-b116-bb5a8db9202a",
  uvBound: true,
} as const;
export const reviewersKey = ok({ ...enrolled, use: "approve" });

const people: Answers = {
  choosePassphrase: ok({ passphrase: PASSPHRASE }),
  card: ok(card),
  enrolKey: ok(enrolled),
  reenter: ok({ kind: "accepted", place: 2, who: "Amara Obi", have: 1, need: 3 }),
  enterShare: accepted,
  media: ok({ cards: [] }),
  touch: ok({ label: "Red tag" }),
  approve: ok({ label: "Red tag" }),
};
const aid: Answers = {
  inHand: ok({ words: cardWords, payload, passphrase: PASSPHRASE }),
  pin: ok({ pin: "2468" }),
};
const KEYS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const access: Answers = {
  mfaCode: ok(null),
  toStick: ok({ file: "RESPONDER/access-INC-2026-0618.txt" }),
  code: ok(qr(profilesOf([{ accountId: "111122223333", ...KEYS }]))),
  reveal: ok({
    untilMs: Date.parse("2026-06-18T03:05:00Z"),
    secretPages:
      "# Secret pages\n\n1. **The safe.** 4711 left, 0815 right, in room 12.\n2. **Call the bank.** The code word is *heron*.\n",
    accounts: ["111122223333", "444455556666"].map((accountId) => ({
      accountId,
      ...KEYS,
    })),
  }),
};

const check: Answers = {
  checkCard: ok({ kind: "good", place: 2, who: "Amara Obi" }),
  checkShare: ok({ kind: "good", place: 2, who: "Amara Obi" }),
  checkKey: ok({ label: "Red tag", firmware: "5.4.3", pinSet: true, pinRetries: 8 }),
  media: ok({ cards: [] }),
};

/** The same window, with the cable in. */
export const linked = (stage: Stage, ...links: readonly string[]): Stage => ({
  ...stage,
  task: { ...Object(stage.task), links },
  replies: { ...stage.replies, links: ok({ up: links }) },
});

export function stageOf({ mode, task }: TaskSample, change: Answers = {}): Stage {
  const own =
    task.kind === "access" || task.kind === "code"
      ? "access"
      : task.kind === "check" || task.kind === "check-key"
        ? "check"
        : "people";
  const named = mode === "PRACTICE" && own !== "access" ? [own, "aid"] : [own];
  return {
    task: { mode, task, links: [], lanes: named },
    lanes: {
      ...(named.includes("people") ? { people: { ...people, ...change } } : {}),
      ...(named.includes("check") ? { check: { ...check, ...change } } : {}),
      ...(named.includes("aid") ? { aid } : {}),
      ...(named.includes("access") ? { access } : {}),
    },
  };
}
