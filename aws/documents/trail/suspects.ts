import { PROFILES } from "../profiles.ts";
import type { Outline, TrailEvent } from "./event.ts";

/**
 * Calls by which access is kept or given away, or evidence is lost: service to event names. `*` ends
 * a name that AWS versions (CreateFunction20150331). The emergency boundary denies them; the trail
 * tells whether that held.
 */
const PERSISTENCE: Readonly<Record<string, readonly string[]>> = {
  iam: [
    "AddClientIDToOpenIDConnectProvider",
    "AddRoleToInstanceProfile",
    "AddUserToGroup",
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "CreateAccessKey",
    "CreateInstanceProfile",
    "CreateLoginProfile",
    "CreateOpenIDConnectProvider",
    "CreatePolicyVersion",
    "CreateRole",
    "CreateSAMLProvider",
    "CreateServiceSpecificCredential",
    "CreateUser",
    "CreateVirtualMFADevice",
    "DeactivateMFADevice",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DeleteUserPermissionsBoundary",
    "DeleteUserPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "EnableMFADevice",
    "PutGroupPolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "PutUserPermissionsBoundary",
    "PutUserPolicy",
    "ResetServiceSpecificCredential",
    "SetDefaultPolicyVersion",
    "UpdateAccessKey",
    "UpdateAssumeRolePolicy",
    "UpdateLoginProfile",
    "UpdateSAMLProvider",
    "UploadSSHPublicKey",
    "UploadSigningCertificate",
  ],
  sts: ["AssumeRoot", "GetFederationToken"],
  cloudformation: ["CreateStack*", "ExecuteChangeSet", "UpdateStack*"],
  rolesanywhere: ["Create*", "Import*"],
  sso: ["Create*", "Put*", "Attach*"],
  organizations: [
    "CreateAccount",
    "DetachPolicy",
    "InviteAccountToOrganization",
    "LeaveOrganization",
  ],
  lambda: [
    "AddPermission*",
    "CreateFunction*",
    "UpdateFunctionUrlConfig*",
    "UpdateFunctionCode*",
    "UpdateFunctionConfiguration*",
  ],
  ec2: [
    "AssociateIamInstanceProfile",
    "CreateClientVpnEndpoint",
    "CreateInstanceConnectEndpoint",
    "CreateKeyPair",
    "CreateLaunchTemplate*",
    "CreateStoreImageTask",
    "CreateTransitGateway*",
    "CreateVpcPeeringConnection",
    "CreateVpn*",
    "EnableSerialConsoleAccess",
    "ImportKeyPair",
    "ModifyImageAttribute",
    "ModifyInstanceAttribute",
    "ModifySnapshotAttribute",
    "ReplaceIamInstanceProfileAssociation",
  ],
  rds: [
    "AddRoleTo*",
    "ModifyDBCluster",
    "ModifyDBClusterSnapshotAttribute",
    "ModifyDBInstance",
    "ModifyDBSnapshotAttribute",
    "StartExportTask",
  ],
  s3: [
    "CreateAccessPoint*",
    "DeleteBucketPolicy",
    "DeleteBucketPublicAccessBlock",
    "DeleteAccountPublicAccessBlock",
    "PutBucketAcl",
    "PutBucketNotification",
    "PutBucketPolicy",
    "PutBucketReplication",
  ],
  kms: ["CreateGrant", "PutKeyPolicy"],
  secretsmanager: ["PutResourcePolicy"],
  ssm: [
    "CreateActivation",
    "CreateAssociation",
    "SendCommand",
    "StartAutomationExecution",
    "StartSession",
  ],
  logs: ["PutDestination*", "PutResourcePolicy", "PutSubscriptionFilter"],
  events: ["PutPermission", "PutRule", "PutTargets"],
};

const EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  // A region that is switched on has no alarm yet; one that is off can't be looked into.
  account: ["DisableRegion", "EnableRegion"],
  cloudtrail: ["Delete*", "PutEventSelectors", "PutInsightSelectors", "Stop*", "UpdateTrail"],
  config: [
    "DeleteConfigurationRecorder",
    "DeleteDeliveryChannel",
    "PutConfigurationRecorder",
    "StopConfigurationRecorder",
  ],
  guardduty: [
    "CreateFilter",
    "Delete*",
    "Disassociate*",
    "StopMonitoringMembers",
    "UpdateDetector",
    // A filter can archive every finding.
    "UpdateFilter",
  ],
  securityhub: ["BatchDisable*", "Delete*", "Disable*", "Disassociate*"],
  "access-analyzer": ["DeleteAnalyzer"],
  events: ["DeleteRule", "DisableRule", "RemoveTargets"],
  sns: ["DeleteTopic", "SetSubscriptionAttributes", "SetTopicAttributes", "Unsubscribe"],
  logs: ["Delete*", "DisassociateKmsKey", "PutRetentionPolicy"],
  monitoring: ["DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState"],
  ec2: ["DeleteFlowLogs"],
  kms: ["DisableKey", "ScheduleKeyDeletion"],
  s3: [
    "DeleteBucket",
    "PutBucketLifecycle*",
    "PutBucketLogging",
    "PutBucketVersioning",
    "PutObjectLockConfiguration",
  ],
};

const matcher = (table: Readonly<Record<string, readonly string[]>>) => {
  const names = new Map<string, (name: string) => boolean>();
  for (const [service, patterns] of Object.entries(table)) {
    const exact = new Set(patterns);
    const heads = patterns.filter((one) => one.endsWith("*")).map((one) => one.slice(0, -1));
    names.set(service, (name) => exact.has(name) || heads.some((head) => name.startsWith(head)));
  }
  return ({ service, name }: Outline): boolean => names.get(service)?.(name) === true;
};

const keeps = matcher(PERSISTENCE);
const loses = matcher(EVIDENCE);

/** Who may do what is written there: each write is a change of access. */
const IDENTITY = new Set(["iam", "sts", "identitystore", "sso", "sso-directory"]);
/** Of those, writes that by themselves let nobody in; one that takes a limit away is in the table. */
const LESSER = /^(?:Delete|Detach|Generate|Remove|Tag|Untag)/;

const writesIdentity = ({ service, readOnly }: TrailEvent): boolean =>
  IDENTITY.has(service) && !readOnly;
const isLesser = ({ name }: TrailEvent): boolean => LESSER.test(name);

/** Rights that the kit's own profiles give, and say of which what closing does not undo. */
const given = matcher(
  Object.fromEntries(
    Map.groupBy(
      Object.values(PROFILES)
        .flatMap(({ needs }) => needs.filter((need) => need.given))
        .flatMap(({ right }) => right.split(", "))
        .map((right) => right.split(":")),
      ([service = ""]) => service,
    )
      .entries()
      .map(([service, rights]) => [service, rights.map(([, action = ""]) => action)] as const),
  ),
);

/**
 * A grant that a service makes for its own work keeps no access. Whatever else a service does in the
 * caller's name, the caller had it do: an automation's document may say anything.
 */
const isServiceGrant = ({ service, name, actor }: TrailEvent): boolean =>
  actor.service !== null && service === "kms" && name === "CreateGrant";

export const isPersistence = (event: TrailEvent): boolean =>
  !isServiceGrant(event) && (keeps(event) || (writesIdentity(event) && !isLesser(event)));

/** What stays as it was left, without being a way in by itself. */
export const isLasting = (event: TrailEvent): boolean =>
  !isServiceGrant(event) &&
  !event.readOnly &&
  !isPersistence(event) &&
  (given(event) || writesIdentity(event));

export const isEvidenceLoss = (event: Outline): boolean => loses(event);
