import type { StationEntry } from "./ports.ts";
import type { Kept } from "./review.ts";
import type { ActivationOrder } from "./subject.ts";

/** What a spare's people say of the primary. */
export type Primary = "gone" | "unreachable";

/** One of two stations, as its own records tell. */
export type Role =
  | { readonly role: "primary" }
  | {
      readonly role: "spare";
      /** RFC 3339: when it was restored, from a copy that reached that record. */
      readonly since: string;
      readonly upTo: number;
      /** Somebody said that the primary can't be reached, and nothing was opened on that word yet. */
      readonly answered: boolean;
    };

/**
 * A station that was restored beside its primary is a spare until somebody here records that the
 * primary is gone. Neither knows the other's journal or records: what is open, and until when, AWS
 * alone knows, and every opening reads it first. "Unreachable" is good for one opening.
 */
export function roleOf(story: readonly Kept[]): Role {
  const restored = story.findLast(({ kind }) => kind === "restored");
  if (restored === undefined || restored.evidence["role"] !== "spare") return { role: "primary" };
  const { seq } = restored.written;
  const since = story.filter(({ written }) => written.seq > seq);
  const said = since.filter(({ kind }) => kind === "took-over");
  if (said.some(({ evidence }) => evidence["primary"] === "gone")) return { role: "primary" };
  const opened = since.findLast(
    ({ kind, evidence }) => kind === "glass-broken" && evidence["purpose"] !== "rest",
  );
  const last = said.at(-1)?.written.seq ?? 0;
  return {
    role: "spare",
    since: restored.at.time,
    upTo: seq - 1,
    answered: last > (opened?.written.seq ?? 0),
  };
}

/**
 * Which access of another station's an opening here may bring to rest first. A station that was never
 * restored knows of none. Where the other one is gone, any; where it is only out of reach, none that
 * is running: somebody may be at work with it. An access that the other one left can be found only
 * until this one has opened: what is found later, or of an incident of this station's own or closed
 * on the records, is nobody's left-over.
 */
export function leftBehindOf(story: readonly Kept[]): ActivationOrder["leftBehind"] {
  const said = story.findLast(({ kind }) => kind === "restored" || kind === "took-over");
  const restored = story.findLast(({ kind }) => kind === "restored");
  const since = said?.written.seq ?? 0;
  const hasOpened = story.some(
    ({ kind, written }) => kind === "access-open" && written.seq > since,
  );
  if (restored === undefined || hasOpened) return { close: "none", notOf: [] };
  const known = story.filter(
    ({ kind, written }) =>
      kind === "closed" || (kind === "glass-broken" && written.seq > restored.written.seq),
  );
  const incidents = known.map(({ evidence }) => evidence["incident"]);
  return {
    close: roleOf(story).role === "primary" ? "any" : "expired",
    notOf: [...new Set(incidents)].filter((one) => typeof one === "string"),
  };
}

/** The spare's record of what became of the primary; `became`: in the officer's own words. */
export const tookOverEntry = (
  primary: Primary,
  officer: string,
  now: string,
  became: string | null = null,
): StationEntry => ({
  kind: "took-over",
  who: { officer },
  why:
    primary === "gone"
      ? "the primary station is gone; this spare is the primary one from now on"
      : "the primary station can't be reached; this spare opens once in its place",
  at: { time: now, clock: "station" },
  evidence: { primary, ...(became === null ? {} : { became }) },
});
