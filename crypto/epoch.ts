import { concat, sha256, u16be } from "./bytes.ts";
import { hkdf, label } from "./hkdf.ts";
import { ed25519WireKey } from "./ssh-wire.ts";

/** One generation of shares. Every derivation and commitment of a sealing binds these four. */
export interface Epoch {
  /** Bound, so that a header that calls a real vault practice fits none of its cards or keys. */
  readonly mode: "PRACTICE" | "REAL";
  /** 16 bytes, the same in every epoch. */
  readonly vaultId: Uint8Array;
  /** 1…65535 */
  readonly epoch: number;
  /** 16 random bytes per sealing attempt. */
  readonly setId: Uint8Array;
}

/** ctx = mode and a NUL | vaultId | u16 epoch | setId */
export const contextOf = ({ mode, vaultId, epoch, setId }: Epoch): Uint8Array =>
  concat(label(mode), vaultId, u16be(epoch), setId);

/** First 16 bytes of SHA-256 over epoch 1's public key as SSH writes it (what `ssh-keygen -lf` shows). */
export const vaultIdOf = (vaultKey: Uint8Array): Uint8Array =>
  sha256(ed25519WireKey(vaultKey)).slice(0, 16);

/** What hides a share on its card: HKDF over the stretched passphrase, 32 bytes. Secret. */
export const shareMask = (stretched: Uint8Array, epoch: Epoch, x: number): Uint8Array =>
  hkdf(stretched, new Uint8Array(0), concat(contextOf(epoch), Uint8Array.of(x)), 32);

/** Names a wrong share without the other custodians: SHA-256 over everything that places it. */
export const shareCommitment = (
  epoch: Epoch,
  threshold: number,
  count: number,
  x: number,
  y: Uint8Array,
): Uint8Array =>
  sha256(label("BGV1 share"), contextOf(epoch), Uint8Array.of(threshold, count, x), y);

/** Names an altered card without its passphrase. */
export const cardHash = (epoch: Epoch, card: Uint8Array): Uint8Array =>
  sha256(label("BGV1 card"), contextOf(epoch), card);

export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}
