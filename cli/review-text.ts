import type { Action } from "../aws/documents/trail/question.ts";
import type { Coverage } from "../aws/documents/trail/coverage.ts";
import type { Severity, TrailFinding } from "../aws/documents/trail/finding.ts";
import type { Review } from "../aws/documents/trail/review.ts";
import { utc } from "../aws/documents/trail/time.ts";
import { explain, visible } from "../contract/failures.ts";
import type { RecordedStory } from "../station/trail/recorded.ts";

const date = (ms: number | null): string => (ms === null ? "no record of its end" : utc(ms));

/** Events beyond this many are for the page and for JSON. */
const LISTED = 200;
/** Findings of one code beyond this many are counted. */
const SAME = 6;

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: "To be explained:",
  warning: "To look at:",
  note: "To know:",
};

export function reviewText(story: RecordedStory, found: Review): string {
  const { access, proof, read } = found;
  const out: string[] = [];
  if (story.mode === "PRACTICE")
    out.push("PRACTICE: a rehearsal. It says nothing of a real access.");
  out.push(
    found.verdict === "CLEAR"
      ? "CLEAR: nothing in these files must be explained."
      : "EXPLAIN: something must be explained before anyone signs this review.",
    PROOF[proof.status],
    ...(story.anchored
      ? []
      : ["Of which vault the records are, they cannot say: give --vault-id from a share card."]),
    "",
    `  incident   ${access.incident}`,
    `  reason     ${story.access.reason}`,
    `  responder  ${story.access.responder}`,
    `  accounts   ${access.accounts.join(", ")}`,
    `  open       ${utc(access.openedMs)} to ${date(access.closedMs)} (deadline ${utc(access.deadlineMs)})`,
    `  read       ${read.events} events in ${found.files.length} files; ${found.actions.length} of the access, ${found.kit.length} on the kit`,
    `  files      ${counted(proof.logs)}; digests: ${counted(proof.digests)}`,
    ...proof.keys.map(
      ({ fingerprint, sha256 }) => `  public key ${fingerprint}, SHA-256 ${sha256}`,
    ),
  );
  for (const severity of ["error", "warning", "note"] as const) {
    const list = found.findings.filter((one) => one.severity === severity);
    if (list.length > 0) out.push("", HEADINGS[severity], ...findingLines(list));
  }
  out.push(
    "",
    "Coverage, an hour around the access and its sessions:",
    ...found.coverage.map(coverageLine),
  );
  if (found.credentials.length > 0) out.push("", "Keys and sessions:");
  for (const { mark, of, until, events, denied } of found.credentials)
    out.push(
      `  ${mark}  ${of}  ${events} events, ${denied} denied${until === null ? "" : `, until ${utc(until)}`}`,
    );
  if (found.services.length > 0) out.push("", "By service, and by region:");
  for (const { name, events, denied } of [...found.services, ...found.regions])
    out.push(`  ${name.padEnd(28)} ${String(events).padStart(7)} events ${denied} denied`);
  out.push(...eventLines("Every event of the access:", found.actions));
  out.push(...eventLines("Opening, closing, and what else was done to the kit:", found.kit));
  return `${out.map(visible).join("\n")}\n`;
}

const PROOF: Readonly<Record<Review["proof"]["status"], string>> = {
  verified: "VERIFIED: every log is as AWS signed it.",
  partly: "PARTLY VERIFIED: what was brought is proven in part only; see below.",
  unverified: "UNVERIFIED: nothing proves that these files are whole and unchanged.",
  tampered: "TAMPERED: files were changed, added or removed; they are named below.",
};

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";

function findingLines(findings: readonly TrailFinding[]): string[] {
  return [...Map.groupBy(findings, ({ code }) => code)].flatMap(([code, same]) => {
    const lines = same.slice(0, SAME).map(({ about }) => `  ${code}: ${explain(code, about).what}`);
    const rest = same.length > SAME ? [`  … and ${same.length - SAME} more of ${code}`] : [];
    return [...lines, ...rest, `    ${explain(code, same[0]?.about).todo}`];
  });
}

const STATES: Readonly<Record<Coverage["state"], string>> = {
  whole: "whole, by digests",
  gaps: "with gaps",
  unproven: "events only",
  none: "no file",
};

const coverageLine = ({ account, region, state, trail, events }: Coverage): string =>
  `  ${account}  ${region.padEnd(16)} ${STATES[state].padEnd(18)} ${events} events${trail === null ? "" : `, trail ${trail.name} in ${trail.bucket}`}`;

function eventLines(title: string, actions: readonly Action[]): string[] {
  if (actions.length === 0) return [];
  const lines = actions
    .slice(0, LISTED)
    .map(
      ({ event, phase, proof }) =>
        `  ${event.error === null ? " " : "✗"} ${utc(event.time)}  ${phase.padEnd(6)}  ${event.region.padEnd(14)}  ${event.service}:${event.name}` +
        `${event.error === null ? "" : ` DENIED ${event.error}`}  ${event.params}${proof === "verified" ? "" : `  [${proof}]`}`,
    );
  const rest =
    actions.length > LISTED
      ? [`  … and ${actions.length - LISTED} more: --html FILE or --json has all of them`]
      : [];
  return ["", title, ...lines, ...rest];
}
