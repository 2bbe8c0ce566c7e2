import type { differences as words } from "../../contract/failures/rest.ts";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { canonical, type Json } from "../../crypto/canonical.ts";
import type { Account } from "../subject.ts";
import type { Answer, Call, Caller, User } from "./ports.ts";
import { type Access, type Run, WINDOW } from "./run.ts";

/** SHA-256 (hex) of a document's canonical JSON; null when the text is no JSON. */
export function fingerprint(document: string): string | null {
  try {
    return hex(sha256(canonical(JSON.parse(document) as Json)));
  } catch {
    return null;
  }
}

/**
 * The latch denies everything, whoever sealed it: its document needs no sealed hash. Statement ids
 * and the order of fields don't matter; one more statement or condition does.
 */
export function deniesAll(document: string): boolean {
  try {
    const { Statement } = JSON.parse(document) as { Statement: Json };
    const only = Array.isArray(Statement) && Statement.length === 1 ? Statement[0] : Statement;
    const { Sid: _, ...rule } = only as { [name: string]: Json };
    return fingerprint(JSON.stringify(rule)) === DENY_ALL;
  } catch {
    return false;
  }
}

const DENY_ALL = hex(sha256(canonical({ Action: "*", Effect: "Deny", Resource: "*" })));

/** How the emergency user stands at AWS. A part that could not be read is null. */
export interface Standing {
  readonly user: User | null;
  readonly keys: readonly { readonly id: string; readonly active: boolean }[] | null;
  readonly inline: readonly string[] | null;
  readonly attached: readonly string[] | null;
  readonly groups: readonly string[] | null;
  readonly loginProfile: boolean | null;
  readonly mfaDevices: readonly string[] | null;
  readonly sshKeys: readonly string[] | null;
  readonly serviceCredentials: readonly string[] | null;
  readonly signingCertificates: readonly string[] | null;
  /** Calls that did not answer what was asked. */
  readonly unread: readonly Call[];
}

export interface Difference {
  readonly kind: keyof typeof words;
  /** The ARN, id, name or action that differs. */
  readonly what: string;
}

/** Ten reads in parallel: one round trip. */
export async function readStanding(run: Run, access: Access, by: Caller): Promise<Standing> {
  const { user } = access;
  const unread: Call[] = [];
  const read = async <T>(asked: Promise<Answer<T>>): Promise<T | null> => {
    const answer = await run.see(asked);
    if (answer.ok) return answer.value;
    unread.push(answer.call);
    return null;
  };
  const [found, keys, inline, attached, groups, loginProfile, mfaDevices, ...others] =
    await Promise.all([
      read(by.user(user)),
      read(by.accessKeys(user)),
      read(by.inlinePolicies(user)),
      read(by.attachedPolicies(user)),
      read(by.groups(user)),
      read(by.hasLoginProfile(user)),
      read(by.mfaDevices(user)),
      read(by.sshKeys(user)),
      read(by.serviceCredentials(user)),
      read(by.signingCertificates(user)),
    ]);
  const [sshKeys, serviceCredentials, signingCertificates] = others;
  return {
    user: found,
    keys,
    inline,
    attached,
    groups,
    loginProfile,
    mfaDevices,
    sshKeys,
    serviceCredentials,
    signingCertificates,
    unread,
  };
}

/** Everything that is not exactly at rest; what could not be read counts as a difference. */
export function differences(standing: Standing, account: Account): readonly Difference[] {
  const out: Difference[] = standing.unread.map((call) => ({ kind: "UNREAD", what: call.action }));
  const add = (kind: Difference["kind"], what: string): void => void out.push({ kind, what });
  const { user, keys, attached } = standing;
  if (user !== null) {
    if (user.arn !== account.emergencyUserArn) add("USER_ARN", user.arn);
    if (user.boundaryArn !== account.boundaryArn) add("BOUNDARY_ARN", user.boundaryArn ?? "none");
  }
  if (attached !== null && !attached.includes(account.latchArn))
    add("LATCH_MISSING", account.latchArn);
  for (const arn of attached ?? []) if (arn !== account.latchArn) add("FOREIGN_POLICY", arn);
  for (const name of standing.inline ?? []) add("INLINE_POLICY", name);
  for (const { id, active } of keys ?? []) if (active) add("KEY_ACTIVE", id);
  if (keys !== null && !keys.some(({ id }) => id === account.emergency.accessKeyId))
    add("KEY_MISSING", account.emergency.accessKeyId);
  if (standing.loginProfile === true) add("LOGIN_PROFILE", account.emergencyUserArn);
  for (const name of standing.groups ?? []) add("GROUP", name);
  for (const serial of standing.mfaDevices ?? []) add("MFA_DEVICE", serial);
  for (const id of standing.sshKeys ?? []) add("SSH_KEY", id);
  for (const id of standing.serviceCredentials ?? []) add("SERVICE_CREDENTIAL", id);
  for (const id of standing.signingCertificates ?? []) add("SIGNING_CERTIFICATE", id);
  return out;
}

/** Inactive keys that are not the sealed one: at rest, but an administrator should delete them. */
export const leftOvers = (standing: Standing, account: Account): readonly string[] =>
  (standing.keys ?? [])
    .filter(({ id, active }) => !active && id !== account.emergency.accessKeyId)
    .map(({ id }) => id);

/**
 * What an interrupted activation of ours may have left, so that it may be taken up again: the latch
 * lifted, our key active, our window. Everything else is someone else's doing.
 */
export function foreign(found: readonly Difference[], account: Account): readonly Difference[] {
  return found.filter(
    ({ kind, what }) =>
      kind !== "LATCH_MISSING" &&
      !(kind === "KEY_ACTIVE" && what === account.emergency.accessKeyId) &&
      !(kind === "INLINE_POLICY" && what === WINDOW),
  );
}

/** The boundary as AWS holds it, against the hash that was sealed. */
export function boundaryDifference(
  run: Run,
  access: Access,
  known?: Answer<string>,
): Promise<Difference | null> {
  const { boundaryArn, boundarySha256 } = access.account;
  const right = (document: string): boolean => fingerprint(document) === boundarySha256;
  return documentDifference(run, access, boundaryArn, right, "BOUNDARY_CHANGED", known);
}

/** The latch as AWS holds it: one that denies less would shut nothing. */
export function latchDifference(
  run: Run,
  access: Access,
  known?: Answer<string>,
): Promise<Difference | null> {
  const { latchArn } = access.account;
  return documentDifference(run, access, latchArn, deniesAll, "LATCH_CHANGED", known);
}

async function documentDifference(
  run: Run,
  access: Access,
  arn: string,
  right: (document: string) => boolean,
  kind: "BOUNDARY_CHANGED" | "LATCH_CHANGED",
  known?: Answer<string>,
): Promise<Difference | null> {
  const asked = known ?? (await run.see(access.plain.defaultVersion(arn)));
  // AWS keeps a policy for as long as it is attached, or bounds somebody.
  if (!asked.ok)
    return asked.code === "NO_SUCH_ENTITY"
      ? { kind, what: `${arn} none` }
      : { kind: "UNREAD", what: asked.call.action };
  const version = asked.value;
  const answer = await run.see(access.plain.policyVersion(arn, version));
  if (!answer.ok) return { kind: "UNREAD", what: answer.call.action };
  return right(answer.value) ? null : { kind, what: `${arn} ${version}` };
}

/** What the kit's documents say at AWS; null where one says what it must. */
export interface Kept {
  readonly latch: Difference | null;
  readonly boundary: Difference | null;
}

/** Two reads each, one after the other. */
export async function readKept(run: Run, access: Access): Promise<Kept> {
  const [latch, boundary] = await Promise.all([
    latchDifference(run, access),
    boundaryDifference(run, access),
  ]);
  return { latch, boundary };
}

export const keptDifferences = ({ latch, boundary }: Kept): readonly Difference[] =>
  [latch, boundary].flatMap((one) => one ?? []);
