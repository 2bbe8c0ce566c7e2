import { fail } from "./errors.ts";
import { checkRegion, type Partition } from "./partition.ts";
import { profileNamed } from "./profiles.ts";

/** What the boundary is made of beside regions and expiry. */
export interface GuardRails {
  /** Services profiles: what they allow together is the ceiling. */
  readonly profiles: readonly string[];
  /** Buckets of audit logs: never written, whatever the profile. */
  readonly evidenceBuckets: readonly string[];
}

/** What stands at AWS for one account: names and ARNs of the emergency kit. */
export interface Kit extends GuardRails {
  readonly accountId: string;
  readonly partition: Partition;
  /** Regions in which an access window may allow work. */
  readonly regions: readonly string[];
  /** RFC 3339 UTC: from then on the boundary denies everything. */
  readonly kitExpires: string;
  readonly emergencyUser: { readonly name: string; readonly arn: string };
  readonly activatorUser: { readonly name: string; readonly arn: string };
  readonly closerUser: { readonly name: string; readonly arn: string };
  readonly closerRole: { readonly name: string; readonly arn: string };
  readonly latchArn: string;
  readonly boundaryArn: string;
  readonly activatorPolicyArn: string;
  readonly mfaSerial: string;
}

/** IAM path of everything in the kit. */
export const KIT_PATH = "/breakglass/";

/** Inline policy that is the access window. */
export const WINDOW_POLICY = "BreakGlassWindow";

/** Tags that an activation writes to the emergency user, and no others. */
export const WINDOW_TAGS = ["IncidentId", "BreakGlassUntil", "BreakGlassRecord"] as const;

/** The closer role's longest session (AWS's own maximum). */
export const CLOSER_MAX_SECONDS = 12 * 3600;

const WHOLE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A date as policies take it, to the whole second; anything else is `WINDOW_DATES_INVALID`. */
export function checkDate(text: string): string {
  return WHOLE_SECOND.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : fail("WINDOW_DATES_INVALID", { date: text });
}

/**
 * The guard rails of a vault's policy file: those it names, else the ceiling of its own profile. They
 * must be the deployed ones: the boundary's hash is sealed, and compared before anything opens.
 */
export const railsOf = (policy: {
  readonly profile: string;
  readonly guardRails?:
    | { readonly [K in keyof GuardRails]?: GuardRails[K] | undefined }
    | undefined;
}): GuardRails => ({
  profiles: policy.guardRails?.profiles ?? [policy.profile],
  evidenceBuckets: policy.guardRails?.evidenceBuckets ?? [],
});

/** `PROFILE_UNKNOWN`. */
export function checkProfile(profile: string): string {
  profileNamed(profile);
  return profile;
}

/** As the S3 User Guide names buckets, without dots at the ends. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * `ACCOUNT_ID_INVALID`, `REGION_INVALID`, `WINDOW_DATES_INVALID`, `PROFILE_UNKNOWN`,
 * `BUCKET_INVALID`.
 */
export function kitOf(
  accountId: string,
  partition: Partition,
  regions: readonly string[],
  kitExpires: string,
  rails: GuardRails = railsOf({ profile: "restore-service" }),
): Kit {
  if (!/^\d{12}$/.test(accountId)) fail("ACCOUNT_ID_INVALID", { account: accountId });
  const arn = (kind: string, name: string): string =>
    `arn:${partition}:iam::${accountId}:${kind}${KIT_PATH}${name}`;
  const named = (kind: string, name: string) => ({ name, arn: arn(kind, name) });
  return {
    accountId,
    partition,
    regions: regions.map((region) => checkRegion(partition, region)),
    kitExpires: checkDate(kitExpires),
    profiles: rails.profiles.map(checkProfile),
    evidenceBuckets: rails.evidenceBuckets.map((bucket) =>
      BUCKET.test(bucket) ? bucket : fail("BUCKET_INVALID", { bucket }),
    ),
    emergencyUser: named("user", "bg-emergency"),
    activatorUser: named("user", "bg-activator"),
    closerUser: named("user", "bg-closer"),
    closerRole: named("role", "BreakGlassCloser"),
    latchArn: arn("policy", "BreakGlassClosed"),
    boundaryArn: arn("policy", "BreakGlassEmergencyBoundary"),
    activatorPolicyArn: arn("policy", "BreakGlassActivator"),
    mfaSerial: arn("mfa", "bg-activator"),
  };
}
