import { lengthOf } from "../crypto/hash.ts";
import { readBeside } from "./trail/part.ts";

export const serveReview = (bytes: Uint8Array): unknown =>
  lengthOf(bytes) > 0 ? readBeside : null;
