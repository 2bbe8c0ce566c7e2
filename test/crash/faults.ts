import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import type { Stop } from "../../ceremony/access/ports.ts";
import type { RequestFault } from "../../practice/aws/faults.ts";
import { startPracticeAws } from "../../practice/aws/server.ts";
import { accountOf, folder, HASTE, orderOf, portsOf, worldOf } from "../ceremony/stage.ts";
import { atRest, journalClosed } from "./invariants.ts";
import { readJournalFile } from "../../station/journal-file.ts";
import { recover, standing } from "./recover.ts";
import type { Outcome } from "./table.ts";

export const FAULTS = [
  "lost-request",
  "lost-response",
  "hang",
  "http500",
  "throttle",
  "denied",
] as const satisfies readonly RequestFault[];

type Who = "activator" | "emergency";
export interface Target {
  readonly phase: "open" | "close";
  readonly action: string;
  /** Only requests signed with this long-term key. */
  readonly who?: Who;
}

const READS = [
  "GetUser",
  "ListAccessKeys",
  "ListUserPolicies",
  "ListAttachedUserPolicies",
  "ListGroupsForUser",
  "GetLoginProfile",
  "ListMFADevices",
  "ListSSHPublicKeys",
  "ListServiceSpecificCredentials",
  "ListSigningCertificates",
];

/** Every call of an opening and of a closing. */
export const TARGETS: readonly Target[] = [
  { phase: "open", action: "GetCallerIdentity", who: "activator" },
  ...[
    "GetSessionToken",
    ...READS,
    "GetPolicy",
    "GetAccessKeyLastUsed",
    "GetPolicyVersion",
    "AssumeRole",
    "PutUserPolicy",
    "TagUser",
    "GetUserPolicy",
    "DetachUserPolicy",
    "UpdateAccessKey",
    "GetAccountSummary",
    "GetAccessKeyInfo",
  ].map((action) => ({ phase: "open" as const, action })),
  { phase: "open", action: "GetCallerIdentity", who: "emergency" },
  ...[
    "AttachUserPolicy",
    ...READS,
    "GetPolicy",
    "GetPolicyVersion",
    "UpdateAccessKey",
    "DeleteUserPolicy",
    "GetAccountSummary",
    "GetAccessKeyInfo",
  ].map((action) => ({ phase: "close" as const, action })),
  { phase: "close", action: "GetCallerIdentity", who: "emergency" },
];

/** How long a close may fight a fault that stays, before the matrix stops it. */
const fightMs = (kind: RequestFault): number => (kind === "hang" ? 3_000 : 1_500);

/**
 * Opens and closes with one fault in the way, in one process with real clients and short waits; a
 * fault that stays is lifted before the last drive to rest.
 */
export async function faulted(
  target: Target,
  kind: RequestFault,
  stays: boolean,
  accounts: number,
  attempts: number,
): Promise<Outcome> {
  const { dir, remove } = folder();
  const aws = await startPracticeAws({ world: worldOf(accounts) });
  const order = orderOf(accounts);
  const { ports, cloud } = await portsOf({
    endpoint: aws.endpoint,
    dir,
    attempts,
    // Short only where nothing will come: a loaded machine answers late.
    answerMs: kind === "hang" ? (stays ? 1_200 : 3_000) : 8_000,
    // An opening that no fault is in the way of may take its time.
    patience: { ...HASTE, verify: target.phase === "close" ? 5_000 : 500, deny: 300 },
  });
  const arm = (): void =>
    aws.faults.add({
      kind,
      action: target.action,
      ...(target.who === undefined ? {} : { accessKeyId: accountOf(0)[target.who].accessKeyId }),
      times: stays ? "always" : 1,
    });
  const stop = { aborted: false };
  // Once people have had enough they wish it again and again: the opening's closings end, too.
  const wish = (): Stop => (stop.aborted ? { aborted: true } : stop);
  const fight = (): NodeJS.Timeout => setTimeout(() => (stop.aborted = true), fightMs(kind));
  try {
    if (target.phase === "open") arm();
    let timer = stays && target.phase === "open" ? fight() : undefined;
    const { held, opening } = await open(order, ports, wish);
    clearTimeout(timer);
    const broken = [...(await standing(aws, dir, order))];
    const active =
      opening.kind === "OPENED" && opening.accounts.every(({ state }) => state === "ACTIVE");
    if (target.phase === "close") {
      if (!active) broken.push("the opening failed without a fault");
      arm();
      timer = stays ? fight() : undefined;
      await close(held, "by hand", stop);
      clearTimeout(timer);
      broken.push(...(await standing(aws, dir, order)));
    } else if (opening.kind === "OPENED" && !stop.aborted && !active) {
      // Failed after the first write: by its own account it is at rest.
      broken.push(...closedOnes(opening.accounts, atRest(aws.world, order.accounts)));
    }
    aws.faults.clear();
    const state = await readJournalFile(dir, order.incident);
    const named = state.accounts.some(({ remains }) => remains.length > 0);
    if (state.phase === "closed" && !named) broken.push(...atRest(aws.world, order.accounts));
    if (target.phase === "close" && !stays) {
      broken.push(...atRest(aws.world, order.accounts), ...journalClosed(state));
      return { end: "DISABLED", broken };
    }
    const recovery = await recover(aws, dir, order, "close");
    return {
      end: active && target.phase === "open" ? "ACTIVE" : recovery.resumed,
      broken: [...broken, ...recovery.broken],
    };
  } finally {
    cloud.end();
    await aws.close();
    remove();
  }
}

const closedOnes = (
  accounts: readonly { readonly state: string }[],
  broken: readonly string[],
): readonly string[] => (accounts.every(({ state }) => state === "FAILED") ? broken : []);
