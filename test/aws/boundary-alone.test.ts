import { expect, it } from "vitest";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { ACCOUNT, both, judged, type Question } from "./judges.ts";

// A thief inside writes himself Allow *: the boundary alone holds then. The ceiling's exact lists deny
// most of it first, so each statement below it is judged without the ceiling, as a profile with a wider
// wildcard would leave it; and without the statement itself, which shows that nothing else held.

const kit = kitOf(ACCOUNT, "aws", ["us-east-1", "eu-west-1"], "2027-06-30T00:00:00Z", {
  profiles: ["restore-service"],
  evidenceBuckets: ["org-trail-bucket"],
});
const whole = boundaryPolicy(kit);
const without = (...sids: readonly string[]) => ({
  ...whole,
  Statement: whole.Statement.filter(({ Sid }) => !sids.includes(Sid ?? "")),
});
const anything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const CEILING = "NothingElse";

const inside = {
  "aws:CurrentTime": "2026-06-18T02:40:00Z",
  "aws:SecureTransport": "true",
  "aws:RequestedRegion": "eu-west-1",
  "aws:PrincipalTag/IncidentId": "INC-2026-0618",
};
const at = (service: string, rest: string): string =>
  `arn:aws:${service}:eu-west-1:${ACCOUNT}:${rest}`;
const INSTANCE = at("ec2", "instance/i-0123456789abcdef0");
const DATABASE = at("rds", "db:orders");
const GROUP = at("logs", "log-group:app");
const BUCKET = "arn:aws:s3:::customer-data";
const KEY = at("kms", "key/11111111-2222-3333-4444-555555555555");
const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

type Row = readonly [
  sid: string,
  action: string,
  resource: string,
  context?: Readonly<Record<string, string>>,
];
const ROWS: readonly Row[] = [
  ["Regions", "ec2:StopInstances", INSTANCE, { "aws:RequestedRegion": "us-west-2" }],
  ["Regions", "s3:GetObject", `${BUCKET}/x`, { "aws:RequestedRegion": "ap-northeast-1" }],
  ["TlsOnly", "ec2:StopInstances", INSTANCE, { "aws:SecureTransport": "false" }],
  ["KitExpiry", "ec2:StopInstances", INSTANCE, { "aws:CurrentTime": "2027-06-30T00:00:00Z" }],
  ["GrantsForServicesOnly", "kms:CreateGrant", KEY, { "kms:GrantIsForAWSResource": "false" }],
  [
    "NoPersistence",
    "ec2:ModifySnapshotAttribute",
    "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0",
  ],
  ["NoPersistence", "ec2:ModifyInstanceAttribute", INSTANCE],
  ["NoPersistence", "ec2:EnableSerialConsoleAccess", "*"],
  ["NoPersistence", "rds:ModifyDBSnapshotAttribute", at("rds", "snapshot:x")],
  ["NoPersistence", "rds:AddRoleToDBInstance", DATABASE],
  ["NoPersistence", "s3:PutBucketPolicy", BUCKET],
  ["NoPersistence", "s3:PutBucketAcl", BUCKET],
  ["NoPersistence", "s3:PutObjectAcl", `${BUCKET}/x`],
  ["NoPersistence", "s3:PutReplicationConfiguration", BUCKET],
  ["NoPersistence", "s3:CreateAccessPoint", at("s3", "accesspoint/x")],
  ["NoPersistence", "logs:PutSubscriptionFilter", GROUP],
  ["NoPersistence", "logs:PutResourcePolicy", "*"],
  ["NoPersistence", "cloudwatch:PutMetricAlarm", at("cloudwatch", "alarm:x")],
  ["NoDestruction", "ec2:TerminateInstances", INSTANCE],
  ["NoDestruction", "ec2:DeleteSnapshot", "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0"],
  ["NoDestruction", "rds:DeleteDBInstance", DATABASE],
  ["NoDestruction", "s3:DeleteObject", `${BUCKET}/x`],
  ["NoDestruction", "s3:DeleteBucket", BUCKET],
  ["NoDestruction", "kms:ScheduleKeyDeletion", KEY],
  ["NoDestruction", "secretsmanager:DeleteSecret", at("secretsmanager", "secret:x-AbCdEf")],
  [
    "NoDestruction",
    "route53:DeleteHostedZone",
    "arn:aws:route53:::hostedzone/Z0123456789",
    { "aws:RequestedRegion": "us-east-1" },
  ],
  ["NoEvidenceTampering", "logs:DeleteLogGroup", GROUP],
  ["NoEvidenceTampering", "logs:DeleteLogStream", `${GROUP}:log-stream:x`],
  ["NoEvidenceTampering", "cloudwatch:DeleteAlarms", at("cloudwatch", "alarm:x")],
  ["NoEvidenceTampering", "cloudwatch:SetAlarmState", at("cloudwatch", "alarm:x")],
  ["NoEvidenceTampering", "s3:BypassGovernanceRetention", `${BUCKET}/x`],
  ["NoEvidenceTampering", "s3:PutLifecycleConfiguration", BUCKET],
  ["NoEvidenceTampering", "s3:PutBucketVersioning", BUCKET],
  ["NoEvidenceWrites", "s3:PutObject", "arn:aws:s3:::org-trail-bucket/AWSLogs/x.gz"],
  ["NoEvidenceWrites", "s3:PutBucketTagging", "arn:aws:s3:::org-trail-bucket"],
];

const ask = (boundary: unknown, [, action, resource, context]: Row) =>
  judged({
    principal: kit.emergencyUser.arn,
    action,
    resource,
    identity: [anything],
    boundary,
    context: { ...inside, ...context },
    ...(action.startsWith("kms:") ? { resourcePolicy: KEY_POLICY } : {}),
  } satisfies Question);

const named = ROWS.map((row) => ({ sid: row[0], action: row[1], row }));

it.each(named)("$sid alone denies $action", async ({ sid, row }) => {
  expect(await ask(without(CEILING), row)).toEqual(both(false));
  expect(await ask(without(CEILING, sid), row)).toEqual(both(true));
});

it("another region and a call without TLS are denied under the whole boundary, whatever he writes", async () => {
  for (const row of ROWS.filter(([sid]) => ["Regions", "TlsOnly", "KitExpiry"].includes(sid)))
    expect([row, await ask(whole, row)]).toEqual([row, both(false)]);
});

it("leaves no statement of the boundary unjudged", () => {
  const judgedHere = new Set(ROWS.map(([sid]) => sid));
  const denials = whole.Statement.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => Sid);
  expect(denials.toSorted()).toEqual([...judgedHere, CEILING].toSorted());
});
