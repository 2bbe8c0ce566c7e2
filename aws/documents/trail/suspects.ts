import type { TrailEvent } from "./event.ts";

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
    "UpdateFunctionCode*",
    "UpdateFunctionConfiguration*",
  ],
  ec2: [
    "AssociateIamInstanceProfile",
    "CreateClientVpnEndpoint",
    "CreateInstanceConnectEndpoint",
    "CreateKeyPair",
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
    "ModifyDBClusterSnapshotAttribute",
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
  ssm: ["CreateActivation", "CreateAssociation", "SendCommand", "StartSession"],
  logs: ["PutDestination*", "PutResourcePolicy", "PutSubscriptionFilter"],
  events: ["PutPermission", "PutRule", "PutTargets"],
};

const EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  cloudtrail: ["Delete*", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail"],
  config: ["DeleteConfigurationRecorder", "DeleteDeliveryChannel", "StopConfigurationRecorder"],
  guardduty: [
    "CreateFilter",
    "Delete*",
    "Disassociate*",
    "StopMonitoringMembers",
    "UpdateDetector",
  ],
  securityhub: ["BatchDisable*", "Delete*", "Disable*"],
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
  return ({ service, name }: TrailEvent): boolean => names.get(service)?.(name) === true;
};

const keeps = matcher(PERSISTENCE);
const loses = matcher(EVIDENCE);

/** A grant that a service makes for its own work, on the caller's behalf, keeps no access. */
export const isPersistence = (event: TrailEvent): boolean =>
  event.actor.service === null && keeps(event);

export const isEvidenceLoss = (event: TrailEvent): boolean => loses(event);
