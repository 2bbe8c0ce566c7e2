import { describe, expect, it } from "vitest";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { policyText } from "../../aws/documents/policy.ts";
import { type Profile, PROFILES, profileActions } from "../../aws/documents/profiles.ts";
import { windowPolicy } from "../../aws/documents/window.ts";
import { ACCOUNT, both, judged, type Question } from "./judges.ts";

const REGIONS = ["us-east-1", "eu-west-1"];
const EXPIRES = "2027-06-30T00:00:00Z";
const kitFor = (...profiles: readonly string[]) =>
  kitOf(ACCOUNT, "aws", REGIONS, EXPIRES, { profiles, evidenceBuckets: ["org-trail-bucket"] });

const inside = {
  "aws:CurrentTime": "2026-06-18T02:40:00Z",
  "aws:SecureTransport": "true",
  "aws:RequestedRegion": "eu-west-1",
  "aws:PrincipalTag/IncidentId": "INC-2026-0618",
};
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
/** Heeds IAM policies, as a new key's own policy does. */
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
const anything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const windowOf = (profile: string) =>
  windowPolicy({
    nbf: "2026-06-18T02:18:00Z",
    until: "2026-06-18T03:05:00Z",
    tokensFrom: "2026-06-18T02:20:00Z",
    incident: "INC-2026-0618",
    regions: REGIONS,
    profile,
  });

function ask(
  profiles: readonly string[],
  identity: readonly unknown[],
  action: string,
  resource: string,
  context: Question["context"] = {},
) {
  const kit = kitFor(...profiles);
  return judged({
    principal: kit.emergencyUser.arn,
    action,
    resource,
    identity,
    boundary: boundaryPolicy(kit),
    context: { ...inside, ...context },
    ...(action.startsWith("kms:") ? { resourcePolicy: KEY_POLICY } : {}),
  });
}

const ec2 = (rest: string) => `arn:aws:ec2:eu-west-1:${ACCOUNT}:${rest}`;
const INSTANCE = ec2("instance/i-0123456789abcdef0");
const GROUP = ec2("security-group/sg-0123456789abcdef0");
const TABLE = ec2("route-table/rtb-0123456789abcdef0");
const VOLUME = ec2("volume/vol-0123456789abcdef0");
const DATABASE = `arn:aws:rds:eu-west-1:${ACCOUNT}:db:shop`;
const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:shop-AbCdEf`;
const LISTENER = `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:listener/app/shop/0123456789abcdef/0123456789abcdef`;
const ZONE = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const SAML = `arn:aws:iam::${ACCOUNT}:saml-provider/corp`;
const INSTANCE_OF_SSO = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
const PIPELINE = `arn:aws:codepipeline:eu-west-1:${ACCOUNT}:shop`;
const STAGE = `${PIPELINE}/Deploy`;
const OBJECT = "arn:aws:s3:::shop-backup/db.dump";

type Row = readonly [allowed: boolean, action: string, resource?: string];

const MATRIX: Readonly<Record<Profile, readonly Row[]>> = {
  "incident-readonly": [
    [true, "ec2:DescribeInstances"],
    [true, "cloudtrail:LookupEvents"],
    [true, "logs:FilterLogEvents", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:app`],
    [true, "rds:DescribeDBInstances", DATABASE],
    [true, "s3:ListBucket", "arn:aws:s3:::shop-backup"],
    [true, "iam:ListUsers"],
    [true, "health:DescribeEvents"],
    [true, "support:DescribeCases"],
    [false, "support:CreateCase"],
    [false, "support:AddCommunicationToCase"],
    [false, "support:ResolveCase"],
    [false, "s3:GetObject", OBJECT],
    [false, "secretsmanager:GetSecretValue", SECRET],
    [false, "kms:Decrypt", KEY],
    [false, "ec2:StopInstances", INSTANCE],
    [false, "ec2:CreateTags", INSTANCE],
    [false, "rds:ModifyDBInstance", DATABASE],
    [false, "route53:ChangeResourceRecordSets", ZONE],
    [false, "logs:DeleteLogGroup", `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:app`],
    [false, "iam:PassRole", ROLE],
    [false, "ssm:GetParameter", `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/app`],
  ],
  "restore-service": [
    [true, "ec2:StartInstances", INSTANCE],
    [true, "ec2:AttachVolume", VOLUME],
    [true, "ec2:CreateVolume", VOLUME],
    [true, "rds:RestoreDBInstanceFromDBSnapshot", DATABASE],
    [true, "rds:ModifyDBInstance", DATABASE],
    [true, "s3:GetObject", OBJECT],
    [true, "s3:PutObject", OBJECT],
    [false, "s3:PutObjectAcl", OBJECT],
    [false, "s3:PutObjectRetention", OBJECT],
    [false, "s3:PutBucketVersioning", "arn:aws:s3:::shop-backup"],
    [true, "secretsmanager:GetSecretValue", SECRET],
    [true, "kms:Decrypt", KEY],
    [true, "codepipeline:DisableStageTransition", STAGE],
    [true, "elasticloadbalancing:ModifyListener", LISTENER],
    [true, "route53:ChangeResourceRecordSets", ZONE],
    [true, "autoscaling:SuspendProcesses", "*"],
    [true, "support:CreateCase"],
    [false, "ec2:TerminateInstances", INSTANCE],
    [false, "ec2:DeleteVolume", VOLUME],
    [false, "ec2:ModifyInstanceAttribute", INSTANCE],
    [false, "ec2:AuthorizeSecurityGroupIngress", GROUP],
    [false, "rds:DeleteDBInstance", DATABASE],
    [false, "rds:StartExportTask"],
    [false, "s3:DeleteObject", OBJECT],
    [false, "s3:PutBucketPolicy", "arn:aws:s3:::shop-backup"],
    [false, "s3:PutObject", "arn:aws:s3:::org-trail-bucket/AWSLogs/x.gz"],
    [false, "route53:DeleteHostedZone", ZONE],
    [false, "kms:CreateGrant", KEY],
    [false, "kms:ScheduleKeyDeletion", KEY],
    [false, "iam:PassRole", ROLE],
    [false, "iam:ListUsers"],
    [false, "sts:AssumeRole", ROLE],
    [false, "ssm:SendCommand", INSTANCE],
    [false, "ec2-instance-connect:SendSSHPublicKey", INSTANCE],
    [false, "codepipeline:PutJobSuccessResult", "*"],
  ],
  "network-and-dns": [
    [true, "ec2:AuthorizeSecurityGroupIngress", GROUP],
    [true, "ec2:RevokeSecurityGroupEgress", GROUP],
    [true, "ec2:ReplaceRoute", TABLE],
    [true, "ec2:CreateRoute", TABLE],
    [true, "route53:ChangeResourceRecordSets", ZONE],
    [true, "route53:TestDNSAnswer"],
    [true, "elasticloadbalancing:ModifyListener", LISTENER],
    [false, "ec2:StopInstances", INSTANCE],
    [false, "ec2:RunInstances", INSTANCE],
    [false, "ec2:DeleteRoute", TABLE],
    [false, "ec2:DeleteSecurityGroup", GROUP],
    [false, "ec2:CreateVpcPeeringConnection", ec2("vpc-peering-connection/pcx-1")],
    [false, "ec2:CreateVpnConnection"],
    [false, "ec2:CreateFlowLogs", ec2("vpc-flow-log/fl-1")],
    [false, "route53:AssociateVPCWithHostedZone", ZONE],
    [false, "route53:DeleteHostedZone", ZONE],
    [false, "s3:GetObject", OBJECT],
    [false, "rds:ModifyDBInstance", DATABASE],
    [false, "iam:PassRole", ROLE],
  ],
  "identity-repair": [
    [true, "sso:CreateAccountAssignment", INSTANCE_OF_SSO],
    [true, "sso:ListAccountAssignments", INSTANCE_OF_SSO],
    [true, "identitystore:CreateGroupMembership", "arn:aws:identitystore:::group/abc"],
    [true, "iam:UpdateSAMLProvider", SAML],
    [true, "iam:GetSAMLProvider", SAML],
    [true, "organizations:ListAccounts"],
    [false, "sso:DeleteAccountAssignment", INSTANCE_OF_SSO],
    [false, "sso:CreatePermissionSet", INSTANCE_OF_SSO],
    [false, "sso:PutInlinePolicyToPermissionSet", INSTANCE_OF_SSO],
    [
      false,
      "identitystore:CreateUser",
      `arn:aws:identitystore::${ACCOUNT}:identitystore/d-0123456789`,
    ],
    [false, "iam:CreateUser", `arn:aws:iam::${ACCOUNT}:user/mallory`],
    [false, "iam:CreateAccessKey", `arn:aws:iam::${ACCOUNT}:user/breakglass/bg-emergency`],
    [false, "iam:UpdateAssumeRolePolicy", ROLE],
    [false, "iam:CreateSAMLProvider", SAML],
    [false, "iam:PassRole", ROLE],
    [false, "organizations:LeaveOrganization"],
    [false, "ec2:DescribeInstances"],
    [false, "s3:GetObject", OBJECT],
  ],
};

const GLOBAL = /^(?:iam|route53|health|support|organizations):/;

describe.each(Object.entries(MATRIX))("profile %s, under its own boundary", (profile, matrix) => {
  it.each(matrix.map(([allowed, action, resource = "*"]) => [action, allowed, resource] as const))(
    "%s: %s",
    async (action, allowed, resource) => {
      expect(await ask([profile], [windowOf(profile)], action, resource)).toEqual(both(allowed));
      // A thief who writes another window has the ceiling, which is the profile: no more than that.
      expect(await ask([profile], [anything], action, resource)).toEqual(both(allowed));
    },
  );

  it("in no other region, but for services without one", async () => {
    for (const [allowed, action, resource = "*"] of matrix) {
      if (!allowed) continue;
      const elsewhere = await ask([profile], [windowOf(profile)], action, resource, {
        "aws:RequestedRegion": "ap-southeast-2",
      });
      expect(elsewhere, action).toEqual(both(GLOBAL.test(action)));
    }
  });
});

const regular = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.?]/g, "\\$&").replaceAll("*", ".*")}$`, "i");

describe("profiles as data", () => {
  it("a window never promises less than its profile", () => {
    for (const [name, { actions }] of Object.entries(PROFILES))
      for (const action of actions)
        expect(
          profileActions(name).some((pattern) => regular(pattern).test(action)),
          `${name} ${action}`,
        ).toBe(true);
  });

  it("say whether they pass roles, and what that would open", () => {
    for (const [name, { needs, actions }] of Object.entries(PROFILES)) {
      expect(needs.length, name).toBeGreaterThan(0);
      for (const { why, opens } of needs) expect([why, opens].join("").length).toBeGreaterThan(40);
      const names: readonly string[] = actions;
      expect(names.includes("iam:PassRole"), name).toBe(false);
      const grants = needs.find(({ right }) => right.includes("kms:CreateGrant"));
      expect(names.includes("kms:CreateGrant"), name).toBe(grants?.given ?? false);
    }
  });

  it("a kit for several profiles keeps a reader's window a reader's", async () => {
    const all = Object.keys(PROFILES);
    expect(policyText(boundaryPolicy(kitFor(...all))).length).toBeLessThanOrEqual(6144);
    for (const [allowed, action, resource = "*"] of MATRIX["incident-readonly"])
      expect(await ask(all, [windowOf("incident-readonly")], action, resource), action).toEqual(
        both(allowed),
      );
  });
});
