import { describe, expect, it } from "vitest";
import { PROFILES } from "../../aws/documents/profiles.ts";
import { scpPolicy } from "../../aws/documents/template/scp.ts";
import { readEvent, type TrailEvent } from "../../aws/documents/trail/event.ts";
import { isEvidenceLoss, isLasting, isPersistence } from "../../aws/documents/trail/suspects.ts";
import { planFor } from "./plans.ts";
import { event, OPENED } from "./trail-kit.ts";

const called = (name: string, readOnly = false): TrailEvent => {
  const read = readEvent(event(name, OPENED, { readOnly }));
  if (typeof read === "string") throw new Error(read);
  return read;
};

const stays = (one: TrailEvent): boolean => isPersistence(one) || isLasting(one);
const hurts = (one: TrailEvent): boolean => isEvidenceLoss(one) || isPersistence(one);

const READS = /:(?:Describe|Filter|Get|IsMember|List|Lookup|Search|StartQuery|StopQuery|TestDNS)/;

const copy = "a copy within the account: giving it away is denied by the boundary";
const state = "it runs or it does not, and everybody sees which";
const reading = "it reads; needs says so";
/** Of each write that a profile gives: calls of it that last, or why the closing need not undo it. */
const DECIDED: Readonly<Record<string, readonly string[] | string>> = {
  "autoscaling:*InstanceRefresh": ["StartInstanceRefresh", "RollbackInstanceRefresh"],
  "autoscaling:*Processes": ["SuspendProcesses", "ResumeProcesses"],
  "autoscaling:*Standby": ["EnterStandby", "ExitStandby"],
  "autoscaling:SetDesiredCapacity": ["SetDesiredCapacity"],
  "autoscaling:UpdateAutoScalingGroup": ["UpdateAutoScalingGroup"],
  "codepipeline:*StageTransition": ["DisableStageTransition", "EnableStageTransition"],
  "ec2:AllocateAddress": "an address that leads nowhere until it is associated",
  "ec2:AssociateAddress": ["AssociateAddress"],
  "ec2:AssociateRouteTable": ["AssociateRouteTable"],
  "ec2:AttachNetworkInterface": ["AttachNetworkInterface"],
  "ec2:AttachVolume": ["AttachVolume"],
  "ec2:AuthorizeSecurityGroup*": ["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"],
  "ec2:CopySnapshot": copy,
  "ec2:CreateImage": copy,
  "ec2:CreateNatGateway": ["CreateNatGateway"],
  "ec2:CreateNetworkAclEntry": ["CreateNetworkAclEntry"],
  "ec2:CreateRoute": ["CreateRoute"],
  "ec2:CreateSecurityGroup": ["CreateSecurityGroup"],
  "ec2:CreateSnapshot*": copy,
  "ec2:CreateTags": ["CreateTags"],
  "ec2:CreateVolume": copy,
  "ec2:DetachVolume": ["DetachVolume"],
  "ec2:DisassociateAddress": ["DisassociateAddress"],
  "ec2:ModifySecurityGroupRules": ["ModifySecurityGroupRules"],
  "ec2:ModifyVolume": "a disk's size and speed",
  "ec2:RebootInstances": state,
  "ec2:RegisterImage": copy,
  "ec2:ReplaceNetworkAcl*": ["ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"],
  "ec2:ReplaceRoute*": ["ReplaceRoute", "ReplaceRouteTableAssociation"],
  "ec2:RevokeSecurityGroup*": ["RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"],
  "ec2:RunInstances": ["RunInstances"],
  "ec2:StartInstances": state,
  "ec2:StopInstances": state,
  "elasticloadbalancing:*Targets": ["RegisterTargets", "DeregisterTargets"],
  "elasticloadbalancing:ModifyListener": ["ModifyListener"],
  "elasticloadbalancing:ModifyLoadBalancerAttributes": ["ModifyLoadBalancerAttributes"],
  "elasticloadbalancing:ModifyRule": ["ModifyRule"],
  "elasticloadbalancing:ModifyTargetGroup*": ["ModifyTargetGroup", "ModifyTargetGroupAttributes"],
  "elasticloadbalancing:SetSecurityGroups": ["SetSecurityGroups"],
  "elasticloadbalancing:SetSubnets": ["SetSubnets"],
  "iam:UpdateOpenIDConnectProviderThumbprint": ["UpdateOpenIDConnectProviderThumbprint"],
  "iam:UpdateSAMLProvider": ["UpdateSAMLProvider"],
  "identitystore:CreateGroupMembership": ["CreateGroupMembership"],
  "kms:CreateGrant": ["CreateGrant"],
  "kms:Decrypt": reading,
  "kms:GenerateDataKey*": reading,
  "kms:ReEncrypt*": reading,
  "rds:AddTagsToResource": ["AddTagsToResource"],
  "rds:CopyDB*Snapshot": copy,
  "rds:CreateDB*Snapshot": copy,
  "rds:CreateDBInstance": ["CreateDBInstance"],
  "rds:FailoverDBCluster": state,
  "rds:ModifyDBCluster": ["ModifyDBCluster"],
  "rds:ModifyDBInstance": ["ModifyDBInstance"],
  "rds:PromoteReadReplica*": ["PromoteReadReplica", "PromoteReadReplicaDBCluster"],
  "rds:RebootDB*": state,
  "rds:RestoreDB*": ["RestoreDBInstanceFromDBSnapshot", "RestoreDBClusterToPointInTime"],
  "rds:StartDB*": state,
  "rds:StopDB*": state,
  "route53:ChangeResourceRecordSets": ["ChangeResourceRecordSets"],
  "route53:UpdateHealthCheck": ["UpdateHealthCheck"],
  "s3:PutObject": ["PutObject"],
  "s3:RestoreObject": "a copy from the archive, for some days",
  "sso:CreateAccountAssignment": ["CreateAccountAssignment"],
  "sso:ProvisionPermissionSet": ["ProvisionPermissionSet"],
  "support:*": "what people at AWS are told; it changes nothing in the account",
};

describe("what a profile lets a responder leave behind", () => {
  const writes = new Set<string>(
    Object.values(PROFILES)
      .flatMap(({ actions }): readonly string[] => actions)
      .filter((action) => !READS.test(action)),
  );

  it("is decided for each of its writes", () => {
    expect([...writes].toSorted()).toEqual(Object.keys(DECIDED).toSorted());
  });

  it("is named by the review, and disclosed in the kit", () => {
    const rights = Object.values(PROFILES)
      .flatMap(({ needs }) => needs.filter(({ given }) => given))
      .flatMap(({ right }) => right.split(", "));
    const isDisclosed = (name: string): boolean =>
      rights.some(
        (one) => one === name || (one.endsWith("*") && name.startsWith(one.slice(0, -1))),
      );
    const lasting = Object.entries(DECIDED).flatMap(([action, calls]) =>
      typeof calls === "string"
        ? []
        : calls.map((call) => `${action.slice(0, action.indexOf(":"))}:${call}`),
    );
    expect(lasting.filter((name) => !isDisclosed(name))).toEqual([]);
    expect(lasting.filter((name) => !stays(called(name)))).toEqual([]);
    const reads = rights.map((right) => called(right.replace("*", "Some"), true));
    expect(reads.filter((one) => isLasting(one))).toEqual([]);
  });
});

it("what the SCP keeps as evidence, the review names when it is lost all the same", () => {
  const { Statement } = scpPolicy(planFor());
  const kept = Statement.find(({ Sid }) => Sid === "EvidenceStays");
  const actions = kept !== undefined && "Action" in kept ? [kept.Action].flat() : [];
  expect(actions.length).toBeGreaterThan(15);
  const names = actions.map((action) => action.replace("*", "Logging"));
  expect(names.filter((name) => !hurts(called(name)))).toEqual([]);
});
