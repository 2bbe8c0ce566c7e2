import { parseApprovalEvidence, type RecordBody, type RecordKind } from "../../crypto/record.ts";

/** What one record says, for every page that shows it: read from its evidence as it is written. */

type Evidence = RecordBody["evidence"];

export const clockTime = (time: string): string => time.slice(11, 19);
export const utc = (time: string): string => `${clockTime(time)} UTC`;
export const CLOCKS = { aws: "AWS", station: "laptop" } as const;

export const stamp = ({ at }: RecordBody): string =>
  `${utc(at.time)}, by ${at.clock === "aws" ? "AWS’s" : "the laptop’s"} clock`;

export const textOf = (evidence: Evidence | undefined, name: string): string | null => {
  const value = evidence?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
};

export const listOf = (evidence: Evidence | undefined, name: string): string[] => {
  const value = evidence?.[name];
  return Array.isArray(value) ? value.map((item) => String(item)) : [];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a closing's record, or one of a deadline that passed, says of each account. */
export const closingsOf = ({
  evidence,
}: RecordBody): readonly Readonly<Record<string, unknown>>[] => {
  const { accounts } = evidence;
  return Array.isArray(accounts) ? accounts.filter(isObject) : [];
};

/** A look at the dead key that found it working again takes the proof back. */
export const confirmedDead = (closed: RecordBody): boolean =>
  closingsOf(closed).length > 0 && closingsOf(closed).every(({ confirmed }) => confirmed === true);

/** The least refusals that a policy may ask for as proof. */
const REFUSALS = 3;

/**
 * Dead means: a closing record of this incident that names every account that was opened, each with
 * at least three refusals of its key, the latch on and not seen to let a call through, nothing that
 * remains, and a second look that found the same. A closing written from the journal after a crash has no verdict, only those facts.
 * Anything less is unproven.
 */
export const provenDead = (closed: RecordBody, opened: readonly RecordBody[]): boolean =>
  isShut(closed, opened) && confirmedDead(closed);

/** All but the second look, which somebody stopped, say: the station itself calls that "may be open". */
export const secondLookMissing = (closed: RecordBody, opened: readonly RecordBody[]): boolean =>
  isShut(closed, opened) && !confirmedDead(closed);

function isShut(closed: RecordBody, opened: readonly RecordBody[]): boolean {
  const incident = textOf(opened[0]?.evidence, "incident");
  if (incident === null || textOf(closed.evidence, "incident") !== incident) return false;
  const closings = closingsOf(closed);
  const needed = new Set(opened.flatMap(({ evidence }) => listOf(evidence, "accounts")));
  const named = new Set(closings.map(({ account }) => String(account)));
  return (
    needed.size > 0 && [...needed].every((account) => named.has(account)) && closings.every(isOff)
  );
}

/** Refused as often as it takes, and no later look found otherwise. */
const isOff = (closing: Readonly<Record<string, unknown>>): boolean => {
  const { verdict, latched, deny, rejections, confirmed, remains } = closing;
  return (
    (verdict === undefined || verdict === "CLOSED") &&
    (latched === undefined || latched === true) &&
    deny !== "ALLOWED" &&
    typeof rejections === "number" &&
    rejections >= REFUSALS &&
    confirmed !== false &&
    Array.isArray(remains) &&
    remains.length === 0
  );
};

/** The latch was seen to shut nothing: by what it says, or by a call that passed it. */
export const latchFailed = (closed: RecordBody): boolean =>
  closingsOf(closed).some(
    ({ deny, remains }) =>
      deny === "ALLOWED" ||
      (Array.isArray(remains) &&
        remains.some((one) =>
          /^LATCH_(CHANGED|PASSED)/.test(String(isObject(one) ? one["kind"] : one)),
        )),
  );

/** What stood at AWS after it had been closed, by account: "111122223333: KEY_ACTIVE AKIA…". */
export const reopenedIn = (closed: RecordBody): readonly string[] =>
  closingsOf(closed).flatMap(({ account, reopened }) =>
    (Array.isArray(reopened) ? (reopened as readonly unknown[]) : []).map((one) => {
      const { kind, what } = isObject(one) ? one : {};
      return `${String(account)}: ${typeof kind === "string" ? `${kind} ${String(what)}` : String(one)}`;
    }),
  );

/** How often AWS refused the key in all accounts, as a closing counts. */
export const refusalsIn = (closed: RecordBody): number =>
  closingsOf(closed).reduce(
    (sum, { rejections }) => sum + (typeof rejections === "number" ? rejections : 0),
    0,
  );

/** "34 min 3 s". */
export function duration(from: string, to: string): string {
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? "0 s" : said.join(" ");
}

const LABELS: Readonly<Record<RecordKind, string>> = {
  sealed: "Vault sealed",
  rotated: "Shares rotated, vault sealed anew",
  "glass-broken": "Glass broken: quorum and touch opened the vault",
  committed: "The vault counts",
  cancelled: "Cancelled, nothing changed",
  refused: "Refused",
  "share-checked": "Share checked",
  "key-checked": "Security key checked",
  "access-open": "Access open",
  "access-expired": "Deadline reached",
  "access-failed": "Access did not open",
  "runbook-step": "Runbook step",
  "access-on-stick": "Access keys on a stick",
  closed: "Closed",
  recheck: "Second look at AWS",
  "aws-calls": "Calls to AWS",
  "alarm-checked": "Alarm checked",
  resumed: "Resumed after an interruption",
  reviewed: "Reviewed",
  restored: "Restored on another laptop",
  "took-over": "A spare in the primary’s place",
  custody: "Custody register",
  copied: "Copy written to a stick",
  drill: "Drill ended",
  approval: "Approved by touch of a security key",
};
export const labelOf = (kind: RecordKind): string => LABELS[kind];

export const people = (record: RecordBody): string[] =>
  Object.entries(record.who).map(([role, name]) => `${role} ${name}`);

/** When AWS ends an access: as its record says it, or the one of an opening that failed somewhere. */
export function deadlineIn({ kind, evidence }: RecordBody): string | null {
  if (kind === "access-open") return textOf(evidence, "deadline");
  const { untilMs } = Object(Object(evidence["opening"]).deadline) as {
    readonly untilMs?: unknown;
  };
  return kind === "access-failed" && typeof untilMs === "number"
    ? new Date(untilMs).toISOString()
    : null;
}

/**
 * What a timeline's line adds to its label. The reason stands among the facts, not here; `incident`:
 * whose page it is, so that what is of another use says so.
 */
export function detailOf(record: RecordBody, incident: string | null): string {
  const { kind, evidence, why } = record;
  const deadline = kind === "access-open" ? deadlineIn(record) : null;
  const of = textOf(evidence, "incident");
  return [
    incident === null || of === null || of === incident ? "" : `of another use, ${of}`,
    deadline === null ? "" : `to end at ${utc(deadline)}`,
    kind === "approval" ? `record ${parseApprovalEvidence(evidence).seq}` : "",
    kind === "glass-broken" ? "" : why,
    kind === "glass-broken" ? "" : people(record).join(", "),
    isOfSameKey(record) ? "signed by no other key than broke the glass" : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

export const isOfSameKey = ({ kind, evidence }: RecordBody): boolean =>
  kind === "reviewed" && evidence["sameKeyAsOpening"] === true;

/** Only AWS untouched, or every account driven back to rest, is "did not open". */
export function didNotOpen({ evidence }: RecordBody): boolean {
  const { opening } = evidence;
  if (!isObject(opening)) return false;
  if (opening["kind"] === "REFUSED" || opening["kind"] === "TAMPERED") return true;
  const { accounts } = opening;
  return (
    Array.isArray(accounts) &&
    accounts.length > 0 &&
    accounts.every((one) => {
      const closing = isObject(one) ? one["closing"] : undefined;
      const counted = isObject(closing) ? closing["rejections"] : undefined;
      return (
        isObject(closing) &&
        closing["confirmed"] === true &&
        isOff({ ...closing, rejections: isObject(counted) ? counted["count"] : 0 })
      );
    })
  );
}
