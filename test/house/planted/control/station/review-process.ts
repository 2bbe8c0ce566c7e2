import { lengthOf } from "../crypto/hash.ts";

export const serveReview = (bytes: Uint8Array): number => lengthOf(bytes);
