import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tookOverEntry } from "../../ceremony/role.ts";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { verifyAside } from "../../ceremony/verify.ts";
import { lockFolder } from "../../station/lock.ts";
import { readCopy } from "../../station/record-store.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { foundIn } from "../../station/restorable-found.ts";
import { finishRestored, settleRestored } from "../../station/restore.ts";
import { hasVault } from "../../station/vault-file.ts";
import { all, type Case, mostCases, type Flow, operationsOf, sampled } from "../crash/survive.ts";
import { realStation } from "./real-station.ts";
import { restoredAnew } from "./restoring-anew.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// A restore on a failing disk: the laptop's first, and a spare's that is restored anew.

const MINUTES = 300_000;
const SEED = 20_261_127;
let bare: string;
let spare: string;
/** The spare's own word, of which nothing may be lost. */
let own: string;

async function restored(home: string): Promise<string> {
  const dir = join(home, "station");
  const { failure } = foundIn([{ name: "USB", folder: join(home, "stick") }], {}, dir);
  if (failure !== null) throw new Error(failure.code);
  const { record } = await settleRestored(dir, {
    officer: "Mia Roth",
    oldStation: "kept",
    anchoredBy: { vaultId: true, head: false },
    copies: 1,
    notes: [],
    seed: () => new Uint8Array(32).fill(7),
    time: "2026-11-23T12:00:00Z",
  });
  return record.sha256;
}

beforeAll(async () => {
  bare = freshFolder();
  const primary = freshFolder();
  await realStation(primary);
  mkdirSync(join(bare, "stick"));
  for (const file of ["vault.pullstation", "records", "runbook.md", "policy.json"])
    cpSync(join(primary, file), join(bare, "stick", file), { recursive: true });
  remove(primary);
  spare = freshFolder();
  cpSync(bare, spare, { recursive: true });
  await restored(spare);
  const dir = join(spare, "station");
  const records = await openRecords(dir, "REAL", () => new Uint8Array(32));
  const commit = readStory(dir).find(({ kind }) => kind === "committed");
  if (commit === undefined) throw new Error("it was committed");
  const word = tookOverEntry("unreachable", "Rui Tan", "2026-11-24T12:00:00Z");
  own = records.append(subjectOf(commit), word).sha256;
  writeFileSync(join(dir, "proxy.txt"), "http://proxy.example:3128\n");
}, MINUTES);
afterAll(() => [bare, spare].forEach(remove));

const disk = (home: string) => ({ dir: home, except: [join(home, "stick")] });
const heads = (dir: string): readonly string[] =>
  readStory(dir).map(({ written }) => written.sha256);

/** Whole, nobody's, and with nothing beside it that is half. */
async function stands(home: string): Promise<void> {
  const dir = join(home, "station");
  const copy = readCopy(dir);
  expect(verdictAtStation(await verifyAside(copy === null ? [] : [copy]))).toBe("RESTORED");
  expect(hasVault(dir)).toBe(true);
  lockFolder(dir)();
  expect(readdirSync(home).filter((name) => name.endsWith(".restoring"))).toEqual([]);
}

const first: Flow = {
  template: () => bare,
  disk,
  run: async (home, tell) => tell(await restored(home)),
  after: async (home, told) => {
    const dir = join(home, "station");
    const finished = await finishRestored(dir);
    const isThere = hasVault(dir);
    // What is not a station is nothing: the next restore begins anew.
    expect(existsSync(`${dir}.restoring`)).toBe(false);
    if (!isThere) await restored(home);
    for (const sha256 of told) expect(heads(dir)).toContain(sha256);
    if (told.length > 0) expect(isThere).toBe(true);
    await stands(home);
    return finished ? "finished" : isThere ? "stands" : "nothing";
  },
};

const anew: Flow = {
  template: () => spare,
  disk,
  run: async (home, tell) => {
    await restoredAnew(home);
    tell("anew");
  },
  after: async (home, told) => {
    const dir = join(home, "station");
    const finished = await finishRestored(dir);
    await stands(home);
    expect(readFileSync(join(dir, "proxy.txt"), "utf8")).toContain("3128");
    const isNew = !heads(dir).includes(own);
    if (told.length > 0) expect(isNew).toBe(true);
    const kept = readdirSync(home)
      .filter((name) => name.startsWith("station.until-"))
      .map((name) => heads(join(home, name)));
    expect(kept.filter((each) => each.includes(own))).toHaveLength(isNew ? 1 : 0);
    return finished ? "finished" : isNew ? "new" : "as it was";
  },
};

/** All that come once the restore's record is begun; of those before one in four, by the seed. */
function drawnOf(operations: readonly string[]): readonly Case[] {
  const from = operations.findIndex((one) => one.includes("restoring/records/000003.json"));
  expect(from).toBeGreaterThan(0);
  const cases = mostCases(operations);
  const isLate = ({ trouble }: Case): boolean => trouble.kind === "none" || trouble.at > from;
  return [
    ...sampled(
      cases.filter((one) => !isLate(one)),
      4,
      SEED,
    ),
    ...cases.filter(isLate),
  ];
}

test(
  "a restore stands whole at the next start, or nothing of it",
  async () => {
    const ends = await all(first, drawnOf(await operationsOf(first)));
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining([
        "died: nothing",
        "died: finished",
        "refused: nothing",
        "done: stands",
      ]),
    );
  },
  MINUTES,
);

test(
  "a spare that is restored anew is the one or the other at the next start, and none of its words is lost",
  async () => {
    const ends = await all(anew, drawnOf(await operationsOf(anew)));
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: as it was", "died: finished", "done: new"]),
    );
  },
  MINUTES,
);
