import { lengthOf } from "../../crypto/hash.ts";

export const fits = (policy: Uint8Array): boolean => lengthOf(policy) <= 2048;
