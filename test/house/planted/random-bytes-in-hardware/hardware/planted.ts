import { randomBytes } from "node:crypto";

export const planted = (): Uint8Array => randomBytes(32);
