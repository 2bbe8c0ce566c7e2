import { lengthOf } from "../crypto/hash.ts";

export const isOutput = (bytes: Uint8Array): boolean => lengthOf(bytes) === 32;
