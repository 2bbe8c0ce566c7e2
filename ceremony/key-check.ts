import { equal, utf8 } from "../crypto/bytes.ts";
import { type CredentialKey, isCredential, isSlot } from "../crypto/header-keys.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { slotKeyPair, touchKeyPair } from "../crypto/wrap.ts";
import { approve, type ApprovingKey } from "./approve.ts";
import type { RespondingKey } from "./slot.ts";
import { type Asking, expectedRefusal, type TouchableKey, type TouchRefused } from "./touch.ts";

/** A key that answers as at its enrolment: nothing was unwrapped to know it. */
export interface KeyProved {
  readonly kind: "proved";
  readonly label: string;
  readonly form: "opens" | "slot" | "approves";
}

/** Signed by no record: what it approves is that the key can sign. */
const NAMESPACE = "pullstation-check@v1";

const refused = (
  why: TouchRefused["why"],
  about: TouchRefused["about"],
): TouchRefused & { readonly kind: "refused" } => ({ kind: "refused", why, about });

/**
 * One touch of an enrolled key. A key that opens is asked with its real salt, and the public half
 * that its answer yields must be the one in the header; a reviewer's key signs, and the signature
 * must verify. The hardware secret is not unwrapped. A key that was reset, or is another vault's, is
 * named as such.
 */
export async function checkKey(
  key: TouchableKey & ApprovingKey,
  { header, epoch }: ParsedVault,
  pin: string,
  asking: Asking = {},
): Promise<KeyProved | TouchRefused> {
  const credentials = header.keys.filter(isCredential);
  const held: CredentialKey[] = [];
  try {
    for (const one of credentials) if (await key.holds(one.credentialId, pin)) held.push(one);
  } catch (error) {
    return expectedRefusal(error);
  }
  const entry = held.find(({ use }) => use === "open") ?? held[0];
  if (entry === undefined) {
    const { label } = await key.info();
    const enrolled = credentials.map((one) => one.label).join(", ");
    return refused("KEY_HAS_NO_CREDENTIAL", { label, enrolled });
  }
  const { label, credentialId } = entry;
  if (entry.use === "approve") {
    const asked = { namespace: NAMESPACE, message: utf8(`key check: ${label}`), pin, asking };
    const approved = await approve(key, header, { ...asked, wanted: label });
    return approved.kind === "refused" ? approved : { kind: "proved", label, form: "approves" };
  }
  let output: Uint8Array;
  try {
    output = await key.touch({ credentialId, salt: entry.salt, pin, ...asking });
  } catch (error) {
    return expectedRefusal(error);
  }
  const pair = await touchKeyPair(output, entry.salt, epoch.vaultId, credentialId);
  output.fill(0);
  pair.secretKey.wipe();
  return equal(pair.publicKey, entry.pk)
    ? { kind: "proved", label, form: "opens" }
    : refused("KEY_OUTPUT_CHANGED", { label });
}

/** The same for the OTP slot that is enrolled as `wanted`: one touch, its answer's public half. */
export async function checkSlot(
  key: RespondingKey,
  { header, epoch }: ParsedVault,
  wanted: string,
  asking: Asking = {},
): Promise<KeyProved | TouchRefused> {
  const slots = header.keys.filter(isSlot);
  const entry = slots.find(({ label }) => label === wanted);
  const enrolled = slots.map(({ label }) => label).join(", ");
  if (entry === undefined) return refused("KEY_HAS_NO_CREDENTIAL", { label: wanted, enrolled });
  const { label, slot, challenge } = entry;
  let output: Uint8Array;
  try {
    if ((await key.facts()).serial !== entry.serial)
      return refused("KEY_HAS_NO_CREDENTIAL", { label: key.label, enrolled });
    output = await key.respond({ slot, challenge, ...asking });
  } catch (error) {
    return expectedRefusal(error);
  }
  const pair = await slotKeyPair(output, challenge, slot, epoch);
  output.fill(0);
  pair.secretKey.wipe();
  return equal(pair.publicKey, entry.pk)
    ? { kind: "proved", label, form: "slot" }
    : refused("KEY_OUTPUT_CHANGED", { label });
}
