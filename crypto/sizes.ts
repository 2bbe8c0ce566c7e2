/** Lengths in bytes that several files of the vault format share. */

/** Uncompressed SEC1 point on P-256. */
export const SEC1_POINT_BYTES = 65;
/** X-Wing (draft-connolly-cfrg-xwing-kem): public key, encapsulation, seed. */
export const BOX_PUBLIC_KEY_BYTES = 1216;
export const BOX_ENCAPSULATION_BYTES = 1120;
export const BOX_SEED_BYTES = 32;
/** XChaCha20-Poly1305 */
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
/** Quorum secret, hardware secret, key-encryption key, Ed25519 seed and public key, SHA-256. */
export const SECRET_BYTES = 32;
/** A wrapped hardware secret. */
export const WRAP_BYTES = SECRET_BYTES + TAG_BYTES;
export const ID_BYTES = 16;
