import { finding, type TrailFinding } from "./finding.ts";
import { areaOf, type TrailSpans } from "./logs.ts";
import { gaps, type Span } from "./spans.ts";
import type { Access } from "./question.ts";
import { utc } from "./time.ts";

/** What is known of one account's region over the time that a review needs. */
export interface Coverage {
  readonly account: string;
  readonly region: string;
  /** whole: digests prove it; gaps: they prove a part; unproven: events only; none: no file at all. */
  readonly state: "whole" | "gaps" | "unproven" | "none";
  readonly gaps: readonly Span[];
  /** The one whose digests prove most of it. */
  readonly trail: {
    readonly bucket: string;
    readonly name: string;
    /** The trail's own region. */
    readonly home: string;
    readonly isOrganization: boolean;
  } | null;
  readonly events: number;
  readonly first: number | null;
  readonly last: number | null;
}

export interface CoverageQuestion {
  readonly accounts: readonly string[];
  /** Regions that must be there, whether or not a file speaks of them. */
  readonly regions: readonly string[];
  readonly wanted: Span;
  /** By area: what digests prove, and what events were seen. */
  readonly covered: ReadonlyMap<string, readonly TrailSpans[]>;
  /** The region in which IAM is logged: its trail is the one that tells of the opening. */
  readonly home: string;
  readonly seen: ReadonlyMap<string, { count: number; first: number; last: number }>;
  /** The trail that was sealed with the keys; null: none was named. */
  readonly sealed: Access["trail"];
}

export function coverageOf(question: CoverageQuestion): {
  readonly coverage: readonly Coverage[];
  readonly findings: readonly TrailFinding[];
} {
  const { accounts, wanted, covered, seen } = question;
  const coverage = accounts.flatMap((account) => {
    const named = [...covered.keys(), ...seen.keys()]
      .map((area) => area.split(" "))
      .filter(([of]) => of === account)
      .map(([, region = ""]) => region);
    const regions = [...new Set([...question.regions, ...named])].toSorted();
    return regions.map((region): Coverage => {
      const area = areaOf(account, region);
      const best = (covered.get(area) ?? [])
        .map(({ bucket, trail: name, home, isOrganization, spans }) => ({
          trail: { bucket, name, home, isOrganization },
          left: gaps(wanted, spans),
        }))
        .toSorted((a, b) => lengthOf(a.left) - lengthOf(b.left))[0];
      const left = best?.left ?? [wanted];
      const { count = 0, first = null, last = null } = seen.get(area) ?? {};
      const proven = left.length === 0 ? "whole" : best !== undefined ? "gaps" : null;
      const state = proven ?? (count > 0 ? "unproven" : "none");
      const trail = best?.trail ?? null;
      return { account, region, state, gaps: left, trail, events: count, first, last };
    });
  });
  const others = coverage.flatMap(({ account, region, trail }) => {
    const own = coverage.find((one) => one.account === account && one.region === question.home);
    const usual = own?.trail ?? null;
    if (trail === null || usual === null || nameOf(trail) === nameOf(usual)) return [];
    const about = { account, region, trail: nameOf(trail), usual: nameOf(usual) };
    return [finding("COVERAGE_OTHER_TRAIL", "warning", about)];
  });
  const strange = coverage.flatMap(({ account, region, trail }) => {
    const { sealed } = question;
    if (sealed === null || trail === null || isOf(trail, sealed, account)) return [];
    const about = { account, region, trail: `${nameOf(trail)} (${trail.home})` };
    const named = `${sealed.arn} in ${sealed.bucket}`;
    return [finding("COVERAGE_UNSEALED_TRAIL", "error", { ...about, sealed: named })];
  });
  return { coverage, findings: [...coverage.flatMap(findingsOf), ...others, ...strange] };
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to }) => sum + to - from, 0);
const nameOf = ({ bucket, name }: { bucket: string; name: string }): string =>
  `${name} in ${bucket}`;

/** An organization's trail is in the account that administers it, which its digests don't name. */
function isOf(
  { bucket, name, home, isOrganization }: NonNullable<Coverage["trail"]>,
  sealed: NonNullable<Access["trail"]>,
  account: string,
): boolean {
  const [, , , region, owner, resource] = sealed.arn.split(":");
  return (
    bucket === sealed.bucket &&
    resource === `trail/${name}` &&
    region === home &&
    (isOrganization || owner === account)
  );
}

function findingsOf({ account, region, state, gaps: left }: Coverage): TrailFinding[] {
  const at = { account, region };
  switch (state) {
    case "whole":
      return [];
    case "gaps":
      return [
        finding("COVERAGE_GAP", "error", {
          ...at,
          gaps: left.map(({ from, to }) => `${utc(from)} to ${utc(to)}`).join("; "),
        }),
      ];
    case "unproven":
      return [finding("COVERAGE_UNPROVEN", "warning", at)];
    case "none":
      return [finding("COVERAGE_NONE", "error", at)];
  }
}
