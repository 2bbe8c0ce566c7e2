import { concat, u32be, utf8 } from "../../crypto/bytes.ts";
import { canonical, type Json } from "../../crypto/canonical.ts";
import type { SecretBytes } from "../../crypto/secret.ts";
import { vaultFile } from "../../crypto/vault.ts";

/** Takes a vault file apart and signs what was made of it: a forger who holds the vault key. */
export interface Parts {
  readonly magic: string;
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export type Fields = { [key: string]: Json };

export function partsOf(file: Uint8Array): Parts {
  const headerLength = new DataView(file.buffer, file.byteOffset).getUint32(8);
  const nonceAt = 16 + headerLength;
  return {
    magic: "BGVAULT1",
    header: file.slice(16, nonceAt),
    nonce: file.slice(nonceAt, nonceAt + 24),
    ciphertext: file.slice(nonceAt + 24, file.length - 64),
  };
}

export const resigned = (
  { magic, header, nonce, ciphertext }: Parts,
  seed: SecretBytes,
): Promise<Uint8Array> => {
  const start = concat(utf8(magic), u32be(header.length), u32be(ciphertext.length), header);
  return vaultFile(start, nonce, ciphertext, seed);
};

export const fieldsOf = (file: Uint8Array): Fields =>
  JSON.parse(new TextDecoder().decode(partsOf(file).header)) as Fields;

/** The file with other header fields, canonical and signed again. */
export const withFields = (
  file: Uint8Array,
  fields: Fields,
  seed: SecretBytes,
): Promise<Uint8Array> => resigned({ ...partsOf(file), header: canonical(fields) }, seed);

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function* otherValues(value: Json): Generator<Json> {
  yield null;
  if (typeof value === "number") yield* [value + 1, value - 1, 0, -1, value + 0.5, 2 ** 53, "1"];
  if (typeof value === "string") {
    yield* [
      "",
      `${value}A`,
      `${value} `,
      `${value}\n`,
      `${value}\u202e`,
      value.slice(0, -1),
      7,
      [value],
    ];
    if (value === "PRACTICE") yield "REAL";
    // one other character in the middle: the same length, still hex or base64url
    const middle = Math.floor(value.length / 2) + 1;
    const other = value[middle] === "0" ? "1" : "0";
    yield value.slice(0, middle) + other + value.slice(middle + 1);
  }
  if (Array.isArray(value)) {
    yield [];
    yield value.slice(1);
    yield [...value, value[0] ?? null];
    yield value.toReversed();
    yield { ...value };
  }
  if (isObject(value)) {
    yield { ...value, unknown: 1 };
    yield Object.entries(value).map(([, inner]) => inner);
    for (const key of Object.keys(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      yield { ...rest, [`${key}2`]: value[key] ?? null };
    }
  }
}

/** Every way to change one place of `value`: leaves, lists, objects, missing and unknown keys. */
export function* mutations(value: Json, at = ""): Generator<{ at: string; value: Json }> {
  const before = JSON.stringify(value);
  for (const other of otherValues(value))
    if (JSON.stringify(other) !== before) yield { at, value: other };
  if (Array.isArray(value))
    for (const [index, inner] of value.entries())
      for (const change of mutations(inner as Json, `${at}[${index}]`))
        yield { at: change.at, value: value.with(index, change.value) as Json };
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value))
      for (const change of mutations(inner, `${at}.${key}`))
        yield { at: change.at, value: { ...value, [key]: change.value } };
}
