import { base64url } from "../crypto/bytes.ts";
import { canonical, type Json, parseCanonical } from "../crypto/canonical.ts";
import { fail } from "./errors.ts";
import { fieldReaders } from "../crypto/fields.ts";
import { SecretBytes } from "../crypto/secret.ts";
import type { AccessKey, Account, Contents, Policy } from "./subject.ts";

const read = fieldReaders((field, why) => {
  fail("CONTENTS_INVALID", { field, why });
});

const ARN = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]{1,600}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const BASE32 = /^[A-Z2-7]{16,128}$/;
const REGION = /^[a-z0-9-]{1,32}$/;
/** IAM's own pattern for access key ids, and a bound for secrets. */
const KEY_ID = /^\w{16,128}$/;
const KEY_SECRET = /^[!-~]{16,128}$/;
const PROFILE = /^[\w.-]{1,64}$/;
const PAGES_MOST = 1_000_000;
const YEAR_HOURS = 8784;

function accessKey(json: Json | undefined, at: string): AccessKey {
  const entry = read.record(json, at, ["accessKeyId", "secretAccessKey"]);
  return {
    accessKeyId: read.match(entry["accessKeyId"], `${at}.accessKeyId`, KEY_ID),
    secretAccessKey: read.match(entry["secretAccessKey"], `${at}.secretAccessKey`, KEY_SECRET),
  };
}

const ACCOUNT_FIELDS = [
  "accountId",
  "partition",
  "emergencyUserArn",
  "latchArn",
  "boundaryArn",
  "boundarySha256",
  "closerRoleArn",
  "activator",
  "emergency",
  "mfaSerial",
  "totpSeed",
];

function account(json: Json, at: string): Account {
  const entry = read.record(json, at, ACCOUNT_FIELDS, ["closer"]);
  const arn = (field: string): string => read.match(entry[field], `${at}.${field}`, ARN);
  return {
    accountId: read.match(entry["accountId"], `${at}.accountId`, /^\d{12}$/),
    partition: read.oneOf(entry["partition"], `${at}.partition`, ["aws", "aws-cn", "aws-us-gov"]),
    emergencyUserArn: arn("emergencyUserArn"),
    latchArn: arn("latchArn"),
    boundaryArn: arn("boundaryArn"),
    boundarySha256: read.match(entry["boundarySha256"], `${at}.boundarySha256`, SHA256),
    closerRoleArn: arn("closerRoleArn"),
    activator: accessKey(entry["activator"], `${at}.activator`),
    ...(entry["closer"] !== undefined && { closer: accessKey(entry["closer"], `${at}.closer`) }),
    emergency: accessKey(entry["emergency"], `${at}.emergency`),
    mfaSerial: arn("mfaSerial"),
    totpSeed:
      entry["totpSeed"] === null ? null : read.match(entry["totpSeed"], `${at}.totpSeed`, BASE32),
  };
}

const POLICY_FIELDS = [
  "defaultDurationSeconds",
  "maxDurationSeconds",
  "regions",
  "profile",
  "kitExpires",
  "reaperMaxHours",
  "proof",
];

function policy(json: Json | undefined): Policy {
  const at = "policy";
  const entry = read.record(json, at, POLICY_FIELDS, ["otpKeys", "trail"]);
  const proof = read.record(entry["proof"], `${at}.proof`, [
    "rejections",
    "overSeconds",
    "againAfterSeconds",
  ]);
  const count = (name: string): number =>
    read.integer(proof[name], `${at}.proof.${name}`, 0, 86_400);
  const hours = read.integer(entry["reaperMaxHours"], `${at}.reaperMaxHours`, 1, YEAR_HOURS);
  const most = read.integer(
    entry["maxDurationSeconds"],
    `${at}.maxDurationSeconds`,
    1,
    hours * 3600,
  );
  return {
    defaultDurationSeconds: read.integer(
      entry["defaultDurationSeconds"],
      `${at}.defaultDurationSeconds`,
      1,
      most,
    ),
    maxDurationSeconds: most,
    regions: read
      .list(entry["regions"], `${at}.regions`, 0, 64)
      .map((region, index) => read.match(region, `${at}.regions[${index}]`, REGION)),
    profile: read.match(entry["profile"], `${at}.profile`, PROFILE),
    kitExpires: read.time(entry["kitExpires"], `${at}.kitExpires`),
    reaperMaxHours: hours,
    proof: {
      rejections: count("rejections"),
      overSeconds: count("overSeconds"),
      againAfterSeconds: count("againAfterSeconds"),
    },
    ...(entry["trail"] !== undefined && { trail: trail(entry["trail"], `${at}.trail`) }),
    ...(entry["otpKeys"] !== undefined && {
      otpKeys: read.boolean(entry["otpKeys"], `${at}.otpKeys`),
    }),
  };
}

const TRAIL_ARN =
  /^arn:aws(?:-cn|-us-gov)?:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[A-Za-z0-9._-]{3,128}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function trail(json: Json | undefined, at: string): NonNullable<Policy["trail"]> {
  const entry = read.record(json, at, ["arn", "bucket"]);
  return {
    arn: read.match(entry["arn"], `${at}.arn`, TRAIL_ARN),
    bucket: read.match(entry["bucket"], `${at}.bucket`, BUCKET),
  };
}

/** Reads what is sealed, strictly; `CONTENTS_INVALID` names the field, never a value. */
export function readContents(json: Json | undefined): Contents {
  const entry = read.record(json, "contents", ["accounts", "policy", "secretPages"]);
  const accounts = read
    .list(entry["accounts"], "accounts", 1, 100)
    .map((item, index) => account(item, `accounts[${index}]`));
  read.distinct(
    accounts.map(({ accountId }) => accountId),
    "accounts.accountId",
  );
  return {
    accounts,
    policy: policy(entry["policy"]),
    secretPages: read.prose(entry["secretPages"], "secretPages", PAGES_MOST),
  };
}

/** The payload's plaintext: canonical JSON of the contents and the vault key's seed. */
export function payloadOf(contents: Contents, vaultKeySeed: SecretBytes): SecretBytes {
  const json = JSON.parse(JSON.stringify(contents)) as Json;
  readContents(json);
  return new SecretBytes(
    canonical({ contents: json, vaultKeySeed: base64url(vaultKeySeed.expose()) }),
  );
}

/** The other way; refuses whatever `payloadOf` would not have written. */
export function readPayload(plaintext: SecretBytes): {
  readonly contents: Contents;
  readonly vaultKeySeed: SecretBytes;
} {
  const entry = read.record(parseCanonical(plaintext.expose()), "payload", [
    "contents",
    "vaultKeySeed",
  ]);
  return {
    contents: readContents(entry["contents"]),
    vaultKeySeed: new SecretBytes(read.bytes(entry["vaultKeySeed"], "vaultKeySeed", 32)),
  };
}
