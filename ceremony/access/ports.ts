import type { AccessKey, Account } from "../subject.ts";

export interface Clock {
  /** RFC 3339 UTC with milliseconds, by the station's clock. */
  now(): string;
  /** Milliseconds since some fixed instant; never goes back. */
  monotonic(): number;
}

/** AWS's answers in this house's words; the clients of aws/ translate into exactly these. */
export type CloudCode =
  /** Authenticated, and refused by policy. */
  | "ACCESS_DENIED"
  /** The key is inactive, deleted, unknown, or not yet replicated. */
  | "KEY_NOT_ACCEPTED"
  | "SIGNATURE_REFUSED"
  | "CLOCK_REFUSED"
  | "SESSION_EXPIRED"
  | "MFA_REFUSED"
  /** Nobody typed the code that was asked for; AWS was not asked. */
  | "MFA_NOT_GIVEN"
  | "NO_SUCH_ENTITY"
  | "LIMIT_EXCEEDED"
  | "POLICY_MALFORMED"
  | "THROTTLED"
  | "SERVICE_FAILED"
  | "TIMED_OUT"
  | "NAME_NOT_RESOLVED"
  | "NO_CONNECTION"
  | "TLS_REFUSED"
  /** Public roots, but this laptop's date is outside the certificate's. */
  | "TLS_CLOCK_WRONG"
  /** A certificate for other names. */
  | "TLS_OTHER_SERVER"
  /** AWS's name in a certificate of somebody else's. */
  | "TLS_INTERCEPTED"
  /** AWS's certificate, of a root that this app does not know. */
  | "TLS_UNKNOWN_ROOT"
  /** A web page or a redirection in AWS's place. */
  | "CAPTIVE_PORTAL"
  | "PROXY_REFUSED"
  | "UNEXPECTED_ANSWER";

/** One call as it can be shown to an auditor: no secret, no token, no message of AWS's. */
export interface Call {
  readonly account: string;
  /** Whose credential: "activator", "activator+mfa", "emergency", "closer", "closer-role". */
  readonly as: string;
  /** "iam:PutUserPolicy". */
  readonly action: string;
  readonly region: string;
  readonly requestId: string | null;
  readonly ms: number;
  /** Requests that were sent: the client repeats what may be repeated. */
  readonly attempts: number;
  readonly verdict: "OK" | CloudCode;
  /** AWS's Date header, epoch ms (whole seconds); null when no answer came. */
  readonly serverMs: number | null;
  /** Public facts about a failure on the way: host, certificate, clock. */
  readonly about?: Readonly<Record<string, string>>;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly call: Call }
  | { readonly ok: false; readonly code: CloudCode; readonly call: Call };

export interface Credentials extends AccessKey {
  readonly sessionToken?: string;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresMs: number;
}

export interface Identity {
  readonly accountId: string;
  readonly arn: string;
}

export interface User {
  readonly arn: string;
  readonly boundaryArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * AWS as one credential sees it. Calls don't throw for what AWS or the network answers: that is a
 * value with evidence. Lists are complete (pages are followed).
 */
export interface Caller {
  identity(): Promise<Answer<Identity>>;
  sessionToken(input: {
    readonly serial: string;
    readonly code: string;
    readonly seconds: number;
  }): Promise<Answer<Session>>;
  assumeRole(input: {
    readonly roleArn: string;
    readonly name: string;
    readonly seconds: number;
  }): Promise<Answer<Session>>;
  user(name: string): Promise<Answer<User>>;
  accessKeys(
    user: string,
  ): Promise<Answer<readonly { readonly id: string; readonly active: boolean }[]>>;
  /** RFC 3339, or null when the key was never used. */
  accessKeyLastUsed(id: string): Promise<Answer<string | null>>;
  inlinePolicies(user: string): Promise<Answer<readonly string[]>>;
  /** The document's text, decoded. */
  inlinePolicy(user: string, name: string): Promise<Answer<string>>;
  attachedPolicies(user: string): Promise<Answer<readonly string[]>>;
  groups(user: string): Promise<Answer<readonly string[]>>;
  hasLoginProfile(user: string): Promise<Answer<boolean>>;
  mfaDevices(user: string): Promise<Answer<readonly string[]>>;
  /** Ids, whatever their status; so are the next two. */
  sshKeys(user: string): Promise<Answer<readonly string[]>>;
  serviceCredentials(user: string): Promise<Answer<readonly string[]>>;
  signingCertificates(user: string): Promise<Answer<readonly string[]>>;
  defaultVersion(policyArn: string): Promise<Answer<string>>;
  policyVersion(policyArn: string, version: string): Promise<Answer<string>>;
  putInlinePolicy(user: string, name: string, document: string): Promise<Answer<null>>;
  deleteInlinePolicy(user: string, name: string): Promise<Answer<null>>;
  attachPolicy(user: string, arn: string): Promise<Answer<null>>;
  detachPolicy(user: string, arn: string): Promise<Answer<null>>;
  setKey(user: string, id: string, status: "Active" | "Inactive"): Promise<Answer<null>>;
  tag(user: string, tags: Readonly<Record<string, string>>): Promise<Answer<null>>;
  deleteLoginProfile(user: string): Promise<Answer<null>>;
  /** iam:GetAccountSummary: a harmless permitted call at IAM's one region. */
  accountSummary(): Promise<Answer<null>>;
  /** sts:GetAccessKeyInfo: a harmless permitted call in any region. */
  accessKeyInfo(id: string, region: string): Promise<Answer<null>>;
}

export interface Cloud {
  as(
    credentials: Credentials,
    who: {
      readonly accountId: string;
      readonly partition: Account["partition"];
      readonly name: string;
    },
  ): Caller;
}

/** The documents that an activation writes; aws/documents builds them. */
export interface Documents {
  /** The access window's inline policy, as text. Its dates are literals. */
  windowPolicy(input: {
    readonly account: Account;
    readonly incident: string;
    readonly profile: string;
    readonly regions: readonly string[];
    readonly fromMs: number;
    readonly notBeforeMs: number;
    readonly untilMs: number;
  }): string;
  /** Denies everything, as the latch does. */
  latchPolicy(): string;
  /**
   * What a text says of itself if it has a window's form; null for any other. Only writing it anew and
   * comparing shows that it is one.
   */
  readWindow(text: string): {
    readonly incident: string;
    readonly fromMs: number;
    readonly notBeforeMs: number;
    readonly untilMs: number;
  } | null;
}

/** Appends whole lines; resolves when they are on the disk (fsync). */
export interface JournalFile {
  append(text: string): Promise<void>;
}

/** What `open/<incident>.close` holds of each account: it can shut, never open. */
export interface CloserSession {
  readonly mode: "PRACTICE" | "REAL";
  readonly incident: string;
  readonly accountId: string;
  readonly partition: Account["partition"];
  readonly emergencyUserArn: string;
  readonly latchArn: string;
  readonly session: Session;
}

export interface CloserFile {
  /** Resolves when it is on the disk (0600, fsync). */
  keep(session: CloserSession): Promise<void>;
  /** Deletes the file; nothing happens if there is none. */
  forget(): Promise<void>;
}

/** What an access tells while it works. */
export type Progress =
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "step"; readonly account: string; readonly step: Step }
  | { readonly kind: "deadline"; readonly untilMs: number }
  /** Nothing will be said of this account for so long: it is waited on purpose. */
  | { readonly kind: "waits"; readonly account: string; readonly ms: number }
  /** Another station's access was found, and is brought to rest before anything is opened. */
  | { readonly kind: "left-behind"; readonly incident: string; readonly untilMs: number };

export type Step =
  | "identified"
  | "inspected"
  | "window-written"
  | "window-read-back"
  | "latch-lifted"
  | "active"
  | "failed"
  | "latched"
  | "deny-proven"
  | "keys-off"
  | "at-rest"
  | "dead"
  | "confirmed";

/** A wish to stop that loops look at; an AbortSignal is one. */
export interface Stop {
  readonly aborted: boolean;
}

/** How long the loops wait, in ms; AWS.md's figures stand in `PATIENCE`. */
export interface Patience {
  /** Polls grow from `pollFirst` by 1.6 up to `pollMost`. */
  readonly pollFirst: number;
  readonly pollMost: number;
  /** Until an opened access must have been proven, a written policy read back. */
  readonly verify: number;
  /** Until a latched key must have been denied; afterwards it is recorded as unproven. */
  readonly deny: number;
  /** How long AWS may go on accepting a key that it said is off, before it is turned off again. */
  readonly applied: number;
  /** Between rounds of a close that did not reach rest. */
  readonly roundFirst: number;
  readonly roundMost: number;
}

export const PATIENCE: Patience = {
  pollFirst: 200,
  pollMost: 3_000,
  verify: 60_000,
  deny: 30_000,
  applied: 10_000,
  roundFirst: 500,
  roundMost: 30_000,
};

export interface AccessPorts {
  /** Since the order's key was offered: by a count that nobody sets, and that goes on in sleep. */
  heldMs(): number;
  readonly cloud: Cloud;
  readonly documents: Documents;
  readonly clock: Clock;
  pause(ms: number): Promise<void>;
  readonly journalFile: JournalFile;
  readonly closerFile: CloserFile;
  /**
   * A six-digit code of the account's activator device; asked only when no seed is sealed. Null when
   * people left instead of typing it.
   */
  mfaCode(accountId: string): Promise<string | null>;
  report(progress: Progress): void;
  readonly patience: Patience;
}

/** Waits in short slices, so that a wish to stop is seen soon. */
export async function rest(
  ports: Pick<AccessPorts, "clock" | "pause">,
  ms: number,
  stop?: Stop,
): Promise<void> {
  const until = ports.clock.monotonic() + ms;
  for (;;) {
    const left = until - ports.clock.monotonic();
    if (left <= 0 || stop?.aborted === true) return;
    await ports.pause(Math.min(left, 250));
  }
}
