import { expect, test } from "vitest";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { refuse } from "../../hardware/errors.ts";
import { selectAgain, selectKey } from "../../hardware/select.ts";
import { Button, type Press } from "../../practice/key/presence.ts";
import { means, PIN, pinHashOf, plugIn } from "./plugged.ts";
import { asks, changed, tampered } from "./tampered.ts";

// Several keys at once: a touch says which is meant, before any PIN is tried.

const never: Press = () => new Promise(() => undefined);
const north = (press: Press) => plugIn({ label: "north" }, { press });
const south = (press: Press) => plugIn({ label: "south", pinHash: pinHashOf("8642") }, { press });

const shut = (code: "KEY_BUSY" | "KEY_NO_PERMISSION"): Fido2Key =>
  new Fido2Key({ label: code, connect: async () => refuse(code) }, means);

test("the key that is touched is meant; the others are let go of, and no try is spent", async () => {
  const button = new Button();
  const [one, other] = [north(never).key, south(button.press).key];
  const told: string[] = [];
  const chosen = await selectKey([one, other], {
    waiting: (what) => {
      told.push(what);
      setTimeout(() => button.push(), 150);
    },
  });
  expect(chosen).toBe(other);
  expect(told).toEqual(["touch"]);
  for (const key of [one, other]) expect((await key.info()).pinRetries).toBe(8);
});

test("one key alone is not asked; with none that is said", async () => {
  const { key } = north(never);
  expect(await selectKey([key])).toBe(key);
  await expect(selectKey([])).rejects.toMatchObject({ code: "KEY_NOT_PRESENT" });
});

test("a key that is gone, busy or without FIDO2 is passed over", async () => {
  const gone = north(never);
  gone.device.unplug();
  const { key } = south(async () => undefined);
  const odd = [gone.key, shut("KEY_BUSY"), shut("KEY_NO_PERMISSION")];
  expect(await selectKey([...odd, key])).toBe(key);
  await expect(selectKey(odd)).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
});

test("a paused key and a blocked one can be meant too: what they are is said to who means them", async () => {
  const blocked = plugIn({ label: "blocked", pinRetries: 0 }, { press: async () => undefined });
  expect(await selectKey([north(never).key, blocked.key])).toBe(blocked.key);
});

test.each([
  ["with a PIN", "2468"],
  ["without one", null],
])("a key of before CTAP 2.1, %s, is asked by an empty PIN parameter", async (_, pin) => {
  const button = new Button();
  const seen: number[] = [];
  const old = tampered(
    (request, answer) => {
      seen.push(request[0] ?? 0);
      return asks(0x04)(request) ? changed(answer, (map) => map.set(1, ["FIDO_2_0"])) : answer;
    },
    { press: button.press, pin },
  );
  const chosen = selectKey([north(never).key, old]);
  setTimeout(() => button.push(), 50);
  expect(await chosen).toBe(old);
  // makeCredential, never authenticatorSelection, and no PIN command.
  expect(seen).toEqual([0x04, 0x01]);
});

test("cancelling lets go of all; a touch that never comes ends in its own code", async () => {
  const stop = new AbortController();
  const keys = [north(never).key, south(never).key];
  await expect(
    selectKey(keys, { signal: stop.signal, waiting: () => stop.abort() }),
  ).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  await expect(selectKey(keys, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "TOUCH_CANCELLED",
  });
  const short = ["a", "b"].map(
    (label) => plugIn({ label }, { press: never, touchTimeoutMs: 100 }).key,
  );
  await expect(selectKey(short)).rejects.toMatchObject({ code: "TOUCH_TIMEOUT" });
  for (const key of keys) expect((await key.info()).pinSet).toBe(true);
});

const enrolledOn = async (key: Fido2Key, pin = PIN) => {
  const salt = new Uint8Array(32).fill(5);
  const { credentialId } = await key.enrol({ salt, userName: "n", pin });
  return { label: key.label, credentialId, pin };
};
const unasked = (): never => expect.fail("a touch was asked for");

test("meant before: by their own names; under one PIN twins by what they hold, with no touch", async () => {
  const [one, other, third] = ["Twin", "Twin", "Other"].map((label) => plugIn({ label }));
  if (one === undefined || other === undefined || third === undefined) return expect.fail();
  const wanted = [
    await enrolledOn(one.key),
    await enrolledOn(other.key),
    await enrolledOn(third.key),
  ];
  const as = (label: string, { device }: typeof one): Fido2Key =>
    new Fido2Key({ label, connect: async () => device.openPackets() }, means);
  const now = [
    as("Other", third),
    as("Twin (/dev/hidraw0)", other),
    as("Twin (/dev/hidraw1)", one),
  ];
  expect(await selectAgain(wanted, now, unasked)).toEqual([now[2], now[1], now[0]]);
});

test("meant before, and one of them missing: no PIN is tried on what is there instead", async () => {
  const [one, stranger] = [
    plugIn({ label: "Twin" }),
    plugIn({ label: "X", pinHash: pinHashOf("8642") }),
  ];
  const wanted = [await enrolledOn(one.key)];
  for (const there of [[stranger.key], []])
    await expect(selectAgain(wanted, there, unasked)).rejects.toMatchObject({
      code: "KEY_UNPLUGGED",
    });
  expect((await stranger.key.info()).pinRetries).toBe(8);
});
