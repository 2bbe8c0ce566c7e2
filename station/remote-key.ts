import type { keyRequests } from "../contract/ceremony.ts";
import type { Client } from "../contract/serve.ts";
import { base64url, fromBase64url } from "../crypto/bytes.ts";
import type { SecurityKey } from "../hardware/security-key.ts";

/** A security key at the far end of a lane, as ceremonies see it. */
export function remoteKey(client: Client<typeof keyRequests>, key: number): SecurityKey {
  return {
    info: () => client.ask("info", { key }),
    holds: (credentialId) => client.ask("holds", { key, credentialId: base64url(credentialId) }),
    enrol: async ({ salt, userName, pin }) => {
      const made = await client.ask("enrol", { key, salt: base64url(salt), userName, pin });
      return {
        credentialId: fromBase64url(made.credentialId),
        publicKey: fromBase64url(made.publicKey),
        aaguid: made.aaguid,
        output: fromBase64url(made.output),
        uvBound: made.uvBound,
      };
    },
    touch: async ({ credentialId, salt, pin }) =>
      fromBase64url(
        await client.ask("touch", {
          key,
          credentialId: base64url(credentialId),
          salt: base64url(salt),
          pin,
        }),
      ),
    approve: async ({ credentialId, digest, pin }) => {
      const assertion = await client.ask("approve", {
        key,
        credentialId: base64url(credentialId),
        digest: base64url(digest),
        pin,
      });
      return {
        authenticatorData: fromBase64url(assertion.authenticatorData),
        signature: fromBase64url(assertion.signature),
      };
    },
  };
}
