import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { all, mostCases, type Flow, operationsOf, sampled } from "../crash/survive.ts";
import { sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// No passphrase is judged here: it is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256: once } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(once(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

const SEED = 20_261_127;
const MINUTES = 300_000;
let template: string;
beforeAll(async () => {
  template = freshFolder();
  mkdirSync(join(template, "disk"));
  await setStage(join(template, "station"));
  await sealIn(join(template, "station"));
}, MINUTES);
afterAll(() => remove(template));

const outOf = (home: string): string => join(home, "disk", "audit", "evidence");

/** Every file of it is as its own list says, and nothing lies there that the list does not name. */
function expectWhole(folder: string): void {
  const sums = readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");
  const listed = sums.map((line) => line.split("  ") as [string, string]);
  const there = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  expect(there.toSorted()).toEqual(["SHA256SUMS", ...listed.map(([, name]) => name)].toSorted());
  for (const [sum, name] of listed)
    expect(hex(sha256(new Uint8Array(readFileSync(join(folder, name))))), name).toBe(sum);
}

const exporting: Flow = {
  template: () => template,
  disk: (home) => ({ dir: join(home, "disk"), except: [] }),
  run: async (home, tell) => {
    const dir = join(home, "station");
    const out = outOf(home);
    tell((await exportEvidence({ dir, out, now: "2026-06-30T08:00:00.000Z" })).folder);
  },
  after: async (home, told) => {
    const out = outOf(home);
    if (told.length > 0) expect(existsSync(out)).toBe(true);
    const isThere = existsSync(out);
    if (isThere) expectWhole(out);
    // A half has another name, begins with a dot, and is cleared by the next try.
    else await exporting.run(home, () => undefined);
    expectWhole(out);
    expect(readdirSync(join(out, ".."))).toEqual(["evidence"]);
    return isThere ? "whole" : "not there";
  },
};

test(
  "an evidence folder is whole under its name or not there, and what was told stays",
  async () => {
    const operations = await operationsOf(exporting);
    // Most are the same write again: one in three of the cases, those of the renaming all.
    const from = operations.findIndex((one) => one.startsWith("rename"));
    const cases = mostCases(operations);
    const isLate = ({ trouble }: (typeof cases)[number]): boolean =>
      trouble.kind === "none" || trouble.at > from;
    const ends = await all(exporting, [
      ...sampled(
        cases.filter((one) => !isLate(one)),
        3,
        SEED,
      ),
      ...cases.filter(isLate),
    ]);
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: not there", "refused: not there", "done: whole"]),
    );
  },
  MINUTES,
);
