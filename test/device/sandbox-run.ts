import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { waitDeadline } from "../../ceremony/access/deadline.ts";
import {
  type AccessPorts,
  type Answer,
  type Cloud,
  type Credentials,
  PATIENCE,
} from "../../ceremony/access/ports.ts";
import type { Access, Run } from "../../ceremony/access/run.ts";
import type { Account, ActivationOrder, Policy } from "../../ceremony/subject.ts";
import { closerFile, createJournal } from "../../station/journal-file.ts";
import { onlinePorts } from "../../station/online-process.ts";

export interface SandboxOptions {
  readonly cloud: Cloud;
  readonly dir: string;
  /** Its kit as policy.json has it, the keys, and the activator's seed. */
  readonly account: Account;
  readonly policy: Policy;
  readonly durationSeconds: number;
  readonly mode: "PRACTICE" | "REAL";
  /** A session of the emergency user, made by its own key. */
  readonly mint: () => Promise<Credentials>;
  /** A harmless call of its that the window allows: OK, ACCESS_DENIED, or AWS's code. */
  readonly look: (session: Credentials, region: string) => Promise<string>;
  readonly say: (line: string) => void;
}

export interface Found {
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly atRest: boolean;
  /** Every call: request id, server date, latency, attempts, verdict. */
  readonly calls: readonly unknown[];
}

const INCIDENT = "INC-SANDBOX";
const { clock, pause } = onlinePorts;
const verdict = (answer: Answer<unknown>): string => (answer.ok ? "OK" : answer.code);

interface Took {
  /** From its beginning on; null: not within the time. */
  readonly ms: number | null;
  readonly said: string;
}

/** Asks until AWS says `wanted`, `forMs` from now at the most. */
async function until(
  ask: () => Promise<string>,
  wanted: "OK" | "ACCESS_DENIED",
  forMs: number,
): Promise<Took> {
  const from = clock.monotonic();
  for (;;) {
    const said = await ask();
    const ms = Math.round(clock.monotonic() - from);
    if (said === wanted) return { ms, said };
    if (ms > forMs) return { ms: null, said };
    await pause(100);
  }
}

const took = ({ ms, said }: Took): string =>
  ms === null ? `NOT within the time: still ${said}` : `${ms} ms`;

type Tell = (question: string, answer: string) => void;

/**
 * The latch on, until it denies in each region and the session that was minted; then off again, for the
 * question that comes at the deadline. Long before that: after it the dated window alone would deny.
 */
async function latchOnAndOff(
  run: Run,
  access: Access,
  { minted, look }: { minted: Credentials | null; look: SandboxOptions["look"] },
  tell: Tell,
): Promise<void> {
  const { account, user, emergency, plain } = access;
  const id = account.emergency.accessKeyId;
  const { regions } = run.order.policy;
  const bySession = minted && (() => look(minted, regions[0] ?? ""));
  const worked = bySession && (await until(bySession, "OK", 10_000));
  if (worked !== null) tell("the session minted in the window, until it worked", took(worked));
  const asked = async (answer: Promise<Answer<unknown>>) => verdict(await run.see(answer));
  const latched = await asked(plain.attachPolicy(user, account.latchArn));
  tell("attaching the latch without MFA", latched);
  const denied = (ask: () => Promise<string>) => until(ask, "ACCESS_DENIED", 60_000);
  const [ended, ...inRegions] = await Promise.all([
    bySession && worked?.said === "OK" ? denied(bySession) : null,
    ...regions.map((region) => denied(() => asked(emergency.accessKeyInfo(id, region)))),
  ]);
  for (const [index, one] of inRegions.entries())
    if (one !== null) tell(`the latch in ${regions[index]}`, took(one));
  if (minted !== null && ended !== null) {
    tell("the session minted in the window, under the latch", took(ended));
    const session = access.caller(minted, "minted");
    tell("  and its GetCallerIdentity", await asked(session.identity()));
  }
  const early = (run.untilMs ?? 0) - run.serverNow();
  tell("  all of it before the deadline", early > 0 ? "yes" : "NO: ask again with a longer one");
  const lifted = await asked((access.mfa ?? plain).detachPolicy(user, account.latchArn));
  tell("lifting the latch", lifted);
  const again = await until(() => asked(emergency.accountSummary()), "OK", 60_000);
  tell("the lifted latch, until the first accepted call", took(again));
}

/** Opens, asks what aws-sandbox.md asks, waits for the deadline, closes. */
export async function sandboxRun(options: SandboxOptions): Promise<Found> {
  const { cloud, dir, account: kit, policy, say } = options;
  const answers: { question: string; answer: string }[] = [];
  const tell: Tell = (question, answer) => {
    answers.push({ question, answer });
    say(`${question}: ${answer}`);
  };
  const order: ActivationOrder = {
    mode: options.mode,
    purpose: "open",
    vaultId: "0".repeat(32),
    epoch: 1,
    incident: INCIDENT,
    reason: "sandbox measurement",
    responder: "sandbox",
    secretPages: "",
    leftBehind: { close: "none", notOf: [] },
    durationSeconds: options.durationSeconds,
    goodForMs: 1_800_000,
    recordSha256: "0".repeat(64),
    policy,
    accounts: [kit],
  };
  let lifted = 0;
  let proven = 0;
  const ports: AccessPorts = {
    cloud,
    documents: onlinePorts.documents,
    clock,
    heldMs: () => 0,
    patience: PATIENCE,
    pause,
    journalFile: await createJournal(dir, INCIDENT),
    closerFile: closerFile(dir, INCIDENT),
    mfaCode: () => Promise.resolve(null),
    report: (progress) => {
      if (progress.kind !== "step") return;
      if (progress.step === "latch-lifted") lifted = clock.monotonic();
      if (progress.step === "active") proven = clock.monotonic();
      say(`  ${progress.step}`);
    },
  };
  const { held, opening } = await open(order, ports);
  const { run, accesses } = held;
  const [access] = accesses;
  const [account] = opening.kind === "OPENED" ? opening.accounts : [];
  if (access === undefined || account?.state !== "ACTIVE") {
    tell("opened", JSON.stringify(opening));
    return { answers, atRest: opening.kind !== "OPENED", calls: run.calls };
  }
  try {
    tell("from the last write to the proven access", `${Math.round(proven - lifted)} ms`);
    const lagging = run.calls.filter(
      ({ as, action }) => as === "activator+mfa" && action === "iam:GetUserPolicy",
    );
    tell("reads of the window until it was there", String(lagging.length));
    const { emergency } = access;
    const id = kit.emergency.accessKeyId;
    const others = ["ap-northeast-3", "eu-north-1"];
    const outside = others.find((one) => !policy.regions.includes(one)) ?? "";
    tell(
      "a probe in a region outside the policy",
      verdict(await emergency.accessKeyInfo(id, outside)),
    );
    const minted = await options.mint().catch((error: unknown) => {
      tell("a session minted in the window", error instanceof Error ? error.name : "refused");
      return null;
    });
    if (access.closer !== null)
      tell(
        "the closer's detach of the latch",
        verdict(await access.closer.detachPolicy(access.user, kit.latchArn)),
      );

    await latchOnAndOff(run, access, { minted, look: options.look }, tell);

    const deadline = held.deadline?.untilMs ?? 0;
    await waitDeadline(run, accesses, deadline - 5_000);
    const ends = await until(
      async () => verdict(await run.see(emergency.accountSummary())),
      "ACCESS_DENIED",
      60_000,
    );
    const last = run.calls.findLast(({ as, verdict: said }) => as === "emergency" && said === "OK");
    const first = run.calls.at(-1);
    const off = (ms: number | null | undefined): string =>
      ms === null || ms === undefined ? "?" : `${(ms - deadline) / 1000} s`;
    tell(
      "last accepted and first denied call, from the deadline",
      ends.ms === null ? "NEVER denied" : `${off(last?.serverMs)} and ${off(first?.serverMs)}`,
    );
  } finally {
    const off = clock.monotonic();
    const [closing] = await close(held, "end of the measurement");
    tell("closed", JSON.stringify(closing));
    tell(
      "from the wish to close until the second look",
      `${Math.round(clock.monotonic() - off)} ms`,
    );
  }
  const refused = run.calls.findLast(({ as }) => as === "emergency");
  return { answers, atRest: refused?.verdict === "KEY_NOT_ACCEPTED", calls: run.calls };
}
