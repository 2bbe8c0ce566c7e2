import { lengthOf } from "../crypto/hash.ts";

export const serveCheck = (bytes: Uint8Array): number => lengthOf(bytes);
