import type { Written } from "../../ceremony/ports.ts";
import { reviewStates } from "../../ceremony/review.ts";
import { usesIn } from "../../ceremony/uses.ts";
import { explain } from "../../contract/failures.ts";
import { parseApprovalEvidence, parseSealEvidence, type RecordBody } from "../../crypto/record.ts";
import { dateOf } from "./card.ts";
import {
  confirmedDead,
  deadlineIn,
  didNotOpen,
  duration,
  isOfSameKey,
  labelOf,
  latchFailed,
  listOf,
  people,
  provenDead,
  refusalsIn,
  reopenedIn,
  secondLookMissing,
  stamp,
  textOf,
  utc,
} from "./record-facts.ts";

/** What a page says of one use or one sealing, read from verified records and from nothing else. */

export interface Glance {
  readonly title: string;
  /** The use that it is of; null: of none. What other uses came to is no fact of it. */
  readonly incident: string | null;
  /** `open` alone may be shown in the signal colour. */
  readonly state: "open" | "unproven" | "dead" | "sealed" | "other";
  /** One sentence that a tired stranger can act on, and the ones that support it. */
  readonly headline: string;
  readonly support: readonly string[];
  readonly due: readonly string[];
  /** Label and lines. */
  readonly facts: readonly (readonly [string, readonly string[]])[];
  readonly officer: string | undefined;
}

/** A record with its place in the chain and the hash of its file. */
export type Recorded = RecordBody & { readonly written: Written };

const incidentOf = ({ evidence }: RecordBody): string | null => textOf(evidence, "incident");
const officerOf = (records: readonly RecordBody[]): string | undefined =>
  records.findLast(({ who }) => who["officer"])?.who["officer"];

/** The sealing of that file, by the record that names its keys. */
const sealOf = (file: unknown, records: readonly Recorded[]): Recorded | undefined =>
  records.findLast(
    ({ kind, evidence }) =>
      (kind === "sealed" || kind === "rotated") && evidence["fileSha256"] === file,
  );

/**
 * Of the use or sealing to which record `of` belongs, or else the last one before it that belongs to any.
 * Between a use's records stand others': each fact here is of that one use or sealing.
 */
export function glanceOf(records: readonly Recorded[], vaultName: string, of: number): Glance {
  const begun = new Set(
    records
      .filter(({ kind, evidence }) => kind === "glass-broken" && evidence["purpose"] !== "rest")
      .map(incidentOf),
  );
  for (const one of records.filter(({ seq }) => seq <= of).toReversed()) {
    const told = one.kind === "approval" ? approvedBy(one, records) : one;
    if (told === undefined) continue;
    const incident = incidentOf(told);
    if (incident !== null && begun.has(incident)) return useGlance(records, incident, vaultName);
    const seal = SEALING.has(told.kind) ? sealOf(told.evidence["fileSha256"], records) : undefined;
    if (seal !== undefined) return sealGlance(records, seal, vaultName);
  }
  const head = records.at(-1);
  return {
    title: `${head === undefined ? "Record" : labelOf(head.kind)}, ${dateOf(head?.at.time ?? "") ?? ""}`,
    incident: null,
    state: "other",
    headline: head?.why ?? "",
    support: head === undefined ? [] : people(head),
    due: [],
    facts: [["Vault", [vaultName]]],
    officer: officerOf(records),
  };
}

const SEALING: ReadonlySet<string> = new Set(["sealed", "rotated", "committed", "cancelled"]);

const approvedBy = ({ evidence }: Recorded, records: readonly Recorded[]): Recorded | undefined => {
  const { sha256 } = parseApprovalEvidence(evidence);
  return records.find(({ written }) => written.sha256 === sha256);
};

/** It counts by the commit that names its file, and by nothing else: until then the epoch before does. */
function sealGlance(records: readonly Recorded[], seal: Recorded, vaultName: string): Glance {
  const { epoch, fileSha256, about } = parseSealEvidence(seal.evidence);
  const ended = records.findLast(
    ({ kind, evidence }) =>
      (kind === "committed" || kind === "cancelled") && evidence["fileSha256"] === fileSha256,
  );
  const custodians = listOf(about, "custodians");
  const threshold = textOf(about, "threshold");
  const rotates = seal.kind === "rotated";
  const told = ended?.kind === "cancelled" ? ended : seal;
  return {
    title: `${labelOf(told.kind)}, ${dateOf(told.at.time) ?? ""}`,
    incident: null,
    state: "sealed",
    headline:
      ended === undefined
        ? `Epoch ${epoch} is sealed, but it does not count yet: not every share was re-entered.`
        : ended.kind === "committed"
          ? `The vault is sealed and counts: epoch ${epoch}.`
          : `The rotation to epoch ${epoch} was given up: epoch ${seal.epoch} counts.`,
    support: [
      threshold === null
        ? `Sealed at ${stamp(seal)}.`
        : `Any ${threshold} of ${custodians.length} shares and one touch of a security key open it. Sealed at ${stamp(seal)}.`,
      ...(rotates && ended === undefined ? [`Until then epoch ${seal.epoch} counts.`] : []),
    ],
    due:
      ended?.kind === "cancelled"
        ? [explain("ROTATION_CANCELLED_OPENS", { epoch }).todo]
        : [
            ...(ended === undefined ? ["Re-entry of every share."] : []),
            "Spool empty, misprints shredded and counted, import media destroyed.",
            "Each custodian’s card check, every quarter.",
          ],
    facts: [
      ["Vault", [`${vaultName}, epoch ${epoch}`]],
      ["Custodians", [custodians.join(", ")]],
      ["Keyboard", [textOf(about, "keyboard") ?? ""]],
      ["Runbook", [textOf(about, "runbookSha256") ?? ""]],
    ],
    officer: officerOf([seal]),
  };
}

/**
 * The newest use under that id, from the breaking of the glass on. One that was called off before AWS was
 * asked is no end of one that was not.
 */
function newestUse(records: readonly Recorded[], incident: string): readonly Recorded[] {
  const uses = usesIn(records, incident).filter(([first]) => first?.kind === "glass-broken");
  return uses.findLast((use) => !isCalledOff(use)) ?? uses.at(-1) ?? [];
}

const isCalledOff = ([, next]: readonly Recorded[]): boolean => next?.kind === "cancelled";

function useGlance(records: readonly Recorded[], incident: string, vaultName: string): Glance {
  const own = newestUse(records, incident);
  const last = (kind: RecordBody["kind"]): Recorded | undefined =>
    own.findLast((record) => record.kind === kind);
  const [broken] = own;
  const opened = last("access-open");
  const closed = last("closed");
  const deadline = own.map(deadlineIn).findLast((one) => one !== null) ?? null;
  const openSeq = Math.max(opened?.seq ?? 0, last("resumed")?.seq ?? 0);
  const isClosed = closed !== undefined && closed.seq > openSeq;
  const begun = own.filter(({ kind }) => kind === "glass-broken" || kind === "access-open");
  const state = isClosed
    ? provenDead(closed, begun)
      ? "dead"
      : "unproven"
    : openState(own, openSeq);
  const isUnlooked = isClosed && secondLookMissing(closed, begun);
  const review = reviewStates(records).find((one) => one.incident === incident);
  const isOpener = own.some(
    (one) => one.seq === review?.reviewed?.seq && review.signed && isOfSameKey(one),
  );
  const practice = broken?.mode === "PRACTICE" ? "Practice: glass" : "Glass";
  return {
    title: `${practice} broken, ${dateOf(broken?.at.time ?? "") ?? ""}`,
    incident,
    state,
    headline: {
      dead: "The access is dead.",
      unproven: isUnlooked
        ? "Closed, but the second look did not take place. Close once more, or look at AWS."
        : "Not proven dead. Close once more, or look at AWS.",
      open: "The access may still be open.",
      other: "The access did not open.",
    }[state],
    support: [
      ...(isClosed
        ? closingTold(closed, deadline, state === "dead" || isUnlooked)
        : deadline === null
          ? []
          : [`AWS ends it by itself at ${utc(deadline)}.`]),
      ...(isOpener ? ["Its review is signed by no other key than broke the glass."] : []),
    ],
    due: [
      ...(state === "open" ? ["Close it: anyone at the station can."] : []),
      ...(isClosed && !confirmedDead(closed) ? ["A second look at AWS."] : []),
      ...(isClosed && !isApproved(closed, records)
        ? ["Approval of the closing record, by touch."]
        : []),
      ...(review !== undefined && !review.signed
        ? ["Review of every action. It blocks the next opening."]
        : []),
      ...renewalDue(broken, records),
    ],
    facts: [
      ["Vault", [`${vaultName}, epoch ${broken?.epoch ?? "?"}`]],
      ["Incident", [incident]],
      ["Reason", [broken?.why ?? ""]],
      ...Object.entries(broken?.who ?? {}).map(([role, name]): [string, string[]] => [
        role.charAt(0).toUpperCase() + role.slice(1),
        [name],
      ]),
      ["Accounts", listOf(broken?.evidence, "accounts")],
      ["Opened", [opened === undefined ? "no record of it" : stamp(opened)]],
      ...leftOverFact(opened),
      ["Deadline", [deadline === null ? "not recorded" : utc(deadline)]],
      ["Closed", [isClosed ? stamp(closed) : "no record of it"]],
      ...(isClosed && opened !== undefined && opened.at.clock === closed.at.clock
        ? ([["Open for", [duration(opened.at.time, closed.at.time)]]] as [string, string[]][])
        : []),
    ],
    officer: officerOf(own),
  };
}

/** Inactive keys that stood beside the sealed one: somebody forgot to delete them. */
function leftOverFact(opened: RecordBody | undefined): [string, string[]][] {
  const before = opened?.evidence["before"];
  const keys = (Array.isArray(before) ? (before as readonly RecordBody["evidence"][]) : []).flatMap(
    (one) => listOf(one, "leftOvers"),
  );
  return keys.length === 0 ? [] : [["Old keys still at AWS", keys]];
}

function openState(own: readonly Recorded[], openSeq: number): "open" | "other" {
  const failed = own.findLast(({ kind }) => kind === "access-failed");
  const never = failed === undefined ? isCalledOff(own) : didNotOpen(failed);
  return openSeq === 0 && never ? "other" : "open";
}

function closingTold(closed: Recorded, deadline: string | null, isShut: boolean): string[] {
  const by = Object.values(closed.who)[0];
  const early =
    // The deadline is of AWS's clock: a time of the laptop's is not measured against it.
    deadline !== null && closed.at.clock === "aws" && closed.at.time < deadline
      ? `, ${duration(closed.at.time, deadline)} before the deadline`
      : "";
  const again = reopenedIn(closed);
  return [
    `Closed${by === undefined ? "" : ` by ${by}`} at ${stamp(closed)}${early}.`,
    isShut
      ? `AWS refused the key ${refusalsIn(closed)} times since.`
      : "The closing record does not prove that AWS refuses the key.",
    ...(latchFailed(closed)
      ? [
          "The latch did not deny everything: sessions made before may live on. An administrator " +
            "makes a version that denies everything its default one; then close once more.",
        ]
      : []),
    ...(again.length > 0
      ? [
          `After it had been closed it stood open again, and was closed anew (${again.join("; ")}). ` +
            "The trail tells who opened it, and what was done.",
        ]
      : []),
  ];
}

const isApproved = (one: Recorded, records: readonly Recorded[]): boolean =>
  records.some(({ kind, evidence }) => {
    if (kind !== "approval") return false;
    const { seq, sha256 } = parseApprovalEvidence(evidence);
    return seq === one.written.seq && sha256 === one.written.sha256;
  });

/** Only an epoch that counts shuts out the old cards, and only new keys what the use gave out. */
function renewalDue(broken: Recorded | undefined, records: readonly Recorded[]): readonly string[] {
  const rotations = records
    .filter(({ kind, seq }) => kind === "committed" && seq > (broken?.seq ?? 0))
    .map(({ evidence }) => sealOf(evidence["fileSha256"], records));
  if (rotations.length === 0)
    return ["New AWS keys and a new epoch: until then the old cards still open this one."];
  const kept = listOf(broken?.evidence, "accounts").filter((account) =>
    rotations.every((one) =>
      listOf(Object(one?.evidence["about"]) as RecordBody["evidence"], "keptKeys").includes(
        account,
      ),
    ),
  );
  return kept.length === 0
    ? []
    : [`New AWS keys in ${kept.join(", ")}: the new epoch kept those that were used.`];
}
