import { readFileSync } from "node:fs";
import { unseal } from "../ceremony/unseal.ts";

export const open = async (path: string): Promise<Uint8Array> =>
  unseal([readFileSync(path), readFileSync(path)]);
