import { explain, visible } from "../contract/failures.ts";
import { CodedError } from "../crypto/errors.ts";
import { exportEvidence } from "../station/evidence/export.ts";

/** Gives the exit status: 0 written, 2 unusable input. */
export async function runEvidence(
  dir: string,
  out: string,
  port: {
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
    readonly now: string;
  },
): Promise<number> {
  try {
    const made = await exportEvidence({ dir, out, now: port.now });
    const { folder, files, records, head, uncertified } = made;
    port.out(
      `${visible(folder)}: ${records} records in ${files} files\n` +
        `  head  ${head.seq}:${head.sha256}\n` +
        (uncertified === 0
          ? ""
          : `  ${uncertified} of them are signed by a laptop that no seal names yet; README.txt says so.\n`) +
        "  Begin with index.html; README.txt says how to check it. Give the vault's id on paper.\n",
    );
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    port.err(`${error.code}: ${what}\n  ${todo}\n`);
    return 2;
  }
}
