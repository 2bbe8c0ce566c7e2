import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { replay } from "../../ceremony/verify.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readLive } from "../../station/vault-file.ts";
import { all, cuts, deaths, type Flow, operationsOf, refusals } from "../crash/survive.ts";
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
  operations = await operationsOf(rotation);
}, MINUTES);
afterAll(() => remove(template));

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

/** One rotation in trouble, and the way out of it: every state on the way opens. */
const rotation: Flow<Awaited<ReturnType<typeof liveOpens>>> = {
  template: () => template,
  disk: (dir) => ({ dir, except: [join(dir, "practice")] }),
  run: async (dir, tell) => {
    const { subject } = await rotateIn(dir);
    tell(subject.fileSha256);
  },
  inTrouble: liveOpens,
  after: async (dir, told, nth, before) => {
    expect(before.accounts).toBe(ACCOUNT);
    const outcome = await recoverIn(dir);
    const after = await liveOpens(dir);
    expect(after.accounts).toBe(ACCOUNT);
    expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
    if (told.length > 0) expect([before.epoch, outcome]).toEqual([2, "nothing"]);
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
    return `${outcome}${way}, epoch ${settled.epoch}`;
  },
};

test(
  "a rotation that dies anywhere, in a write too, leaves a set that opens",
  async () => {
    const cases = deaths(operations);
    expect(cases.length).toBeGreaterThan(60);
    const ends = await all(rotation, cases);
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
    const cases = cuts(operations);
    expect(cases.length).toBeGreaterThan(200);
    await all(rotation, cases);
  },
  MINUTES,
);

test(
  "a full, read-only or broken disk, for once or for good, leaves a set that opens",
  async () => {
    const cases = refusals(operations);
    expect(cases.length).toBeGreaterThan(200);
    await all(rotation, cases);
  },
  MINUTES,
);
