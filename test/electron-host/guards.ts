import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

// Electron links BoringSSL. What it lacks must fail here too, or code would pass on Node's OpenSSL
// and break in the shipped app.

const CIPHERS = /chacha20|-ccm|-ocb|wrap|aria|camellia/i;
const KEYS = /448|^dh$|rsa-pss|slh-dsa|ml-dsa|ml-kem/;

function refuse(code: string, message: string): never {
  throw Object.assign(new Error(`${message} (stand-in: as in Electron's BoringSSL)`), { code });
}

type Loose = Record<string, (...args: never[]) => unknown>;
const open = crypto as unknown as Loose;

function guardFirst(names: readonly string[], refused: (first: unknown) => void): void {
  for (const name of names) {
    const original = open[name];
    if (original === undefined) continue;
    open[name] = (...args: never[]) => {
      refused(args[0]);
      return original(...args);
    };
  }
}

const SUBTLE = /argon2|chacha20|448|ocb|aes-kw|ml-dsa|ml-kem/i;

/** The Web Crypto names of the same; an algorithm is a string or has a name. */
const isLacking = (arg: unknown): boolean => {
  const named = typeof arg === "object" && arg !== null && "name" in arg ? arg.name : arg;
  return typeof named === "string" && SUBTLE.test(named);
};

function guardSubtle(): void {
  const subtle = crypto.webcrypto.subtle as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  const names = ["encrypt", "decrypt", "deriveBits", "deriveKey", "generateKey", "importKey"];
  for (const name of [...names, "wrapKey", "unwrapKey", "sign", "verify"]) {
    const original = subtle[name]?.bind(subtle);
    const guarded = async (...args: unknown[]): Promise<unknown> => {
      if (args.some(isLacking))
        throw new DOMException("Unrecognized algorithm name (stand-in)", "NotSupportedError");
      return original?.(...args);
    };
    Object.defineProperty(subtle, name, { value: guarded, configurable: true, writable: true });
  }
}

export function guardCrypto(): void {
  guardFirst(["argon2", "argon2Sync"], () =>
    refuse("ERR_CRYPTO_ARGON2_NOT_SUPPORTED", "Argon2 algorithm not supported"),
  );
  guardFirst(["createCipheriv", "createDecipheriv"], (name) => {
    if (CIPHERS.test(String(name))) refuse("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  });
  guardFirst(["generateKeyPair", "generateKeyPairSync"], (name) => {
    if (KEYS.test(String(name))) refuse("ERR_INVALID_ARG_VALUE", `${String(name)} unsupported`);
  });
  guardSubtle();
  const { getCiphers } = crypto;
  crypto.getCiphers = () => getCiphers().filter((name) => !CIPHERS.test(name));
  syncBuiltinESMExports();
}
