import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Input, Output } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import type { Json } from "../../crypto/canonical.ts";
import { type CredentialKey, isCredential } from "../../crypto/header-keys.ts";
import type { KdfParams } from "../../crypto/kdf-bounds.ts";
import type { SecretBytes } from "../../crypto/secret.ts";
import type { ParsedVault } from "../../crypto/vault.ts";
import type { Mode } from "../../ceremony/subject.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { refuse } from "../errors.ts";
import { type Imported, readText } from "../inputs.ts";
import { importRotation } from "../inputs-rotation.ts";
import type { Opened } from "./unsealing.ts";

/** A security key that lies on the table, by the label that it has in the vault. */
export interface AtTable {
  readonly key: SecurityKey;
  readonly pin: string;
  readonly label: string;
  /** By which it is known again. */
  readonly credentialId: Uint8Array;
}

/** The epoch that a rotation replaces, open. */
export interface Previous {
  readonly vault: ParsedVault;
  /** 32-byte Ed25519 seed of its vault key: signs the rotated record. */
  readonly signingKey: SecretBytes;
  readonly carried: readonly CredentialKey[];
  readonly opener: AtTable | null;
  readonly who: Readonly<Record<string, string>>;
  readonly about: { readonly [key: string]: Json };
}

/** What a sealing needs before people choose passphrases and enrol keys. */
export interface Prepared {
  readonly dir: string;
  readonly mode: Mode;
  readonly name: string;
  readonly threshold: number;
  readonly custodians: readonly string[];
  readonly keyboardLayout: string;
  readonly kdf: KdfParams;
  readonly inputs: Imported;
  /** Null: a new vault. */
  readonly previous: Previous | null;
}

type Asked = Input<typeof vaultRequests, "prepareRotation">;
type Says = Omit<Output<typeof vaultRequests, "prepareRotation">, "linksUp">;

/**
 * The next epoch of an open vault, as it is asked for. A key that is carried keeps its public half:
 * it may lie in a safe. An OTP slot is never carried, its challenge must be fresh.
 */
export function prepareRotation(old: Opened, asked: Asked): { prepared: Prepared; says: Says } {
  const { header } = old.vault;
  const credentials = header.keys.filter(isCredential);
  for (const name of asked.carry)
    if (!credentials.some(({ label }) => label === name))
      refuse("ROTATION_CHANGES_NOTHING_THERE", {
        what: "security key",
        name,
        known: credentials.map(({ label }) => label).join(", "),
      });
  const carried = credentials.filter(({ label }) => asked.carry.includes(label));
  const beside = join(asked.dir, "runbook.md");
  const runbook = {
    dir: asked.dir,
    text: existsSync(beside) ? readText(beside) : null,
    sha256: header.runbookSha256,
  };
  const inputs = importRotation(old.contents, runbook, { ...asked, mode: header.mode });
  const { newKeys, added, keptKeys, dropped } = inputs;
  const revoked = header.keys
    .map(({ label }) => label)
    .filter((label) => !asked.carry.includes(label));
  const changes = {
    newKeys: [...newKeys],
    added: [...added],
    keptKeys: [...keptKeys],
    dropped: [...dropped],
  };
  return {
    prepared: {
      dir: asked.dir,
      mode: header.mode,
      name: asked.name,
      threshold: asked.threshold,
      custodians: asked.custodians,
      keyboardLayout: asked.keyboardLayout,
      kdf: asked.kdf,
      inputs,
      previous: {
        vault: old.vault,
        signingKey: old.vaultSigningKey,
        carried,
        opener: old.opener,
        who: { custodians: old.who.custodians.join(", "), key: old.who.key },
        about: { ...changes, revoked },
      },
    },
    says: {
      accounts: inputs.contents.accounts.map(({ accountId }) => accountId),
      ...changes,
      carried: carried.map(({ label }) => label),
      revoked,
      runbookSha256: inputs.runbookSha256,
    },
  };
}
