import { createPublicKey } from "node:crypto";
import { decode } from "cborg";
import { expect } from "vitest";
import type { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { agree, device, type Fields, Host, signWith, token } from "./key-host.ts";

/** Requests as a well-behaved host makes them, for tests to bend. */

export const PIN = "2468";
export const PARTY = "example.test";
export const MAKE = 0x01;
export const ASSERT = 0x02;
export const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
export const base = (): Map<number, unknown> =>
  new Map<number, unknown>([
    [1, hash(1)],
    [2, { id: PARTY, name: "Test" }],
    [3, { id: hash(9), name: "tester" }],
    [4, [{ alg: -7, type: "public-key" }]],
  ]);

export interface Uv {
  readonly version: 1 | 2;
  readonly pin?: string;
}

/** Adds pinUvAuthParam and its protocol: keys 8 and 9, or 6 and 7. */
async function verified(
  host: Host,
  fields: Map<number, unknown>,
  at: 6 | 8,
  { version, pin = PIN }: Uv,
): Promise<Map<number, unknown>> {
  const { token: key } = await token(host, version, pin, at === 8 ? 1 : 2);
  const signed = fields.get(at === 8 ? 1 : 2) as Uint8Array;
  return new Map([...fields, [at, signWith(version, key, signed)], [at + 1, version]]);
}

export interface Made {
  readonly id: Uint8Array;
  readonly data: Buffer;
  readonly cose: Fields;
  readonly fields: Fields;
}

export async function make(host: Host, protection?: number, uv?: Uv): Promise<Made> {
  const extensions = {
    ...(protection === undefined ? {} : { credProtect: protection }),
    "hmac-secret": true,
  };
  const asked = new Map([...base(), [6, extensions]]);
  const { status, fields } = await host.ask(
    MAKE,
    uv === undefined ? asked : await verified(host, asked, 8, uv),
  );
  expect(status).toBe(0);
  const data = Buffer.from(fields.get(2) as Uint8Array);
  const length = data.readUInt16BE(53);
  const id = new Uint8Array(data.subarray(55, 55 + length));
  const both = Buffer.concat([Buffer.of(0x82), data.subarray(55 + length)]);
  const [cose] = decode(both, { useMaps: true }) as [Fields];
  return { id, data, cose, fields };
}

export async function secrets(
  host: Host,
  id: Uint8Array,
  salts: Uint8Array,
  agreement: 1 | 2,
  uv?: Uv,
): Promise<{ status: number; outputs: Uint8Array; data: Buffer; signature: Uint8Array }> {
  const agreed = await agree(host, agreement);
  const sealed = agreed.encrypt(salts);
  const input = new Map<number, unknown>([
    [1, agreed.cose],
    [2, sealed],
    [3, agreed.sign(sealed)],
    [4, agreement],
  ]);
  const asked = new Map<number, unknown>([
    [1, PARTY],
    [2, hash(2)],
    [3, [{ id, type: "public-key" }]],
    [4, { "hmac-secret": input }],
  ]);
  const { status, fields } = await host.ask(
    ASSERT,
    uv === undefined ? asked : await verified(host, asked, 6, uv),
  );
  if (status !== 0) return { status, outputs: hash(0), data: Buffer.alloc(0), signature: hash(0) };
  const data = Buffer.from(fields.get(2) as Uint8Array);
  const output = (decode(data.subarray(37)) as Record<string, Uint8Array>)["hmac-secret"];
  return {
    status,
    outputs: agreed.decrypt(output ?? new Uint8Array()),
    data,
    signature: fields.get(3) as Uint8Array,
  };
}

export function publicKey({ cose }: Made): ReturnType<typeof createPublicKey> {
  const part = (at: number): string =>
    Buffer.from(cose.get(at) as Uint8Array).toString("base64url");
  return createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: part(-2), y: part(-3) },
  });
}

export const plugged = async (key: SoftwareKeyDevice = device()): Promise<Host> => Host.on(key);
