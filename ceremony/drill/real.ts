import type { RecordBody } from "../../crypto/record.ts";
import type { Written } from "../ports.ts";

/**
 * The part of a full drill that is real: shares and security keys of the live vault, each proven alone
 * by a check process. Neither the secret of the quorum nor a key's is formed by it.
 */
export interface RealProof {
  readonly vaultHash: string;
  readonly threshold: number;
  /** Whose whole share was good, and which record of the same chain says so. */
  readonly shares: readonly { readonly who: string; readonly record: number }[];
  /** Keys that answered as at their enrolment; one that approves only opens nothing. */
  readonly keys: readonly {
    readonly label: string;
    readonly opens: boolean;
    readonly record: number;
  }[];
  /** Checks that failed; one after which the same share or key was not good again undoes its proof. */
  readonly refused: readonly {
    readonly check: "share" | "key";
    /** Custodian, or the key's label; null: what was shown didn't say. */
    readonly who: string | null;
    readonly code: string;
    readonly record: number;
  }[];
  /** A quorum of shares and a key that opens. */
  readonly proven: boolean;
}

type Story = readonly (Pick<RecordBody, "kind" | "who" | "evidence" | "vaultHash"> & {
  readonly written: Written;
})[];

/**
 * What the chain says was proven of the vault with that hash since record `after`: the last word on
 * each share and key counts, and a card check is none of a share.
 */
export function realProof(
  story: Story,
  {
    after,
    vaultHash,
    threshold,
  }: { readonly after: number; readonly vaultHash: string; readonly threshold: number },
): RealProof {
  const shares = new Map<string, number>();
  const keys = new Map<string, { readonly opens: boolean; readonly record: number }>();
  const refused: RealProof["refused"][number][] = [];
  for (const { kind, who, evidence, vaultHash: of, written } of story) {
    if (written.seq <= after || of !== vaultHash) continue;
    const { custodian, key } = who;
    if (kind === "share-checked" && evidence["form"] === "full" && custodian !== undefined)
      shares.set(custodian, written.seq);
    if (kind === "key-checked" && key !== undefined)
      keys.set(key, { opens: evidence["form"] !== "approves", record: written.seq });
    if (kind === "refused") {
      const { check, code } = evidence;
      if (check !== "full" && check !== "card" && check !== "key") continue;
      const isKey = check === "key";
      const whose = (isKey ? key : who["card-of"]) ?? null;
      (isKey ? keys : shares).delete(whose ?? "");
      refused.push({
        check: isKey ? "key" : "share",
        who: whose,
        code: String(code),
        record: written.seq,
      });
    }
  }
  return {
    vaultHash,
    threshold,
    shares: [...shares].map(([who, record]) => ({ who, record })),
    keys: [...keys].map(([label, told]) => ({ label, ...told })),
    refused,
    proven: shares.size >= threshold && [...keys.values()].some(({ opens }) => opens),
  };
}
