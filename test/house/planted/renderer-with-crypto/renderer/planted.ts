import { lengthOf } from "../crypto/hash.ts";

export const seen = lengthOf(new Uint8Array(1));
