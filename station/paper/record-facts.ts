import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import { dateOf } from "./card.ts";

/** What a page says of one incident, read from verified records and from nothing else. */

export interface Glance {
  readonly title: string;
  /** `open` alone may be shown in the signal colour. */
  readonly state: "open" | "unproven" | "dead" | "sealed" | "other";
  /** One sentence that a tired stranger can act on, and the ones that support it. */
  readonly headline: string;
  readonly support: readonly string[];
  readonly due: readonly string[];
  /** Label and lines. */
  readonly facts: readonly (readonly [string, readonly string[]])[];
}

type Evidence = RecordBody["evidence"];

export const clockTime = (time: string): string => time.slice(11, 19);
const utc = (time: string): string => `${clockTime(time)} UTC`;
export const CLOCKS = { aws: "AWS", station: "laptop" } as const;

const stamp = ({ at }: RecordBody): string =>
  `${utc(at.time)}, by ${at.clock === "aws" ? "AWS’s" : "the laptop’s"} clock`;

const textOf = (evidence: Evidence | undefined, name: string): string | null => {
  const value = evidence?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
};

const listOf = (evidence: Evidence | undefined, name: string): string[] => {
  const value = evidence?.[name];
  return Array.isArray(value) ? value.map((item) => String(item)) : [];
};

/** Every value of that name, at any depth: one closing may speak of several accounts. */
function everywhere(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name && !Array.isArray(value) ? [inner] : []),
    ...everywhere(inner, name),
  ]);
}

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
const confirmedDead = (closed: RecordBody): boolean =>
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
const latchFailed = (closed: RecordBody): boolean =>
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

const sumOf = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);

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

const people = (record: RecordBody): string[] =>
  Object.entries(record.who).map(([role, name]) => `${role} ${name}`);

/** What a timeline's line adds to its label. The reason stands among the facts, not here. */
export function detailOf(record: RecordBody): string {
  const deadline = record.kind === "access-open" ? deadlineOf([record]) : null;
  const approved = record.kind === "approval" ? `record ${approvedSeq(record)}` : "";
  return [
    deadline === null ? "" : `to end at ${utc(deadline)}`,
    approved,
    record.kind === "glass-broken" ? "" : record.why,
    record.kind === "glass-broken" ? "" : people(record).join(", "),
    isOfSameKey(record) ? "signed by no other key than broke the glass" : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

const isOfSameKey = ({ kind, evidence }: RecordBody): boolean =>
  kind === "reviewed" && evidence["sameKeyAsOpening"] === true;

/** Approval evidence names the approved record, flat or under `approved`. */
const approvedSeq = ({ evidence }: RecordBody): string =>
  String(everywhere(evidence, "seq").find((seq) => typeof seq === "number") ?? "?");

const deadlineOf = (records: readonly RecordBody[]): string | null => {
  for (const { evidence } of records.toReversed())
    for (const name of ["deadline", "until"]) {
      const value = textOf(evidence, name);
      if (value !== null && !Number.isNaN(Date.parse(value))) return value;
    }
  return null;
};

export function glanceOf(records: readonly RecordBody[], vaultName: string): Glance {
  const last = (kind: RecordKind): RecordBody | undefined =>
    records.findLast((record) => record.kind === kind);
  const broken = last("glass-broken");
  if (broken !== undefined) return brokenGlance(records, broken, vaultName);
  const sealed = last("sealed") ?? last("rotated");
  const head = records.at(-1);
  if (sealed !== undefined) return sealedGlance(records, sealed, vaultName);
  return {
    title: `${head === undefined ? "Record" : labelOf(head.kind)}, ${dateOf(head?.at.time ?? "") ?? ""}`,
    state: "other",
    headline: head?.why ?? "",
    support: head === undefined ? [] : people(head),
    due: [],
    facts: [["Vault", [vaultName]]],
  };
}

function sealedGlance(
  records: readonly RecordBody[],
  sealed: RecordBody,
  vaultName: string,
): Glance {
  const { evidence } = sealed;
  const custodians = listOf(evidence, "custodians");
  const threshold = textOf(evidence, "threshold");
  const counts = records.some(({ kind, epoch }) => kind === "committed" && epoch === sealed.epoch);
  return {
    title: `${labelOf(sealed.kind)}, ${dateOf(sealed.at.time) ?? ""}`,
    state: "sealed",
    headline: counts
      ? `The vault is sealed and counts: epoch ${sealed.epoch}.`
      : "Sealed, but it does not count yet: not every share was re-entered.",
    support: [
      threshold === null
        ? `Sealed at ${stamp(sealed)}.`
        : `Any ${threshold} of ${custodians.length} shares and one touch of a security key open it. Sealed at ${stamp(sealed)}.`,
    ],
    due: [
      ...(counts ? [] : ["Re-entry of every share."]),
      "Spool empty, misprints shredded and counted, import media destroyed.",
      "Each custodian’s card check, every quarter.",
    ],
    facts: [
      ["Vault", [`${vaultName}, epoch ${sealed.epoch}`]],
      ["Custodians", [custodians.join(", ")]],
      ["Keyboard", [textOf(evidence, "keyboard") ?? ""]],
      ["Runbook", [textOf(evidence, "runbookSha256") ?? ""]],
    ],
  };
}

function brokenGlance(
  records: readonly RecordBody[],
  broken: RecordBody,
  vaultName: string,
): Glance {
  const after = records.filter(({ seq }) => seq >= broken.seq);
  const last = (kind: RecordKind): RecordBody | undefined =>
    // What another station left is closed under its own incident, and is no end of this use.
    after.findLast(({ kind: of, evidence }) => of === kind && evidence["leftBehind"] === undefined);
  const opened = last("access-open");
  const reopened = last("resumed");
  const closed = last("closed");
  const failed = last("access-failed");
  const deadline = deadlineOf(after);
  const openSeq = Math.max(opened?.seq ?? 0, reopened?.seq ?? 0);
  const isClosed = closed !== undefined && closed.seq > openSeq;
  const begun = [broken, ...(opened === undefined ? [] : [opened])];
  const state = isClosed
    ? provenDead(closed, begun)
      ? "dead"
      : "unproven"
    : openState(openSeq, failed);
  const isUnlooked = isClosed && secondLookMissing(closed, begun);
  const recheck = last("recheck");
  const support: string[] = [];
  if (isClosed) {
    const by = Object.values(closed.who)[0];
    const early =
      // The deadline is of AWS's clock: a time of the laptop's is not measured against it.
      deadline !== null && closed.at.clock === "aws" && closed.at.time < deadline
        ? `, ${duration(closed.at.time, deadline)} before the deadline`
        : "";
    support.push(
      `Closed${by === undefined ? "" : ` by ${by}`} at ${stamp(closed)}${early}.`,
      state === "dead" || isUnlooked
        ? `AWS refused the key ${sumOf(everywhere(closed.evidence, "rejections"))} times since.`
        : "The closing record does not prove that AWS refuses the key.",
      ...(latchFailed(closed)
        ? [
            "The latch did not deny everything: sessions made before may live on. An administrator " +
              "makes a version that denies everything its default one; then close once more.",
          ]
        : []),
    );
    const again = reopenedIn(closed);
    if (again.length > 0)
      support.push(
        `After it had been closed it stood open again, and was closed anew (${again.join("; ")}). ` +
          "The trail tells who opened it, and what was done.",
      );
    if (recheck !== undefined) support.push(`Looked at once more at ${stamp(recheck)}.`);
  } else if (deadline !== null) support.push(`AWS ends it by itself at ${utc(deadline)}.`);
  const reviewed = last("reviewed");
  if (reviewed !== undefined && isOfSameKey(reviewed))
    support.push("Its review is signed by no other key than broke the glass.");
  const { evidence, who } = broken;
  const practice = broken.mode === "PRACTICE" ? "Practice: " : "";
  return {
    title: `${practice}${practice === "" ? "Glass" : "glass"} broken, ${dateOf(broken.at.time) ?? ""}`,
    state,
    headline: {
      dead: "The access is dead.",
      unproven: isUnlooked
        ? "Closed, but the second look did not take place. Close once more, or look at AWS."
        : "Not proven dead. Close once more, or look at AWS.",
      open: "The access may still be open.",
      other: "The access did not open.",
    }[state],
    support,
    due: [
      ...(state === "open" ? ["Close it: anyone at the station can."] : []),
      ...(isClosed && recheck === undefined && !confirmedDead(closed)
        ? ["A second look at AWS."]
        : []),
      ...(isClosed && last("approval") === undefined
        ? ["Approval of the closing record, by touch."]
        : []),
      ...(reviewed === undefined ? ["Review of every action. It blocks the next opening."] : []),
      ...(last("sealed") === undefined && last("rotated") === undefined
        ? ["New AWS keys and a new epoch: until then the old cards still open this one."]
        : []),
    ],
    facts: [
      ["Vault", [`${vaultName}, epoch ${broken.epoch}`]],
      ["Incident", [textOf(evidence, "incident") ?? "not named"]],
      ["Reason", [broken.why]],
      ...Object.entries(who).map(([role, name]): [string, string[]] => [
        role.charAt(0).toUpperCase() + role.slice(1),
        [name],
      ]),
      ["Accounts", listOf(evidence, "accounts")],
      ["Opened", [opened === undefined ? "no record of it" : stamp(opened)]],
      ...leftOverFact(opened),
      ["Deadline", [deadline === null ? "not recorded" : utc(deadline)]],
      ["Closed", [isClosed ? stamp(closed) : "no record of it"]],
      ...(isClosed && opened !== undefined && opened.at.clock === closed.at.clock
        ? ([["Open for", [duration(opened.at.time, closed.at.time)]]] as [string, string[]][])
        : []),
    ],
  };
}

/** Inactive keys that stood beside the sealed one: somebody forgot to delete them. */
function leftOverFact(opened: RecordBody | undefined): [string, string[]][] {
  const keys = everywhere(opened?.evidence["before"], "leftOvers").flat().map(String);
  return keys.length === 0 ? [] : [["Old keys still at AWS", keys]];
}

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

const openState = (openSeq: number, failed: RecordBody | undefined): "open" | "other" =>
  openSeq === 0 && failed !== undefined && didNotOpen(failed) ? "other" : "open";
