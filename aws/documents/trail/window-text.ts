import { hex, sha256 } from "../../../crypto/bytes.ts";
import { canonical, type Json } from "../../../crypto/canonical.ts";
import { policySha256, policyText } from "../policy.ts";
import { PROFILES } from "../profiles.ts";
import { windowActions, windowPolicy } from "../window.ts";

/** What an access window allows, as its text at AWS says it. Times are epoch ms. */
export interface WindowText {
  readonly untilMs: number;
  /** Sessions of before are denied. */
  readonly tokensFromMs: number;
  readonly incident: string;
  readonly regions: readonly string[];
  readonly profile: string;
}

/**
 * Reads a window by writing it again from its own facts: what is not word for word one of the kit's,
 * with its deadline as a Deny of everything after it, is null, whatever dates stand in it.
 */
export function readWindow(text: string): WindowText | null {
  try {
    const document: unknown = JSON.parse(text);
    const { Statement: list } = document as { readonly Statement: readonly Statement[] };
    const [open, , , sessions, places] = list;
    const nbf = textAt(open, "DateGreaterThanEquals", "aws:CurrentTime");
    const until = textAt(open, "DateLessThan", "aws:CurrentTime");
    const incident = textAt(open, "StringEquals", "aws:PrincipalTag/IncidentId");
    const tokensFrom = textAt(sessions, "DateLessThan", "aws:TokenIssueTime");
    const regions = valueAt(places, "StringNotEquals", "aws:RequestedRegion");
    if (!Array.isArray(regions)) return null;
    const allowed = JSON.stringify(open?.Action);
    const profile = Object.keys(PROFILES).find(
      (one) => JSON.stringify(windowActions(one)) === allowed,
    );
    if (profile === undefined) return null;
    const facts = { nbf, until, tokensFrom, incident, regions: regions.map(String), profile };
    const again = windowPolicy(facts);
    const isSame =
      policyText(again) === text ||
      policySha256(again) === hex(sha256(canonical(document as Json)));
    if (!isSame) return null;
    return {
      untilMs: Date.parse(until),
      tokensFromMs: Date.parse(tokensFrom),
      incident,
      regions: facts.regions,
      profile,
    };
  } catch {
    // No JSON, none of the kit's fields, or what no builder takes.
    return null;
  }
}

interface Statement {
  readonly Action?: unknown;
  readonly Condition: { readonly [operator: string]: { readonly [key: string]: unknown } };
}

const valueAt = (statement: Statement | undefined, operator: string, key: string): unknown =>
  statement?.Condition[operator]?.[key];

const textAt = (...at: Parameters<typeof valueAt>): string => {
  const value = valueAt(...at);
  return typeof value === "string" ? value : "";
};
