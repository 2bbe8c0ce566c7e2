import { isShare } from "../crypto/shamir.ts";

export const check = (bytes: Uint8Array): string => (isShare(bytes) ? "good" : "wrong");
