import { finding, type TrailFinding } from "./finding.ts";
import { areaOf } from "./logs.ts";
import { gaps, type Span } from "./spans.ts";
import { utc } from "./time.ts";

/** What is known of one account's region over the time that a review needs. */
export interface Coverage {
  readonly account: string;
  readonly region: string;
  /** whole: digests prove it; gaps: they prove a part; unproven: events only; none: no file at all. */
  readonly state: "whole" | "gaps" | "unproven" | "none";
  readonly gaps: readonly Span[];
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
  readonly covered: ReadonlyMap<string, readonly Span[]>;
  readonly seen: ReadonlyMap<string, { count: number; first: number; last: number }>;
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
      const spans = covered.get(area) ?? [];
      const left = gaps(wanted, spans);
      const { count = 0, first = null, last = null } = seen.get(area) ?? {};
      const proven = left.length === 0 ? "whole" : spans.length > 0 ? "gaps" : null;
      const state = proven ?? (count > 0 ? "unproven" : "none");
      return { account, region, state, gaps: left, events: count, first, last };
    });
  });
  return { coverage, findings: coverage.flatMap(findingsOf) };
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
