import { lengthOf } from "../crypto/hash.ts";

export async function activate(policy: Uint8Array): Promise<boolean> {
  const { clientFor } = await import("../aws/clients/iam.ts");
  return lengthOf(policy) > 0 && clientFor(policy) !== null;
}
