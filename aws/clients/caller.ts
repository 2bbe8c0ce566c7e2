import type { IAMClient } from "@aws-sdk/client-iam";
import type { Ask, AwsAnswer } from "./cloud.ts";
import type { Sdk } from "./sdk.ts";

export interface AwsSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresMs: number;
}

export type AwsCaller = ReturnType<typeof callerOf>;

interface Page<Marker> {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: Marker;
}

/** Follows pages to the end. */
async function every<P extends Page<string | undefined>, T>(
  page: (marker: { Marker?: string }) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const out: T[] = [];
  let marker: { Marker?: string } = {};
  for (;;) {
    const found = await page(marker);
    out.push(...(items(found) ?? []));
    if (found.IsTruncated !== true || found.Marker === undefined) return out;
    marker = { Marker: found.Marker };
  }
}

/** An answer without what it must hold is no answer. */
function held<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("an answer of AWS's lacks a field");
  return value;
}

interface Given {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

const sessionOf = (given: Given | undefined): AwsSession => ({
  accessKeyId: held(given?.AccessKeyId),
  secretAccessKey: held(given?.SecretAccessKey),
  sessionToken: held(given?.SessionToken),
  expiresMs: held(given?.Expiration).getTime(),
});

/** IAM writes policy documents percent-encoded (RFC 3986). */
const decoded = (document: string | undefined): string => decodeURIComponent(held(document));

/** The calls of an access, one method each; none throws for what AWS or the network answers. */
export function callerOf(sdk: Sdk, ask: Ask) {
  const change = (
    action: string,
    send: (iam: IAMClient) => Promise<unknown>,
  ): Promise<AwsAnswer<null>> => ask.iam(action, (iam) => send(iam).then(() => null));
  return {
    identity: () =>
      ask.sts("GetCallerIdentity", async (sts) => {
        const found = await sts.send(new sdk.GetCallerIdentityCommand({}));
        return { accountId: held(found.Account), arn: held(found.Arn) };
      }),
    sessionToken: (input: { serial: string; code: string; seconds: number }) =>
      ask.sts(
        "GetSessionToken",
        async (sts) =>
          sessionOf(
            (
              await sts.send(
                new sdk.GetSessionTokenCommand({
                  SerialNumber: input.serial,
                  TokenCode: input.code,
                  DurationSeconds: input.seconds,
                }),
              )
            ).Credentials,
          ),
        { once: true },
      ),
    assumeRole: (input: { roleArn: string; name: string; seconds: number }) =>
      ask.sts(
        "AssumeRole",
        async (sts) =>
          sessionOf(
            (
              await sts.send(
                new sdk.AssumeRoleCommand({
                  RoleArn: input.roleArn,
                  RoleSessionName: input.name,
                  DurationSeconds: input.seconds,
                }),
              )
            ).Credentials,
          ),
        // A second sending would make a second session.
        { once: true },
      ),
    user: (UserName: string) =>
      ask.iam("GetUser", async (iam) => {
        const user = held((await iam.send(new sdk.GetUserCommand({ UserName }))).User);
        return {
          arn: held(user.Arn),
          boundaryArn: user.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
          tags: Object.fromEntries(
            (user.Tags ?? []).map(({ Key, Value }) => [held(Key), held(Value)] as const),
          ),
        };
      }),
    accessKeys: (UserName: string) =>
      ask.iam("ListAccessKeys", (iam) =>
        every(
          (page) => iam.send(new sdk.ListAccessKeysCommand({ UserName, ...page })),
          (page) =>
            page.AccessKeyMetadata?.map((key) => ({
              id: held(key.AccessKeyId),
              // Anything that is not said to be inactive counts as active.
              active: key.Status !== "Inactive",
            })),
        ),
      ),
    accessKeyLastUsed: (AccessKeyId: string) =>
      ask.iam("GetAccessKeyLastUsed", async (iam) => {
        const found = await iam.send(new sdk.GetAccessKeyLastUsedCommand({ AccessKeyId }));
        return found.AccessKeyLastUsed?.LastUsedDate?.toISOString() ?? null;
      }),
    inlinePolicies: (UserName: string) =>
      ask.iam("ListUserPolicies", (iam) =>
        every(
          (page) => iam.send(new sdk.ListUserPoliciesCommand({ UserName, ...page })),
          (page) => page.PolicyNames,
        ),
      ),
    inlinePolicy: (UserName: string, PolicyName: string) =>
      ask.iam("GetUserPolicy", async (iam) =>
        decoded(
          (await iam.send(new sdk.GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument,
        ),
      ),
    attachedPolicies: (UserName: string) =>
      ask.iam("ListAttachedUserPolicies", (iam) =>
        every(
          (page) => iam.send(new sdk.ListAttachedUserPoliciesCommand({ UserName, ...page })),
          (page) => page.AttachedPolicies?.map(({ PolicyArn }) => held(PolicyArn)),
        ),
      ),
    groups: (UserName: string) =>
      ask.iam("ListGroupsForUser", (iam) =>
        every(
          (page) => iam.send(new sdk.ListGroupsForUserCommand({ UserName, ...page })),
          (page) => page.Groups?.map(({ GroupName }) => held(GroupName)),
        ),
      ),
    hasLoginProfile: (UserName: string) =>
      ask.iam("GetLoginProfile", async (iam) => {
        try {
          await iam.send(new sdk.GetLoginProfileCommand({ UserName }));
          return true;
        } catch (error) {
          if (error instanceof sdk.NoSuchEntityException) return false;
          throw error;
        }
      }),
    mfaDevices: (UserName: string) =>
      ask.iam("ListMFADevices", (iam) =>
        every(
          (page) => iam.send(new sdk.ListMFADevicesCommand({ UserName, ...page })),
          (page) => page.MFADevices?.map(({ SerialNumber }) => held(SerialNumber)),
        ),
      ),
    sshKeys: (UserName: string) =>
      ask.iam("ListSSHPublicKeys", (iam) =>
        every(
          (page) => iam.send(new sdk.ListSSHPublicKeysCommand({ UserName, ...page })),
          (page) => page.SSHPublicKeys?.map(({ SSHPublicKeyId }) => held(SSHPublicKeyId)),
        ),
      ),
    serviceCredentials: (UserName: string) =>
      ask.iam("ListServiceSpecificCredentials", (iam) =>
        every(
          (page) => iam.send(new sdk.ListServiceSpecificCredentialsCommand({ UserName, ...page })),
          (page) =>
            page.ServiceSpecificCredentials?.map(({ ServiceSpecificCredentialId }) =>
              held(ServiceSpecificCredentialId),
            ),
        ),
      ),
    signingCertificates: (UserName: string) =>
      ask.iam("ListSigningCertificates", (iam) =>
        every(
          (page) => iam.send(new sdk.ListSigningCertificatesCommand({ UserName, ...page })),
          (page) => page.Certificates?.map(({ CertificateId }) => held(CertificateId)),
        ),
      ),
    defaultVersion: (PolicyArn: string) =>
      ask.iam("GetPolicy", async (iam) =>
        held((await iam.send(new sdk.GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId),
      ),
    policyVersion: (PolicyArn: string, VersionId: string) =>
      ask.iam("GetPolicyVersion", async (iam) =>
        decoded(
          (await iam.send(new sdk.GetPolicyVersionCommand({ PolicyArn, VersionId }))).PolicyVersion
            ?.Document,
        ),
      ),
    putInlinePolicy: (UserName: string, PolicyName: string, PolicyDocument: string) =>
      change("PutUserPolicy", (iam) =>
        iam.send(new sdk.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
      ),
    deleteInlinePolicy: (UserName: string, PolicyName: string) =>
      change("DeleteUserPolicy", (iam) =>
        iam.send(new sdk.DeleteUserPolicyCommand({ UserName, PolicyName })),
      ),
    attachPolicy: (UserName: string, PolicyArn: string) =>
      change("AttachUserPolicy", (iam) =>
        iam.send(new sdk.AttachUserPolicyCommand({ UserName, PolicyArn })),
      ),
    detachPolicy: (UserName: string, PolicyArn: string) =>
      change("DetachUserPolicy", (iam) =>
        iam.send(new sdk.DetachUserPolicyCommand({ UserName, PolicyArn })),
      ),
    setKey: (UserName: string, AccessKeyId: string, Status: "Active" | "Inactive") =>
      change("UpdateAccessKey", (iam) =>
        iam.send(new sdk.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status })),
      ),
    tag: (UserName: string, tags: Readonly<Record<string, string>>) =>
      change("TagUser", (iam) =>
        iam.send(
          new sdk.TagUserCommand({
            UserName,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        ),
      ),
    deleteLoginProfile: (UserName: string) =>
      change("DeleteLoginProfile", (iam) =>
        iam.send(new sdk.DeleteLoginProfileCommand({ UserName })),
      ),
    accountSummary: () =>
      change("GetAccountSummary", (iam) => iam.send(new sdk.GetAccountSummaryCommand({}))),
    accessKeyInfo: (AccessKeyId: string, region: string) =>
      ask.sts(
        "GetAccessKeyInfo",
        async (sts) => {
          await sts.send(new sdk.GetAccessKeyInfoCommand({ AccessKeyId }));
          return null;
        },
        { region },
      ),
  };
}
