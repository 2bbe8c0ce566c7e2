import { beforeEach, expect, test, vi } from "vitest";
import type * as Credentials from "../../practice/key/ctap/credential.ts";
import { PIN, plugIn } from "./plugged.ts";

// The proof at enrolment, against keys that keep credProtect, ignore it, or have one CredRandom.

const key = vi.hoisted(() => ({ keepsProtection: true, credRandoms: 2 }));

vi.mock(import("../../practice/key/ctap/credential.ts"), async (original) => {
  const real: typeof Credentials = await original();
  return {
    ...real,
    credentialOf: (...asked) => {
      const made = real.credentialOf(...asked);
      return made === null
        ? null
        : {
            ...made,
            protection: key.keepsProtection ? made.protection : 1,
            withoutUv: key.credRandoms === 2 ? made.withoutUv : made.withUv,
          };
    },
  };
});

beforeEach(() => {
  Object.assign(key, { keepsProtection: true, credRandoms: 2 });
});

const salt = new Uint8Array(32).fill(7);
async function enrol(): Promise<{ uvBound: boolean; touches: number }> {
  let touches = 0;
  const { key: one } = plugIn({}, { press: async () => void touches++ });
  const { uvBound } = await one.enrol({ salt, userName: "n", pin: PIN });
  return { uvBound, touches };
}

test("a key that refuses without the PIN binds its answer: two touches in all", async () => {
  expect(await enrol()).toEqual({ uvBound: true, touches: 2 });
});

test("a key that refuses needs no second CredRandom", async () => {
  key.credRandoms = 1;
  expect(await enrol()).toEqual({ uvBound: true, touches: 2 });
});

test("a key that answers otherwise without the PIN binds its answer: a third touch shows it", async () => {
  key.keepsProtection = false;
  expect(await enrol()).toEqual({ uvBound: true, touches: 3 });
});

test("a key that answers the same without the PIN does not bind it", async () => {
  Object.assign(key, { keepsProtection: false, credRandoms: 1 });
  expect(await enrol()).toEqual({ uvBound: false, touches: 3 });
});

test("such a key shows its credentials without the PIN", async () => {
  key.keepsProtection = false;
  const { key: one } = plugIn();
  const { credentialId } = await one.enrol({ salt, userName: "n", pin: PIN });
  expect(await one.holds(credentialId)).toBe(true);
});

test("the proof that could not be made is no proof: the failure is thrown", async () => {
  key.keepsProtection = false;
  let touches = 0;
  const press = () => (++touches > 2 ? new Promise<void>(() => undefined) : Promise.resolve());
  const { key: one } = plugIn({}, { press, touchTimeoutMs: 100 });
  await expect(one.enrol({ salt, userName: "n", pin: PIN })).rejects.toMatchObject({
    code: "TOUCH_TIMEOUT",
  });
});
