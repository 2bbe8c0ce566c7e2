import type { Cast, Clock, Progress, Records, Subject, Verdict } from "./ports.ts";

interface GatherPorts {
  readonly cast: Pick<Cast, "shares">;
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
