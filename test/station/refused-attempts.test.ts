import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { approveByTouch } from "../../ceremony/approval.ts";
import { breakGlass } from "../../ceremony/break-glass.ts";
import { castOf } from "../../ceremony/drill/company.ts";
import type { OnlineProcess, TouchRefusal } from "../../ceremony/ports.ts";
import { clock } from "../../cli/drill/scene.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests, type VaultView, vaultView } from "../../contract/vault.ts";
import { boxKeyPair } from "../../crypto/box.ts";
import { base64url } from "../../crypto/bytes.ts";
import { refuse } from "../../hardware/errors.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { fileStore, memoryStore, newKeyState } from "../../practice/key/store.ts";
import { PRACTICE_PIN } from "../../practice/stage/people.ts";
import { readStory } from "../../station/records-folder.ts";
import { serveVault } from "../../station/vault-process.ts";
import { judged, progress, recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { onStage, rotateIn } from "./rotation.ts";
import { seated } from "./seated.ts";

// Whoever tries at a sealed vault and is refused is in its chain. No passphrase is judged here: it is
// hashed once instead of for long.

vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

const dir = mkdtempSync(join(tmpdir(), "pullstation-refused-"));
beforeAll(async () => {
  await setStage(dir);
  await sealIn(dir);
}, 60_000);

const WRONG: TouchRefusal = { why: "PIN_WRONG", about: { label: "south", retries: 7 } };
const refusals = () => readStory(dir).filter(({ kind }) => kind === "refused");
const whole = async (): Promise<void> =>
  expect(await judged(dir)).toMatchObject({ verdict: "VALID", findings: [] });

/** A vault process with one key at USB; what main hears. */
async function withKey(label: "south" | "stranger") {
  const file = join(dir, "practice", `key-${label}.json`);
  const fresh = () => newKeyState(label);
  const store = label === "stranger" ? memoryStore(fresh()) : fileStore(file, fresh);
  let finger = Promise.resolve();
  const device = new SoftwareKeyDevice({ store, press: () => finger });
  const usb = {
    kind: "fido",
    path: "/dev/hidraw0",
    product: label,
    manufacturer: "",
    serial: "",
    vendorId: 0x1050,
    productId: 0x0407,
    release: 0x0543,
  } as const;
  const [main, people, key] = [portPair(), portPair(), portPair()];
  await serveVault(
    { main: main[1], people: people[1], key: key[1] },
    () => 0,
    async () => ({
      devices: async () => [usb],
      openPackets: async () => device.openPackets(),
      openFeature: () => refuse("KEY_UNPLUGGED"),
    }),
  );
  const heard: VaultView[] = [];
  const { ask } = connect(main[0], vaultRequests, (view) => void heard.push(vaultView.parse(view)));
  const window = seated({ ask }, connect(people[0], ceremonyRequests));
  await ask("join", { people: null, practiceKeys: false, mediaRoots: [] });
  const { committed } = await recordsIn(dir);
  await ask("beginUnseal", { dir, committed });
  const nobody = (): void => void (finger = new Promise(() => undefined));
  return { ask, window, committed, heard, nobody };
}

const toldIn = (heard: readonly VaultView[]) =>
  heard.filter(({ kind }) => kind === "touch-refused" || kind === "touched");

test("main hears of each refused touch which key and why, never the PIN", async () => {
  const { ask, window, committed, heard } = await withKey("south");
  await expect(window.ask("touch", { pin: "9999" })).rejects.toMatchObject({ code: "PIN_WRONG" });
  await window.ask("touch", { pin: PRACTICE_PIN });
  await ask("beginApproval", {
    dir,
    committed,
    approved: { seq: 1, sha256: "ab".repeat(32), kind: "closed" },
    head: { seq: 2, previous: "ab".repeat(32) },
    at: clock.now(),
  });
  await expect(window.ask("approve", { label: "north", pin: PRACTICE_PIN })).rejects.toMatchObject({
    code: "KEY_IS_ANOTHER",
  });
  expect(toldIn(heard)).toEqual([
    { kind: "touch-refused", why: "PIN_WRONG", about: { label: "south", retries: 7 } },
    { kind: "touched", label: "south" },
    { kind: "touch-refused", why: "KEY_IS_ANOTHER", about: { label: "south", wanted: "north" } },
  ]);
  expect(JSON.stringify(heard)).not.toContain("9999");
});

test("a key that nobody enrolled is told; a touch that is given up is nobody's attempt", async () => {
  const stranger = await withKey("stranger");
  await expect(stranger.window.ask("touch", { pin: "" })).rejects.toBeDefined();
  expect(toldIn(stranger.heard)).toMatchObject([
    { kind: "touch-refused", about: { label: "stranger" } },
  ]);
  const south = await withKey("south");
  south.nobody();
  const touch = south.window.ask("touch", { pin: PRACTICE_PIN });
  await vi.waitFor(() =>
    expect(south.heard).toContainEqual(expect.objectContaining({ what: "touch" })),
  );
  await south.ask("release", null);
  await expect(touch).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  expect(toldIn(south.heard)).toEqual([]);
});

test("a wrong PIN at the breaking of the glass is one record before it", async () => {
  const { publicKey } = await boxKeyPair();
  const before = refusals().length;
  await onStage(dir, async (stage) => {
    const people = castOf({ askPeople: stage.ask }, 2, { calm: true });
    const online = {
      ask: async () => ({ publicKey: base64url(publicKey) }),
      end: async () => undefined,
    } as unknown as OnlineProcess;
    const records = await recordsIn(dir);
    const cast = {
      ...people,
      touch: async (refused: (touch: TouchRefusal) => void) => {
        refused(WRONG);
        return people.touch(refused);
      },
    };
    await breakGlass(
      { vault: stage.vault, online: () => online, cast, records, clock, progress },
      { dir, id: "INC-1", reason: "down", responder: "Ada", officer: "Ben", durationSeconds: 20 },
      "rest",
    );
  });
  const story = readStory(dir);
  expect(story.slice(-2)).toMatchObject([
    {
      kind: "refused",
      who: { key: "south" },
      why: "a touch was refused: PIN_WRONG",
      evidence: { incident: "INC-1", code: "PIN_WRONG", retries: 7 },
    },
    { kind: "glass-broken" },
  ]);
  expect(refusals()).toHaveLength(before + 1);
  await whole();
}, 60_000);

test("what was refused at an approval stands after it, or alone where nobody approved", async () => {
  const left = new Error("left");
  const approving = (leaves: boolean) =>
    onStage(dir, async (stage) => {
      const { kind = "", written = { seq: 0, sha256: "" } } = readStory(dir).at(-1) ?? {};
      const people = castOf({ askPeople: stage.ask }, 2, { calm: true });
      const cast = {
        ...people,
        approve: async (label: string, refused: (touch: TouchRefusal) => void) => {
          refused(WRONG);
          if (leaves) throw left;
          return people.approve(label, refused);
        },
      };
      const ports = { vault: stage.vault, cast, records: await recordsIn(dir), clock, progress };
      return approveByTouch(ports, dir, { ...written, kind });
    });
  await approving(false);
  expect(readStory(dir).slice(-2)).toMatchObject([
    { kind: "approval" },
    { kind: "refused", evidence: { code: "PIN_WRONG" } },
  ]);
  const before = refusals().length;
  await expect(approving(true)).rejects.toBe(left);
  expect(readStory(dir).at(-1)).toMatchObject({ kind: "refused", who: { key: "south" } });
  expect(refusals()).toHaveLength(before + 1);
  await whole();
}, 60_000);

test("a rotation records each share that was refused at its re-entry, and each touch", async () => {
  const before = refusals().length;
  await rotateIn(dir, {
    cast: (cast) => ({
      touch: async (refused) => {
        refused(WRONG);
        return cast.touch(refused);
      },
      reenter: async (place, refused) => {
        const mistake = { by: "Alice", kind: "rejected", who: "Alice", have: 0, need: 2 } as const;
        if (place === 1)
          for (const why of ["WRONG_PASSPHRASE", "UNREADABLE"]) refused({ ...mistake, why });
        return cast.reenter(place, refused);
      },
    }),
  });
  const after = refusals().slice(before);
  expect(after.map(({ epoch, evidence }) => [epoch, evidence["code"]])).toEqual([
    [1, "PIN_WRONG"],
    [2, "WRONG_PASSPHRASE"],
    [2, "UNREADABLE"],
  ]);
  await whole();
}, 60_000);
