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

/** What a rotation changes; null or empty: as the old epoch has it. */
export interface RotationFiles {
  readonly mode: "PRACTICE" | "REAL";
  readonly keyFiles: readonly string[];
  readonly defaultAccount: string | null;
  readonly mfaFile: string | null;
  readonly policyFile: string | null;
  readonly runbookFile: string | null;
  /** Accounts that the new epoch leaves out. */
  readonly withoutAccounts: readonly string[];
}

export interface RotationInputs extends Imported {
  /** Accounts whose access keys are new; only theirs become worthless in the old epoch. */
  readonly newKeys: readonly string[];
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

/**
 * The new epoch's contents: the old ones, with whatever files were brought. Accounts in the key files
 * get those keys, and keep their MFA seed unless `mfaFile` names them; a new policy is what stands at
 * AWS for every account. An access key that the old epoch holds is refused: KEY_SEALED_ALREADY.
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
  for (const name of files.withoutAccounts)
    if (!old.accounts.some(({ accountId }) => accountId === name))
      refuse("ROTATION_CHANGES_NOTHING_THERE", {
        what: "account",
        name,
        known: old.accounts.map(({ accountId }) => accountId).join(", "),
      });
  const sealing = files.policyFile === null ? null : readSealing(files.mode, files.policyFile);
  const seeds = files.mfaFile === null ? {} : readSeeds(files.mfaFile, true);
  const brought = new Map(accountKeys(keys).map((of) => [of.accountId, sealedKeys(of)]));
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
  const pages =
    files.runbookFile === null
      ? { runbook: soundRunbook(runbook), secretPages: old.secretPages }
      : splitRunbook(readText(files.runbookFile));
  return {
    contents: {
      accounts,
      policy: sealing?.policy ?? old.policy,
      secretPages: pages.secretPages,
    },
    runbook: pages.runbook,
    runbookSha256: hex(sha256(utf8(pages.runbook))),
    newKeys: [...brought.keys()],
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
