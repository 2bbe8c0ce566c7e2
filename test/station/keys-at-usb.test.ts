import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Subject } from "../../ceremony/ports.ts";
import { ceremonyRequests, type CeremonyView, ceremonyView } from "../../contract/ceremony.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { ed25519WireKey } from "../../crypto/ssh-wire.ts";
import { ed25519PublicKey } from "../../crypto/ed25519.ts";
import { approverWireKey } from "../../ceremony/approve.ts";
import { base64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { verifySshsig } from "../../crypto/sshsig.ts";
import { parseVault } from "../../crypto/vault.ts";
import { hasVault, readCandidate } from "../../station/vault-file.ts";
import { refuse } from "../../hardware/errors.ts";
import type { Hid } from "../../hardware/hid.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { Button } from "../../practice/key/presence.ts";
import { fileStore, type KeyStore, memoryStore, newKeyState } from "../../practice/key/store.ts";
import { PRACTICE_PIN } from "../../practice/stage/people.ts";
import { serveVault } from "../../station/vault-process.ts";
import { KDF_FLOOR } from "../../crypto/kdf-bounds.ts";
import { rehearsal, sealIn, setStage } from "./rehearsal.ts";
import { seated } from "./seated.ts";

// The vault process with keys at USB: everything above the addon is real, and the keys' state is
// that of a rehearsal's, so that its practice vault opens.

const dir = mkdtempSync(join(tmpdir(), "pullstation-at-usb-"));
let subject: Subject;

beforeAll(async () => {
  await setStage(dir);
  subject = await sealIn(dir);
}, 60_000);

/** A key of the rehearsal, plugged in at USB. */
function plugged(label: string, button: Button): SoftwareKeyDevice {
  const file = join(dir, "practice", `key-${label}.json`);
  return new SoftwareKeyDevice({
    store: fileStore(file, () => newKeyState(label)),
    press: button.press,
  });
}

function usb(
  devices: ReadonlyMap<string, SoftwareKeyDevice>,
  product = (path: string): string => `Key at ${path}`,
): Hid {
  const at = (path: string): SoftwareKeyDevice => devices.get(path) ?? refuse("KEY_UNPLUGGED");
  return {
    devices: async () =>
      [...devices.keys()].map((path) => ({
        kind: "fido",
        path,
        product: product(path),
        manufacturer: "",
        serial: "",
        vendorId: 0x1050,
        productId: 0x0407,
        release: 0x0543,
      })),
    openPackets: async (path) => at(path).openPackets(),
    openFeature: async (path) => at(path).openFeature(),
  };
}

async function vaultProcess(hid: () => Promise<Hid>) {
  const [main, people, key] = [portPair(), portPair(), portPair()];
  await serveVault({ main: main[1], people: people[1], key: key[1] }, () => 0, hid);
  const vault = connect(main[0], vaultRequests);
  const views: CeremonyView[] = [];
  let onView: ((view: CeremonyView) => void) | null = null;
  const window = connect(people[0], ceremonyRequests, (view) => {
    const shown = ceremonyView.parse(view);
    views.push(shown);
    onView?.(shown);
  });
  await vault.ask("join", { people: null, practiceKeys: false, mediaRoots: [] });
  return {
    vault,
    window: seated(vault, window),
    views,
    onView: (react: (view: CeremonyView) => void) => {
      onView = react;
    },
  };
}

async function unsealing(hid: () => Promise<Hid>) {
  const process = await vaultProcess(hid);
  await process.vault.ask("beginUnseal", { dir, committed: subject.fileSha256 });
  return process;
}

test("the addon is loaded only when a key is asked for; a missing library is named, and tried again", async () => {
  let loads = 0;
  const { window } = await unsealing(async () => {
    if (++loads === 1)
      return refuse("HID_LIBRARY_MISSING", { library: "libudev.so.1", packages: "libudev1" });
    return usb(new Map());
  });
  expect(loads).toBe(0);
  await expect(window.ask("touch", { pin: PRACTICE_PIN })).rejects.toMatchObject({
    code: "HID_LIBRARY_MISSING",
    about: { packages: "libudev1" },
  });
  await expect(window.ask("touch", { pin: PRACTICE_PIN })).rejects.toMatchObject({
    code: "KEY_NOT_PRESENT",
  });
  expect(await window.ask("keys", null)).toEqual({ keys: [] });
  expect(loads).toBe(2);
});

test("of two keys at USB the touched one opens; the window sees both waits, by name", async () => {
  const [north, south] = [new Button(), new Button()];
  const { window, views, onView } = await unsealing(async () =>
    usb(
      new Map([
        ["/dev/hidraw0", plugged("north", north)],
        ["/dev/hidraw1", plugged("south", south)],
      ]),
    ),
  );
  const { keys } = await window.ask("keys", null);
  expect(keys).toEqual(
    ["/dev/hidraw0", "/dev/hidraw1"].map((path) => ({
      label: `Key at ${path}`,
      pinSet: true,
      pinRetries: 8,
      why: null,
    })),
  );
  onView(({ what }) => {
    if (what === "touch") setTimeout(() => south.push(), 30);
  });
  expect(await window.ask("touch", { pin: PRACTICE_PIN })).toEqual({ label: "south" });
  expect(views.filter(({ what }) => what === "touch").map(({ label }) => label)).toEqual([
    null,
    "Key at /dev/hidraw1",
  ]);
});

test("the window gives a touch up; unplugged while it waits, and plugged in again", async () => {
  const button = new Button();
  const devices = new Map([["/dev/hidraw0", plugged("north", button)]]);
  const { window, onView } = await unsealing(async () => usb(devices));
  const touch = () => window.ask("touch", { pin: PRACTICE_PIN });
  onView(({ what }) => {
    if (what === "touch") void window.ask("cancel", null);
  });
  await expect(touch()).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  onView(({ what }) => {
    if (what === "touch") devices.get("/dev/hidraw0")?.unplug();
  });
  await expect(touch()).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  devices.set("/dev/hidraw3", plugged("north", button));
  devices.delete("/dev/hidraw0");
  onView(({ what }) => {
    if (what === "touch") setTimeout(() => button.push(), 30);
  });
  expect(await touch()).toEqual({ label: "north" });
});

const STATION_KEY = base64url(ed25519WireKey(await ed25519PublicKey(new Uint8Array(32).fill(9))));

type Vault = Awaited<ReturnType<typeof vaultProcess>>["vault"];

/** The beginning of a sealing of the rehearsal's kit, in a folder of its own: for how many people. */
async function prepare(vault: Vault): Promise<{ readonly people: number; readonly other: string }> {
  const other = mkdtempSync(join(tmpdir(), "pullstation-at-usb-"));
  await setStage(other);
  const stage = rehearsal();
  const scene = await stage.ask("start", { dir: other, fresh: null, latencyMs: 0 });
  await stage.end();
  await vault.ask("prepareSeal", {
    mode: "PRACTICE",
    dir: other,
    name: "V",
    threshold: 2,
    custodians: [...scene.custodians],
    keyFiles: [...scene.keyFiles],
    defaultAccount: null,
    mfaFile: scene.mfaFile,
    policyFile: scene.policyFile,
    runbookFile: scene.runbookFile,
    keyboardLayout: "US English",
    kdf: { ...KDF_FLOOR },
    at: "2026-11-22T12:00:00.000Z",
  });
  return { people: scene.custodians.length, other };
}

test("at sealing each key counts once: the same again is named, another is meant without asking", async () => {
  const button = new Button();
  const devices = new Map([["/dev/hidraw0", plugged("north", button)]]);
  const { vault, window, views, onView } = await vaultProcess(async () => usb(devices));
  onView(({ what }) => {
    if (what === "touch") setTimeout(() => button.push(), 20);
  });
  await prepare(vault);
  const enrol = (key: number, label: string) =>
    window.ask("enrolKey", { key, label, use: "open", pin: PRACTICE_PIN });
  const fresh = memoryStore(newKeyState("fresh"));
  devices.set("/dev/hidraw0", new SoftwareKeyDevice({ store: fresh, press: button.press }));
  await expect(enrol(0, "first")).rejects.toMatchObject({
    code: "KEY_PIN_NOT_SET",
    about: { label: "Key at /dev/hidraw0" },
  });
  devices.set("/dev/hidraw0", plugged("north", button));
  expect(await enrol(0, "first")).toMatchObject({ label: "first", uvBound: true });
  for (const label of ["", "red tag", "-red", "a".repeat(33)])
    await expect(enrol(1, label)).rejects.toMatchObject({ code: "KEY_LABEL_UNFIT" });
  await expect(enrol(1, "first")).rejects.toMatchObject({ code: "KEY_LABEL_TWICE" });
  await expect(enrol(1, "second")).rejects.toMatchObject({ code: "KEY_ALREADY_ENROLLED" });
  devices.set("/dev/hidraw1", plugged("south", button));
  views.length = 0;
  expect(await enrol(1, "second")).toMatchObject({ label: "second" });
  // No touch was asked for to tell which: the other key is enrolled already.
  expect(views.every(({ label }) => label === "Key at /dev/hidraw1")).toBe(true);
  expect(await enrol(0, "first-again")).toMatchObject({ label: "first-again" });
}, 30_000);

const keyOf = (store: KeyStore, button: Button): SoftwareKeyDevice =>
  new SoftwareKeyDevice({ store, press: button.press });

test("two keys of one product, enrolled by turns at one port: no PIN is tried on the other", async () => {
  const [north, south] = [new Button(), new Button()];
  const [one, other] = ["2468", "8642"].map((pin) => memoryStore(newKeyState("n", pin)));
  if (one === undefined || other === undefined) return expect.fail();
  const devices = new Map<string, SoftwareKeyDevice>();
  const { vault, window, onView } = await vaultProcess(async () => usb(devices, () => "Twin"));
  const { people } = await prepare(vault);
  for (let place = 1; place <= people; place++) await window.ask("choosePassphrase", { place });
  const [first, second] = ["/dev/hidraw0", "/dev/hidraw1"];
  onView(({ what }) => {
    if (what === "touch") for (const button of [north, south]) setTimeout(() => button.push(), 20);
  });
  devices.set(first, keyOf(one, north));
  await window.ask("enrolKey", { key: 0, label: "north", use: "open", pin: "2468" });
  devices.set(first, keyOf(other, south));
  await window.ask("enrolKey", { key: 1, label: "south", use: "open", pin: "8642" });
  const seal = () =>
    vault.ask("seal", {
      head: { seq: 1, previous: null },
      stationKey: STATION_KEY,
      at: "2026-11-22T12:00:00.000Z",
    });
  // Only one of them is there: which, nothing tells.
  await expect(seal()).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  devices.set(first, keyOf(other, south));
  devices.set(second, keyOf(one, north));
  const touchAsAsked = ({ what, label }: CeremonyView): void => {
    // A person touches the one that is named, wherever it is plugged in by now.
    if (what === "touch") setTimeout(() => (label === "south" ? south : north).push(), 20);
  };
  // Given up at the trial opening: nothing is left of it, and the sealing is tried again.
  let touches = 0;
  onView((view) => {
    if (view.what === "touch" && ++touches > 1) void window.ask("cancel", null);
    else touchAsAsked(view);
  });
  await expect(seal()).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  onView(touchAsAsked);
  expect(await seal()).toMatchObject({ trialOpenedWith: ["north", "south"] });
  for (const each of [one, other]) expect(each.read().pinRetries).toBe(8);
}, 30_000);

test("a reviewer's key is proven by signing, approves, and never unlocks; one that opens is required", async () => {
  const button = new Button();
  const [opener, reviewer] = ["opener", "reviewer"].map((n) =>
    memoryStore(newKeyState(n, PRACTICE_PIN)),
  );
  if (opener === undefined || reviewer === undefined) return expect.fail();
  const devices = new Map<string, SoftwareKeyDevice>();
  const { vault, window, views, onView } = await vaultProcess(async () => usb(devices));
  onView(({ what }) => {
    if (what === "touch") setTimeout(() => button.push(), 20);
  });
  const { people, other } = await prepare(vault);
  for (let place = 1; place <= people; place++) await window.ask("choosePassphrase", { place });
  const seal = () =>
    vault.ask("seal", {
      head: { seq: 1, previous: null },
      stationKey: STATION_KEY,
      at: "2026-11-22T12:00:00.000Z",
    });
  const enrol = (key: number, label: string, use: "open" | "approve") =>
    window.ask("enrolKey", { key, label, use, pin: PRACTICE_PIN });
  devices.set("/dev/hidraw0", keyOf(reviewer, button));
  expect(await enrol(0, "review", "approve")).toMatchObject({ use: "approve" });
  await expect(seal()).rejects.toMatchObject({ code: "NO_KEY_OPENS" });
  expect(hasVault(other)).toBe(false);
  devices.set("/dev/hidraw1", keyOf(opener, button));
  expect(await enrol(1, "open", "open")).toMatchObject({ use: "open" });
  views.length = 0;
  expect(await seal()).toMatchObject({ trialOpenedWith: ["open"] });
  // The reviewer's was asked all the same: to sign.
  expect(views.map(({ label }) => label)).toContain("review");

  const file = readCandidate(other);
  if (file === null) return expect.fail("no candidate");
  const { header } = parseVault(file);
  const [review, open] = ["review", "open"].map((label) =>
    header.keys.find((one) => one.label === label),
  );
  expect(Object.keys(review ?? {}).toSorted()).toEqual([
    "aaguid",
    "credentialId",
    "kind",
    "label",
    "publicKey",
    "use",
  ]);
  expect(open).toMatchObject({ use: "open" });
  // As it would be live: no process opens it by that key, whoever has the shares.
  writeFileSync(join(other, "vault.pullstation"), file);
  const later = await vaultProcess(async () =>
    usb(new Map([["/dev/hidraw0", keyOf(reviewer, button)]])),
  );
  later.onView(({ what }) => {
    if (what === "touch") setTimeout(() => button.push(), 20);
  });
  await later.vault.ask("beginUnseal", { dir: other, committed: hex(sha256(file)) });
  await expect(later.window.ask("touch", { pin: PRACTICE_PIN })).rejects.toMatchObject({
    code: "KEY_ONLY_APPROVES",
    about: { label: "review", enrolled: "open" },
  });
  const begun = await later.vault.ask("beginApproval", {
    dir: other,
    committed: hex(sha256(file)),
    approved: { seq: 1, sha256: "ab".repeat(32), kind: "reviewed" },
    head: { seq: 2, previous: "ab".repeat(32) },
    at: "2026-11-22T12:30:00.000Z",
  });
  expect(begun.approvers).toContain("review");
  expect(await later.window.ask("approve", { label: "review", pin: PRACTICE_PIN })).toEqual({
    label: "review",
  });
  const { record, signature } = await later.vault.ask("takeApproval", null);
  const { wireKey } = verifySshsig({
    armored: signature,
    namespace: "pullstation-drill@v1",
    message: utf8(record),
  });
  expect(header.keys.filter(isCredential).map(approverWireKey)).toContainEqual(wireKey);
}, 30_000);
