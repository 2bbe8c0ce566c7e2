import { fail } from "./errors.ts";
import type { Header } from "../crypto/header.ts";
import { type CredentialKey, isCredential } from "../crypto/header-keys.ts";
import { approvalDigest, assembleSkEcdsa, verifySshsig } from "../crypto/sshsig.ts";
import { skEcdsaWireKey } from "../crypto/ssh-wire.ts";
import { type Asking, expectedRefusal, type TouchRefused } from "./touch.ts";

/** The application of every credential: its SHA-256 stands in what the key signs. */
const APPLICATION = "ssh:pullstation";

/** What an approval needs of a security key. */
export interface ApprovingKey {
  info(): Promise<{ readonly label: string }>;
  holds(credentialId: Uint8Array, pin: string): Promise<boolean>;
  approve(
    request: Asking & {
      readonly credentialId: Uint8Array;
      /** clientDataHash, 32 bytes. */
      readonly digest: Uint8Array;
      readonly pin: string;
    },
  ): Promise<{ readonly authenticatorData: Uint8Array; readonly signature: Uint8Array }>;
}

export interface Approved {
  readonly kind: "approved";
  readonly label: string;
  /** Armored SSHSIG, checked. */
  readonly signature: string;
}

/** SSH wire form of an enrolled key: what allowed_signers lists as approver:<label>. */
export const approverWireKey = ({ publicKey }: CredentialKey): Uint8Array =>
  skEcdsaWireKey(publicKey, APPLICATION);

export interface Approval {
  readonly namespace: string;
  readonly message: Uint8Array;
  readonly pin: string;
  /** The label of the key that is asked for; without it any enrolled key may approve. */
  readonly wanted?: string;
  readonly asking?: Asking;
}

/**
 * One touch of an enrolled key (of either use) signs `message`, a record's bytes. The assertion is
 * verified before it is handed back: `APPROVAL_INVALID` when a key answers wrongly.
 */
export async function approve(
  key: ApprovingKey,
  header: Header,
  { namespace, message, pin, wanted, asking = {} }: Approval,
): Promise<Approved | TouchRefused> {
  const credentials = header.keys.filter(isCredential);
  let entry: CredentialKey | undefined;
  try {
    // The one asked for first: a key may be enrolled under two labels.
    const asked = credentials.filter(({ label }) => label === wanted);
    for (const one of [...asked, ...credentials])
      if (entry === undefined && (await key.holds(one.credentialId, pin))) entry = one;
  } catch (error) {
    return expectedRefusal(error);
  }
  if (entry === undefined) {
    const { label } = await key.info();
    const enrolled = credentials.map((one) => one.label).join(", ");
    return { kind: "refused", why: "KEY_HAS_NO_CREDENTIAL", about: { label, enrolled } };
  }
  const { credentialId, publicKey: point, label } = entry;
  if (wanted !== undefined && label !== wanted)
    return { kind: "refused", why: "KEY_IS_ANOTHER", about: { label, wanted } };
  const digest = approvalDigest(namespace, message);
  let assertion;
  try {
    assertion = await key.approve({ credentialId, digest, pin, ...asking });
  } catch (error) {
    return expectedRefusal(error);
  }
  try {
    const signature = assembleSkEcdsa({ ...assertion, point, application: APPLICATION, namespace });
    verifySshsig({ armored: signature, namespace, message });
    return { kind: "approved", label, signature };
  } catch (cause) {
    fail("APPROVAL_INVALID", { label }, cause);
  }
}
