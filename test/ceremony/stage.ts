import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kitOf } from "../../aws/documents/kit.ts";
import { policySha256 } from "../../aws/documents/policy.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { openAws } from "../../aws/clients/cloud.ts";
import type { AccessPorts, Patience, Progress } from "../../ceremony/access/ports.ts";
import type { Account, ActivationOrder, Policy } from "../../ceremony/subject.ts";
import type { UserState, World } from "../../practice/aws/world.ts";
import { provision } from "../../practice/kit/provision.ts";
import { closerFile, createJournal, reopenJournal } from "../../station/journal-file.ts";
import { onlinePorts } from "../../station/online-process.ts";

/** The kit as it was sealed, and practice AWS as an administrator left it, for any number of accounts. */
export const REGIONS = ["us-east-1", "eu-west-1"] as const;
export const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
export const KIT_EXPIRES = "2099-01-01T00:00:00Z";
export const accountId = (index: number): string => String(111122223333 + index);

/** Loops that hurry: practice AWS answers in a millisecond. */
export const HASTE: Patience = {
  pollFirst: 10,
  pollMost: 50,
  verify: 3_000,
  deny: 600,
  roundFirst: 10,
  roundMost: 100,
  applied: 300,
};

export const POLICY: Policy = {
  defaultDurationSeconds: 600,
  maxDurationSeconds: 3600,
  regions: REGIONS,
  profile: "restore-service",
  kitExpires: KIT_EXPIRES,
  reaperMaxHours: 4,
  proof: { rejections: 3, overSeconds: 0.1, againAfterSeconds: 0.1 },
};

/** Distinct for the first hundred accounts. */
const key = (role: string, index: number) => ({
  accessKeyId: `AKIAPRACTICE${role}2${String(index).padStart(3, index < 10 ? "2" : "0")}`,
  secretAccessKey: `${role}-${index}-`.padEnd(40, "s"),
});

export function accountOf(index: number): Account {
  const id = accountId(index);
  const kit = kitOf(id, "aws", REGIONS, KIT_EXPIRES);
  return {
    accountId: id,
    partition: "aws",
    emergencyUserArn: kit.emergencyUser.arn,
    latchArn: kit.latchArn,
    boundaryArn: kit.boundaryArn,
    boundarySha256: policySha256(boundaryPolicy(kit)),
    closerRoleArn: kit.closerRole.arn,
    activator: key("ACTI", index),
    closer: key("CLOS", index),
    emergency: key("EMER", index),
    mfaSerial: kit.mfaSerial,
    totpSeed: SEED,
  };
}

export function orderOf(accounts = 1, edit: Partial<ActivationOrder> = {}): ActivationOrder {
  return {
    mode: "PRACTICE",
    purpose: "open",
    vaultId: "0123456789abcdef",
    epoch: 1,
    incident: "INC-2026-0042",
    reason: "the identity provider is down",
    responder: "Ada",
    durationSeconds: 600,
    goodForMs: 1_800_000,
    recordSha256: "ab".repeat(32),
    policy: POLICY,
    accounts: Array.from({ length: accounts }, (_, index) => accountOf(index)),
    secretPages: "",
    leftBehind: { close: "none", notOf: [] },
    ...edit,
  };
}

export const worldOf = (accounts = 1): World =>
  provision(
    Array.from({ length: accounts }, (_, index) => {
      const { accountId: id, activator, closer, emergency } = accountOf(index);
      const imported = (role: "activator" | "closer" | "emergency", from: typeof activator) => ({
        accountId: id,
        role,
        ...from,
        file: `${id}-${role}.csv`,
        line: 2,
      });
      return {
        accountId: id,
        activator: imported("activator", activator),
        closer: closer === undefined ? null : imported("closer", closer),
        emergency: imported("emergency", emergency),
      };
    }),
    {
      partition: "aws",
      regions: REGIONS,
      kitExpires: KIT_EXPIRES,
      seeds: Object.fromEntries(
        Array.from({ length: accounts }, (_, index) => [accountId(index), SEED]),
      ),
      now: Date.now(),
    },
  );

export function emergencyUser(world: World, index = 0): UserState {
  const user = world.accounts[accountId(index)]?.users["bg-emergency"];
  if (user === undefined) throw new Error("the practice world has no emergency user");
  return user;
}

export interface Folder {
  readonly dir: string;
  remove(): void;
}

export function folder(): Folder {
  const dir = mkdtempSync(join(tmpdir(), "pullstation-access-"));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export interface PortsOptions {
  readonly endpoint: string;
  readonly dir: string;
  readonly incident?: string;
  readonly patience?: Patience;
  readonly attempts?: number;
  readonly answerMs?: number;
  readonly heldMs?: () => number;
  readonly report?: (progress: Progress) => void;
  readonly mfaCode?: (account: string) => Promise<string>;
  /** Goes on with the journal that is there. */
  readonly reopen?: boolean;
}

/** Real clients, real documents, real files; only the waits are short. */
export async function portsOf(options: PortsOptions) {
  const incident = options.incident ?? "INC-2026-0042";
  const cloud = await openAws({
    mode: "PRACTICE",
    practiceEndpoint: options.endpoint,
    clock: onlinePorts.clock,
    attempts: options.attempts ?? 2,
    timeouts: { connectMs: 2_000, answerMs: options.answerMs ?? 500 },
  });
  const journal =
    options.reopen === true
      ? await reopenJournal(options.dir, incident)
      : { state: null, file: await createJournal(options.dir, incident) };
  const ports: AccessPorts = {
    cloud,
    documents: onlinePorts.documents,
    clock: onlinePorts.clock,
    heldMs: options.heldMs ?? (() => 0),
    patience: options.patience ?? HASTE,
    pause: onlinePorts.pause,
    journalFile: journal.file,
    closerFile: closerFile(options.dir, incident),
    mfaCode: options.mfaCode ?? (() => Promise.reject(new Error("no code was expected"))),
    report: options.report ?? (() => undefined),
  };
  return { ports, state: journal.state, cloud };
}
