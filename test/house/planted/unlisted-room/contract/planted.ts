import { lengthOf } from "../crypto/hash.ts";

export const planted = lengthOf;
