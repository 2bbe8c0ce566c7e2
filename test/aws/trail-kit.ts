import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { gzipSync } from "node:zlib";
import { policyText } from "../../aws/documents/policy.ts";
import { type AccessWindow, windowPolicy } from "../../aws/documents/window.ts";

/** Trails made on the spot: events, logs and signed digests in AWS's documented forms. */

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";
export const OPENED = Date.parse("2026-06-18T02:20:00Z");
export const DEADLINE = Date.parse("2026-06-18T02:50:00Z");
export const CLOSED = Date.parse("2026-06-18T02:55:00Z");
export const KEY = "AKIAEMERGENCY0000001";
export const INCIDENT = "INC-2041";
export const RECORD = "ab".repeat(32);
export const BUCKET = "acme-trail";
const USER = `arn:aws:iam::${ACCOUNT}:user/breakglass/bg-emergency`;
const ACTIVATOR = `arn:aws:iam::${ACCOUNT}:user/breakglass/bg-activator`;
const LATCH = `arn:aws:iam::${ACCOUNT}:policy/breakglass/BreakGlassClosed`;

export type Json = Record<string, unknown>;
let counter = 0;

export const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A CloudTrail record; `more` replaces whole fields. */
export function event(name: string, at: number, more: Json = {}): Json {
  const [service = "ec2", action = name] = name.split(":");
  counter++;
  return {
    eventVersion: "1.10",
    userIdentity: userIdentity(),
    eventTime: iso(at),
    eventSource: `${service}.amazonaws.com`,
    eventName: action,
    awsRegion: REGION,
    sourceIPAddress: "203.0.113.7",
    userAgent: "aws-cli/2.31",
    requestParameters: null,
    responseElements: null,
    requestID: `request-${counter}`,
    eventID: `00000000-0000-4000-8000-${String(counter).padStart(12, "0")}`,
    readOnly: /^(?:Get|List|Describe)/.test(action),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: "Management",
    ...more,
  };
}

export const userIdentity = (more: Json = {}): Json => ({
  type: "IAMUser",
  principalId: "AIDAEMERGENCY0000001",
  arn: USER,
  accountId: ACCOUNT,
  accessKeyId: KEY,
  userName: "bg-emergency",
  ...more,
});

export const roleIdentity = (key: string, role = "app", session = "s1", more: Json = {}): Json => ({
  type: "AssumedRole",
  principalId: `AROA${role.toUpperCase()}:${session}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
  accountId: ACCOUNT,
  accessKeyId: key,
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: `AROA${role.toUpperCase()}`,
      arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
      accountId: ACCOUNT,
      userName: role,
    },
    attributes: { creationDate: iso(OPENED), mfaAuthenticated: "false" },
  },
  ...more,
});

export const denied = { errorCode: "AccessDenied", errorMessage: "explicit deny" } as const;

/** What AssumeRole answers. */
export const assumed = (key: string, until: number, role = "app", session = "s1"): Json => ({
  responseElements: {
    credentials: { accessKeyId: key, sessionToken: "HIDDEN", expiration: javaDate(until) },
    assumedRoleUser: {
      assumedRoleId: `AROA${role.toUpperCase()}:${session}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
    },
  },
});

/** "Jun 18, 2026, 9:59:55 PM", UTC. */
export function javaDate(ms: number): string {
  const date = new Date(ms);
  const day = date.toLocaleDateString("en-US", {
    timeZone: "UTC",
    year: "numeric",
    month: "short",
    day: "numeric",
  });
  const time = date.toLocaleTimeString("en-US", { timeZone: "UTC" });
  return `${day}, ${time}`;
}

/** What an opening writes; `more` makes it another one. */
export const windowText = (more: Partial<AccessWindow> = {}): string =>
  policyText(
    windowPolicy({
      nbf: iso(OPENED - 120_000),
      until: iso(DEADLINE),
      tokensFrom: iso(OPENED),
      incident: INCIDENT,
      regions: [REGION],
      profile: "restore-service",
      ...more,
    }),
  );
const WINDOW = windowText();

/** By the activator, on the emergency user. */
export const kit = (name: string, at: number, requestParameters: Json): Json =>
  event(`iam:${name}`, at, {
    userIdentity: {
      type: "IAMUser",
      principalId: "AIDAACTIVATOR0000001",
      arn: ACTIVATOR,
      accountId: ACCOUNT,
      accessKeyId: "ASIAACTIVATOR0000001",
      userName: "bg-activator",
    },
    sourceIPAddress: "198.51.100.4",
    requestParameters: { userName: "bg-emergency", ...requestParameters },
    readOnly: false,
  });

/** The activator's session, as STS gives it out. */
export const session = (at: number, until: number, key = "ASIAACTIVATOR0000001"): Json => {
  const { userIdentity: by, ...call } = kit("GetSessionToken", at, {});
  return {
    ...call,
    userIdentity: { ...(by as Json), accessKeyId: "AKIAACTIVATOR0000001" },
    eventSource: "sts.amazonaws.com",
    requestParameters: { durationSeconds: (until - at) / 1000 },
    readOnly: true,
    responseElements: { credentials: { accessKeyId: key, expiration: javaDate(until) } },
  };
};

/** An access as it should look: opened, used with one chained role, tried after its end, closed. */
export function goodEvents(record = RECORD): Json[] {
  const minute = 60_000;
  return [
    kit("PutUserPolicy", OPENED + 1000, { policyName: "BreakGlassWindow", policyDocument: WINDOW }),
    kit("TagUser", OPENED + 1000, {
      tags: [
        { key: "IncidentId", value: INCIDENT },
        { key: "BreakGlassUntil", value: iso(DEADLINE) },
        { key: "BreakGlassRecord", value: record },
      ],
    }),
    kit("DetachUserPolicy", OPENED + 2000, { policyArn: LATCH }),
    kit("UpdateAccessKey", OPENED + 2000, { accessKeyId: KEY, status: "Active" }),
    event("sts:GetCallerIdentity", OPENED + 4000),
    event("ec2:DescribeInstances", OPENED + 2 * minute),
    event("ec2:StartInstances", OPENED + 3 * minute, {
      requestParameters: { instanceId: "i-0123456789abcdef0" },
    }),
    event("rds:RestoreDBInstanceFromDBSnapshot", OPENED + 5 * minute),
    event("iam:GetAccountSummary", DEADLINE + minute, denied),
    kit("AttachUserPolicy", DEADLINE + 2 * minute, { policyArn: LATCH }),
    kit("UpdateAccessKey", DEADLINE + 2 * minute, { accessKeyId: KEY, status: "Inactive" }),
    session(OPENED - 1000, CLOSED),
  ];
}

/** A fresh key as CloudTrail has one for each region and time. */
export interface TrailSigner {
  readonly key: KeyObject;
  readonly fingerprint: string;
  /** As `aws cloudtrail list-public-keys` answers. */
  readonly list: Json;
}

export function makeSigner(): TrailSigner {
  const { privateKey: key, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const der = publicKey.export({ format: "der", type: "pkcs1" });
  const fingerprint = createHash("md5").update(der).digest("hex");
  return {
    key,
    fingerprint,
    list: {
      PublicKeyList: [
        {
          Value: der.toString("base64"),
          ValidityStartTime: "2026-06-01T00:00:00+00:00",
          ValidityEndTime: "2026-07-01T00:00:00+00:00",
          Fingerprint: fingerprint,
        },
      ],
    },
  };
}

const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");
const compact = (ms: number): string => iso(ms).replaceAll(/[-:]/g, "");
const day = (ms: number): string => iso(ms).slice(0, 10).replaceAll("-", "/");

export interface MadeFile {
  /** The S3 key. */
  readonly key: string;
  readonly name: string;
  readonly content: Buffer;
  readonly zipped: Buffer;
}
export interface MadeDigest extends MadeFile {
  readonly signature: string;
  readonly from: number;
  readonly to: number;
}
export interface MadeTrail {
  readonly logs: readonly MadeFile[];
  /** Oldest first. */
  readonly digests: readonly MadeDigest[];
  /** As `aws s3api head-object` answers for the newest digest. */
  readonly meta: Json;
}

const made = (key: string, value: unknown): MadeFile => {
  const content = Buffer.from(JSON.stringify(value));
  return { key, name: key.slice(key.lastIndexOf("/") + 1), content, zipped: gzipSync(content) };
};

const HOUR = 3_600_000;

/** Logs by the hour and a chain of digests over them, signed as AWS documents it. */
export function makeTrail(
  events: readonly Json[],
  signer: TrailSigner,
  {
    region = REGION,
    from = OPENED - 2 * HOUR,
    hours = 6,
    perLog = 4,
    trail = "acme",
    prefix = "",
    organization = "",
  } = {},
): MadeTrail {
  const logs: MadeFile[] = [];
  const digests: MadeDigest[] = [];
  let serial = 0;
  for (let hour = 0; hour < hours; hour++) {
    const start = from + hour * HOUR;
    const end = start + HOUR;
    const own = events.filter(({ eventTime, awsRegion }) => {
      const at = Date.parse(String(eventTime));
      return awsRegion === region && at >= start && at < end;
    });
    const hourly: { file: MadeFile; times: string[] }[] = [];
    for (let at = 0; at < own.length; at += perLog) {
      const part = own.slice(at, at + perLog);
      const times = part.map(({ eventTime }) => String(eventTime)).toSorted();
      const stamp = compact(Date.parse(times.at(-1) ?? "")).replace(/\d\dZ$/, "Z");
      serial++;
      const name = `${ACCOUNT}_CloudTrail_${region}_${stamp}_Unique${String(serial).padStart(10, "0")}.json.gz`;
      const key = `AWSLogs/${ACCOUNT}/CloudTrail/${region}/${day(start)}/${name}`;
      hourly.push({ file: made(key, { Records: part }), times });
    }
    logs.push(...hourly.map(({ file }) => file));
    const before = digests.at(-1);
    const key = `${prefix}AWSLogs/${organization}${ACCOUNT}/CloudTrail-Digest/${region}/${day(end)}/${ACCOUNT}_CloudTrail-Digest_${region}_${trail}_us-east-1_${compact(end)}.json.gz`;
    const digest = made(key, {
      awsAccountId: ACCOUNT,
      digestStartTime: iso(start),
      digestEndTime: iso(end),
      digestS3Bucket: BUCKET,
      digestS3Object: key,
      digestPublicKeyFingerprint: signer.fingerprint,
      digestSignatureAlgorithm: "SHA256withRSA",
      newestEventTime: hourly.at(-1)?.times.at(-1) ?? null,
      oldestEventTime: hourly[0]?.times[0] ?? null,
      previousDigestS3Bucket: before === undefined ? null : BUCKET,
      previousDigestS3Object: before?.key ?? null,
      previousDigestHashValue: before === undefined ? null : sha256(before.content),
      previousDigestHashAlgorithm: before === undefined ? null : "SHA-256",
      previousDigestSignature: before?.signature ?? null,
      logFiles: hourly.map(({ file, times }) => ({
        s3Bucket: BUCKET,
        s3Object: file.key,
        hashValue: sha256(file.content),
        hashAlgorithm: "SHA-256",
        newestEventTime: times.at(-1),
        oldestEventTime: times[0],
      })),
    });
    const text = `${iso(end)}\n${BUCKET}/${key}\n${sha256(digest.content)}\n${before?.signature ?? "null"}`;
    const signature = sign("sha256", Buffer.from(text), signer.key).toString("hex");
    digests.push({ ...digest, signature, from: start, to: end });
  }
  const newest = digests.at(-1);
  return {
    logs,
    digests,
    meta: {
      Metadata: { signature: newest?.signature, "signature-algorithm": "SHA256withRSA" },
      ContentType: "application/json",
    },
  };
}
