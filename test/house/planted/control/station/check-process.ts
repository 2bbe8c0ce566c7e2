import { sha256 } from "../crypto/hash.ts";

export const serveCheck = (bytes: Uint8Array): Uint8Array => sha256(bytes);
