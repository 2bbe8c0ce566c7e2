import { kitExpiry } from "../ceremony/kit-expiry.ts";
import type { ScreenOf } from "../contract/app.ts";

/**
 * What is due on the first screen: the guard rails' end, from ninety days before. `policy` is the one
 * that lies beside the vault, null when it can't be read; `now` RFC 3339, this laptop's clock.
 */
export function dueOf(
  policy: { readonly kitExpires: string } | null,
  now: string,
): ScreenOf<"home">["due"] {
  if (policy === null || kitExpiry(policy.kitExpires, now).kind === "far") return [];
  return [{ what: "Emergency kit expires", by: null, on: policy.kitExpires }];
}
