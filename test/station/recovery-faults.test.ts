import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { replay } from "../../ceremony/verify.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readLive } from "../../station/vault-file.ts";
import { Disk } from "../crash/disk.ts";
import { all, type Flow, mostCases, operationsOf } from "../crash/survive.ts";
import { judged, recordsIn, recoverIn, sealIn, setStage, unsealIn } from "./rehearsal.ts";
import { rotateIn } from "./rotation.ts";
import { copyOf, freshFolder, leftOvers, remove } from "./seal-kills.ts";

// The disk is what is tried here, hundreds of times: a passphrase is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

// The ways out of an interrupted rotation, when they are interrupted themselves.

const MINUTES = 300_000;
let template: string;
let operations: readonly string[];
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
  const dir = copyOf(template);
  const disk = new Disk(dir, join(dir, "practice"));
  await rotateIn(dir);
  ({ operations } = disk);
  disk.end();
  remove(dir);
}, MINUTES);
afterAll(() => remove(template));

/** The folder as the death of a rotation before its nth operation left it. */
async function leftAt(at: number): Promise<string> {
  const dir = copyOf(template);
  const disk = new Disk(dir, join(dir, "practice"));
  disk.arm({ kind: "die", at, torn: false });
  await rotateIn(dir).catch(() => undefined);
  disk.end();
  return dir;
}

/** The epoch that the records call live; its file is there, and opens by its own cards. */
async function liveOpens(dir: string): Promise<number> {
  const records = readCopy(dir);
  const live = records === null ? null : replay([records]).walk.result().live;
  const file = readLive(dir, live?.fileSha256 ?? null);
  if (file === null) throw new Error("NEITHER: the live vault's file is gone");
  const { wipe } = await unsealIn(dir, "north", file);
  wipe();
  return live?.epoch ?? 0;
}

/** `end`: the one outcome of a start that is not disturbed, and the epoch that is live then. */
const taken = (
  left: () => string,
  run: (dir: string, tell: (what: string) => void) => Promise<void>,
  end: { readonly told: string; readonly epoch: number },
): Flow<number> => ({
  template: left,
  disk: (dir) => ({ dir, except: [join(dir, "practice"), join(dir, "cards")] }),
  run,
  inTrouble: liveOpens,
  after: async (dir, told, _, seen) => {
    if (told.length > 0) expect(told).toEqual([end.told]);
    // What was told is so: nothing is left for a start to do.
    const next = await recoverIn(dir);
    const waits = pendingRotation(dir, readStory(dir)) !== null;
    expect(next === "pending").toBe(waits);
    if (told.length > 0) expect([next, seen]).toEqual(["nothing", end.epoch]);
    if (waits) cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
    expect(await liveOpens(dir)).toBe(end.epoch);
    expect(leftOvers(dir)).toEqual([]);
    expect(await judged(dir)).toMatchObject({ verdict: "VALID" });
    expect(await recoverIn(dir)).toBe("nothing");
    return next;
  },
});

const start =
  (want: string) =>
  async (dir: string, tell: (what: string) => void): Promise<void> => {
    const outcome = await recoverIn(dir);
    expect(outcome).toBe(want);
    tell(outcome);
  };

const cancel = async (dir: string, tell: (what: string) => void): Promise<void> => {
  cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
  tell("cancelled");
};

const indexOf = (operation: string): number => operations.findIndex((one) => one === operation) + 1;

test(
  "a rotation whose file took the old one's place is finished, wherever the start fails",
  async () => {
    // The rename is done, and nothing after it.
    const left = await leftAt(indexOf("rename vault.pullstation.candidate") + 1);
    const flow = taken(() => left, start("finished"), { told: "finished", epoch: 2 });
    const ends = await all(flow, mostCases(await operationsOf(flow)));
    expect([...ends.keys()]).toEqual(expect.arrayContaining(["died: finished", "done: nothing"]));
    remove(left);
  },
  MINUTES,
);

test(
  "a candidate that was never recorded is discarded, wherever the start fails",
  async () => {
    const left = await leftAt(indexOf("open records/000003.json.tmp"));
    const flow = taken(() => left, start("discarded"), { told: "discarded", epoch: 1 });
    const ends = await all(flow, mostCases(await operationsOf(flow)));
    expect([...ends.keys()]).toEqual(expect.arrayContaining(["died: discarded", "done: nothing"]));
    remove(left);
  },
  MINUTES,
);

test(
  "a rotation that waits is cancelled, or still waits, wherever the cancelling fails",
  async () => {
    const left = copyOf(template);
    const goesHome = { reenter: () => Promise.reject(new Error("goes home")) };
    await rotateIn(left, { cast: () => goesHome }).catch(() => undefined);
    const flow = taken(() => left, cancel, { told: "cancelled", epoch: 1 });
    const ends = await all(flow, mostCases(await operationsOf(flow)));
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: pending", "died: discarded", "done: nothing"]),
    );
    remove(left);
  },
  MINUTES,
);
