import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { reviewedEntry } from "../../ceremony/review.ts";
import { clock } from "../../cli/drill/scene.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { beginDrill, recordCutOff, recordUnfinished } from "../../electron/drill/begun.ts";
import { readStory } from "../../station/records-folder.ts";
import { keepReview } from "../../station/review-drafts.ts";
import { replaceFile } from "../../station/vault-file.ts";
import { checked, liveSubject, placed, tookOver } from "../crash/deeds.ts";
import {
  all,
  type Case,
  END,
  mostCases,
  type Flow,
  operationsOf,
  sampled,
} from "../crash/survive.ts";
import { judged, recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// No passphrase is judged here: it is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256: once } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(once(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

// What a station records between its ceremonies, on a failing disk: each deed by itself.

const MINUTES = 300_000;
const SEED = 20_261_127;
const INCIDENT = "INC-9";
let template: string;
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
}, MINUTES);
afterAll(() => remove(template));

const house = {
  clock,
  keep: (file: string, text: string) => replaceFile(file, utf8(text)),
};
const of = (dir: string, kind: string) => readStory(dir).filter((one) => one.kind === kind);

const payloadIn = (dir: string): string =>
  readFileSync(join(dir, "cards", "001.txt"), "utf8").trim();
const passphraseIn = (dir: string): string => {
  const people = readFileSync(join(dir, "practice", "people.json"), "utf8");
  return (JSON.parse(people) as Record<string, string>)["1"] ?? "";
};

async function reviewed(dir: string): Promise<void> {
  const bytes = { html: utf8("<p>review</p>"), txt: utf8("list\n"), json: utf8("{}\n") };
  const files = keepReview(dir, INCIDENT, bytes);
  const records = await recordsIn(dir);
  const found = { verdict: "CLEAR", proof: "PROVEN", events: 0, files } as const;
  const findings = { error: 0, warning: 0, note: 0 };
  const reviewers = [{ name: "Lise", key: "north" }];
  records.append(
    liveSubject(dir),
    reviewedEntry(INCIDENT, { ...found, findings }, reviewers, "", clock.now(), []),
  );
}

async function drilled(dir: string): Promise<void> {
  const after = readStory(dir).at(-1)?.written.seq ?? 0;
  beginDrill(house, dir, { after, form: "practice", faults: [], seed: null });
  const ground = { dir, records: await recordsIn(dir) };
  recordUnfinished(house, ground, { how: "stopped", at: "glass", code: "DRILL_STOPPED" });
}

/** A deed that leaves one record of that kind: once told it is there for good, and never twice. */
const deed = (kind: string, work: (dir: string) => Promise<unknown>): Flow => ({
  template: () => template,
  disk: (dir) => ({ dir, except: [join(dir, "practice"), join(dir, "cards")] }),
  run: async (dir, tell) => {
    await work(dir);
    tell(kind);
  },
  after: async (dir, told) => {
    const ground = { dir, records: await recordsIn(dir) };
    // Only a drill that began owes one.
    const isOwed = existsSync(join(dir, "drill-begun.json"));
    const written = recordCutOff(house, ground);
    if (isOwed) expect(of(dir, "drill")).toHaveLength(1);
    expect(existsSync(join(dir, "drill-begun.json"))).toBe(false);
    const found = of(dir, kind).length;
    if (told.length > 0) expect(found).toBe(1);
    expect(found).toBeLessThan(2);
    for (const { evidence } of of(dir, "reviewed"))
      for (const one of evidence["files"] as { file: string; sha256: string }[])
        expect(hex(sha256(new Uint8Array(readFileSync(join(dir, one.file)))))).toBe(one.sha256);
    expect(await judged(dir)).toMatchObject({ verdict: "VALID", findings: [] });
    // It goes on from here.
    await work(dir);
    expect(of(dir, kind)).toHaveLength(found + 1);
    expect(recordCutOff(house, { dir, records: await recordsIn(dir) })).toBeNull();
    expect((await judged(dir)).verdict).toBe("VALID");
    return `${written === null ? "" : "told at the start, "}${found} of it`;
  },
});

const ALL = (cases: readonly Case[]): readonly Case[] => cases;
const DEEDS: readonly [
  kind: string,
  work: (dir: string) => Promise<unknown>,
  of: typeof ALL,
  name: string,
][] = [
  [
    "custody",
    async (dir) => placed(dir, await recordsIn(dir), "north"),
    ALL,
    "a line of the custody register",
  ],
  [
    "took-over",
    async (dir) => tookOver(dir, await recordsIn(dir)),
    (cases) => [...sampled(cases, 4, SEED), END],
    "a spare in the primary's place",
  ],
  ["reviewed", reviewed, ALL, "a review and its files"],
  ["drill", drilled, ALL, "a drill that was begun and stopped"],
  // The append is the same one; a stage takes its time.
  [
    "share-checked",
    async (dir) =>
      checked(dir, await recordsIn(dir), {
        payload: payloadIn(dir),
        passphrase: passphraseIn(dir),
      }),
    (cases) => [...sampled(cases, 4, SEED), END],
    "a share check",
  ],
  [
    "key-checked",
    async (dir) => checked(dir, await recordsIn(dir), null),
    (cases) => [...sampled(cases, 4, SEED + 1), END],
    "a key check",
  ],
];

test.for(DEEDS)(
  "%s: once told it is there, never twice, and the chain holds",
  { timeout: MINUTES },
  async ([kind, work, some]) => {
    const flow = deed(kind, work);
    const ends = await all(flow, some(mostCases(await operationsOf(flow))));
    const told = [...ends.keys()];
    expect(told).toContain("done: 1 of it");
    expect(told.some((end) => end.startsWith("died: "))).toBe(true);
    if (kind === "drill") expect(told).toContain("died: told at the start, 1 of it");
    else expect(told).toContain("died: 0 of it");
  },
);
