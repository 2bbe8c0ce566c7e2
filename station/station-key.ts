import { closeSync, existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import { base64url, utf8 } from "../crypto/bytes.ts";
import { canonical, parseCanonical } from "../crypto/canonical.ts";
import { CodedError } from "../crypto/errors.ts";
import { fieldReaders } from "../crypto/fields.ts";
import type { RecordMode } from "../crypto/record.ts";
import { type SshSigner, sshSigner } from "../crypto/sshsig.ts";
import { replaceFile } from "./vault-file.ts";

export type StationKeyCode = "STATION_KEY_UNUSABLE";

const FORMAT = "pullstation-station-key@v1";

const unusable = (why: string, cause?: unknown): never => {
  throw new CodedError<StationKeyCode>("STATION_KEY_UNUSABLE", { why }, { cause });
};

/**
 * Writes this laptop's key, 0600, and holds it ready. `seed` is 32 fresh random bytes. Refuses to
 * replace one that is there. A crash leaves the whole key or none.
 */
export async function createStationKey(
  path: string,
  mode: RecordMode,
  seed: Uint8Array,
): Promise<SshSigner> {
  const signer = await sshSigner(seed);
  if (existsSync(path)) return unusable("it is there already");
  try {
    replaceFile(path, canonical({ format: FORMAT, mode, seed: base64url(seed) }));
  } catch (cause) {
    return unusable("the folder can't be written", cause);
  }
  return signer;
}

/** Reads the key that `createStationKey` wrote; a practice key is none for a real station. */
export async function loadStationKey(path: string, mode: RecordMode): Promise<SshSigner> {
  const fields = fieldReaders((field, why) => unusable(`${field}: ${why}`));
  const from = fields.record(parse(readPrivate(path)), "file", ["format", "mode", "seed"]);
  fields.oneOf(from["format"], "format", [FORMAT]);
  fields.oneOf(from["mode"], "mode", [mode]);
  const seed = fields.bytes(from["seed"], "seed", 32);
  try {
    return await sshSigner(seed);
  } finally {
    seed.fill(0);
  }
}

function parse(text: string): ReturnType<typeof parseCanonical> {
  try {
    return parseCanonical(utf8(text));
  } catch (cause) {
    return unusable("it was changed", cause);
  }
}

/** The file's text, if nobody but its owner may read it. */
function readPrivate(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    return unusable("it can't be read", cause);
  }
  try {
    const stat = fstatSync(fd);
    const open = process.platform !== "win32" && (stat.mode & 0o077) !== 0;
    if (open || stat.size > 1024) return unusable("others may read it, or it is too large");
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
