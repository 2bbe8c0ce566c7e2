import type { Cast, Clock, Progress, Records, Subject, TouchRefusal, Verdict } from "./ports.ts";

interface GatherPorts {
  readonly cast: Pick<Cast, "shares" | "touch">;
  readonly records: Pick<Records, "append">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Custodians one by one until the quorum stands; each refusal is told at once and recorded. `of`:
 * what the shares are entered for, for the record. Answers the names in their order.
 */
export async function gatherShares(
  ports: GatherPorts,
  subject: Subject,
  threshold: number,
  of: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const verdict of ports.cast.shares(threshold)) {
    if (verdict.kind === "accepted") {
      names.push(verdict.who ?? "?");
      ports.progress.note(`${verdict.who ?? "?"}: accepted, ${verdict.have} of ${verdict.need}`);
    } else refusedShare(ports, subject, verdict, of);
  }
  return names;
}

/** One touch of a key that opens; each that was refused before is told at once and recorded. Its label. */
export const gatherTouch = (
  ports: GatherPorts,
  subject: Subject,
  of: Readonly<Record<string, string>>,
): Promise<string> => ports.cast.touch((touch) => refusedTouch(ports, subject, touch, of));

/** A share that was refused: told, and a record of the one chain. */
export function refusedShare(
  { records, clock, progress }: Omit<GatherPorts, "cast">,
  subject: Subject,
  verdict: Verdict,
  of: Readonly<Record<string, string>>,
): void {
  const why = verdict.why ?? "UNREADABLE";
  progress.refused(verdict.by, why, verdict.about ?? {});
  records.append(subject, {
    kind: "refused",
    who: { custodian: verdict.by, ...(verdict.who === null ? {} : { "card-of": verdict.who }) },
    why: `a share was refused: ${why}`,
    at: { time: clock.now(), clock: "station" },
    evidence: { ...of, code: why, ...verdict.about },
  });
}

/** A touch that was refused: told, and a record of the one chain. */
export function refusedTouch(
  { records, clock, progress }: Omit<GatherPorts, "cast">,
  subject: Subject,
  { why, about }: TouchRefusal,
  of: Readonly<Record<string, string>>,
): void {
  const { label } = about;
  progress.refused(`${label ?? "A security key"}`, why, about);
  records.append(subject, {
    kind: "refused",
    who: label === undefined ? {} : { key: `${label}` },
    why: `a touch was refused: ${why}`,
    at: { time: clock.now(), clock: "station" },
    evidence: { ...of, code: why, ...about },
  });
}
