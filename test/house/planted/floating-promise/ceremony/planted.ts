import { unseal } from "./unseal.ts";

export function planted(): void {
  unseal([]);
}
