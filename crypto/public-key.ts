import { createPublicKey, verify } from "node:crypto";

type Key = ReturnType<typeof createPublicKey>;

/** A chain has few signers and many records: making the platform's key costs a fifth of a check. */
const keys = new Map<string, Key>();
const MOST_KEYS = 64;

/** Of its SubjectPublicKeyInfo (DER); null when it is none, or its point is not on the curve. */
function platformKey(spki: Uint8Array): Key | null {
  const name = spki.join();
  const known = keys.get(name);
  if (known !== undefined) return known;
  try {
    const key = createPublicKey({ key: spki, format: "der", type: "spki" });
    if (keys.size >= MOST_KEYS) keys.clear();
    keys.set(name, key);
    return key;
  } catch {
    return null;
  }
}

/** What the platform is asked: an Ed25519 signature (hash null) or ECDSA in DER (SHA-256). */
export interface PlatformCheck {
  readonly hash: "sha256" | null;
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the signature holds; a key that is none is no. */
export function holds({ hash, spki, message, signature }: PlatformCheck): boolean {
  const key = platformKey(spki);
  return key !== null && verify(hash, message, key, signature);
}

/** The same on the platform's own threads: for many at once. */
export async function holdsAside({
  hash,
  spki,
  message,
  signature,
}: PlatformCheck): Promise<boolean> {
  const key = platformKey(spki);
  if (key === null) return false;
  return new Promise((resolve) => {
    verify(hash, message, key, signature, (error, valid) => {
      resolve(error === null && valid);
    });
  });
}
