import { endpointsOf, type Partition } from "../partition.ts";
import { closure, type Credential, type Member } from "./closure.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import type { TrailEvent } from "./event.ts";
import { finding, type TrailFinding } from "./finding.ts";
import { judgeActions, judgeSources, roleSessions } from "./judge.ts";
import { isMention, judgeKit, kitNames, kitSessions, PARTITIONS } from "./kit-use.ts";
import { judgeLatch } from "./latch.ts";
import { judgeLogs, type LogState } from "./logs.ts";
import { judgeDigests } from "./proof.ts";
import type { Access, Action, Phase, Question } from "./question.ts";
import type { TrailFile } from "./part.ts";
import type { Interest, Trail } from "./trail.ts";

export interface Count {
  readonly name: string;
  readonly events: number;
  readonly denied: number;
}

export interface Review {
  /** EXPLAIN: at least one error stands among the findings. */
  readonly verdict: "CLEAR" | "EXPLAIN";
  readonly access: Access;
  /** verified: every log and digest is proven, by keys of their time, and covers all regions, as was stated; partly: some are; unverified: none is. */
  readonly proof: {
    readonly status: "verified" | "partly" | "unverified" | "tampered";
    readonly logs: Readonly<Record<LogState, number>>;
    readonly digests: {
      readonly verified: number;
      readonly unverified: number;
      readonly edited: number;
    };
    /** Public keys by which something is proven, computed from the keys themselves. */
    readonly keys: readonly { readonly fingerprint: string; readonly sha256: string }[];
  };
  readonly wanted: { readonly from: number; readonly to: number };
  readonly coverage: readonly Coverage[];
  readonly credentials: readonly (Credential & {
    readonly events: number;
    readonly denied: number;
  })[];
  /** By time. */
  readonly actions: readonly Action[];
  /** Opening and closing, and whatever else was done to the kit's identities. */
  readonly kit: readonly Action[];
  readonly services: readonly Count[];
  readonly regions: readonly Count[];
  readonly findings: readonly TrailFinding[];
  readonly files: readonly TrailFile[];
  readonly read: { readonly events: number; readonly duplicates: number; readonly data: number };
}

const HOUR = 3_600_000;
/** CloudTrail may deliver late; a digest follows within the hour. */
const SETTLED = 3 * HOUR;
/** No session of STS lasts longer, whatever a trail says. */
const LONGEST_SESSION = 36 * HOUR;

/** What a trail must be read for, to be reviewed. */
export function interestOf(accounts: readonly string[], keys: readonly string[]): Interest {
  const names = kitNames(accounts);
  return {
    seeds: { users: names.emergency, keys },
    concerns: (event) => isMention(event, names),
  };
}

/**
 * Reviews one access against a trail that was read. Pure; nothing in it is believed but what `access`
 * says, which comes from verified records.
 */
export function review(trail: Trail, question: Question): Review {
  const { access, others } = question;
  const end = access.closedMs ?? access.deadlineMs;
  const names = kitNames(access.accounts);
  const files = new Map<TrailEvent, readonly number[]>();
  const events = (function* () {
    for (const { event, files: at } of trail.kept) {
      files.set(event, at);
      yield event;
    }
  })();
  const closed = closure(events, { users: names.emergency, keys: question.keys });
  // What a session was used for after the closing stands in later logs; the activator's reopens.
  const ended = [...roleSessions(closed.credentials), ...kitSessions(files.keys(), question, names)]
    .map(({ until, from }) => Math.min(until, (from ?? end) + LONGEST_SESSION))
    .reduce((last, until) => Math.max(last, until), end);
  const wanted = { from: access.openedMs - HOUR, to: ended + HOUR };

  const damaged = trail.files
    .filter(({ kind }) => kind === "unreadable" || kind === "unknown")
    .map(({ file }) => file);
  const digests = judgeDigests(trail.digests, question.proofs, wanted.from, damaged);
  const logs = judgeLogs(trail.logs, digests.judged, wanted);

  const proofOf = (event: TrailEvent): LogState => {
    const states = (files.get(event) ?? []).map(
      (file) => logs.states.get(trail.files[file]?.file ?? "") ?? "unverified",
    );
    return (
      (["verified", "edited", "added"] as const).find((one) => states.includes(one)) ?? "unverified"
    );
  };
  const actionOf = (event: TrailEvent, member: Member | null): Action => ({
    event,
    phase: phaseOf(event.time, access, others),
    proof: proofOf(event),
    credential: member?.credential ?? null,
    byName: member?.byName ?? false,
  });
  const actions = closed.members.map((member) => actionOf(member.event, member));
  const own = new Set(closed.members.map(({ event }) => event));
  const kit = [...files.keys()]
    .filter((event) => !own.has(event) && isMention(event, names))
    .map((event) => actionOf(event, null))
    .toSorted((a, b) => a.event.time - b.event.time || (a.event.id < b.event.id ? -1 : 1));

  const home = homeRegion(actions, kit);
  // A session can be got in any enabled region, whatever the window allows: STS asks no policy for it.
  const isStated = question.allRegions && access.regions.length + question.regions.length > 0;
  const { coverage, findings: uncovered } = coverageOf({
    accounts: access.accounts,
    regions: [...access.regions, ...question.regions, home],
    wanted,
    covered: logs.covered,
    home,
    seen: trail.seen,
    sealed: access.trail,
  });
  const findings = [
    ...trail.findings,
    ...digests.findings,
    ...logs.findings,
    ...(digests.judged.length === 0 ? [finding("DIGESTS_NOT_GIVEN", "warning")] : []),
    ...judgeActions(actions, closed.credentials, question, names),
    ...judgeSources(actions, kit, question.sources, names),
    ...judgeKit(kit, question, names),
    ...judgeLatch(actions, kit, question, names),
    ...(access.closedMs === null ? [finding("CLOSING_NOT_RECORDED", "error")] : []),
    ...uncovered,
    ...(isStated ? [] : [finding("REGIONS_NOT_STATED", "warning")]),
    ...(question.nowMs < ended + SETTLED ? [finding("REVIEW_EARLY", "warning", { hours: 3 })] : []),
  ];
  const byCredential = Map.groupBy(actions, ({ credential }) => credential);
  const counted = { verified: 0, unverified: 0, edited: 0, added: 0 };
  for (const { file } of trail.logs) counted[logs.states.get(file) ?? "unverified"]++;
  const judged = { verified: 0, unverified: 0, edited: 0 };
  for (const { state } of digests.judged) judged[state]++;
  const rank = { error: 0, warning: 1, note: 2 } as const;
  return {
    verdict: findings.some(({ severity }) => severity === "error") ? "EXPLAIN" : "CLEAR",
    access,
    proof: {
      status: statusOf(findings, counted, judged),
      logs: counted,
      digests: judged,
      keys: digests.keys.map(({ fingerprint, sha256 }) => ({ fingerprint, sha256 })),
    },
    wanted,
    coverage,
    // Names at which nothing began say nothing.
    credentials: closed.credentials
      .map((credential) => ({
        ...credential,
        ...tally(byCredential.get(credential.mark) ?? []),
      }))
      .filter(({ events: count, by }) => count > 0 || by !== null),
    actions,
    kit,
    services: counts(actions, ({ service }) => service),
    regions: counts(actions, ({ region }) => region),
    findings: findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]),
    files: trail.files,
    read: { events: trail.read, duplicates: trail.duplicates, data: trail.data },
  };
}

function phaseOf(time: number, access: Access, others: readonly Access[]): Phase {
  // Event times are cut to the second: what happened in the opening's own second is inside.
  const isIn = ({ windows, openedMs, closedMs, deadlineMs }: Access): boolean =>
    windows.length > 0 &&
    time >= Math.floor(openedMs / 1000) * 1000 &&
    time <= (closedMs ?? deadlineMs);
  if (isIn(access)) return time < access.deadlineMs ? "inside" : "late";
  if (others.some(isIn)) return "other";
  if (time < access.openedMs) return "before";
  return access.closedMs === null ? "late" : "closed";
}

/** IAM's events are logged in the one region of its partition. */
function homeRegion(actions: readonly Action[], kit: readonly Action[]): string {
  const names = [...actions, ...kit].map(({ event }) => event.actor.name);
  const isOf = (partition: Partition): boolean =>
    names.some((name) => name.startsWith(`arn:${partition}:`));
  return endpointsOf(PARTITIONS.find(isOf) ?? "aws").iam.signingRegion;
}

function statusOf(
  findings: readonly TrailFinding[],
  logs: Review["proof"]["logs"],
  digests: Review["proof"]["digests"],
): Review["proof"]["status"] {
  if (findings.some(({ code }) => TAMPERED.has(code))) return "tampered";
  const damaged = findings.some(({ code, severity }) => severity === "error" && DAMAGED.test(code));
  const whole = logs.verified > 0 && logs.unverified + digests.unverified === 0;
  const told = !findings.some(({ code }) => DOUBTED.has(code));
  if (whole && !damaged && told) return "verified";
  return logs.verified > 0 ? "partly" : "unverified";
}

const DAMAGED = /^(?:TRAIL_FILE_|DIGEST_SIGNATURE_)/;

/** A key of another time may be nobody's; what no digest covers may hide anything, in a region that nobody named, too. */
const DOUBTED: ReadonlySet<string> = new Set([
  "DIGEST_KEY_OUT_OF_TIME",
  "REGIONS_NOT_STATED",
  "COVERAGE_GAP",
  "COVERAGE_UNPROVEN",
  "COVERAGE_NONE",
  "COVERAGE_OTHER_TRAIL",
  "COVERAGE_UNSEALED_TRAIL",
]);

const TAMPERED: ReadonlySet<string> = new Set([
  "LOG_EDITED",
  "LOG_MISSING",
  "LOG_ADDED",
  "DIGEST_EDITED",
  "DIGEST_MISSING",
  "DIGEST_REFUSED",
  "TRAIL_EVENTS_DIFFER",
]);

const tally = (actions: readonly Action[]): { events: number; denied: number } => ({
  events: actions.length,
  denied: actions.filter(({ event }) => event.error !== null).length,
});

function counts(actions: readonly Action[], by: (event: TrailEvent) => string): readonly Count[] {
  const names = Map.groupBy(actions, ({ event }) => by(event));
  return [...names]
    .map(([name, list]) => ({ name, ...tally(list) }))
    .toSorted((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1));
}
