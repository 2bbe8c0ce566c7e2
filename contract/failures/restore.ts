import type { Failure } from "../failures.ts";

/** Codes of a restore: a station made of a copy. */
export const restoreFailures = {
  COPY_MISSING: {
    what: "There is no copy of a vault's folder at {path}.",
    todo: "Nothing was written. Give the stick or folder that holds vault.pullstation and records/.",
  },
  COPIES_SEVERAL: {
    what: "There are several vaults' folders at {path}: {folders}.",
    todo: "Nothing was written. Give the one that is meant; copies of one vault are given one by one.",
  },
  RESTORE_NOT_WHOLE: {
    what: "These copies do not tell one whole story ({codes}).",
    todo: "Nothing was written. `pullstation verify` on all of them says where; look for another copy, and compare with printed records.",
  },
  RESTORE_STALE: {
    what: "The vault file is not the one that these records made live (epoch {epoch}).",
    todo: "Nothing was written. The file is of an old epoch, or was exchanged: look for the copy that was made after the last sealing.",
  },
  RESTORE_NO_VAULT: {
    what: "None of these copies holds a vault that was committed.",
    todo: "Nothing was written. Look for another copy.",
  },
  RESTORE_FOLDER_USED: {
    what: "The folder {dir} is not empty.",
    todo: "Nothing was written: a station is never written over another. Take a new folder.",
  },
  RESTORE_ASKS: {
    what: "Whether the old station is gone, and who restores, must be said; nobody can be asked here.",
    todo: "Nothing was written. Give --old-station and --officer, or run it at a terminal.",
  },
} as const satisfies Record<string, Failure>;
