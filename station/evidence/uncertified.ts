import type { Judged } from "../../ceremony/finding.ts";
import type { Copy } from "../../ceremony/verify.ts";
import { fromUtf8 } from "../../crypto/bytes.ts";
import { NAMESPACES, type RecordMode, recordName } from "../../crypto/record.ts";
import { allowedSignersLine, verifySshsig } from "../../crypto/sshsig.ts";

/** Lists the keys of laptops that no seal names; never `allowed_signers`, which a quorum vouches for. */
export const UNCERTIFIED_FILE = "uncertified_signers";

/** One laptop that no seal names yet, and what it signed. */
export interface Uncertified {
  /** As signers.txt names it: uncertified-1 and so on, in order of their first records. */
  readonly principal: string;
  readonly fingerprint: string;
  readonly seqs: readonly number[];
  /** Its line in `uncertified_signers`. */
  readonly line: string;
}

/** The restored laptops among these records, which are otherwise whole; none of a certified chain. */
export function uncertifiedIn(
  records: readonly Judged[],
  copy: Copy,
  mode: RecordMode,
): readonly Uncertified[] {
  const theirs = records.filter(({ principal }) => principal === null);
  const bytes = (name: string): Uint8Array => copy.records.get(name) ?? new Uint8Array();
  const keys = [...new Set(theirs.map(({ fingerprint }) => fingerprint ?? ""))];
  return keys.map((fingerprint, index) => {
    const seqs = theirs.flatMap((one) => (one.fingerprint === fingerprint ? [one.seq] : []));
    const file = recordName(seqs[0] ?? 0);
    const { wireKey } = verifySshsig({
      armored: fromUtf8(bytes(`${file}.sig`)),
      namespace: NAMESPACES[mode],
      message: bytes(file),
    });
    const principal = `uncertified-${index + 1}`;
    const line = allowedSignersLine(principal, [NAMESPACES[mode]], wireKey);
    return { principal, fingerprint, seqs, line };
  });
}

/** What an auditor has to know of them, in one sentence each. */
export const uncertifiedTold = ({ principal, fingerprint, seqs }: Uncertified): string =>
  `${seqs.length === 1 ? "Record" : "Records"} ${rangesOf(seqs)} ${seqs.length === 1 ? "is" : "are"} signed by a laptop that no seal names (${principal}, key ${fingerprint}).`;

/** "3, 7 to 12". */
function rangesOf(seqs: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}
