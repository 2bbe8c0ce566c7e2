import { closeWithCloser } from "../../ceremony/access/closer.ts";
import { close } from "../../ceremony/access/close.ts";
import { resume } from "../../ceremony/access/resume.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import type { PracticeAws } from "../../practice/aws/server.ts";
import { closerSessions, readJournalFile } from "../../station/journal-file.ts";
import { emergencyUser, portsOf } from "../ceremony/stage.ts";
import {
  activeIsBounded,
  atRest,
  type deadOrNamed,
  isLoose,
  journalClosed,
  journalKnows,
} from "./invariants.ts";

export interface Recovery {
  readonly broken: readonly string[];
  /** Accounts that the closer latched before any quorum. */
  readonly latched: number;
  readonly resumed: "ACTIVE" | "DISABLED";
}

/** Now and here: what AWS holds against invariants 1 and 3. */
export async function standing(
  aws: PracticeAws,
  dir: string,
  order: ActivationOrder,
): Promise<readonly string[]> {
  const state = await readJournalFile(dir, order.incident);
  return [
    ...activeIsBounded(aws.world, order.accounts, aws.serverTime()),
    ...journalKnows(aws.world, order.accounts, state),
  ];
}

/**
 * The next start after a death: the closer first, without a quorum; then a new order, which reopens
 * or drives to rest; then rest. The invariants are looked at after each step.
 */
export async function recover(
  aws: PracticeAws,
  dir: string,
  order: ActivationOrder,
  choice: "reopen" | "close",
  rested: typeof deadOrNamed = atRest,
): Promise<Recovery> {
  const broken: string[] = [...(await standing(aws, dir, order))];
  // A minute passes until a quorum is there again, and with it the used MFA codes.
  aws.faults.add({ kind: "clock", offsetMs: 60_000 });
  const { incident } = order;
  const options = {
    endpoint: aws.endpoint,
    dir,
    incident,
    reopen: true,
    attempts: 2,
    answerMs: 3_000,
  };

  const sessions = await closerSessions(dir, order.incident);
  const start = await portsOf(options);
  if (start.state !== null && start.state.phase !== "closed")
    for (const { accountId, verdict } of await closeWithCloser(
      sessions,
      start.state,
      start.ports,
    )) {
      const index = order.accounts.findIndex((account) => account.accountId === accountId);
      const latch = order.accounts[index]?.latchArn ?? "";
      if (verdict !== "LATCHED" || !emergencyUser(aws.world, index).attached.includes(latch))
        broken.push(`the closer did not latch ${accountId}: ${verdict}`);
    }
  start.cloud.end();
  broken.push(...(await standing(aws, dir, order)));

  const { ports, state, cloud } = await portsOf(options);
  if (state === null) throw new Error("there is no journal to resume");
  const { held, resumption } = await resume(order, state, choice, ports);
  const active =
    resumption.kind === "REOPENED" &&
    resumption.accounts.every((account) => account.state === "ACTIVE");
  broken.push(...(await standing(aws, dir, order)));
  if (active)
    for (const access of held.accesses) {
      const answer = await access.emergency.accountSummary();
      if (!answer.ok) broken.push(`(2) ${access.id}: resumed as active, but ${answer.code}`);
    }
  if (resumption.kind === "REOPENED") await close(held, "end of the run");
  const after = await readJournalFile(dir, order.incident);
  broken.push(...rested(aws.world, order.accounts, after));
  const loose = isLoose(aws.world, order.accounts);
  broken.push(...journalClosed(after, loose));
  const left = await closerSessions(dir, order.incident);
  if (left.length > 0 && !loose) broken.push("the closer's session outlived the close");
  if (left.length === 0 && loose)
    broken.push("the closer's session is gone, and nothing is closed");
  cloud.end();
  return { broken, latched: sessions.length, resumed: active ? "ACTIVE" : "DISABLED" };
}
