import { type Candidate, type PlannedKey, seal, type SealingPlan } from "../../ceremony/seal.ts";
import type { Contents } from "../../ceremony/subject.ts";
import { WORDS } from "../../contract/words.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_FLOOR } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { freshKey } from "../practice/plugged-key.ts";

/** What tests seal: small, plausible, and at the KDF's floor. */
export const PIN = "2468";
export const words = WORDS;

export const contents: Contents = {
  accounts: [
    {
      accountId: "111122223333",
      partition: "aws",
      emergencyUserArn: "arn:aws:iam::111122223333:user/breakglass/bg-emergency",
      latchArn: "arn:aws:iam::111122223333:policy/BreakGlassClosed",
      boundaryArn: "arn:aws:iam::111122223333:policy/BreakGlassBoundary",
      boundarySha256: "ab".repeat(32),
      closerRoleArn: "arn:aws:iam::111122223333:role/BreakGlassCloser",
      activator: { accessKeyId: "AKIAPRACTICE00000001", secretAccessKey: "x".repeat(40) },
      emergency: { accessKeyId: "AKIAPRACTICE00000002", secretAccessKey: "y".repeat(40) },
      mfaSerial: "arn:aws:iam::111122223333:mfa/bg-activator",
      totpSeed: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    },
  ],
  policy: {
    defaultDurationSeconds: 3600,
    maxDurationSeconds: 14400,
    regions: ["eu-central-1"],
    profile: "operator",
    kitExpires: "2027-06-30T00:00:00Z",
    reaperMaxHours: 12,
    proof: { rejections: 3, overSeconds: 2, againAfterSeconds: 60 },
    trail: {
      arn: "arn:aws:cloudtrail:eu-central-1:111122223333:trail/audit",
      bucket: "audit-trail",
    },
  },
  secretPages: "# Only behind the glass\n",
};

export const passphrase = (place: number): SecretBytes =>
  new SecretBytes(utf8(`academic acid acne acquire ${place}`));

export const aKey = (label: string): SecurityKey => freshKey(label, PIN);

export async function enrolled(
  key: SecurityKey,
  label: string,
  use: "open" | "approve" = "open",
): Promise<PlannedKey> {
  const salt = (await systemEntropy())(32);
  const enrolment = await key.enrol({ salt, userName: "Test vault", pin: PIN });
  return { label, use, enrolment, salt };
}

export const planOf = (
  keys: readonly PlannedKey[],
  changes: Partial<SealingPlan> & { readonly count?: number } = {},
): SealingPlan => {
  const { count = 3, ...rest } = changes;
  return {
    mode: "PRACTICE",
    name: "Test vault",
    createdAt: "2026-11-22T12:00:00Z",
    threshold: 2,
    custodians: Array.from({ length: count }, (_, index) => ({
      name: `Custodian ${index + 1}`,
      passphrase: passphrase(index + 1),
    })),
    keys,
    contents,
    kdf: KDF_FLOOR,
    keyboard: "us",
    runbookSha256: "cd".repeat(32),
    ...rest,
  };
};

/** A sealed 2-of-3 vault with two keys that open and one that approves. */
export async function aVault(
  changes: Partial<SealingPlan> & { readonly count?: number } = {},
): Promise<{ candidate: Candidate; keyA: SecurityKey; keyB: SecurityKey; reviewer: SecurityKey }> {
  const [keyA, keyB, reviewer] = [aKey("A"), aKey("B"), aKey("Reviewer")];
  const keys = [
    await enrolled(keyA, "key-a"),
    await enrolled(keyB, "key-b"),
    await enrolled(reviewer, "reviewer", "approve"),
  ];
  const candidate = await seal(planOf(keys, changes), await systemEntropy());
  return { candidate, keyA, keyB, reviewer };
}
