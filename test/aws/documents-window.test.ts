import { describe, expect, it } from "vitest";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { latchPolicy, windowPolicy } from "../../aws/documents/window.ts";
import { ACCOUNT, both, independently, judged, type Question, rows } from "./judges.ts";

const kit = kitOf(ACCOUNT, "aws", ["us-east-1", "eu-west-1"], "2027-06-30T00:00:00Z", {
  profiles: ["restore-service"],
  evidenceBuckets: ["org-trail-bucket"],
});
const WINDOW = {
  nbf: "2026-06-18T02:18:00Z",
  until: "2026-06-18T03:05:00Z",
  tokensFrom: "2026-06-18T02:20:00Z",
  incident: "INC-2026-0618",
  regions: kit.regions,
  profile: "restore-service",
};
const window = windowPolicy(WINDOW);
const readOnly = windowPolicy({ ...WINDOW, profile: "incident-readonly" });
const boundary = boundaryPolicy(kit);
const latch = latchPolicy();
const anything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const target = kit.emergencyUser.arn;
const INSTANCE = `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0123456789abcdef0`;
const SNAPSHOT = `arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0`;
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
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

const at = (time: string) => ({ "aws:CurrentTime": `2026-06-18T${time}Z` });

describe("the access window, under the boundary", () => {
  const inside = {
    "aws:CurrentTime": "2026-06-18T02:40:00Z",
    "aws:SecureTransport": "true",
    "aws:RequestedRegion": "eu-west-1",
    "aws:PrincipalTag/IncidentId": "INC-2026-0618",
  };
  const ask = (
    identity: readonly unknown[],
    action: string,
    resource = "*",
    context: Question["context"] = {},
  ) =>
    judged({
      principal: target,
      action,
      resource,
      identity,
      boundary,
      context: { ...inside, ...context },
      // A KMS key heeds IAM policies only where its own policy says so, as the default one does.
      ...(action.startsWith("kms:") ? { resourcePolicy: KEY_POLICY } : {}),
    });
  const stop = "ec2:StopInstances";

  it.each(
    rows([
      ["inside", true, stop, INSTANCE],
      ["one second before it begins", false, stop, INSTANCE, at("02:17:59")],
      ["exactly at its beginning", true, stop, INSTANCE, at("02:18:00")],
      ["one second before the deadline", true, stop, INSTANCE, at("03:04:59")],
      ["exactly at the deadline", false, stop, INSTANCE, at("03:05:00")],
      ["a year later", false, stop, INSTANCE, { "aws:CurrentTime": "2027-06-18T02:40:00Z" }],
      ["another incident's tag", false, stop, INSTANCE, { "aws:PrincipalTag/IncidentId": "INC-1" }],
      ["without TLS", false, stop, INSTANCE, { "aws:SecureTransport": "false" }],
      ["another region", false, stop, INSTANCE, { "aws:RequestedRegion": "us-west-2" }],
      [
        "a session from before",
        false,
        stop,
        INSTANCE,
        { "aws:TokenIssueTime": "2026-06-18T02:19:59Z" },
      ],
      [
        "a session from now",
        true,
        stop,
        INSTANCE,
        { "aws:TokenIssueTime": "2026-06-18T02:20:00Z" },
      ],
      [
        "a session from inside, used at the deadline",
        false,
        stop,
        INSTANCE,
        { ...at("03:05:00"), "aws:TokenIssueTime": "2026-06-18T02:30:00Z" },
      ],
      [
        "a 36 h session from inside, used the next day",
        false,
        stop,
        INSTANCE,
        {
          "aws:CurrentTime": "2026-06-19T12:00:00Z",
          "aws:TokenIssueTime": "2026-06-18T02:30:00Z",
        },
      ],
      [
        "IAM's probe in IAM's region",
        true,
        "iam:GetAccountSummary",
        "*",
        { "aws:RequestedRegion": "us-east-1" },
      ],
      ["the regional probe", true, "sts:GetAccessKeyInfo"],
      [
        "the regional probe in another region",
        false,
        "sts:GetAccessKeyInfo",
        "*",
        { "aws:RequestedRegion": "us-west-2" },
      ],
      ["a service outside the profile", false, "dynamodb:ListTables"],
      ["IAM writes", false, "iam:CreateUser", `arn:aws:iam::${ACCOUNT}:user/mallory`],
      [
        "a grant for an AWS service (encrypted disks)",
        true,
        "kms:CreateGrant",
        KEY,
        { "kms:GrantIsForAWSResource": "true" },
      ],
      ["a grant for anybody", false, "kms:CreateGrant", KEY],
      ["a data key", true, "kms:GenerateDataKeyWithoutPlaintext", KEY],
      [
        "listing all buckets from another region",
        true,
        "s3:ListAllMyBuckets",
        "*",
        { "aws:RequestedRegion": "us-west-2" },
      ],
    ]),
  )("%s: %s", async (_, allowed, action, resource, context) => {
    expect(await ask([window], action, resource, context)).toEqual(both(allowed));
  });

  it("the latch ends it, whatever else is attached", async () => {
    expect(await ask([window, latch], stop, INSTANCE)).toEqual(both(false));
    expect(await ask([anything, latch], stop, INSTANCE)).toEqual(both(false));
    // Sessions minted inside die with it: they are judged by the user's policies at each call.
    const session = { "aws:TokenIssueTime": "2026-06-18T02:30:00Z" };
    expect(await ask([window], stop, INSTANCE, session)).toEqual(both(true));
    expect(await ask([window, latch], stop, INSTANCE, session)).toEqual(both(false));
    expect(await ask([latch], stop, INSTANCE, session)).toEqual(both(false));
  });

  it("at rest nothing is allowed, with or without the latch", async () => {
    expect(await ask([latch], stop, INSTANCE)).toEqual(both(false));
    expect(await ask([], stop, INSTANCE)).toEqual(both(false));
  });

  it("incident-readonly reads and does not change", async () => {
    expect(await ask([readOnly], "ec2:DescribeInstances")).toEqual(both(true));
    expect(await ask([readOnly], stop, INSTANCE)).toEqual(both(false));
  });

  it.each<readonly [string, string]>([
    ["iam:CreateAccessKey", target],
    ["iam:PutUserPolicy", target],
    ["iam:DeleteUserPermissionsBoundary", target],
    ["iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/admin`],
    ["sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/admin`],
    ["sts:GetFederationToken", `arn:aws:sts::${ACCOUNT}:federated-user/x`],
    ["organizations:LeaveOrganization", "*"],
    ["cloudtrail:StopLogging", `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/org`],
    ["guardduty:DeleteDetector", `arn:aws:guardduty:eu-west-1:${ACCOUNT}:detector/x`],
    ["config:StopConfigurationRecorder", "*"],
    ["securityhub:DisableSecurityHub", `arn:aws:securityhub:eu-west-1:${ACCOUNT}:hub/default`],
    ["events:DisableRule", `arn:aws:events:eu-west-1:${ACCOUNT}:rule/any-use`],
    ["sns:DeleteTopic", `arn:aws:sns:eu-west-1:${ACCOUNT}:alarm`],
    ["lambda:InvokeFunction", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:x`],
    ["ec2:TerminateInstances", INSTANCE],
    ["ec2:ModifySnapshotAttribute", SNAPSHOT],
    ["ec2:ModifyInstanceAttribute", INSTANCE],
    ["rds:ModifyDBSnapshotAttribute", `arn:aws:rds:eu-west-1:${ACCOUNT}:snapshot:x`],
    ["s3:PutBucketPolicy", "arn:aws:s3:::customer-data"],
    ["s3:PutBucketAcl", "arn:aws:s3:::customer-data"],
    ["s3:PutReplicationConfiguration", "arn:aws:s3:::customer-data"],
    ["s3:CreateAccessPoint", `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/x`],
    ["s3:DeleteObject", "arn:aws:s3:::org-trail-bucket/AWSLogs/x.gz"],
    ["s3:BypassGovernanceRetention", "arn:aws:s3:::customer-data/x"],
    ["logs:PutSubscriptionFilter", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:x`],
    ["logs:PutResourcePolicy", "*"],
    ["logs:PutRetentionPolicy", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:x`],
    ["logs:DeleteLogGroup", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:x`],
    ["cloudwatch:PutMetricAlarm", `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:x`],
    ["ec2:DeleteFlowLogs", `arn:aws:ec2:eu-west-1:${ACCOUNT}:vpc-flow-log/fl-1`],
    ["iam:CreatePolicyVersion", kit.boundaryArn],
    ["iam:AttachUserPolicy", target],
    ["iam:AttachRolePolicy", `arn:aws:iam::${ACCOUNT}:role/admin`],
    ["iam:UpdateAssumeRolePolicy", `arn:aws:iam::${ACCOUNT}:role/admin`],
    ["iam:CreateLoginProfile", target],
    ["iam:UploadSSHPublicKey", target],
    ["iam:CreateServiceSpecificCredential", target],
    ["iam:UploadSigningCertificate", target],
    ["iam:CreateSAMLProvider", `arn:aws:iam::${ACCOUNT}:saml-provider/x`],
    ["rolesanywhere:CreateTrustAnchor", "*"],
    ["sso:CreateAccountAssignment", "arn:aws:sso:::instance/ssoins-0123456789abcdef"],
    ["identitystore:CreateUser", `arn:aws:identitystore::${ACCOUNT}:identitystore/d-0123456789`],
    ["sts:AssumeRoot", `arn:aws:iam::${ACCOUNT}:root`],
    ["ssm:SendCommand", INSTANCE],
    ["ssm:StartSession", INSTANCE],
    ["ec2-instance-connect:SendSSHPublicKey", INSTANCE],
    ["cloudformation:CreateStack", `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/x/y`],
    ["lambda:UpdateFunctionCode", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:x`],
    ["ecs:ExecuteCommand", `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/x`],
    ["eks:CreateAccessEntry", `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/x`],
    ["codebuild:StartBuild", `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/x`],
    ["ec2:AssociateIamInstanceProfile", INSTANCE],
    ["ec2:ModifyImageAttribute", "arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0"],
    ["rds:ModifyDBClusterSnapshotAttribute", `arn:aws:rds:eu-west-1:${ACCOUNT}:cluster-snapshot:x`],
    ["s3:PutObjectAcl", "arn:aws:s3:::customer-data/x"],
    ["s3:PutBucketPublicAccessBlock", "arn:aws:s3:::customer-data"],
    ["logs:PutDestination", `arn:aws:logs:eu-west-1:${ACCOUNT}:destination:x`],
    ["logs:PutMetricFilter", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:x`],
    ["rds:DeleteDBInstance", `arn:aws:rds:eu-west-1:${ACCOUNT}:db:x`],
    ["s3:DeleteBucket", "arn:aws:s3:::customer-data"],
    ["route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"],
    ["kms:PutKeyPolicy", KEY],
    ["kms:ScheduleKeyDeletion", KEY],
  ])("a thief who writes Allow * still can't %s", async (action, resource) => {
    expect(await ask([anything], action, resource)).toEqual(both(false));
    // The control: nothing but the boundary holds the thief back.
    const policies = action.startsWith("kms:") ? { resourcePolicy: KEY_POLICY } : {};
    expect(
      await independently({
        principal: target,
        action,
        resource,
        identity: [anything],
        context: inside,
        ...policies,
      }),
    ).toBe(true);
  });

  it("a thief who writes Allow * has the ceiling, and has it no longer than the kit", async () => {
    expect(await ask([anything], stop, INSTANCE)).toEqual(both(true));
    for (const time of ["2027-06-30T00:00:00Z", "2028-01-01T00:00:00Z"])
      expect(await ask([anything], stop, INSTANCE, { "aws:CurrentTime": time })).toEqual(
        both(false),
      );
  });

  it("a resource policy naming the user does not get around the ceiling", async () => {
    const question = {
      principal: target,
      action: "sqs:SendMessage",
      resource: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`,
      identity: [window],
      boundary,
      context: inside,
      resourcePolicy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS: target }, Action: "sqs:*", Resource: "*" },
        ],
      },
    };
    expect(await independently(question)).toBe(false);
    // The control: a boundary that is only silent gives way.
    const ceiling = { Sid: "Ceiling", Effect: "Allow", Action: "ec2:*", Resource: "*" };
    const silent = { Version: "2012-10-17", Statement: [ceiling] };
    expect(await independently({ ...question, boundary: silent })).toBe(true);
  });
});
