import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tookOverEntry } from "../../ceremony/role.ts";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { verifyAside } from "../../ceremony/verify.ts";
import { lockFolder } from "../../station/lock.ts";
import { readCopy } from "../../station/record-store.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { foundIn } from "../../station/restorable-found.ts";
import { finishRestored, settleRestored } from "../../station/restore.ts";
import { realStation } from "./real-station.ts";
import { copyOf, freshFolder, pointsOf, remove, run } from "./seal-kills.ts";

// A spare is restored anew, and the laptop dies at any of its writes.

const MINUTES = 240_000;
let template: string;
/** The spare's own words, of which nothing may be lost. */
let own: string;

beforeAll(async () => {
  template = freshFolder();
  const primary = join(template, "primary");
  mkdirSync(primary);
  await realStation(primary);
  const stick = join(template, "stick");
  mkdirSync(stick);
  for (const file of ["vault.pullstation", "records", "runbook.md", "policy.json"])
    cpSync(join(primary, file), join(stick, file), { recursive: true });
  const dir = join(template, "station");
  foundIn([{ name: "USB", folder: stick }], {}, dir);
  await settleRestored(dir, {
    officer: "Mia Roth",
    oldStation: "kept",
    anchoredBy: { vaultId: true, head: false },
    copies: 1,
    notes: [],
    seed: () => new Uint8Array(32).fill(7),
    time: "2026-11-23T12:00:00Z",
  });
  const records = await openRecords(dir, "REAL", () => new Uint8Array(32));
  const commit = readStory(dir).find(({ kind }) => kind === "committed");
  if (commit === undefined) throw new Error("it was committed");
  const word = tookOverEntry("unreachable", "Rui Tan", "2026-11-24T12:00:00Z");
  own = records.append(subjectOf(commit), word).sha256;
  writeFileSync(join(dir, "proxy.txt"), "http://proxy.example:3128\n");
}, MINUTES);
afterAll(() => remove(template));

const heads = (dir: string): readonly string[] =>
  readStory(dir).map(({ written }) => written.sha256);
const asides = (home: string): readonly string[] =>
  readdirSync(home).filter((name) => name.startsWith("station.until-"));

/** After a start: the spare as it was, or the new one and the spare put away; true: the new one. */
async function judged(home: string, point: string): Promise<boolean> {
  const dir = join(home, "station");
  await finishRestored(dir);
  const copy = readCopy(dir);
  const found = await verifyAside(copy === null ? [] : [copy]);
  expect(verdictAtStation(found), point).toBe("RESTORED");
  expect(existsSync(join(dir, "vault.pullstation")), point).toBe(true);
  expect(readFileSync(join(dir, "proxy.txt"), "utf8"), point).toContain("3128");
  // Nobody holds it any more.
  lockFolder(dir)();
  const isNew = !heads(dir).includes(own);
  const kept = asides(home).map((name) => heads(join(home, name)));
  expect(
    kept.filter((each) => each.includes(own)),
    point,
  ).toHaveLength(isNew ? 1 : 0);
  const aside = { common: 2, own: 4, head: { seq: 4, sha256: own } };
  if (isNew) expect(readStory(dir).at(-1)?.evidence, point).toMatchObject({ aside });
  return isNew;
}

it(
  "stands again by itself at the next start, and its own records are never lost",
  async () => {
    const clean = copyOf(template);
    const operations = (await run("anew", clean, 0)) ?? [];
    expect(await judged(clean, "a clean run")).toBe(true);
    remove(clean);
    // Until its record is written it counts for nothing.
    const from = operations.findIndex((name) => name.includes("restoring/records/000003.json"));
    expect(from).toBeGreaterThan(0);
    const points = pointsOf(operations).filter(({ at }) => at > from);
    const renames = points.filter(({ name }) => / rename station(?:\.restoring)?$/.test(name));
    expect(renames).toHaveLength(2);
    let news = 0;
    for (const { at, torn, name } of points) {
      const home = copyOf(template);
      expect(await run("anew", home, at, torn), name).toBeNull();
      if (await judged(home, name)) news++;
      else if (at === points[0]?.at) {
        // What was cut off is begun anew.
        expect(await run("anew", home, 0), name).not.toBeNull();
        expect(await judged(home, name), name).toBe(true);
      }
      remove(home);
    }
    expect(news).toBeGreaterThan(1);
    expect(news).toBeLessThan(points.length);
  },
  MINUTES,
);

it("is not begun while another process works there", async () => {
  const home = copyOf(template);
  const { spawn } = await import("node:child_process");
  const holder = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
  try {
    const started = new Promise((resolve) => holder.once("spawn", resolve));
    await started;
    writeFileSync(join(home, "station", "station.lock"), `${holder.pid}\n`);
    await expect(run("anew", home, 0)).rejects.toThrow("STATION_BUSY");
    expect(asides(home)).toEqual([]);
    expect(heads(join(home, "station"))).toContain(own);
  } finally {
    const ended = new Promise((resolve) => holder.once("close", resolve));
    holder.kill();
    await ended;
    remove(home);
  }
});
