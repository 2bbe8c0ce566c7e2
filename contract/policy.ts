import * as z from "zod";

/**
 * The policy file that is sealed with the keys. Durations in seconds; regions as AWS names them;
 * `profile` names a services profile; `kitExpires` is the last instant for which the guard rails
 * at AWS were made. `guardRails` says how they were made, if not for that profile alone: all that
 * the boundary at AWS must be for its sealed hash to fit. `pullstation template` writes the file.
 */
export const policySchema = z
  .strictObject({
    defaultDurationSeconds: z.int().min(1),
    maxDurationSeconds: z.int().min(1).max(39_600),
    regions: z
      .array(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/))
      .min(1)
      .max(10),
    profile: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    kitExpires: z.iso.datetime(),
    reaperMaxHours: z.int().min(1).max(24),
    proof: z.strictObject({
      rejections: z.int().min(3).max(20),
      overSeconds: z.int().min(0).max(120),
      againAfterSeconds: z.int().min(0).max(900),
    }),
    guardRails: z
      .strictObject({
        profiles: z
          .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/))
          .min(1)
          .max(10)
          .exactOptional(),
        evidenceBuckets: z.array(z.string().min(3).max(63)).max(10).exactOptional(),
      })
      .exactOptional(),
    /** The trail by which an access is reviewed: `describe-trails`' TrailARN and S3BucketName. */
    trail: z
      .strictObject({
        arn: z
          .string()
          .regex(/^arn:aws(?:-cn|-us-gov)?:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[\w.-]{3,128}$/),
        bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
      })
      .exactOptional(),
    /** Lets a YubiKey's OTP slot open beside two FIDO2 keys. Off unless true: OTP_OFF_BY_POLICY says why. */
    otpKeys: z.boolean().exactOptional(),
  })
  .refine((policy) => policy.defaultDurationSeconds <= policy.maxDurationSeconds, {
    path: ["defaultDurationSeconds"],
  })
  .refine((policy) => policy.guardRails?.profiles?.includes(policy.profile) ?? true, {
    path: ["guardRails", "profiles"],
  })
  .refine((policy) => policy.maxDurationSeconds <= policy.reaperMaxHours * 3600, {
    path: ["maxDurationSeconds"],
  });
