import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** A software key's file. Everything lies in the clear: it is for practice only, and says so. */
export interface Credential {
  readonly id: string;
  /** PKCS #8. This and all others base64url. */
  readonly privateKey: string;
  readonly credRandomWithUv: string;
  readonly credRandomWithoutUv: string;
}

export interface KeyState {
  readonly label: string;
  /** SHA-256 of the PIN. */
  readonly pinHash: string;
  readonly pinRetries: number;
  /** Signature counter, shared by all credentials. */
  readonly counter: number;
  readonly credentials: readonly Credential[];
}

const FORMAT = "PRACTICE security key 1: opens nothing real";

export function readState(path: string): KeyState {
  const { format, ...state } = JSON.parse(readFileSync(path, "utf8")) as KeyState & {
    readonly format?: unknown;
  };
  if (format !== FORMAT) throw new Error("this file is not a practice security key");
  return state;
}

/** Replaces the file in one step; "new" refuses to replace one. */
export function writeState(path: string, state: KeyState, when: "new" | "any" = "any"): void {
  if (when === "new" && existsSync(path))
    throw new Error("a practice security key is there already");
  const next = `${path}.next`;
  writeFileSync(next, `${JSON.stringify({ format: FORMAT, ...state }, null, 2)}\n`, {
    mode: 0o600,
    flag: "w",
  });
  renameSync(next, path);
}
