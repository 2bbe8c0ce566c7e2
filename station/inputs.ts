import { basename } from "node:path";
import {
  type AccountKeys,
  accountKeys,
  type ImportedKey,
  parseAccessKeys,
} from "../aws/documents/access-keys.ts";
import { boundaryPolicy } from "../aws/documents/boundary.ts";
import { checkProfile, type GuardRails, kitOf, railsOf } from "../aws/documents/kit.ts";
import type { Partition } from "../aws/documents/partition.ts";
import { policySha256 } from "../aws/documents/policy.ts";
import type { AccessKey, Account, Contents, Policy } from "../ceremony/subject.ts";
import { policySchema } from "../contract/policy.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { readBounded } from "./bounded-read.ts";
import { refuse } from "./errors.ts";

/** Practice key ids say so; they never get into a real vault. */
const PRACTICE_KEY = /^A[KS]IAPRACTICE/;
/** No input that a person writes is larger; anything larger is another file by mistake. */
const MOST_BYTES = 1_000_000;

export interface Imported {
  readonly contents: Contents;
  /** Hex, of the public runbook. */
  readonly runbookSha256: string;
  readonly runbook: string;
}

/**
 * Reads what is to be sealed: key files as the AWS console writes them, the activators' TOTP seeds
 * (JSON: account id to base32, "" for codes typed at use), the policy and the runbook. The runbook
 * up to a heading "# Secret pages" stays readable while sealed; what follows it is sealed. Every
 * refusal names the file and what is wrong in it, never a value.
 */
export function importInputs(files: {
  readonly mode: "PRACTICE" | "REAL";
  readonly keyFiles: readonly string[];
  /** Whose the keys are in files that don't say it; null: such files are refused. */
  readonly defaultAccount: string | null;
  /** Null: every code is typed at use. */
  readonly mfaFile: string | null;
  readonly policyFile: string;
  readonly runbookFile: string;
}): Imported {
  const { policy, rails } = readSealing(files.mode, files.policyFile);
  const seeds = files.mfaFile === null ? {} : readSeeds(files.mfaFile);
  const accounts = accountKeys(readKeyFiles(files)).map((keys): Account => ({
    ...kitAt(keys.accountId, policy, rails),
    ...sealedKeys(keys),
    totpSeed: seeds[keys.accountId] ?? null,
  }));
  const { runbook, secretPages } = splitRunbook(readText(files.runbookFile));
  return {
    contents: { accounts, policy, secretPages },
    runbook,
    runbookSha256: hex(sha256(new TextEncoder().encode(runbook))),
  };
}

/** The keys of all files; none of practice gets into a real vault. */
export function readKeyFiles(files: {
  readonly mode: "PRACTICE" | "REAL";
  readonly keyFiles: readonly string[];
  readonly defaultAccount: string | null;
}): readonly ImportedKey[] {
  const keys = files.keyFiles.flatMap((file) =>
    parseAccessKeys(readText(file), basename(file), files.defaultAccount),
  );
  if (files.mode === "REAL")
    for (const { accessKeyId, file } of keys)
      if (PRACTICE_KEY.test(accessKeyId))
        refuse("PRACTICE_KEY_IN_REAL_VAULT", { id: accessKeyId, file });
  return keys;
}

type Keys = Pick<Account, "activator" | "closer" | "emergency">;

/** What stands at AWS for an account under this policy. */
export function kitAt(
  accountId: string,
  policy: Policy,
  rails: GuardRails,
): Omit<Account, keyof Keys | "totpSeed"> {
  const partition = partitionOf(policy.regions);
  const kit = kitOf(accountId, partition, policy.regions, policy.kitExpires, rails);
  return {
    accountId,
    partition,
    emergencyUserArn: kit.emergencyUser.arn,
    latchArn: kit.latchArn,
    boundaryArn: kit.boundaryArn,
    boundarySha256: policySha256(boundaryPolicy(kit)),
    closerRoleArn: kit.closerRole.arn,
    mfaSerial: kit.mfaSerial,
  };
}

/** The keys of one account, as they are sealed. */
export const sealedKeys = ({ activator, closer, emergency }: AccountKeys): Keys => ({
  activator: bare(activator),
  ...(closer === null ? {} : { closer: bare(closer) }),
  emergency: bare(emergency),
});

/** A rehearsal may hurry; a real closing is proven for as long as AWS takes to apply a change. */
function requireRealProof({ proof }: Policy, file: string): void {
  if (proof.overSeconds < 10) refuse("POLICY_INVALID", { file, field: "proof.overSeconds" });
  if (proof.againAfterSeconds < 300)
    refuse("POLICY_INVALID", { file, field: "proof.againAfterSeconds" });
}

const bare = ({ accessKeyId, secretAccessKey }: AccessKey): AccessKey => ({
  accessKeyId,
  secretAccessKey,
});

/** `INPUT_FILE_UNREADABLE` names the file: none of a regular kind, too large, or not to be read. */
export function readText(file: string): string {
  try {
    return new TextDecoder().decode(readBounded(file, MOST_BYTES));
  } catch (error) {
    const reason = (error as { code?: string }).code ?? "unreadable";
    return refuse("INPUT_FILE_UNREADABLE", { file, reason });
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof SyntaxError)
      return refuse("INPUT_FILE_UNREADABLE", { file, reason: "not JSON" });
    throw error;
  }
}

/** `POLICY_INVALID` names the file and the field. */
export const readPolicy = (file: string): Policy => readSealing("PRACTICE", file).policy;

/** The policy as it is sealed, and the guard rails that AWS must stand under for it. */
export function readSealing(
  mode: "PRACTICE" | "REAL",
  file: string,
): { readonly policy: Policy; readonly rails: GuardRails } {
  const policy = policySchema.safeParse(readJson(file));
  if (!policy.success)
    return refuse("POLICY_INVALID", {
      file,
      field: policy.error.issues[0]?.path.join(".") || "(the whole file)",
    });
  const rails = railsOf(policy.data);
  for (const profile of [policy.data.profile, ...rails.profiles]) checkProfile(profile);
  const { guardRails: _, ...sealed } = policy.data;
  if (mode === "REAL") requireRealProof(sealed, file);
  return { policy: sealed, rails };
}

/** Account id to its activator's seed; "" (codes are typed) is left out unless `all`. */
export function readSeeds(file: string, all = false): Readonly<Record<string, string>> {
  const seeds = readJson(file);
  if (typeof seeds !== "object" || seeds === null)
    return refuse("INPUT_FILE_UNREADABLE", { file, reason: "not an object" });
  return Object.fromEntries(
    Object.entries(seeds).filter(([, seed]) => typeof seed === "string" && (all || seed !== "")),
  ) as Record<string, string>;
}

/** A vault is of one partition: its regions say which. */
function partitionOf(regions: readonly string[]): Partition {
  if (regions.every((region) => region.startsWith("cn-"))) return "aws-cn";
  return regions.every((region) => region.startsWith("us-gov-")) ? "aws-us-gov" : "aws";
}

/** The public runbook, and what follows its heading "# Secret pages". */
export function splitRunbook(text: string): {
  readonly runbook: string;
  readonly secretPages: string;
} {
  const heading = /^# Secret pages[ \t]*$/m.exec(text);
  return heading === null
    ? { runbook: text, secretPages: "" }
    : { runbook: text.slice(0, heading.index), secretPages: text.slice(heading.index) };
}
