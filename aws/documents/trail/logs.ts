import type { Digest } from "./digest.ts";
import type { JudgedDigest } from "./proof.ts";
import { finding, type TrailFinding } from "./finding.ts";
import { bareName } from "./names.ts";
import { put } from "./map.ts";
import { gaps, type Span, union } from "./spans.ts";

/** A file with events, as the proof sees it. */
export interface LogFile {
  readonly file: string;
  /** SHA-256 (hex) of its uncompressed content; null when it could not be read to its end. */
  readonly sha256: string | null;
  /** A LookupEvents answer is in no digest. */
  readonly kind: "log" | "lookup" | "unreadable";
  /** Of its name, else of its events; null when neither says. */
  readonly account: string | null;
  readonly region: string | null;
  /** Epoch ms: of its name, else of its newest event. */
  readonly delivered: number | null;
}

export type LogState = "verified" | "unverified" | "edited" | "added";

/** Names carry five-minute stamps and logs trail their events: near the ends nothing is concluded. */
const MARGIN = 30 * 60_000;

/** What one trail's digests prove of an area. Two trails, each with a hole, are no whole one. */
export interface TrailSpans {
  readonly bucket: string;
  readonly trail: string;
  readonly home: string;
  readonly isOrganization: boolean;
  readonly spans: readonly Span[];
}

export interface LogProof {
  readonly states: ReadonlyMap<string, LogState>;
  /** Account and region → hours whose digests hold and whose logs are all there, as they were. */
  readonly covered: ReadonlyMap<string, readonly TrailSpans[]>;
  readonly findings: readonly TrailFinding[];
}

export const areaOf = (account: string, region: string): string => `${account} ${region}`;

/** Compares the logs with what digests list; `wanted`: digests outside of it miss nothing. */
export function judgeLogs(
  files: readonly LogFile[],
  judged: readonly JudgedDigest[],
  wanted: Span,
): LogProof {
  const findings: TrailFinding[] = [];
  const states = new Map<string, LogState>();
  const byHash = new Map<string, LogFile[]>();
  const byName = new Map<string, LogFile[]>();
  const logs = files.filter(({ kind }) => kind !== "lookup");
  for (const log of logs) {
    if (log.sha256 !== null) put(byHash, log.sha256, log);
    put(byName, bareName(log.file), log);
  }
  const covered = new Map<string, Digest[]>();
  const spoken = new Map<string, Span[]>();
  for (const { digest, state } of judged) {
    if (state === "edited") continue;
    const area = areaOf(digest.account, digest.region);
    const isWanted = digest.to > wanted.from && digest.from < wanted.to;
    let whole = true;
    for (const log of digest.logs) {
      const same = byHash.get(log.sha256) ?? [];
      for (const { file } of same) if (states.get(file) !== "verified") states.set(file, state);
      const namesakes = (byName.get(bareName(log.place)) ?? []).filter(
        ({ sha256 }) => sha256 !== log.sha256,
      );
      for (const { file } of namesakes) {
        states.set(file, "edited");
        findings.push(finding("LOG_EDITED", "error", { file, digest: digest.place }));
      }
      if (same.length > 0) continue;
      whole = false;
      if (namesakes.length === 0 && isWanted)
        findings.push(finding("LOG_MISSING", "error", { log: log.place, digest: digest.place }));
    }
    put(spoken, area, digest);
    if (state === "verified" && whole) put(covered, area, digest);
  }
  for (const log of logs) {
    if (states.has(log.file) || log.kind !== "log") continue;
    const told = isTold(log, spoken);
    states.set(log.file, told ? "added" : "unverified");
    if (told) findings.push(finding("LOG_ADDED", "error", { file: log.file }));
    else if (judged.length > 0)
      findings.push(finding("LOG_NOT_DIGESTED", "warning", { file: log.file }));
  }
  return {
    states,
    covered: new Map([...covered].map(([area, digests]) => [area, byTrail(digests)])),
    findings,
  };
}

const byTrail = (digests: readonly Digest[]): readonly TrailSpans[] =>
  [
    ...Map.groupBy(digests, (one) =>
      [one.bucket, one.trail, one.home, one.isOrganization].join(" "),
    ).values(),
  ].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { bucket, trail, home, isOrganization } = first;
    return [{ bucket, trail, home, isOrganization, spans: union(own) }];
  });

/** Digests speak of the time and place in which this log was delivered. */
function isTold(
  { account, region, delivered }: LogFile,
  spoken: ReadonlyMap<string, readonly Span[]>,
): boolean {
  if (account === null || region === null || delivered === null) return false;
  const around = { from: delivered - MARGIN, to: delivered + MARGIN };
  const spans = spoken.get(areaOf(account, region)) ?? [];
  return spans.length > 0 && gaps(around, spans).length === 0;
}
