import { CodedError } from "../crypto/errors.ts";
import type { RecordBody } from "../crypto/record.ts";

export type RecordedAccessCode = "INCIDENT_NOT_RECORDED";

/** One incident's access, as the records of a chain tell it. Times are epoch ms. */
export interface RecordedAccess {
  readonly incident: string;
  readonly accounts: readonly string[];
  readonly responder: string;
  readonly reason: string;
  readonly openedMs: number;
  readonly deadlineMs: number;
  /** Null: no record of its end. */
  readonly closedMs: number | null;
  /** SHA-256 (hex) of the glass-broken records: the tag at AWS names one. */
  readonly recordSha256s: readonly string[];
}

export interface StoredRecord {
  readonly body: RecordBody;
  /** SHA-256 (hex) of its file. */
  readonly sha256: string;
}

const textOf = (body: RecordBody, name: string): string | null => {
  const value = body.evidence[name];
  return typeof value === "string" ? value : null;
};

const accountsOf = ({ evidence: { accounts } }: RecordBody): readonly string[] =>
  Array.isArray(accounts)
    ? accounts.filter((one) => typeof one === "string" && /^\d{12}$/.test(one))
    : [];

const dateOf = (text: string | null): number | null => {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
};

/**
 * Every access that verified records tell of, oldest first. It was open from the first access-open
 * record, or from the glass-broken one where a crash left no other, to the latest deadline; a
 * closing ends it when nothing was opened after it.
 */
export function recordedAccesses(records: readonly StoredRecord[]): readonly RecordedAccess[] {
  const incidents = [
    ...new Set(
      records
        .filter(({ body }) => body.kind === "glass-broken" && textOf(body, "purpose") !== "rest")
        .flatMap(({ body }) => textOf(body, "incident") ?? []),
    ),
  ];
  return incidents.flatMap((incident) => {
    const own = records.filter(({ body }) => textOf(body, "incident") === incident);
    const of = (kind: RecordBody["kind"]) => own.filter(({ body }) => body.kind === kind);
    const broken = of("glass-broken");
    const first = broken[0];
    if (first === undefined) return [];
    const opened = of("access-open");
    const begun = opened[0] ?? first;
    const last = opened.at(-1) ?? first;
    const openedMs = Date.parse(begun.body.at.time);
    const deadlines = [
      ...opened.flatMap(({ body }) => dateOf(textOf(body, "deadline")) ?? []),
      ...(opened.length === 0 ? [dateOf(textOf(first.body, "latestDeadline")) ?? openedMs] : []),
    ];
    const closed = of("closed").at(-1);
    const isClosed = closed !== undefined && closed.body.seq > last.body.seq;
    return [
      {
        incident,
        accounts: [...new Set([...broken, ...opened].flatMap(({ body }) => accountsOf(body)))],
        responder: first.body.who["responder"] ?? "",
        reason: first.body.why,
        openedMs,
        deadlineMs: Math.max(openedMs, ...deadlines),
        closedMs: isClosed ? Date.parse(closed.body.at.time) : null,
        recordSha256s: broken.map(({ sha256 }) => sha256),
      },
    ];
  });
}

/** That incident's access, or the newest; `INCIDENT_NOT_RECORDED`. */
export function accessOf(
  accesses: readonly RecordedAccess[],
  incident: string | undefined,
): RecordedAccess {
  const found = accesses.findLast((one) => incident === undefined || one.incident === incident);
  if (found !== undefined) return found;
  throw new CodedError<RecordedAccessCode>("INCIDENT_NOT_RECORDED", {
    incident: incident ?? "any incident",
    known: accesses.map((one) => one.incident).join(", ") || "none",
  });
}
