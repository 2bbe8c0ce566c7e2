import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Disk } from "../crash/disk.ts";
import {
  all,
  cuts,
  END,
  everyCase,
  type Flow,
  operationsOf,
  refusals,
  sampled,
} from "../crash/survive.ts";
import { readStory } from "../../station/records-folder.ts";
import { judged, openedIn, recoverIn, sealIn, setStage } from "./rehearsal.ts";
import { copyOf, freshFolder, leftOvers, remove } from "./seal-kills.ts";

// The disk is what is tried here, hundreds of times: a passphrase is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

// A first seal, and the start that takes it up, each on a failing disk. Every death of its process is
// seal-kill's, on a real disk; here one in eight of the power cuts and one in 24 of the refusals are
// drawn by the seed. The starts after it are tried at every operation.

const ACCOUNT = "111122223333";
const SEED = 20_261_127;
const MINUTES = 600_000;
let template: string;
let operations: readonly string[];
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  operations = await operationsOf(sealing);
}, MINUTES);
afterAll(() => remove(template));

const disk = (dir: string) => ({ dir, except: [join(dir, "practice")] });
const has = (dir: string, kind: string): boolean => readStory(dir).some((one) => one.kind === kind);

/** A start says what became of it: then it opens, or nothing of it is left and it is sealed anew. */
async function taken(dir: string, told: readonly string[], nth: number): Promise<string> {
  const outcome = await recoverIn(dir);
  expect(await recoverIn(dir)).toBe("nothing");
  const isLive = has(dir, "committed");
  if (told.length > 0) expect([isLive, outcome]).toEqual([true, "nothing"]);
  expect(leftOvers(dir).filter((name) => !name.startsWith("cards/"))).toEqual([]);
  if (!isLive) {
    expect(await openedIn(dir)).toBeNull();
    // One in eight: it takes the longest.
    if (nth % 8 !== 0) return outcome;
    remove(join(dir, "cards"));
    await sealIn(dir);
  }
  expect(await openedIn(dir)).toBe(ACCOUNT);
  expect((await judged(dir)).verdict).toBe("VALID");
  return `${outcome}${isLive ? "" : ", sealed anew"}`;
}

const sealing: Flow = {
  template: () => template,
  disk,
  run: async (dir, tell) => tell((await sealIn(dir)).fileSha256),
  after: taken,
};

test(
  "a first seal whose power is cut anywhere opens, or never was",
  async () => {
    const ends = await all(sealing, [...sampled(cuts(operations), 8, SEED), END]);
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: discarded", "died: finished", "done: nothing"]),
    );
  },
  MINUTES,
);

test(
  "a first seal on a full, read-only or broken disk opens, or never was",
  async () => {
    const ends = await all(sealing, sampled(refusals(operations), 24, SEED));
    expect([...ends.keys()].some((end) => end.startsWith("refused: discarded"))).toBe(true);
  },
  MINUTES,
);

/** The folder as the death of a first seal before that operation left it. */
async function leftAt(operation: string): Promise<string> {
  const at = operations.findIndex((one) => one === operation) + 1;
  expect(at, operation).toBeGreaterThan(0);
  const dir = copyOf(template);
  const dying = new Disk(dir, join(dir, "practice"));
  dying.arm({ kind: "die", at, torn: false });
  await sealIn(dir).catch(() => undefined);
  dying.end();
  return dir;
}

test.for([
  ["rename vault.pullstation.candidate", "finished"],
  ["rename records/000002.json.tmp", "finished"],
  ["open records/000001.json.tmp", "discarded"],
] as const)(
  "the start after a death before “%s” is taken up wherever it fails itself",
  { timeout: MINUTES },
  async ([operation, outcome]) => {
    const left = await leftAt(operation);
    const flow: Flow = {
      template: () => left,
      disk,
      run: async (dir, tell) => tell(await recoverIn(dir)),
      after: async (dir, told, nth) => {
        if (told.length > 0) expect(told).toEqual([outcome]);
        const next = await recoverIn(dir);
        expect(has(dir, "committed")).toBe(outcome === "finished");
        expect(readdirSync(dir).filter((name) => /candidate|tmp/.test(name))).toEqual([]);
        // One in six is opened; all of them are the same bytes.
        if (outcome === "finished" && nth % 6 === 0) expect(await openedIn(dir)).toBe(ACCOUNT);
        if (outcome === "finished") expect((await judged(dir)).verdict).toBe("VALID");
        return next;
      },
    };
    await all(flow, everyCase(await operationsOf(flow)));
    remove(left);
  },
);
