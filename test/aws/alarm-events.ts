import type { Patterns } from "../../aws/documents/template/patterns.ts";
import {
  admin,
  as,
  call,
  emergency,
  type Event,
  iam,
  kms,
  kmsDenied,
  latch,
  other,
  role,
  security,
  session,
  user,
} from "./alarm-calls.ts";
import { ACCOUNT } from "./judges.ts";

/** What happened, its event, and which patterns must hear it. */
export const EVENTS: readonly (readonly [string, Event, readonly (keyof Patterns)[]])[] = [
  [
    "a read with the emergency key",
    call({ ...as(emergency), ...other("ec2", "DescribeInstances", {}, true) }),
    ["use"],
  ],
  [
    "a read that AWS refused",
    call({
      ...as(emergency),
      ...other("s3", "ListBuckets", {}, true),
      errorCode: "AccessDenied",
    }),
    ["use"],
  ],
  [
    "the activator's MFA session: a use begins",
    call({ ...as("bg-activator"), ...other("sts", "GetSessionToken", {}, true) }),
    ["use", "start"],
  ],
  [
    "a call in a GetSessionToken session (same ARN)",
    call({ ...as(emergency), ...other("ec2", "StopInstances", { instancesSet: {} }) }),
    ["use"],
  ],
  [
    "a federated session of the emergency user",
    call({
      userIdentity: {
        type: "FederatedUser",
        arn: `arn:aws:sts::${ACCOUNT}:federated-user/x`,
        sessionContext: { sessionIssuer: { type: "IAMUser", arn: user(emergency) } },
      },
      ...other("s3", "ListBuckets", {}, true),
    }),
    ["use"],
  ],
  [
    "a console sign-in",
    call(
      { ...as(emergency), eventName: "ConsoleLogin", readOnly: false },
      "AWS Console Sign In via CloudTrail",
    ),
    ["use", "start"],
  ],
  [
    "a failed console sign-in, which has no ARN",
    call(
      {
        userIdentity: { type: "IAMUser", accountId: ACCOUNT, userName: emergency },
        eventName: "ConsoleLogin",
        errorMessage: "Failed authentication",
        readOnly: false,
      },
      "AWS Console Sign In via CloudTrail",
    ),
    ["use", "start"],
  ],
  [
    "the activator lifts the latch",
    call({
      ...as("bg-activator"),
      ...iam("DetachUserPolicy", { userName: emergency, policyArn: latch }),
    }),
    ["use", "change", "opened"],
  ],
  [
    "the activator writes the window",
    call({ ...as("bg-activator"), ...iam("PutUserPolicy", { userName: emergency }) }),
    ["use", "change", "opened"],
  ],
  [
    "the key goes active",
    call({
      ...as("bg-activator"),
      ...iam("UpdateAccessKey", { userName: emergency, status: "Active" }),
    }),
    ["use", "change", "opened"],
  ],
  [
    "the key goes inactive",
    call({
      ...as("bg-activator"),
      ...iam("UpdateAccessKey", { userName: emergency, status: "Inactive" }),
    }),
    ["use", "change"],
  ],
  [
    "the closer's session attaches the latch",
    call({
      ...session(role("BreakGlassCloser")),
      ...iam("AttachUserPolicy", { userName: emergency, policyArn: latch }),
    }),
    ["use", "change"],
  ],
  [
    "somebody else becomes the closer",
    call({
      ...admin,
      ...other("sts", "AssumeRole", { roleArn: role("BreakGlassCloser") }, true),
    }),
    ["use"],
  ],
  [
    "mode B's role, kept for later, is become",
    call({
      ...admin,
      ...other("sts", "AssumeRole", { roleArn: role("BreakGlassEmergency") }, true),
    }),
    ["use"],
  ],
  [
    "an administrator makes a key for the emergency user",
    call({ ...admin, ...iam("CreateAccessKey", { userName: emergency }) }),
    ["changeByOthers", "change", "opened"],
  ],
  [
    "an administrator puts the emergency user into a group: a page, no tick",
    call({ ...admin, ...iam("AddUserToGroup", { groupName: "Admins", userName: emergency }) }),
    ["changeByOthers", "change"],
  ],
  [
    "an administrator is refused the same by the SCP",
    call({
      ...admin,
      ...iam("CreateAccessKey", { userName: emergency }),
      errorCode: "AccessDenied",
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the same, where CloudTrail leaves the request out",
    call({
      ...admin,
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      readOnly: false,
      requestParameters: null,
      errorCode: "AccessDenied",
      errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/AccountAdmin/x is not authorized to perform: iam:CreateAccessKey on resource: user bg-emergency with an explicit deny in a service control policy`,
    }),
    ["refused"],
  ],
  [
    "the reaper's code, refused without the request",
    call({
      ...admin,
      eventSource: "lambda.amazonaws.com",
      eventName: "UpdateFunctionCode20150331v2",
      readOnly: false,
      requestParameters: null,
      errorMessage: `not authorized to perform: lambda:UpdateFunctionCode on resource: arn:aws:lambda:us-east-1:${ACCOUNT}:function:breakglass-reaper`,
    }),
    ["refused"],
  ],
  [
    "somebody's own call, refused without the request",
    call({
      ...admin,
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      readOnly: false,
      requestParameters: null,
      errorMessage: "not authorized to perform: iam:CreateAccessKey on resource: user bob",
    }),
    [],
  ],
  [
    "the emergency key, refused without the request: the stream has it",
    call({
      ...as(emergency),
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      readOnly: false,
      requestParameters: null,
      errorMessage: `User: ${user(emergency)} is not authorized to perform: iam:CreateUser`,
    }),
    ["use"],
  ],
  [
    "another policy than the latch is attached",
    call({
      ...admin,
      ...iam("AttachUserPolicy", {
        userName: emergency,
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    }),
    ["changeByOthers", "change", "opened"],
  ],
  [
    "the quarterly check: the latch that is attached is attached again",
    call({
      ...security,
      ...iam("AttachUserPolicy", { userName: emergency, policyArn: latch }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "a new version of the boundary",
    call({
      ...admin,
      ...iam("CreatePolicyVersion", {
        policyArn: `arn:aws:iam::${ACCOUNT}:policy/breakglass/BreakGlassEmergencyBoundary`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper's role is trusted to somebody else",
    call({ ...admin, ...iam("UpdateAssumeRolePolicy", { roleName: "BreakGlassReaper" }) }),
    ["changeByOthers", "change"],
  ],
  [
    "the security role itself is changed",
    call({ ...admin, ...iam("AttachRolePolicy", { roleName: "OrgSecurityAdmin" }) }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper's code, by name",
    call({
      ...admin,
      ...other("lambda", "UpdateFunctionCode20150331v2", { functionName: "breakglass-reaper" }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper's code, by ARN",
    call({
      ...admin,
      ...other("lambda", "UpdateFunctionConfiguration20150331v2", {
        functionName: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:breakglass-reaper`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the page topic's attributes",
    call({
      ...admin,
      ...other("sns", "SetTopicAttributes", {
        topicArn: `arn:aws:sns:us-west-2:${ACCOUNT}:breakglass-page`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "a subscription is taken off",
    call({
      ...admin,
      ...other("sns", "Unsubscribe", {
        subscriptionArn: `arn:aws:sns:us-east-1:${ACCOUNT}:breakglass-page:0000`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "a rule is disabled",
    call({ ...admin, ...other("events", "DisableRule", { name: "breakglass-use" }) }),
    ["changeByOthers", "change"],
  ],
  [
    "a rule's targets are removed",
    call({ ...admin, ...other("events", "RemoveTargets", { rule: "breakglass-change" }) }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper's memory is set back",
    call({ ...admin, ...other("ssm", "PutParameter", { name: "/breakglass/reaper" }) }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper's memory is deleted among others",
    call({ ...admin, ...other("ssm", "DeleteParameters", { names: ["x", "/breakglass/reaper"] }) }),
    ["changeByOthers", "change"],
  ],
  [
    "the topics' key is disabled, and arrives on the alarm's buses",
    call({ ...admin, ...kms("DisableKey") }),
    ["keys"],
  ],
  ["the same, refused", call({ ...admin, ...kmsDenied("ScheduleKeyDeletion") }), ["keys"]],
  ["a kit user ends a key", call({ ...as(emergency), ...kms("DisableKey") }), ["use", "keys"]],
  ["a service's grant for it", call({ ...as(emergency), ...kms("CreateGrant") }), ["use"]],
  [
    "the key's alias is moved",
    call({
      ...admin,
      ...other("kms", "UpdateAlias", { aliasName: "alias/breakglass-alarm", targetKeyId: "x" }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the queue of the undelivered is purged",
    call({
      ...admin,
      ...other("sqs", "PurgeQueue", {
        queueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/breakglass-undelivered`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "alarms are switched off",
    call({
      ...admin,
      ...other("monitoring", "DisableAlarmActions", {
        alarmNames: ["x", "breakglass-reaper-fails"],
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the stack is deleted",
    call({
      ...admin,
      ...other("cloudformation", "DeleteStack", { stackName: "breakglass-reaper" }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "a stack set's instance is deleted by its ARN",
    call({
      ...admin,
      ...other("cloudformation", "DeleteStack", {
        stackName: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/StackSet-breakglass-every-region-1/2`,
      }),
    }),
    ["changeByOthers", "change"],
  ],
  [
    "the reaper locks: its own page says so, and the stream has it",
    call({
      ...session(role("BreakGlassReaper")),
      ...iam("AttachUserPolicy", {
        userName: emergency,
        policyArn: "arn:aws:iam::aws:policy/AWSDenyAll",
      }),
    }),
    ["use"],
  ],
  [
    "the reaper's bookkeeping every five minutes",
    call({
      ...session(role("BreakGlassReaper")),
      ...other("ssm", "PutParameter", { name: "/breakglass/reaper" }),
    }),
    [],
  ],
  [
    "the reaper's looking every five minutes",
    call({
      ...session(role("BreakGlassReaper")),
      ...iam("ListAccessKeys", { userName: emergency }, true),
    }),
    [],
  ],
  [
    "a scanner's nightly read of the kit",
    call({ ...admin, ...iam("GetUser", { userName: emergency }, true) }),
    [],
  ],
  ["somebody's own user", call({ ...admin, ...iam("CreateAccessKey", { userName: "bob" }) }), []],
  [
    "a rule of another name",
    call({ ...admin, ...other("events", "PutRule", { name: "nightly" }) }),
    [],
  ],
  [
    "an event that is no call",
    call({ ...as(emergency) }, "EC2 Instance State-change Notification"),
    [],
  ],
];
