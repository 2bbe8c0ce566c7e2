/**
 * What is sealed, and what the activation is given of it. Plain data, JSON all the way: the vault's
 * payload and the hand-over to the online process are these shapes in canonical JSON.
 */

/** A PRACTICE vault, its records and its keys say so in their signed bytes, and open nothing real. */
export type Mode = "PRACTICE" | "REAL";

/** A long-term IAM access key, as the console's accessKeys.csv gives it. Secret. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** One AWS account that the vault can open (mode A: the latched emergency user). */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  readonly partition: "aws" | "aws-cn" | "aws-us-gov";
  /** arn:…:user/breakglass/bg-emergency */
  readonly emergencyUserArn: string;
  /** Managed policy BreakGlassClosed: Deny everything. */
  readonly latchArn: string;
  /** The emergency user's permissions boundary, and the SHA-256 (hex) of its canonical JSON. */
  readonly boundaryArn: string;
  readonly boundarySha256: string;
  /** Role that can only attach the latch. */
  readonly closerRoleArn: string;
  readonly activator: AccessKey;
  /** An identity that can only assume the closer role; without it the activator assumes it. */
  readonly closer?: AccessKey;
  readonly emergency: AccessKey;
  /** ARN of the activator's virtual MFA device, and its sealed TOTP seed (base32) or null: typed. */
  readonly mfaSerial: string;
  readonly totpSeed: string | null;
}

export interface Policy {
  readonly defaultDurationSeconds: number;
  readonly maxDurationSeconds: number;
  /** Regions in which the access window allows work. */
  readonly regions: readonly string[];
  /** Names a services profile of aws/documents. */
  readonly profile: string;
  /** RFC 3339 UTC; sealing and activation refuse a deadline after it. */
  readonly kitExpires: string;
  /** The reaper's bound at AWS; sealing refuses a vault whose maximum exceeds it. */
  readonly reaperMaxHours: number;
  /** Evidence that closing collects: rejections of the key over a time, and once more later. */
  readonly proof: {
    readonly rejections: number;
    readonly overSeconds: number;
    readonly againAfterSeconds: number;
  };
  /** The trail that tells of an access: the glass-broken record names it, and the review holds digests to it. */
  readonly trail?: { readonly arn: string; readonly bucket: string };
  /** Switches OTP slots on beside the FIDO2 keys; off unless true. */
  readonly otpKeys?: boolean;
}

/** The payload of a vault, less its keys. Secret. */
export interface Contents {
  readonly accounts: readonly Account[];
  readonly policy: Policy;
  /** Secret appendices of the runbook, Markdown. */
  readonly secretPages: string;
}

/**
 * What crosses from the vault process to the online process, sealed to the latter's ephemeral key.
 * It holds no share, quorum secret or vault key: only what the activation needs.
 */
export interface ActivationOrder {
  readonly mode: Mode;
  /** What quorum and touch were given for; "rest" opens nothing. */
  readonly purpose: "open" | "rest";
  readonly vaultId: string;
  readonly epoch: number;
  readonly incident: string;
  readonly reason: string;
  readonly responder: string;
  readonly durationSeconds: number;
  /** How long after the hand-over it may still be opened; see `latestDeadline` of its record. */
  readonly goodForMs: number;
  /** SHA-256 (hex) of the signed glass-broken record: the tag BreakGlassRecord. */
  readonly recordSha256: string;
  readonly policy: Policy;
  readonly accounts: readonly Account[];
  /** The runbook's secret pages, Markdown; "" when it has none, and at rest. Secret. */
  readonly secretPages: string;
  /** Which access of another station's may be brought to rest before this one opens. */
  readonly leftBehind: {
    /** "expired": only past its deadline, since that station may be at work. */
    readonly close: "none" | "expired" | "any";
    /** Incidents that it can't be: this station's own, or closed on the records. */
    readonly notOf: readonly string[];
  };
}
