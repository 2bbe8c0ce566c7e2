import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { discardCandidate, hasVault } from "../../station/vault-file.ts";
import { judged, openedIn, recoverIn, sealIn, setStage } from "./rehearsal.ts";
import {
  copyOf,
  each,
  freshFolder,
  leftOvers,
  type Point,
  pointsOf,
  remove,
  run,
} from "./seal-kills.ts";

const ACCOUNT = "111122223333";
const CLEAN = { verdict: "VALID", kinds: ["sealed", "committed"], findings: [] };
const MINUTES = 600_000;

let template: string;
let operations: readonly string[];
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  const dir = copyOf(template);
  operations = (await run("seal", dir, 0)) ?? [];
  remove(dir);
}, MINUTES);
afterAll(() => remove(template));

/** A start after the crash: what was complete is finished, what was not is sealed again. */
async function startAgain(dir: string): Promise<string> {
  const before = await openedIn(dir);
  const outcome = await recoverIn(dir);
  // Nothing that opened before is lost, and what the recovery leaves opens.
  const kept = await openedIn(dir);
  if (before !== null) expect(kept).toBe(ACCOUNT);
  if (kept === null) {
    expect(outcome).not.toBe("finished");
    await sealIn(dir);
  }
  expect(await openedIn(dir)).toBe(ACCOUNT);
  expect(await judged(dir)).toEqual(CLEAN);
  expect(leftOvers(dir)).toEqual([]);
  const [sealed, committed] = readStory(dir);
  expect(sealed?.evidence["about"]).toMatchObject({ trialOpenedWith: ["north", "south"] });
  expect(committed?.evidence["reentered"]).toMatchObject([{ place: 1 }, { place: 2 }]);
  expect(await recoverIn(dir)).toBe("nothing");
  return kept === null ? `${outcome}, sealed again` : `${outcome}, kept`;
}

/** Each point's outcome, or why it has none. */
async function outcomes(
  from: string,
  errand: "seal" | "recover",
  points: readonly Point[],
): Promise<ReadonlyMap<string, string>> {
  const ends = new Map<string, string>();
  await each(points, async ({ at, torn, name }) => {
    const dir = copyOf(from);
    try {
      if ((await run(errand, dir, at, torn)) !== null) throw new Error("it did not die");
      ends.set(name, await startAgain(dir));
    } catch (error) {
      ends.set(name, `FAILED: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      remove(dir);
    }
  });
  return ends;
}

const failed = (ends: ReadonlyMap<string, string>): readonly string[] =>
  [...ends].filter(([, end]) => end.startsWith("FAILED")).map((end) => end.join(" → "));

describe("kill -9 while sealing", () => {
  it(
    "leaves no vault or one that opens, and a start ends with a good one, at every operation",
    async () => {
      const points = pointsOf(operations);
      expect(points.length).toBeGreaterThan(60);
      const ends = await outcomes(template, "seal", points);
      expect(failed(ends)).toEqual([]);
      // Both kinds of end were seen, so the kills did fall on both sides of the commit.
      const told = [...ends.values()];
      expect(told.filter((end) => end === "discarded, sealed again").length).toBeGreaterThan(20);
      expect(told.filter((end) => end === "finished, kept").length).toBeGreaterThan(10);
    },
    MINUTES,
  );

  it(
    "may strike again while a start takes it up",
    async () => {
      const sealedOnly = copyOf(template);
      const commit = operations.indexOf("rename vault.pullstation.candidate") + 1;
      expect(await run("seal", sealedOnly, commit)).toBeNull();
      const clean = copyOf(sealedOnly);
      const steps = (await run("recover", clean, 0)) ?? [];
      remove(clean);
      expect(steps).toContain("rename vault.pullstation.candidate");
      const ends = await outcomes(sealedOnly, "recover", pointsOf(steps));
      remove(sealedOnly);
      expect(failed(ends)).toEqual([]);
      expect([...ends.values()].filter((end) => !end.endsWith("kept"))).toEqual([]);
    },
    MINUTES,
  );

  it("puts a file's contents on the disk before its rename, and its name after it", () => {
    const renames = operations.flatMap((name, index) =>
      name.startsWith("rename ") ? [{ file: name.slice("rename ".length), index }] : [],
    );
    expect(renames.length).toBeGreaterThan(8);
    for (const { file, index } of renames) {
      const written = operations.lastIndexOf(`write ${file}`, index);
      const synced = operations.lastIndexOf(`fsync ${file}`, index);
      if (written !== -1) expect(synced).toBeGreaterThan(written);
      expect(operations[index + 1]).toBe(`fsync ${file.slice(0, Math.max(0, file.indexOf("/")))}`);
    }
  });
});

describe("kill -9 while a vault replaces another", () => {
  it(
    "keeps the old one whole until the new one is",
    async () => {
      const before = freshFolder();
      writeFileSync(join(before, "vault.pullstation"), "the old vault");
      const clean = copyOf(before);
      const steps = (await run("replace", clean, 0)) ?? [];
      expect(steps.some((step) => step.startsWith("link "))).toBe(true);
      expect(readFileSync(join(clean, "vault.pullstation.prev"), "utf8")).toBe("the old vault");
      remove(clean);
      const seen = new Set<string>();
      await each(pointsOf(steps), async ({ at, torn, name }) => {
        const dir = copyOf(before);
        expect(await run("replace", dir, at, torn), name).toBeNull();
        const live = readFileSync(join(dir, "vault.pullstation"), "utf8");
        expect(["the old vault", "the new vault"], name).toContain(live);
        seen.add(live);
        discardCandidate(dir);
        expect(hasVault(dir) && !existsSync(join(dir, "vault.pullstation.candidate"))).toBe(true);
        // A later sealing is not in the way of what was left.
        expect(await run("replace", dir, 0), name).not.toBeNull();
        expect(readFileSync(join(dir, "vault.pullstation"), "utf8"), name).toBe("the new vault");
        remove(dir);
      });
      remove(before);
      expect(seen.size).toBe(2);
    },
    MINUTES,
  );
});
