import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type PlannedKey, seal } from "../../ceremony/seal.ts";
import type { CeremonyView } from "../../contract/ceremony.ts";
import { hex } from "../../crypto/bytes.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { parseVault } from "../../crypto/vault.ts";
import type { Fido2Key } from "../../hardware/fido/key.ts";
import { approvalCeremony } from "../../station/vault/approval.ts";
import { touching } from "../../station/vault/touching.ts";
import { unsealingCeremony } from "../../station/vault/unsealing.ts";
import { planOf } from "../ceremony/sealing.ts";
import { pinHashOf, plugIn } from "../hardware/plugged.ts";

// Two keys are plugged in, each under a PIN of its own. The finger is on the one that is meant.

const PINS: Readonly<Record<string, string>> = { north: "1111", south: "2222", stranger: "3333" };
let finger = "";
let views: CeremonyView[] = [];

const entropy = await systemEntropy();
const plugged = (label: string): Fido2Key =>
  plugIn(
    { label, pinHash: pinHashOf(PINS[label] ?? "") },
    { press: () => (finger === label ? Promise.resolve() : new Promise(() => undefined)) },
  ).key;
const north = plugged("north");
const south = plugged("south");
const stranger = plugged("stranger");

async function enrolled(key: Fido2Key): Promise<PlannedKey> {
  finger = key.label;
  const salt = entropy(32);
  const enrolment = await key.enrol({ salt, userName: "V", pin: PINS[key.label] ?? "" });
  return { label: key.label, use: "open", salt, enrolment };
}

const keys = [await enrolled(north), await enrolled(south)];
const dir = mkdtempSync(join(tmpdir(), "pullstation-test-"));
const { file } = await seal(planOf(keys), entropy);
writeFileSync(join(dir, "vault.pullstation"), file);

const here = (...present: Fido2Key[]) =>
  touching(
    async () => present,
    (view) => void views.push(view),
  );
const tries = async (key: Fido2Key): Promise<number> => (await key.info()).pinRetries;

async function approving(label: string, pin: string, ceremony = here(north, south)) {
  const { beginApproval, approve } = approvalCeremony(ceremony);
  await beginApproval({
    dir,
    committed: hex(parseVault(file).fileHash),
    approved: { seq: 1, kind: "closed", sha256: "ab".repeat(32) },
    head: { seq: 2, previous: "00".repeat(32) },
    at: "2026-11-22T12:00:00.000Z",
  });
  return approve({ label, pin });
}

async function opening(pin: string, ceremony = here(north, south)) {
  const { beginUnseal, touch } = unsealingCeremony(ceremony);
  await beginUnseal({ dir, committed: hex(parseVault(file).fileHash) });
  return touch({ pin });
}

beforeEach(() => {
  views = [];
});

test("the second key approves and opens with its own PIN, again and again, at no cost to the first", async () => {
  finger = "south";
  for (let round = 0; round < 4; round++)
    expect(await approving("south", "2222")).toEqual({ label: "south" });
  expect(await opening("2222")).toEqual({ label: "south" });
  expect([await tries(north), await tries(south)]).toEqual([8, 8]);
});

test("a wrong PIN costs a try of the key that was touched, and of no other", async () => {
  finger = "south";
  await expect(opening("1111")).rejects.toMatchObject({
    code: "PIN_WRONG",
    about: { label: "south", retries: 7 },
  });
  await expect(approving("south", "1111")).rejects.toMatchObject({ code: "PIN_WRONG" });
  expect([await tries(north), await tries(south)]).toEqual([8, 6]);
  expect(await opening("2222")).toEqual({ label: "south" });
});

test("a paused key beside it does not stop the one that is meant", async () => {
  const paused = plugged("north");
  for (let round = 0; round < 3; round++)
    await paused.holds(new Uint8Array(48), "9999").catch(() => undefined);
  finger = "south";
  expect(await opening("2222", here(paused, south))).toEqual({ label: "south" });
  expect(await approving("south", "2222", here(paused, south))).toEqual({ label: "south" });
  finger = "north";
  await expect(opening("1111", here(paused, south))).rejects.toMatchObject({ code: "PIN_PAUSED" });
});

test("another key than the one asked for is named, and a stranger too", async () => {
  finger = "south";
  await expect(approving("north", "2222")).rejects.toMatchObject({
    code: "KEY_IS_ANOTHER",
    about: { label: "south", wanted: "north" },
  });
  finger = "stranger";
  await expect(opening("3333", here(north, stranger))).rejects.toMatchObject({
    code: "KEY_HAS_NO_CREDENTIAL",
    about: { label: "stranger", enrolled: "north, south" },
  });
});

test("the window sees which touch is waited for, and can give it up", async () => {
  finger = "";
  const ceremony = here(north, south);
  const given = touching(
    async () => [north, south],
    (view) => {
      views.push(view);
      given.cancel();
    },
  );
  await expect(opening("2222", given)).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  expect(views).toEqual([{ kind: "keepalive", what: "touch", label: null }]);
  views = [];
  const alone = touching(
    async () => [south],
    (view) => {
      views.push(view);
      if (view.what === "touch") alone.cancel();
    },
  );
  await expect(opening("2222", alone)).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  expect(views.at(-1)).toEqual({ kind: "keepalive", what: "touch", label: "south" });
  expect(await ceremony.keys()).toEqual([
    { label: "north", pinSet: true, pinRetries: 8, why: null },
    { label: "south", pinSet: true, pinRetries: 8, why: null },
  ]);
});

test("a key that is enrolled already is not enrolled again", async () => {
  finger = "south";
  const exclude = keys.flatMap((one) => ("enrolment" in one ? [one.enrolment.credentialId] : []));
  await expect(
    south.enrol({ salt: entropy(32), userName: "V", pin: "2222", exclude }),
  ).rejects.toMatchObject({ code: "KEY_ALREADY_ENROLLED", about: { label: "south" } });
});
