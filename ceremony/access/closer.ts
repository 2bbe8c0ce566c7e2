import { doneLine, Journal, type JournalState } from "./journal.ts";
import {
  type AccessPorts,
  type Call,
  type CloserSession,
  type CloudCode,
  rest,
  type Stop,
} from "./ports.ts";

export interface Latched {
  readonly accountId: string;
  readonly verdict: "LATCHED" | CloudCode;
  readonly call: Call;
}

/**
 * Ends the access without a quorum: attaches the latch, which is all that the closer's session may
 * do. Keys, window and tags remain for Resume. Tried again until AWS says so, the session is refused
 * for good or for long enough (a quorum may still close then), or a wish to stop.
 */
export function closeWithCloser(
  sessions: readonly CloserSession[],
  state: JournalState,
  ports: Pick<AccessPorts, "cloud" | "clock" | "pause" | "journalFile" | "report" | "patience">,
  stop?: Stop,
): Promise<readonly Latched[]> {
  const journal = new Journal(ports.journalFile, ports.clock, state);
  // A full disk must not keep the access open.
  const note = (line: Parameters<Journal["write"]>[0]): Promise<void> =>
    journal.write(line).catch(() => undefined);
  return Promise.all(
    sessions.map(async (kept): Promise<Latched> => {
      const { accountId, partition, latchArn, emergencyUserArn, session } = kept;
      const closer = ports.cloud.as(session, { accountId, partition, name: "closer-role" });
      const user = emergencyUserArn.split("/").at(-1) ?? "";
      let wait = ports.patience.roundFirst;
      let denied = 0;
      for (let tried = 1; ; tried++) {
        const id = journal.nextId();
        const about = { arn: latchArn };
        const action = "iam:AttachUserPolicy";
        await note({ kind: "intent", id, account: accountId, action, about });
        const answer = await closer.attachPolicy(user, latchArn);
        ports.report({ kind: "call", call: answer.call });
        await note(doneLine(id, answer.call));
        if (answer.ok) {
          await note({ kind: "latched", account: accountId });
          ports.report({ kind: "step", account: accountId, step: "latched" });
          return { accountId, verdict: "LATCHED", call: answer.call };
        }
        if (answer.code === "ACCESS_DENIED") denied++;
        const final = FINAL.has(answer.code) || denied >= DENIED_ENOUGH || tried >= TRIED_ENOUGH;
        if (final || stop?.aborted === true)
          return { accountId, verdict: answer.code, call: answer.call };
        await rest(ports, wait, stop);
        wait = Math.min(wait * 2, ports.patience.roundMost);
      }
    }),
  );
}

/** A role's sessions may be revoked, which AWS answers as a denial: not only while it replicates. */
const DENIED_ENOUGH = 4;
/** With AWS out of reach for so long, people are told, and a resumption goes on trying. */
const TRIED_ENOUGH = 10;

/** The session is over or was never good: only a quorum can close then, and the deadline does. */
const FINAL: ReadonlySet<CloudCode> = new Set([
  "SESSION_EXPIRED",
  "KEY_NOT_ACCEPTED",
  "SIGNATURE_REFUSED",
  "NO_SUCH_ENTITY",
]);
