import { alarmRegionsOf, checkRegion, type Partition } from "../partition.ts";
import { type Pattern, patternsOf } from "../template/patterns.ts";
import type { KitPlan } from "../template/plan.ts";
import type { Outline } from "./event.ts";

const PARTITIONS: readonly Partition[] = ["aws-cn", "aws-us-gov", "aws"];

/**
 * Changes to what guards the access beside its identities: reaper, alarm, topics, their rules and
 * keys. What they are, the alarm's own patterns say. Its roles' names are the plan's, and unknown here.
 */
export function partsOf(accounts: readonly string[]): (event: Outline) => boolean {
  const known = new Map<string, readonly Pattern[]>();
  const patternsIn = (account: string, region: string): readonly Pattern[] => {
    const place = `${account} ${region}`;
    const found =
      known.get(place) ??
      PARTITIONS.filter((one) => isRegion(one, region)).flatMap((one) =>
        changesOf(account, one, region),
      );
    if (known.size < MOST_PLACES) known.set(place, found);
    return found;
  };
  return (event) =>
    event.parts !== null &&
    accounts.includes(event.account) &&
    patternsIn(event.account, event.region).some((one) => matches(one, seenBy(event)));
}

const MOST_PLACES = 1000;

function changesOf(account: string, partition: Partition, region: string): readonly Pattern[] {
  const [home, other] = alarmRegionsOf(partition);
  const plan: KitPlan = {
    accounts: [account],
    partition,
    regions: [home],
    profiles: ["restore-service"],
    evidenceBuckets: [],
    kitExpires: "2100-01-01T00:00:00Z",
    maxHours: 1,
    home,
    second: region === home ? other : region,
    securityRole: "OrgSecurityAdmin",
    deployRole: "BreakGlassDeploy",
  };
  return Object.entries(patternsOf(plan, account))
    .filter(([name]) => name.startsWith("change"))
    .flatMap(([, { detail }]) => (isPattern(detail) ? [detail] : []));
}

function isRegion(partition: Partition, region: string): boolean {
  try {
    return checkRegion(partition, region) === region;
  } catch {
    return false;
  }
}

type Field = Pattern[string];
const isPattern = (field: Field | undefined): field is Pattern =>
  typeof field === "object" && !Array.isArray(field);

type Seen = { readonly [field: string]: unknown };

/** The event as EventBridge's rule would see it, as far as it was kept. */
const seenBy = (event: Outline): Seen => ({
  eventSource: `${event.service}.amazonaws.com`,
  eventName: event.name,
  readOnly: event.readOnly,
  requestParameters: event.parts,
  userIdentity:
    event.actor.issuer === null
      ? {}
      : { sessionContext: { sessionIssuer: { arn: event.actor.issuer } } },
});

/** EventBridge's matching, for the operators of `Match`. */
function matches(pattern: Pattern, seen: unknown): boolean {
  const fields = typeof seen === "object" && seen !== null ? (seen as Seen) : {};
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = fields[name];
    if (isPattern(wanted)) return matches(wanted, value);
    if (name === "$or")
      return wanted.some((one) => isPattern(one as Field) && matches(one as Pattern, seen));
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((one) => values.some((each) => holds(one, each)));
  });
}

const IN_ANY_CASE = "equals-ignore-case";

const namesOf = (but: unknown): readonly unknown[] =>
  Object.values(Object(but) as Seen).flatMap((names) => (Array.isArray(names) ? names : [names]));

function holds(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === value;
  const match = wanted as { readonly [operator: string]: unknown };
  if ("exists" in match) return (value !== undefined) === match["exists"];
  if ("anything-but" in match) {
    const but = match["anything-but"];
    const wants = Array.isArray(but)
      ? (but as readonly unknown[])
      : namesOf(but).map((name) => ({ [IN_ANY_CASE]: name }));
    return value !== undefined && !wants.some((one) => holds(one, value));
  }
  if (typeof value !== "string") return false;
  if (IN_ANY_CASE in match) return value.toLowerCase() === String(match[IN_ANY_CASE]).toLowerCase();
  if ("prefix" in match) return value.startsWith(String(match["prefix"]));
  return wildcard(String(match["wildcard"] ?? ""), value);
}

function wildcard(pattern: string, value: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (!value.startsWith(head)) return false;
  let at = head.length;
  for (const [index, part] of rest.entries()) {
    const found = index === rest.length - 1 ? value.lastIndexOf(part) : value.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
  }
  return at === value.length;
}
