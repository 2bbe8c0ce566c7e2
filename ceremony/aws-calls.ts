import type { OnlineCall } from "../contract/online.ts";
import type { Clock, OnlineProcess, Records, Subject } from "./ports.ts";

/** A record holds this many calls at the most; about 130 kB. */
const IN_A_RECORD = 500;

/**
 * Records every call to AWS since the last asking, in the order of their answers: before the record
 * of what they came to, so that its hash covers them. Nothing is recorded when the online process is
 * gone: its journal still names the effects.
 */
export async function recordCalls(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  online: OnlineProcess,
  subject: Subject,
  incident: string,
): Promise<void> {
  const told = await online.ask("calls", null).catch(() => null);
  if (told !== null) appendCalls({ records, clock }, told, subject, incident);
}

/** What was told of calls, in as many records as it needs. */
export function appendCalls(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  told: {
    readonly proxy: string | null;
    readonly calls: readonly OnlineCall[];
    readonly leftOut: number;
  },
  subject: Subject,
  incident: string,
): void {
  if (told.calls.length + told.leftOut === 0) return;
  const parts = Math.max(Math.ceil(told.calls.length / IN_A_RECORD), 1);
  for (let part = 1; part <= parts; part++)
    records.append(subject, {
      kind: "aws-calls",
      who: {},
      why: `calls to AWS, part ${part} of ${parts}`,
      at: { time: clock.now(), clock: "station" },
      evidence: {
        incident,
        part,
        parts,
        proxy: told.proxy,
        leftOut: told.leftOut,
        calls: told.calls.slice((part - 1) * IN_A_RECORD, part * IN_A_RECORD).map(evidence),
      },
    });
}

const evidence = ({ serverMs, ...call }: OnlineCall) => ({
  ...call,
  // By AWS's own Date header; null where no answer came.
  serverDate: serverMs === null ? null : new Date(serverMs).toISOString(),
});
