import {
  readDigestMeta,
  readPublicKeys,
  type TrailKeyCode,
} from "../../aws/documents/trail/digest.ts";
import type { DigestProofs } from "../../aws/documents/trail/proof.ts";
import { CodedError } from "../../crypto/errors.ts";
import { readBounded } from "../bounded-read.ts";

export type TrailProofFileCode =
  | "PUBLIC_KEYS_UNUSABLE"
  | "DIGEST_META_UNUSABLE"
  | "TRAIL_PATH_UNREADABLE";

/** Metadata of a year's digests of every region. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Reads what is needed beside the digests themselves; each refusal names its file. */
export function readProofs(
  publicKeys: readonly string[],
  digestMeta: readonly string[],
): DigestProofs {
  return {
    keys: publicKeys.flatMap((file) => each(file, readPublicKeys, "PUBLIC_KEYS_UNUSABLE")),
    signatures: digestMeta.flatMap((file) => each(file, readDigestMeta, "DIGEST_META_UNUSABLE")),
  };
}

function each<Value>(
  file: string,
  read: (bytes: Uint8Array) => readonly Value[] | null,
  code: "PUBLIC_KEYS_UNUSABLE" | "DIGEST_META_UNUSABLE",
): readonly Value[] {
  const bytes = bytesOf(file);
  let found: readonly Value[] | null = null;
  try {
    found = read(bytes);
  } catch (cause) {
    if (cause instanceof CodedError && cause.code === "PUBLIC_KEY_MISNAMED")
      throw new CodedError<TrailKeyCode>("PUBLIC_KEY_MISNAMED", { ...cause.about, file });
    throw new CodedError<TrailProofFileCode>(code, { file }, { cause });
  }
  if (found === null) throw new CodedError<TrailProofFileCode>(code, { file });
  return found;
}

function bytesOf(path: string): Uint8Array {
  try {
    return readBounded(path, MOST_BYTES);
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? "unreadable";
    throw new CodedError<TrailProofFileCode>("TRAIL_PATH_UNREADABLE", { path, why }, { cause });
  }
}
