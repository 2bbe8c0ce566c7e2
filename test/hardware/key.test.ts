import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { expect, test } from "vitest";
import { base64url, concat, sha256, utf8 } from "../../crypto/bytes.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { PRACTICE_AAGUID, RELYING_PARTY } from "../../hardware/security-key.ts";
import { Button } from "../../practice/key/presence.ts";
import { means, PIN, plugIn } from "./plugged.ts";

const salt = (): Uint8Array => new Uint8Array(randomBytes(32));
const digest = (text: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(text).digest());

const enrolled = async (key: Fido2Key, one = salt()) => ({
  salt: one,
  ...(await key.enrol({ salt: one, userName: "Example Ltd", pin: PIN })),
});

test.each([1, 2] as const)("protocol %i: enrol, touch again, two salts in a touch", async (one) => {
  const { key } = plugIn({}, { pinProtocols: [one] });
  const made = await enrolled(key);
  expect(made).toMatchObject({ aaguid: PRACTICE_AAGUID, uvBound: true });
  expect(made.publicKey.length).toBe(65);
  const { credentialId } = made;
  expect(await key.touch({ credentialId, salt: made.salt, pin: PIN })).toEqual(made.output);
  const other = salt();
  const both = await key.derive({ credentialId, salts: [other, made.salt], pin: PIN });
  expect(both[1]).toEqual(made.output);
  expect(both[0]).toEqual(await key.touch({ credentialId, salt: other, pin: PIN }));
  expect(both[0]).not.toEqual(both[1]);
});

test("an approval is an sk signature: user present and verified, no extensions", async () => {
  const { key } = plugIn();
  const { credentialId, publicKey } = await enrolled(key);
  const clientDataHash = digest("a record");
  const made = await key.approve({ credentialId, digest: clientDataHash, pin: PIN });
  expect(made.authenticatorData.length).toBe(37);
  expect(made.authenticatorData.subarray(0, 32)).toEqual(sha256(utf8(RELYING_PARTY)));
  expect(made.authenticatorData[32]).toBe(0x05);
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: base64url(publicKey.subarray(1, 33)),
    y: base64url(publicKey.subarray(33)),
  };
  const signed = concat(made.authenticatorData, clientDataHash);
  const point = createPublicKey({ key: jwk, format: "jwk" });
  expect(verify("sha256", signed, point, made.signature)).toBe(true);
});

test("the key that holds a credential is found without a touch", async () => {
  const touches: string[] = [];
  const { key: north } = plugIn();
  const { key: south } = plugIn(
    { label: "south" },
    {
      press: async () => void touches.push("south"),
    },
  );
  const { credentialId } = await enrolled(north);
  expect(await north.holds(credentialId, PIN)).toBe(true);
  expect(await south.holds(credentialId, PIN)).toBe(false);
  // Under credProtect 3 a credential is not shown to who does not know the PIN.
  expect(await north.holds(credentialId)).toBe(false);
  expect(touches).toEqual([]);
  await expect(south.touch({ credentialId, salt: salt(), pin: PIN })).rejects.toMatchObject({
    code: "KEY_HAS_NO_CREDENTIAL",
    about: { label: "south" },
  });
});

test("a wrong PIN says how many tries are left; three in a row pause, eight block", async () => {
  const { key, device } = plugIn();
  const { credentialId } = await enrolled(key);
  const wrong = (one = key) => one.touch({ credentialId, salt: salt(), pin: "9999" });
  await expect(wrong()).rejects.toMatchObject({ code: "PIN_WRONG", about: { retries: 7 } });
  await expect(wrong()).rejects.toMatchObject({ code: "PIN_WRONG", about: { retries: 6 } });
  await expect(wrong()).rejects.toMatchObject({ code: "PIN_PAUSED" });
  await expect(wrong()).rejects.toMatchObject({ code: "PIN_PAUSED" });
  device.unplug();
  await expect(wrong()).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  const { key: last } = plugIn({ pinRetries: 1 });
  await expect(wrong(last)).rejects.toMatchObject({ code: "PIN_BLOCKED", about: { retries: 0 } });
  expect(await last.facts()).toMatchObject({ pinRetries: 0, why: ["PIN_BLOCKED"] });
});

test("a PIN that no key can have spends no try", async () => {
  const { key } = plugIn();
  const { credentialId } = await enrolled(key);
  const touch = (pin: string) => key.touch({ credentialId, salt: salt(), pin });
  await expect(touch("")).rejects.toMatchObject({ code: "KEY_NEEDS_PIN" });
  // Two characters, though six bytes; and one that only seems to have four: a decomposed accent.
  for (const pin of ["123", "€€", "12e\u0301", "x".repeat(64), "€".repeat(22)])
    await expect(touch(pin)).rejects.toMatchObject({ code: "PIN_MALFORMED" });
  expect((await key.info()).pinRetries).toBe(8);
});

test("a key without a PIN says so and how it could be used", async () => {
  const { key } = plugIn({ pinHash: null });
  expect(await key.facts()).toMatchObject({ pinSet: false, why: ["KEY_PIN_NOT_SET"] });
  await expect(enrolled(key)).rejects.toMatchObject({ code: "KEY_PIN_NOT_SET" });
});

test("a key without a PIN that is not the one is said to be another, not to lack a PIN", async () => {
  const { key: north } = plugIn();
  const { credentialId } = await enrolled(north);
  const { key: fresh } = plugIn({ pinHash: null });
  expect(await fresh.holds(credentialId, PIN)).toBe(false);
});

test("cancelling and waiting too long each end in their own code, and the key serves again", async () => {
  const button = new Button();
  const { key } = plugIn({}, { press: button.press, touchTimeoutMs: 150 });
  const push = (what: string): void => {
    if (what === "touch") setTimeout(() => button.push(), 5);
  };
  const one = salt();
  const { credentialId, output } = await key.enrol({
    salt: one,
    userName: "x",
    pin: PIN,
    waiting: push,
  });
  const stop = new AbortController();
  await expect(
    key.touch({
      credentialId,
      salt: one,
      pin: PIN,
      signal: stop.signal,
      waiting: () => stop.abort(),
    }),
  ).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  await expect(key.touch({ credentialId, salt: one, pin: PIN })).rejects.toMatchObject({
    code: "TOUCH_TIMEOUT",
  });
  expect(await key.touch({ credentialId, salt: one, pin: PIN, waiting: push })).toEqual(output);
});

test("unplugged while it waits for a finger, plugged in again: it goes on", async () => {
  const { device, key } = plugIn({}, { press: () => new Promise(() => undefined) });
  const gone = key.enrol({
    salt: salt(),
    userName: "x",
    pin: PIN,
    waiting: () => device.unplug(),
  });
  await expect(gone).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  let { device: now } = plugIn();
  const again = new Fido2Key({ label: "n", connect: async () => now.openPackets() }, means);
  const { credentialId } = await enrolled(again);
  now.unplug();
  await expect(again.holds(credentialId)).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  now = plugIn().device;
  expect((await again.info()).pinSet).toBe(true);
});

test("two programs at one key each get their own answers", async () => {
  const { device } = plugIn();
  const open = () => new Fido2Key({ label: "n", connect: async () => device.openPackets() }, means);
  const results = await Promise.all([open().info(), open().info(), enrolled(open())]);
  expect(results[0]).toEqual(results[1]);
  expect(results[2]).toMatchObject({ uvBound: true });
});

test("wink reaches the key", async () => {
  const { device, key } = plugIn();
  await key.wink();
  expect(device.winks).toBe(1);
});
