import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromHex, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { readAuthenticatorData } from "../../hardware/fido/auth-data.ts";
import { decode, decodeMap, encode } from "../../hardware/fido/cbor.ts";
import { readInfo } from "../../hardware/fido/info.ts";
import { authenticate, SharedSecret } from "../../hardware/fido/pin-protocol.ts";

// Figures that others published, with their sources in test/vectors/python-fido2/README.md.

interface Vectors {
  readonly pin: Readonly<Record<string, string>>;
  readonly cbor: readonly (readonly [string, never])[];
  readonly refused: readonly string[];
  readonly order: readonly string[];
  readonly [figure: string]: unknown;
}

const file = join(import.meta.dirname, "..", "vectors", "python-fido2", "vectors.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const figure = (name: string): Uint8Array => fromHex(String(vectors[name]));
const pin = (name: string): Uint8Array => fromHex(vectors.pin[name] ?? "");

const noDraw = (): never => {
  throw new Error("nothing to draw here");
};
const agreed = (protocol: 1 | 2, bytes: (length: number) => Uint8Array = noDraw): SharedSecret =>
  SharedSecret.agree(
    protocol,
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, pin("devPubX")],
      [-3, pin("devPubY")],
    ]),
    { bytes, scalar: () => pin("ecPriv") },
  );

test("PIN protocol one: key agreement, token, PIN hash and MAC", () => {
  const shared = agreed(1);
  expect(shared.platformKey.get(-2)).toEqual(pin("ecPubX"));
  expect(shared.platformKey.get(-3)).toEqual(pin("ecPubY"));
  expect(hex(shared.decrypt(pin("tokenEnc")))).toBe(vectors.pin["token"]);
  const pinHash = sha256(utf8("1234")).subarray(0, 16);
  expect(hex(shared.encrypt(pinHash))).toBe(vectors.pin["pinHashEnc"]);
  // The MAC key is the shared secret itself.
  const message = utf8("message");
  expect(shared.authenticate(message)).toEqual(authenticate(1, pin("shared"), message));
  expect(shared.authenticate(message).length).toBe(16);
});

test("PIN protocol two: IV in front, whole MAC, other keys than protocol one", () => {
  const iv = sha256(utf8("iv")).subarray(0, 16);
  const shared = agreed(2, () => iv);
  const sealed = shared.encrypt(pin("token"));
  expect(sealed.subarray(0, 16)).toEqual(iv);
  expect(shared.decrypt(sealed)).toEqual(pin("token"));
  expect(shared.authenticate(sealed).length).toBe(32);
  expect(hex(sealed.subarray(16))).not.toBe(vectors.pin["tokenEnc"]);
});

test("a key agreement off the curve is refused", () => {
  for (const [key, value] of [
    [-2, pin("devPubY")],
    [-3, pin("devPubX")],
    [-1, 2],
    [1, 3],
    [-2, pin("devPubX").subarray(1)],
  ] as const) {
    const peer = new Map<number, number | Uint8Array>([
      [1, 2],
      [-1, 1],
      [-2, pin("devPubX")],
      [-3, pin("devPubY")],
      [key, value],
    ]);
    expect(() =>
      SharedSecret.agree(1, peer, { bytes: noDraw, scalar: () => pin("ecPriv") }),
    ).toThrow(/KEY_ANSWER_INVALID/);
  }
});

test("GetInfo, also with fields of a later version", () => {
  for (const name of ["info", "infoExtraKey"])
    expect(readInfo(decodeMap(figure(name)))).toMatchObject({
      versions: ["U2F_V2", "FIDO_2_0"],
      extensions: ["uvm", "hmac-secret"],
      aaguid: "f8a011f3-8c0a-4d15-8006-17111f9edc7d",
      protocols: [1],
      firmware: null,
      forcePinChange: false,
    });
  const { options } = readInfo(decodeMap(figure("info")));
  expect([...options]).toEqual([
    ["rk", true],
    ["up", true],
    ["plat", false],
    ["clientPin", false],
  ]);
});

const rpIdHash = figure("authDataGetAssertion").subarray(0, 32);

test("authenticator data of a credential and of an assertion", () => {
  const made = readAuthenticatorData(figure("authDataMakeCredential"), rpIdHash);
  expect(made).toMatchObject({ flags: 0x41, counter: 28, extensions: null });
  expect(made.credential?.id).toEqual(figure("credentialId"));
  expect(hex(made.credential?.publicKey ?? new Uint8Array())).toBe(
    `04${String(vectors["publicX"])}${String(vectors["publicY"])}`,
  );
  const assertion = readAuthenticatorData(figure("authDataGetAssertion"), rpIdHash);
  expect(assertion).toMatchObject({ flags: 0x01, counter: 29, credential: null });
  for (let length = 0; length < figure("authDataMakeCredential").length; length++)
    expect(() =>
      readAuthenticatorData(figure("authDataMakeCredential").subarray(0, length), rpIdHash),
    ).toThrow(/KEY_ANSWER_INVALID/);
});

test.each(vectors.cbor)("CBOR %s both ways", (data, value) => {
  expect(decode(fromHex(data))).toEqual(value);
  expect(hex(encode(value))).toBe(data);
});

test.each(vectors.refused)("CBOR %s has no use in CTAP2 and is refused", (data) => {
  expect(() => decode(fromHex(data))).toThrow(/KEY_ANSWER_INVALID/);
});

test.each(vectors.order)("map %s: keys in CTAP2's order, kept and demanded", (data) => {
  const map = decodeMap(fromHex(data));
  const entries = [...map];
  expect(hex(encode(new Map(entries.toReversed())))).toBe(data);
});

test.each([
  ["duplicate key", "a201000100"],
  ["duplicate byte-string key", "a2410100410100"],
  ["keys out of order", "a202000100"],
  ["longer key first", "a262616100616200"],
  ["length not shortest", "1817"],
  ["string length not shortest", "780161"],
  ["five levels deep", "818181818100"],
  ["a map five levels deep", "a101a101a101a101a10100"],
  ["4 GiB announced", "5affffffff"],
  ["an array of 2^64 announced", "9bffffffffffffffff"],
  ["bytes after it", "0000"],
  ["nothing", ""],
  ["text that is not UTF-8", "61ff"],
  ["reserved size", "1c"],
])("CBOR refused: %s", (_, data) => {
  expect(() => decode(fromHex(data))).toThrow(/KEY_ANSWER_INVALID/);
});

test("four levels are allowed", () => {
  expect(decode(fromHex("8181818100"))).toEqual([[[[0]]]]);
});
