// The slice of the platform that crypto/ may see. No `@types/node` here on purpose: a module of this
// room that reaches for a clock, a timer, the network or the process does not compile.

declare module "node:crypto" {
  interface Hash {
    update(data: Uint8Array): Hash;
    digest(): Uint8Array;
  }
  /** md5: the name that CloudTrail gives its keys, and nothing else. */
  export function createHash(algorithm: "md5" | "sha256" | "sha512"): Hash;
  export function createHmac(algorithm: "sha1" | "sha256", key: Uint8Array): Hash;
  export function hkdfSync(
    digest: "sha256",
    key: Uint8Array,
    salt: Uint8Array,
    info: Uint8Array,
    length: number,
  ): ArrayBuffer;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
  interface KeyObject {
    readonly type: "public";
  }
  export function createPublicKey(key: { key: Uint8Array; format: "der"; type: "spki" }): KeyObject;
  export function verify(
    algorithm: "sha256" | null,
    data: Uint8Array,
    key: KeyObject,
    signature: Uint8Array,
  ): boolean;
  /** The same on the platform's own threads. */
  export function verify(
    algorithm: "sha256" | null,
    data: Uint8Array,
    key: KeyObject,
    signature: Uint8Array,
    done: (error: Error | null, valid: boolean) => void,
  ): void;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
