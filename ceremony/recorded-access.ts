import { CodedError } from "../crypto/errors.ts";
import type { RecordBody } from "../crypto/record.ts";

export type RecordedAccessCode = "INCIDENT_NOT_RECORDED";

/** A window that an opening wrote, or may have written. Epoch ms. */
export interface RecordedWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  /** False: a crash left no record of it; it lies somewhere between the two. */
  readonly exact: boolean;
}

/** One incident's access, as the records of a chain tell it. Times are epoch ms. */
export interface RecordedAccess {
  readonly incident: string;
  readonly accounts: readonly string[];
  readonly responder: string;
  readonly reason: string;
  /** Those of them for which something was, or may have been, written; the others were only asked. */
  readonly opened: readonly string[];
  /** Of what was opened; of the asking, where nothing was. */
  readonly openedMs: number;
  readonly deadlineMs: number;
  /** Null: no record of its end. */
  readonly closedMs: number | null;
  /** Empty: AWS was asked, and nothing was opened. */
  readonly windows: readonly RecordedWindow[];
  /** Openings that were refused: from the broken glass to the refusal. */
  readonly tries: readonly { readonly from: number; readonly to: number }[];
  /** The longest that was asked for. */
  readonly durationMs: number;
  /** SHA-256 (hex) of the glass-broken records that open: the tag at AWS names one. */
  readonly recordSha256s: readonly string[];
  /** As the vault signed them; empty or null in records of before. */
  readonly keys: readonly string[];
  readonly regions: readonly string[];
  readonly profile: string | null;
  /** The trail that the sealed policy names; null: none. */
  readonly trail: { readonly arn: string; readonly bucket: string } | null;
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

const keysOf = ({ evidence: { emergencyKeys } }: RecordBody): readonly string[] =>
  Array.isArray(emergencyKeys)
    ? emergencyKeys.filter((one) => typeof one === "string" && /^AKIA[A-Z0-9]{12,124}$/.test(one))
    : [];

function trailOf({ evidence: { trail } }: RecordBody): RecordedAccess["trail"] {
  if (typeof trail !== "object" || trail === null || Array.isArray(trail)) return null;
  const { arn, bucket } = trail as Readonly<Record<string, unknown>>;
  return typeof arn === "string" && typeof bucket === "string" ? { arn, bucket } : null;
}

const dateOf = (text: string | null): number | null => {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
};

const regionsOf = ({ evidence: { regions } }: RecordBody): readonly string[] =>
  Array.isArray(regions)
    ? regions.filter((one) => typeof one === "string" && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(one))
    : [];

const isOpening = ({ body }: StoredRecord): boolean =>
  body.kind === "glass-broken" && textOf(body, "purpose") !== "rest";

/** What came of one broken glass. */
interface Outcome {
  readonly broken: StoredRecord;
  /** The record that says it; the glass-broken one where a crash left no other. */
  readonly told: StoredRecord;
  /** Null: nothing was written at AWS. */
  readonly window: RecordedWindow | null;
  /** That record tells of the end, too. */
  readonly ended: boolean;
}

/** Null: people went back before AWS was asked. */
function outcomeOf(broken: StoredRecord, after: readonly StoredRecord[]): Outcome | null {
  const of = (kind: RecordBody["kind"]) => after.find(({ body }) => body.kind === kind);
  const open = of("access-open");
  if (open !== undefined) {
    const fromMs = Date.parse(open.body.at.time);
    const untilMs = dateOf(textOf(open.body, "deadline")) ?? fromMs;
    return { broken, told: open, window: { fromMs, untilMs, exact: true }, ended: false };
  }
  const failed = of("access-failed");
  const { kind, deadline, accounts } = Object(failed?.body.evidence["opening"]) as {
    readonly [name: string]: unknown;
  };
  if (failed !== undefined && (kind === "REFUSED" || kind === "TAMPERED"))
    return { broken, told: failed, window: null, ended: kind === "REFUSED" };
  if (failed === undefined && of("cancelled") !== undefined) return null;
  const { fromMs, untilMs } = Object(deadline) as { readonly [name: string]: unknown };
  const ended = Array.isArray(accounts) && accounts.length > 0 && accounts.every(isClosed);
  if (failed !== undefined && typeof fromMs === "number" && typeof untilMs === "number")
    return { broken, told: failed, window: { fromMs, untilMs, exact: true }, ended };
  const begunMs = Date.parse(broken.body.at.time);
  const latestMs = dateOf(textOf(broken.body, "latestDeadline")) ?? begunMs;
  const window = { fromMs: begunMs, untilMs: latestMs, exact: false };
  return { broken, told: failed ?? broken, window, ended: false };
}

function isClosed(account: unknown): boolean {
  const { closing } = Object(account) as { closing?: unknown };
  return (Object(closing) as { verdict?: unknown }).verdict === "CLOSED";
}

const timeOf = ({ body }: StoredRecord): number => Date.parse(body.at.time);

/**
 * Every access that verified records tell of, oldest first: each incident for which AWS was asked. It
 * was open from its first window to its latest deadline, and a closing ends it when nothing was opened
 * after it. Where AWS was asked and nothing opened, it has no window; one that was called off before
 * is none, and so excuses nothing.
 */
export function recordedAccesses(records: readonly StoredRecord[]): readonly RecordedAccess[] {
  const incidents = new Set(
    records.filter(isOpening).flatMap(({ body }) => textOf(body, "incident") ?? []),
  );
  return [...incidents].flatMap((incident) => {
    const own = records.filter(({ body }) => textOf(body, "incident") === incident);
    const openings = own.filter(isOpening);
    const outcomes = openings.flatMap((broken, index) => {
      const next = openings[index + 1]?.body.seq ?? Number.POSITIVE_INFINITY;
      const after = own.filter(({ body: { seq } }) => seq > broken.body.seq && seq < next);
      return outcomeOf(broken, after) ?? [];
    });
    const last = outcomes.at(-1);
    if (last === undefined) return [];
    // An id that was refused may have been used again, by others and for another reason.
    const use = outcomes.findLast(({ window }) => window !== null) ?? last;
    const windows = outcomes.flatMap(({ window }) => window ?? []);
    const tries = outcomes
      .filter(({ window }) => window === null)
      .map(({ broken, told }) => ({ from: timeOf(broken), to: timeOf(told) }));
    const spans = windows.length > 0 ? windows.map(spanOf) : tries;
    const openedMs = Math.min(...spans.map(({ from }) => from));
    const deadlineMs = Math.max(openedMs, ...spans.map(({ to }) => to));
    const closed = own.findLast(
      ({ body: { kind, seq } }) => kind === "closed" && seq > last.told.body.seq,
    );
    const end = closed ?? (last.ended ? last.told : null);
    const broken = outcomes.map((one) => one.broken);
    const named = own.filter(({ body }) => ["glass-broken", "access-open"].includes(body.kind));
    return [
      {
        incident,
        accounts: [...new Set(named.flatMap(({ body }) => accountsOf(body)))],
        opened: [
          ...new Set(
            outcomes.flatMap(({ broken: one, told, window }) =>
              window === null ? [] : [...accountsOf(one.body), ...accountsOf(told.body)],
            ),
          ),
        ],
        responder: use.broken.body.who["responder"] ?? "",
        reason: use.broken.body.why,
        openedMs,
        deadlineMs,
        closedMs: end === null ? null : timeOf(end),
        windows,
        tries,
        durationMs: Math.max(deadlineMs - openedMs, ...named.map(durationOf)),
        recordSha256s: broken.map(({ sha256 }) => sha256),
        keys: [...new Set(named.flatMap(({ body }) => keysOf(body)))],
        regions: [...new Set(broken.flatMap(({ body }) => regionsOf(body)))],
        profile: textOf(last.broken.body, "profile"),
        trail: broken.map(({ body }) => trailOf(body)).findLast((one) => one !== null) ?? null,
      },
    ];
  });
}

const spanOf = ({ fromMs, untilMs }: RecordedWindow) => ({ from: fromMs, to: untilMs });

function durationOf({ body }: StoredRecord): number {
  const seconds = body.evidence["durationSeconds"];
  return typeof seconds === "number" ? seconds * 1000 : 0;
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
