import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { replay } from "../../ceremony/verify.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readLive } from "../../station/vault-file.ts";
import { Died, Disk, type Trouble } from "../crash/disk.ts";
import { judged, recordsIn, recoverIn, sealIn, setStage, unsealIn } from "./rehearsal.ts";
import { proveIn, rotateIn } from "./rotation.ts";
import { freshFolder, leftOvers, remove } from "./seal-kills.ts";

// The disk is what is tried here, hundreds of times: a passphrase is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

const ACCOUNT = "111122223333";
const MINUTES = 600_000;

let template: string;
let operations: readonly string[];
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
  const dir = copy();
  const disk = new Disk(dir, join(dir, "practice"));
  await rotateIn(dir);
  ({ operations } = disk);
  disk.end();
  remove(dir);
}, MINUTES);
afterAll(() => remove(template));

function copy(): string {
  const dir = freshFolder();
  cpSync(template, dir, { recursive: true });
  return dir;
}

/** What the set that the records call live opens, with its own cards; whatever the disk is like. */
async function liveOpens(dir: string): Promise<{ epoch: number; accounts: string }> {
  const records = readCopy(dir);
  if (records === null) throw new Error("the records are gone");
  const { live } = replay([records]).walk.result();
  const file = readLive(dir, live?.fileSha256 ?? null);
  if (file === null) throw new Error("NEITHER: the live vault's file is gone");
  const { contents, wipe } = await unsealIn(dir, "north", file);
  wipe();
  return {
    epoch: live?.epoch ?? 0,
    accounts: contents.accounts.map(({ accountId }) => accountId).join(),
  };
}

interface Case {
  readonly name: string;
  readonly trouble: Trouble;
  /** What an unsynced state loses; null: the power stays. */
  readonly cut: ((among: number) => number) | null;
}

/** One rotation in trouble, and the way out of it: every state on the way opens. */
async function survived({ trouble, cut }: Case, nth: number): Promise<string> {
  const dir = copy();
  const disk = new Disk(dir, join(dir, "practice"));
  try {
    disk.arm(trouble);
    const end = await rotateIn(dir).then(
      () => "done",
      (error: unknown) => (error instanceof Died ? "died" : "refused"),
    );
    if (cut !== null) disk.cutPower(cut);
    // While the disk still refuses: nothing that opens needs to write.
    const before = await liveOpens(dir);
    expect(before.accounts).toBe(ACCOUNT);
    disk.lift();
    const outcome = await recoverIn(dir);
    const after = await liveOpens(dir);
    expect(after.accounts).toBe(ACCOUNT);
    expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
    expect(outcome === "pending").toBe(pendingRotation(dir, readStory(dir)) !== null);
    let way = "";
    if (outcome === "pending") {
      way = nth % 2 === 0 ? ", proven" : ", cancelled";
      if (nth % 2 === 0) await proveIn(dir);
      else cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
    }
    const settled = await liveOpens(dir);
    expect(settled).toEqual({ epoch: way === ", proven" ? 2 : after.epoch, accounts: ACCOUNT });
    // Of a rehearsal's own cards a half may lie there; real ones are on no disk.
    expect(leftOvers(dir).filter((name) => !name.startsWith("cards/"))).toEqual([]);
    expect((await judged(dir)).verdict).toBe("VALID");
    expect(await recoverIn(dir)).toBe("nothing");
    return `${end}: ${outcome}${way}, epoch ${settled.epoch}`;
  } finally {
    disk.end();
    remove(dir);
  }
}

async function all(cases: readonly Case[]): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>();
  const broken: string[] = [];
  for (const [nth, one] of cases.entries())
    try {
      const end = await survived(one, nth);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    } catch (error) {
      broken.push(`${one.name}: ${String(error)}`);
    }
  expect(broken).toEqual([]);
  return ends;
}

const each = (make: (at: number, verb: string) => readonly Omit<Case, "name">[]): Case[] =>
  operations.flatMap((operation, index) =>
    make(index + 1, operation.split(" ")[0] ?? "").map((one) => ({
      ...one,
      name: `${JSON.stringify(one.trouble)} ${operation}`,
    })),
  );

const refusal = (code: "ENOSPC" | "EROFS" | "EIO", at: number, stays: boolean) => ({
  trouble: { kind: "refuse", code, at, stays } as const,
  cut: null,
});

const LOSE_ALL = (): number => 0;
/** A fixed sequence that looks like none: what of the unsynced is kept differs from case to case. */
function drawn(seed: number): (among: number) => number {
  let state = seed;
  return (among) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * among);
  };
}

test(
  "a rotation that dies anywhere, in a write too, leaves a set that opens",
  async () => {
    const cases = each((at, verb) => [
      ...(verb === "fsync"
        ? []
        : [{ trouble: { kind: "die", at, torn: false } as const, cut: null }]),
      ...(verb === "write"
        ? [{ trouble: { kind: "die", at, torn: true } as const, cut: null }]
        : []),
    ]);
    expect(cases.length).toBeGreaterThan(60);
    const ends = await all(cases);
    // The deaths fell before the candidate was recorded, during its proof, and after its commit.
    for (const end of [
      "discarded, epoch 1",
      "pending, proven, epoch 2",
      "pending, cancelled, epoch 1",
      "finished, epoch 2",
    ])
      expect(
        [...ends.keys()].some((told) => told.endsWith(end)),
        end,
      ).toBe(true);
  },
  MINUTES,
);

test(
  "a power cut anywhere, with all that was unsynced lost or some of it, leaves a set that opens",
  async () => {
    const cases = each((at) => [
      { trouble: { kind: "die", at, torn: false }, cut: LOSE_ALL },
      { trouble: { kind: "die", at, torn: true }, cut: drawn(at) },
    ]);
    expect(cases.length).toBeGreaterThan(200);
    await all(cases);
  },
  MINUTES,
);

test(
  "a full, read-only or broken disk, for once or for good, leaves a set that opens",
  async () => {
    const cases = each((at, verb) => [
      ...(["open", "write", "mkdir"].includes(verb)
        ? [refusal("ENOSPC", at, false), refusal("ENOSPC", at, true)]
        : []),
      ...(verb === "fsync" ? [] : [refusal("EROFS", at, true)]),
      // A rename that fails is among these.
      refusal("EIO", at, false),
    ]);
    expect(cases.length).toBeGreaterThan(200);
    await all(cases);
  },
  MINUTES,
);
