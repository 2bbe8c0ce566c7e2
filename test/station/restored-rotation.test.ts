import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from "vitest";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { verifyAside } from "../../ceremony/verify.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { cancelRotation, pendingRotation, subjectOf } from "../../station/recover-sealing.ts";
import { restoreInto } from "../../station/restore-copy.ts";
import { readRestorable } from "../../station/restorable.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { proveIn, rotateIn } from "./rotation.ts";

// A restored station is certified by the next epoch: so it must be able to make one, and to give one up.

const MINUTES = 120_000;
let home: string;
let primary: string;
let dir: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "pullstation-restored-"));
  primary = join(home, "primary");
  await setStage(primary);
  await sealIn(primary);
}, MINUTES);
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeEach(async () => {
  ({ dir } = await restoreInto(join(home, "station"), readRestorable([primary], {}), {
    officer: "Mia Roth",
    oldStation: "gone",
    seed: () => new Uint8Array(32).fill(9),
    time: "2026-11-23T12:00:00Z",
  }));
  for (const name of ["practice", "cards"])
    cpSync(join(primary, name), join(dir, name), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const kinds = (): readonly string[] => readStory(dir).map(({ kind }) => kind);
async function found() {
  const copy = readCopy(dir);
  const verdict = await verifyAside(copy === null ? [] : [copy]);
  return { ...verdict, here: verdictAtStation(verdict) };
}

/** Sealed and recorded, and left before the first share was proven. */
const waiting = () =>
  expect(
    rotateIn(dir, { cast: () => ({ reenter: () => Promise.reject(new Error("left")) }) }),
  ).rejects.toThrow("left");

it(
  "makes the next epoch, which certifies all that it signed before",
  async () => {
    expect(await found()).toMatchObject({ verdict: "INVALID", here: "RESTORED", epoch: 1 });
    await rotateIn(dir);
    expect(await found()).toMatchObject({ verdict: "UNANCHORED", epoch: 2 });
    expect(kinds().at(-1)).toBe("committed");
  },
  MINUTES,
);

it(
  "goes on with its records while a rotation waits, and proves it later",
  async () => {
    await waiting();
    const commit = readStory(dir).find(({ kind }) => kind === "committed");
    if (commit === undefined) throw new Error("it was committed");
    (await recordsIn(dir)).append(subjectOf(commit), {
      kind: "runbook-step",
      who: {},
      why: "a step of the runbook",
      at: { time: "2026-11-24T12:00:00Z", clock: "station" },
      evidence: {},
    });
    expect(await found()).toMatchObject({ here: "RESTORED", epoch: 1 });
    await proveIn(dir);
    expect(await found()).toMatchObject({ verdict: "UNANCHORED", epoch: 2 });
  },
  MINUTES,
);

it(
  "gives one up for good, stays as it was, and makes another",
  async () => {
    await waiting();
    const now = "2026-11-24T12:00:00Z";
    const given = cancelRotation(dir, readStory(dir), await recordsIn(dir), now);
    expect(kinds().at(-1)).toBe("cancelled");
    expect(await found()).toMatchObject({ here: "RESTORED", epoch: 1 });
    expect(pendingRotation(dir, readStory(dir))).toBeNull();
    // Nobody commits it any more, not even the station that its seal names.
    const records = await recordsIn(dir);
    const { fileSha256 } = given.candidate;
    const at = { time: now, clock: "station" } as const;
    const late = { kind: "committed", who: {}, why: "late", at, evidence: { fileSha256 } };
    expect(() => records.append(given.candidate, late)).toThrow(
      expect.objectContaining({ code: "RECORD_REFUSED" }),
    );
    await rotateIn(dir);
    expect(await found()).toMatchObject({ verdict: "UNANCHORED", epoch: 2 });
  },
  MINUTES,
);
