import type { Json } from "../../../crypto/canonical.ts";

/**
 * One template serves every account and region: documents are built for these stand-ins, which the
 * templates then replace by their own names for the account and region that they are deployed to.
 * None can be meant: AWS gives no such account id or region.
 */
export const SLOT = {
  account: "000000000000",
  logAccount: "000000000001",
  region: "xx-slot-0",
} as const;

export type SlotNames = { readonly [slot in keyof typeof SLOT]: string };

/** A text with its slots filled; null when it has none. A `${` of its own is kept as `escaped`. */
export function filled(text: string, names: SlotNames, escaped: string): string | null {
  const slots = (Object.keys(SLOT) as (keyof typeof SLOT)[]).filter((slot) =>
    text.includes(SLOT[slot]),
  );
  if (slots.length === 0) return null;
  return slots.reduce(
    (whole, slot) => whole.replaceAll(SLOT[slot], () => names[slot]),
    text.replaceAll("${", () => escaped),
  );
}

/** Every string of a document through `change`. */
export function mapStrings(value: Json, change: (text: string) => Json): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapStrings(item, change));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, mapStrings(item as Json, change)]),
    );
  return value;
}
