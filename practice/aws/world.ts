import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { failPractice } from "./errors.ts";

/**
 * Everything practice AWS remembers. JSON all the way; times are epoch milliseconds. One world holds
 * many accounts; sessions and keys are found by access key id across all of them.
 */
export interface World {
  readonly format: "pullstation-practice-world-1";
  readonly accounts: Record<string, AccountState>;
  readonly sessions: Record<string, SessionState>;
}

export type Partition = "aws" | "aws-cn" | "aws-us-gov";

export interface AccountState {
  readonly accountId: string;
  readonly partition: Partition;
  readonly users: Record<string, UserState>;
  readonly roles: Record<string, RoleState>;
  /** By ARN. */
  readonly policies: Record<string, ManagedPolicy>;
}

export interface KeyState {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly createdAt: number;
  status: "Active" | "Inactive";
  lastUsed: { readonly at: number; readonly service: string; readonly region: string } | null;
}

export interface MfaDevice {
  readonly serial: string;
  /** TOTP seed, base32. */
  readonly seed: string;
  readonly enabledAt: number;
  /** Newest time step accepted: a code is used once. */
  lastStep: number;
}

/** What authentication and authorisation read, each facet with its own replication delay. */
export interface Facets {
  keys: KeyState[];
  /** Inline policies: document text by name. */
  inline: Record<string, string>;
  /** ARNs of attached managed policies. */
  attached: string[];
  tags: Record<string, string>;
}

export interface UserState extends Facets {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly userId: string;
  readonly createdAt: number;
  boundaryArn: string | null;
  groups: string[];
  loginProfile: { readonly createdAt: number } | null;
  mfa: MfaDevice[];
  /** Ids of credentials other than access keys; left out: none. */
  sshKeys?: string[];
  serviceCredentials?: string[];
  signingCertificates?: string[];
  /** Facets as they were before changes that have not replicated yet, oldest first. */
  lag: { readonly until: number; readonly before: Partial<Facets> }[];
}

export interface RoleState {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly roleId: string;
  readonly maxSessionSeconds: number;
  readonly trust: string;
  readonly inline: Record<string, string>;
  readonly attached: string[];
  readonly boundaryArn: string | null;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly policyId: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface SessionState {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly accountId: string;
  readonly mfa: boolean;
  /** GetSessionToken of a user, or AssumeRole of a role. */
  readonly of:
    | { readonly kind: "user"; readonly name: string }
    | {
        readonly kind: "role";
        readonly name: string;
        readonly sessionName: string;
        readonly sourceIdentity: string | null;
        readonly policy: string | null;
      };
}

export const emptyWorld = (): World => ({
  format: "pullstation-practice-world-1",
  accounts: {},
  sessions: {},
});

/** One user as authentication and authorisation see it at `now`; to be read only. */
export function replicated(user: UserState, now: number): Readonly<UserState> {
  if (user.lag.every((step) => step.until <= now)) return user;
  const view = { ...user };
  for (const step of user.lag.toReversed()) if (step.until > now) Object.assign(view, step.before);
  return view;
}

/** Notes how a facet was, so that `replicated` shows it until `until`. */
export function lagging(user: UserState, facet: keyof Facets, now: number, until: number): void {
  user.lag = user.lag.filter((step) => step.until > now);
  if (until > now) user.lag.push({ until, before: { [facet]: structuredClone(user[facet]) } });
}

/** One line of what was asked of practice AWS. It never holds a secret or a token. */
export interface CallLine {
  /** AWS time, RFC 3339 with milliseconds. */
  readonly at: string;
  readonly requestId: string;
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly accessKeyId: string | null;
  readonly account: string | null;
  /** ARN of the caller; null when it could not be authenticated. */
  readonly principal: string | null;
  /** "ok", AWS's error code, or "NotHeard": it never came as far as AWS. */
  readonly outcome: string;
}

/** Keeps the world and the call log; with a file, every change is on disk before it is answered. */
export interface Store {
  readonly world: World;
  readonly calls: CallLine[];
  save(): void;
  log(line: CallLine): void;
}

const isWorld = (value: unknown): value is World =>
  typeof value === "object" &&
  value !== null &&
  "format" in value &&
  value.format === "pullstation-practice-world-1" &&
  "accounts" in value &&
  "sessions" in value;

function read(file: string): World {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    return failPractice("PRACTICE_STATE_UNREADABLE", { file }, cause);
  }
  return isWorld(value) ? value : failPractice("PRACTICE_STATE_UNREADABLE", { file });
}

const readCalls = (file: string): CallLine[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.endsWith("}"))
        .map((line) => JSON.parse(line) as CallLine)
    : [];

/**
 * With a file: what it holds wins over `initial`, so that a practice process started again goes on
 * where the killed one was. Written as temp + rename; the call log beside it is appended.
 */
export function openStore(file: string | null, initial: World): Store {
  if (file === null) {
    const calls: CallLine[] = [];
    return { world: initial, calls, save: () => {}, log: (line) => void calls.push(line) };
  }
  const logFile = `${file}.calls.jsonl`;
  const world = existsSync(file) ? read(file) : initial;
  const calls = readCalls(logFile);
  let kept = "";
  const save = (): void => {
    const text = JSON.stringify(world);
    if (text === kept) return;
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    kept = text;
  };
  save();
  return {
    world,
    calls,
    save,
    log: (line) => {
      calls.push(line);
      appendFileSync(logFile, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    },
  };
}
