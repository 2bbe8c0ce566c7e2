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
import { fingerprint } from "../../ceremony/access/standing.ts";
import type { AccessKey, ActivationOrder } from "../../ceremony/subject.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import type { Kit } from "../../aws/documents/kit.ts";
import { policyText } from "../../aws/documents/policy.ts";
import { closerFile, createJournal } from "../../station/journal-file.ts";
import { onlinePorts } from "../../station/online-process.ts";

export interface SandboxOptions {
  readonly cloud: Cloud;
  readonly dir: string;
  readonly kit: Kit;
  readonly regions: readonly string[];
  readonly kitExpires: string;
  readonly durationSeconds: number;
  readonly mode: "PRACTICE" | "REAL";
  readonly keys: {
    readonly activator: AccessKey;
    readonly closer: AccessKey;
    readonly emergency: AccessKey;
  };
  readonly totpSeed: string;
  readonly proof: ActivationOrder["policy"]["proof"];
  /** A session of the emergency user, made by its own key. */
  readonly mint: () => Promise<Credentials>;
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

/** Asks until it is so; the time that took, from `from` (monotonic), or null after `forMs`. */
async function until(
  ask: () => Promise<Answer<unknown>>,
  wanted: (said: string) => boolean,
  from: number,
  forMs: number,
): Promise<number | null> {
  for (;;) {
    const said = verdict(await ask());
    const now = clock.monotonic();
    if (wanted(said)) return Math.round(now - from);
    if (now - from > forMs) return null;
    await pause(100);
  }
}

const took = (ms: number | null): string => (ms === null ? "NOT within the time" : `${ms} ms`);

/** Opens, asks what aws-sandbox.md asks, waits for the deadline, closes. */
export async function sandboxRun(options: SandboxOptions): Promise<Found> {
  const { cloud, dir, kit, keys, regions, say } = options;
  const answers: { question: string; answer: string }[] = [];
  const tell = (question: string, answer: string): void => {
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
    policy: {
      defaultDurationSeconds: options.durationSeconds,
      maxDurationSeconds: options.durationSeconds,
      regions,
      profile: "restore-service",
      kitExpires: options.kitExpires,
      reaperMaxHours: 4,
      proof: options.proof,
    },
    accounts: [
      {
        accountId: kit.accountId,
        partition: kit.partition,
        emergencyUserArn: kit.emergencyUser.arn,
        latchArn: kit.latchArn,
        boundaryArn: kit.boundaryArn,
        boundarySha256: fingerprint(policyText(boundaryPolicy(kit))) ?? "",
        closerRoleArn: kit.closerRole.arn,
        ...keys,
        mfaSerial: kit.mfaSerial,
        totpSeed: options.totpSeed,
      },
    ],
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
    tell("from the last write to the proven access", took(proven - lifted));
    const lagging = run.calls.filter(
      ({ as, action }) => as === "activator+mfa" && action === "iam:GetUserPolicy",
    );
    tell("reads of the window until it was there", String(lagging.length));
    const { emergency } = access;
    const id = keys.emergency.accessKeyId;
    const outside = ["ap-northeast-3", "eu-north-1"].find((one) => !regions.includes(one)) ?? "";
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

    const deadline = held.deadline?.untilMs ?? 0;
    await waitDeadline(run, accesses, deadline - 5_000);
    const ends = await until(
      () => run.see(emergency.accountSummary()),
      (said) => said === "ACCESS_DENIED",
      clock.monotonic(),
      60_000,
    );
    const last = run.calls.findLast(({ as, verdict: said }) => as === "emergency" && said === "OK");
    const first = run.calls.at(-1);
    const off = (ms: number | null | undefined): string =>
      ms === null || ms === undefined ? "?" : `${(ms - deadline) / 1000} s`;
    tell(
      "last accepted and first denied call, from the deadline",
      ends === null ? "NEVER denied" : `${off(last?.serverMs)} and ${off(first?.serverMs)}`,
    );

    const from = clock.monotonic();
    const latched = await access.plain.attachPolicy(access.user, kit.latchArn);
    tell("attaching the latch without MFA", verdict(latched));
    for (const region of regions) {
      const ms = await until(
        () => emergency.accessKeyInfo(id, region),
        (said) => said === "ACCESS_DENIED",
        from,
        60_000,
      );
      tell(`the latch in ${region}`, took(ms));
    }
    if (minted !== null) {
      const session = access.caller(minted, "minted");
      const ms = await until(
        () => session.accessKeyInfo(id, regions[0] ?? ""),
        (said) => said !== "OK",
        from,
        60_000,
      );
      tell("the session minted in the window, under the latch", took(ms));
      tell("  and its GetCallerIdentity", verdict(await session.identity()));
    }
  } finally {
    const off = clock.monotonic();
    const [closing] = await close(held, "end of the measurement");
    tell("closed", JSON.stringify(closing));
    tell("from the wish to close until the second look", took(clock.monotonic() - off));
  }
  const refused = run.calls.findLast(({ as }) => as === "emergency");
  return { answers, atRest: refused?.verdict === "KEY_NOT_ACCEPTED", calls: run.calls };
}
