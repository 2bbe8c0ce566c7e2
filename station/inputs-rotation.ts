import { accountKeys } from "../aws/documents/access-keys.ts";
import type { GuardRails } from "../aws/documents/kit.ts";
import type { AccessKey, Account, Contents, Policy } from "../ceremony/subject.ts";
import { hex, sha256, utf8 } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";
import {
  type Imported,
  kitAt,
  readKeyFiles,
  readSealing,
  readSeeds,
  readText,
  sealedKeys,
  splitRunbook,
} from "./inputs.ts";

/** Files that a rotation brings; null or none: as the old epoch has it. */
export interface Brought {
  readonly mode: "PRACTICE" | "REAL";
  readonly keyFiles: readonly string[];
  readonly defaultAccount: string | null;
  readonly mfaFile: string | null;
  readonly policyFile: string | null;
  readonly runbookFile: string | null;
}

export interface RotationFiles extends Brought {
  /** Accounts that the new epoch leaves out. */
  readonly withoutAccounts: readonly string[];
}

export interface RotationInputs extends Imported {
  /** Accounts whose access keys are new; only theirs become worthless in the old epoch. */
  readonly newKeys: readonly string[];
  /** Those of them that the old epoch does not know. */
  readonly added: readonly string[];
  readonly keptKeys: readonly string[];
  readonly dropped: readonly string[];
}

/** What was readable beside the old vault. */
interface OldRunbook {
  readonly dir: string;
  /** Null: none is there. */
  readonly text: string | null;
  /** Hex, by the header. */
  readonly sha256: string;
}

/** What the files say by themselves; whether it fits the old epoch shows when that is open. */
export function readRotation(files: Brought) {
  return {
    brought: new Map(accountKeys(readKeyFiles(files)).map((of) => [of.accountId, sealedKeys(of)])),
    sealing: files.policyFile === null ? null : readSealing(files.mode, files.policyFile),
    seeds: files.mfaFile === null ? {} : readSeeds(files.mfaFile, true),
    pages: files.runbookFile === null ? null : splitRunbook(readText(files.runbookFile)),
  };
}

/**
 * The new epoch's contents: the old ones, with whatever files were brought. Accounts in the key files
 * get those keys, and keep their MFA seed unless `mfaFile` names them; a new policy is what stands at
 * AWS for every account. One that is to go brings none, and one at least
 * stays: ROTATION_DROPS_BROUGHT, ROTATION_DROPS_ALL. An access key that the old epoch holds is refused: KEY_SEALED_ALREADY.
 */
export function importRotation(
  old: Contents,
  runbook: OldRunbook,
  files: RotationFiles,
): RotationInputs {
  const keys = readKeyFiles(files);
  const known = new Set(old.accounts.flatMap(keyIds));
  for (const { accessKeyId, file } of keys)
    if (known.has(accessKeyId)) refuse("KEY_SEALED_ALREADY", { id: accessKeyId, file });
  const { brought, sealing, seeds, pages } = readRotation(files);
  for (const name of files.withoutAccounts)
    if (!old.accounts.some(({ accountId }) => accountId === name))
      refuse("ROTATION_CHANGES_NOTHING_THERE", {
        what: "account",
        name,
        known: old.accounts.map(({ accountId }) => accountId).join(", "),
      });
  for (const account of files.withoutAccounts)
    if (brought.has(account)) refuse("ROTATION_DROPS_BROUGHT", { account });
  const kept = old.accounts.filter(({ accountId }) => !files.withoutAccounts.includes(accountId));
  const added = [...brought.keys()].filter((id) => !kept.some(({ accountId }) => accountId === id));
  const accounts = [
    ...kept.map((account) => ({
      ...under(account, sealing),
      ...(brought.get(account.accountId) ?? keysOf(account)),
      totpSeed: seedOf(seeds, account.accountId, account.totpSeed),
    })),
    ...added.map((accountId): Account => {
      const { policy, rails } = sealing ?? refuse("ROTATION_NEEDS_POLICY", { account: accountId });
      const own = brought.get(accountId) ?? refuse("ROTATION_NEEDS_POLICY", { account: accountId });
      const totpSeed = seedOf(seeds, accountId, null);
      return { ...kitAt(accountId, policy, rails), ...own, totpSeed };
    }),
  ];
  if (accounts.length === 0) refuse("ROTATION_DROPS_ALL", {});
  const { runbook: text, secretPages } = pages ?? {
    runbook: soundRunbook(runbook),
    secretPages: old.secretPages,
  };
  return {
    contents: {
      accounts,
      policy: sealing?.policy ?? old.policy,
      secretPages,
    },
    runbook: text,
    runbookSha256: hex(sha256(utf8(text))),
    newKeys: [...brought.keys()],
    added,
    keptKeys: kept.map(({ accountId }) => accountId).filter((id) => !brought.has(id)),
    dropped: [...files.withoutAccounts],
  };
}

const keyIds = ({ activator, closer, emergency }: Account): readonly string[] =>
  [activator, closer, emergency].flatMap((key: AccessKey | undefined) =>
    key === undefined ? [] : [key.accessKeyId],
  );

type Keys = Pick<Account, "activator" | "closer" | "emergency">;
const keysOf = ({ activator, closer, emergency }: Account): Keys => ({
  activator,
  ...(closer === undefined ? {} : { closer }),
  emergency,
});

function under(
  account: Account,
  sealing: { readonly policy: Policy; readonly rails: GuardRails } | null,
): Omit<Account, keyof Keys | "totpSeed"> {
  if (sealing !== null) return kitAt(account.accountId, sealing.policy, sealing.rails);
  const { activator: _a, closer: _c, emergency: _e, totpSeed: _t, ...kit } = account;
  return kit;
}

/** "" in the file: its codes are typed from now on. */
function seedOf(
  seeds: Readonly<Record<string, string>>,
  accountId: string,
  old: string | null,
): string | null {
  const seed = seeds[accountId];
  return seed === undefined ? old : seed === "" ? null : seed;
}

/** The text that the old header's hash names: what else lies there is not sealed anew unasked. */
function soundRunbook({ dir, text, sha256: sealed }: OldRunbook): string {
  if (text === null || hex(sha256(utf8(text))) !== sealed)
    return refuse("RUNBOOK_NOT_AS_SEALED", { dir });
  return text;
}
