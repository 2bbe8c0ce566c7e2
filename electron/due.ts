import { dueChecks } from "../ceremony/due.ts";
import { kitExpiry } from "../ceremony/kit-expiry.ts";
import type { ScreenOf } from "../contract/app.ts";

/** Checks are said so many days before they are due. */
const AHEAD_DAYS = 30;

const CHECKS = {
  "card-check": "Card check",
  "full-check": "Full share check",
  "key-check": "Security key check",
} as const;

/** Whose card, share or key is to be checked soon, or should have been. */
export function dueOfChecks(
  story: Parameters<typeof dueChecks>[0],
  now: string,
): ScreenOf<"home">["due"] {
  const soon = Date.parse(now) + AHEAD_DAYS * 86_400_000;
  return dueChecks(story, now)
    .filter(({ on }) => Date.parse(on) <= soon)
    .map(({ what, who, on }) => ({ what: CHECKS[what], by: who, on }));
}

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
