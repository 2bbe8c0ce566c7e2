import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { base64url, utf8 } from "../../crypto/bytes.ts";
import { KDF_FLOOR } from "../../crypto/kdf-bounds.ts";
import { parseRecord, parseSealEvidence } from "../../crypto/record.ts";
import { ed25519WireKey } from "../../crypto/ssh-wire.ts";
import { ed25519PublicKey } from "../../crypto/ed25519.ts";
import { refuse } from "../../hardware/errors.ts";
import type { Hid } from "../../hardware/hid.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { memoryStore, newKeyState } from "../../practice/key/store.ts";
import { serveVault } from "../../station/vault-process.ts";
import { finger, programmed } from "../ceremony/slots.ts";
import { rehearsal, setStage } from "./rehearsal.ts";
import { seated } from "./seated.ts";

// The vault process with two FIDO2 keys and YubiKeys with OTP slots at USB: everything above the
// addon is real.

const PIN = "2468";
const dir = mkdtempSync(join(tmpdir(), "pullstation-slot-"));
const at = "2026-11-22T12:00:00.000Z";
let scene: Awaited<ReturnType<typeof staged>>;
let stationKey: string;

async function staged() {
  await setStage(dir);
  const stage = rehearsal();
  const given = await stage.ask("start", { dir, fresh: null, latencyMs: 0 });
  await stage.end();
  return given;
}

beforeAll(async () => {
  scene = await staged();
  stationKey = base64url(ed25519WireKey(await ed25519PublicKey(new Uint8Array(32).fill(7))));
}, 60_000);

const policyFile = (otpKeys: boolean | null): string => {
  const policy = JSON.parse(readFileSync(scene.policyFile, "utf8")) as object;
  const file = join(dir, `policy-${otpKeys}.json`);
  writeFileSync(file, JSON.stringify({ ...policy, ...(otpKeys !== null && { otpKeys }) }));
  return file;
};

const keyAt = (label: string): SoftwareKeyDevice =>
  new SoftwareKeyDevice({
    store: memoryStore({ ...newKeyState(label, PIN), otp: [null, programmed()] }),
    press: finger,
  });
const [north, south, east, west] = [keyAt("north"), keyAt("south"), keyAt("east"), keyAt("west")];

type Plugged = Readonly<Record<string, { kind: "fido" | "otp"; device: SoftwareKeyDevice }>>;

const usb = (plugged: () => Plugged): Hid => {
  const held = (path: string): SoftwareKeyDevice =>
    plugged()[path]?.device ?? refuse("KEY_UNPLUGGED");
  return {
    devices: async () =>
      Object.entries(plugged()).map(([path, { kind }]) => ({
        kind,
        path,
        product: `Key at ${path}`,
        manufacturer: "",
        serial: "",
        vendorId: 0x1050,
        productId: 0x0407,
        release: 0x0543,
      })),
    openPackets: async (path) => held(path).openPackets(),
    openFeature: async (path) => held(path).openFeature(),
  };
};

async function vaultProcess(plugged: () => Plugged) {
  const [main, people, key] = [portPair(), portPair(), portPair()];
  await serveVault(
    { main: main[1], people: people[1], key: key[1] },
    () => 0,
    async () => usb(plugged),
  );
  const vault = connect(main[0], vaultRequests);
  const window = connect(people[0], ceremonyRequests);
  await vault.ask("join", { people: null, practiceKeys: false, mediaRoots: [] });
  return { vault, window: seated(vault, window) };
}

type Vault = Awaited<ReturnType<typeof vaultProcess>>["vault"];

const prepare = (vault: Vault, otpKeys: boolean | null) =>
  vault.ask("prepareSeal", {
    mode: "PRACTICE",
    dir,
    name: "V",
    threshold: 2,
    custodians: [...scene.custodians],
    keyFiles: [...scene.keyFiles],
    defaultAccount: null,
    mfaFile: scene.mfaFile,
    policyFile: policyFile(otpKeys),
    runbookFile: scene.runbookFile,
    keyboardLayout: "US English",
    kdf: { ...KDF_FLOOR },
    at,
  });

test("a policy that says nothing of slots, or false, refuses one before a finger is asked for", async () => {
  const { vault, window } = await vaultProcess(() => expect.fail("a key was looked for"));
  for (const otpKeys of [null, false]) {
    await prepare(vault, otpKeys);
    await expect(
      window.ask("enrolSlot", { key: 2, label: "slot-east", slot: 2 }),
    ).rejects.toMatchObject({ code: "OTP_OFF_BY_POLICY", about: { label: "slot-east" } });
  }
});

test("with the policy's word a slot is enrolled, seals with a warning, and opens by its label", async () => {
  let plugged: Plugged = { east: { kind: "otp", device: east } };
  const { vault, window } = await vaultProcess(() => plugged);
  await prepare(vault, true);
  const passphrases: string[] = [];
  for (const index of scene.custodians.keys())
    passphrases.push((await window.ask("choosePassphrase", { place: index + 1 })).passphrase);
  const head = { head: { seq: 1, previous: null }, stationKey, at };

  const asked = { key: 2, label: "slot-east", slot: 2 } as const;
  await expect(window.ask("enrolSlot", { ...asked, slot: 1 })).rejects.toMatchObject({
    code: "OTP_SLOT_REFUSED",
  });
  expect(await window.ask("enrolSlot", asked)).toEqual({ label: "slot-east", serial: null });
  // Never the only kind, and never beside one.
  await expect(vault.ask("seal", head)).rejects.toMatchObject({ code: "OTP_NEEDS_FIDO2" });
  plugged = { ...plugged, north: { kind: "fido", device: north } };
  await window.ask("enrolKey", { key: 0, label: "north", use: "open", pin: PIN });
  await expect(vault.ask("seal", head)).rejects.toMatchObject({ code: "OTP_NEEDS_FIDO2" });
  plugged = { ...plugged, south: { kind: "fido", device: south } };
  await window.ask("enrolKey", { key: 1, label: "south", use: "open", pin: PIN });
  // Two with slots: which is meant can't be told without asking both.
  plugged = { ...plugged, west: { kind: "otp", device: west } };
  await expect(window.ask("enrolSlot", asked)).rejects.toMatchObject({
    code: "OTP_SEVERAL_PLUGGED",
    about: { labels: "Key at east, Key at west" },
  });

  const sealed = await vault.ask("seal", head);
  expect(sealed.trialOpenedWith.toSorted()).toEqual(["north", "slot-east", "south"]);
  expect(sealed.warnings).toEqual(["OTP_STATIC"]);
  const { evidence } = parseRecord(utf8(sealed.record));
  expect(evidence["about"]).toMatchObject({ warnings: ["OTP_STATIC"] });
  expect(
    parseSealEvidence(evidence)
      .approvers.map(({ label }) => label)
      .toSorted(),
  ).toEqual(["north", "south"]);
  for (const [index, passphrase] of passphrases.entries()) {
    const { payload } = await window.ask("card", { place: index + 1, paper: "A4" });
    await window.ask("reenter", { card: { payload }, passphrase });
  }
  await vault.ask("commit", null);

  const opening = await vaultProcess(() => plugged);
  const begun = await opening.vault.ask("beginUnseal", { dir, committed: sealed.fileSha256 });
  expect(begun.keys).toContainEqual({ label: "slot-east", use: "open", kind: "otp" });
  for (const [index, passphrase] of passphrases.slice(0, 2).entries()) {
    const card = { payload: readFileSync(join(dir, "cards", `00${index + 1}.txt`), "utf8").trim() };
    await opening.window.ask("enterShare", { card, passphrase });
  }
  await expect(opening.vault.ask("unseal", null)).rejects.toMatchObject({
    code: "STEP_OUT_OF_ORDER",
  });
  plugged = { west: { kind: "otp", device: west } };
  await expect(opening.window.ask("touchSlot", { label: "slot-east" })).rejects.toMatchObject({
    code: "KEY_OUTPUT_CHANGED",
  });
  await expect(opening.window.ask("touch", { pin: PIN })).rejects.toMatchObject({
    code: "KEY_NOT_PRESENT",
  });
  plugged = { east: { kind: "otp", device: east } };
  await expect(opening.window.ask("touchSlot", { label: "north" })).rejects.toMatchObject({
    code: "KEY_HAS_NO_CREDENTIAL",
  });
  expect(await opening.window.ask("touchSlot", { label: "slot-east" })).toEqual({
    label: "slot-east",
  });
  const { accounts } = await opening.vault.ask("unseal", null);
  expect(accounts.length).toBe(1);
}, 60_000);
