import { expect, test } from "vitest";
import type { Cbor } from "../../hardware/fido/cbor.ts";
import { asks, changed, type Tamper, tampered } from "./tampered.ts";

// A key, or whoever speaks for it, that answers what no key should.

const salt = new Uint8Array(32).fill(7);
const on =
  (fits: (request: Uint8Array) => boolean, change: (map: Map<Cbor, Cbor>) => void): Tamper =>
  (request, answer) =>
    fits(request) ? changed(answer, change) : answer;

/** Changes the authenticator data of makeCredential or getAssertion. */
const data = (command: number, change: (bytes: Uint8Array) => void): Tamper =>
  on(asks(command), (map) => {
    const bytes = (map.get(2) as Uint8Array).slice();
    change(bytes);
    map.set(2, bytes);
  });

/** Where x and y of the new credential's COSE key lie: after the head, the AAGUID and a 48-byte id. */
const X = 37 + 18 + 48 + 10;
const Y = X + 32 + 3;

test.each<[string, Tamper]>([
  ["a public key off the curve", data(0x01, (bytes) => void (bytes[X] = (bytes[X] ?? 0) ^ 1))],
  ["a public key of zeros", data(0x01, (bytes) => bytes.fill(0, X, X + 32).fill(0, Y, Y + 32))],
  ["an assertion that another key signed", data(0x02, (bytes) => void (bytes[36] = 0xfe))],
  ["an empty signature", on(asks(0x02), (map) => map.set(3, new Uint8Array()))],
])("enrolment refuses %s", async (_, tamper) => {
  await expect(tampered(tamper).enrol({ salt, userName: "n", pin: "2468" })).rejects.toMatchObject({
    code: "KEY_ANSWER_INVALID",
  });
});

test("untouched, it enrols", async () => {
  const made = await tampered((_, answer) => answer).enrol({ salt, userName: "n", pin: "2468" });
  expect(made.uvBound).toBe(true);
});

test.each([-1, 9, 2 ** 40, "8"])("%s PIN tries are no number of tries", async (left) => {
  const key = tampered(on(asks(0x06, 0x01), (map) => map.set(3, left)));
  await expect(key.facts()).rejects.toMatchObject({ code: "KEY_ANSWER_INVALID" });
});
