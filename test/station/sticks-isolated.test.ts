import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { seal } from "../../ceremony/seal.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { checkPeopleRequests, checkRequests } from "../../contract/check.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { encodePayload } from "../../crypto/codeword.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { serveCheck } from "../../station/check-process.ts";
import { serveVault } from "../../station/vault-process.ts";
import { aKey, enrolled, planOf } from "../ceremony/sealing.ts";
import { seated } from "./seated.ts";

// A real vault, a stick with a share of it, and a cable: sysfs as the kernel shows it, moved to a
// folder of this test.

const { moved, at } = vi.hoisted(() => {
  const to = { sysfs: "" };
  return {
    moved: to,
    at: (path: string): string => path.replace(/^\/sys\/class\/net/, to.sysfs),
  };
});
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    readdirSync: ((path: string, ...rest: []) =>
      fs.readdirSync(at(path), ...rest)) as typeof fs.readdirSync,
    readFileSync: ((path: unknown, ...rest: []) =>
      fs.readFileSync(
        typeof path === "string" ? at(path) : (path as number),
        ...rest,
      )) as typeof fs.readFileSync,
    existsSync: ((path: string) => fs.existsSync(at(path))) as typeof fs.existsSync,
  };
});

const root = mkdtempSync(join(tmpdir(), "pullstation-sticks-"));
const [dir, sticks] = [join(root, "station"), join(root, "media")];
moved.sysfs = join(root, "net");
const link = join(moved.sysfs, "eth0");
const cable = (carrier: "0" | "1"): void => writeFileSync(join(link, "carrier"), carrier);

let committed: string;
let payload: string;
beforeAll(async () => {
  for (const folder of [dir, link, join(sticks, "SAM")]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(link, "flags"), "0x1003");
  const keys = await Promise.all(
    ["key-a", "key-b"].map(async (label) => {
      const key = await enrolled(aKey(label), label);
      if (!("enrolment" in key)) throw new Error("a key of this test is enrolled");
      const aaguid = "11111111-2222-3333-4444-555555555555";
      return { ...key, enrolment: { ...key.enrolment, aaguid } };
    }),
  );
  const plan = planOf(keys, { mode: "REAL", kdf: KDF_REAL, count: 2 });
  const { file, cards } = await seal(plan, await systemEntropy());
  writeFileSync(join(dir, "vault.pullstation"), file);
  writeFileSync(join(dir, "vault.pullstation.candidate"), file);
  committed = hex(sha256(file));
  payload = encodePayload(cards[0]?.bytes ?? new Uint8Array());
  writeFileSync(join(sticks, "SAM", "share.txt"), payload);
}, 60_000);
beforeEach(() => cable("0"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lanes = () => {
  const pairs = { main: portPair(), people: portPair(), key: portPair() };
  const { main, people, key } = pairs;
  return {
    near: { main: main[0], people: people[0] },
    far: { main: main[1], people: people[1], key: key[1] },
  };
};
const ends = { people: null, practiceKeys: false, mediaRoots: [sticks] };

async function vaultProcess() {
  const { near, far } = lanes();
  await serveVault(far, () => 0);
  const main = connect(near.main, vaultRequests);
  await main.ask("join", ends);
  const window = seated(main, connect(near.people, ceremonyRequests));
  return { main, window, media: () => window.ask("media", null) };
}

/** Sticks are read with the cable out, refused by name while it is in, and read again after it. */
async function expectIsolated(media: () => Promise<unknown>): Promise<void> {
  const found = { cards: [{ from: "SAM/share.txt", payload }] };
  expect(await media()).toEqual(found);
  cable("1");
  await expect(media()).rejects.toMatchObject({ code: "NOT_ISOLATED", about: { links: "eth0" } });
  cable("0");
  expect(await media()).toEqual(found);
}

test("the vault process reads no share of a real vault from a stick while a link is up", async () => {
  const { main, media } = await vaultProcess();
  await main.ask("beginUnseal", { dir, committed });
  await expectIsolated(media);
});

test("nor while new cards are proven", async () => {
  const { main, media } = await vaultProcess();
  await main.ask("resumeRotation", { dir, candidate: committed, done: [] });
  await expectIsolated(media);
});

test("nor does the check process", async () => {
  const { near, far } = lanes();
  await serveCheck(far, () => 0);
  const main = connect(near.main, checkRequests);
  await main.ask("join", ends);
  await main.ask("beginCheck", { dir, committed });
  await expectIsolated(() => connect(near.people, checkPeopleRequests).ask("media", null));
});

test("before a vault is named no stick is looked at", async () => {
  const { media } = await vaultProcess();
  await expect(media()).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
});

test("nor is a PIN taken for an approval", async () => {
  const { main, window } = await vaultProcess();
  await main.ask("beginApproval", {
    dir,
    committed,
    approved: { seq: 1, kind: "closed", sha256: "ab".repeat(32) },
    head: { seq: 2, previous: "ab".repeat(32) },
    at: "2026-11-22T12:00:00.000Z",
  });
  const touch = () => window.ask("approve", { label: "key-a", pin: "1234" });
  cable("1");
  await expect(touch()).rejects.toMatchObject({ code: "NOT_ISOLATED", about: { links: "eth0" } });
  cable("0");
  // Nothing is plugged in here: a key was looked for.
  await expect(touch()).rejects.not.toMatchObject({ code: "NOT_ISOLATED" });
});
