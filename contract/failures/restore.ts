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
  COPIES_OF_SEVERAL_VAULTS: {
    what: "These copies are of several vaults: {vaults}.",
    todo: "Nothing was written. Give copies of one vault only; its id is on every share card.",
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
    todo: "Nothing was written: a station is never written over another. Take a new folder, or put this one away.",
  },
  RESTORE_REVIEW_DUE: {
    what: "A use of this spare was not reviewed: {incidents}.",
    todo: "Nothing was written. Hold its review here first: restoring anew puts these records away.",
  },
  RESTORE_NO_STICK: {
    what: "No stick with a copy of a vault is plugged in.",
    todo: "Nothing was read. A copy is a folder with vault.pullstation and records, at the top of a stick or one folder below.",
  },
  RESTORE_IS_PRACTICE: {
    what: "This is a copy of a practice vault.",
    todo: "Nothing was written: no real station is made of it. Plug in a copy of the real one.",
  },
  RESTORE_OLDER: {
    what: "This copy ends at record {end}; this spare has the primary's records up to {upTo}.",
    todo: "Nothing was written. Look for a copy that was made later at the primary.",
  },
  RESTORE_FORKS: {
    what: "From record {seq} on this copy tells another story than the records that this spare was made of (FORK).",
    todo: "Nothing was written, here or there. Two stations went on as the primary, or one copy is forged: compare both with printed records before anything is opened.",
  },
  RESTORE_CHANGED: {
    what: "The sticks hold something else now than what was shown.",
    todo: "Nothing was written. Leave them plugged in, and look at the copy again.",
  },
  RESTORE_ASKS: {
    what: "Whether the old station is gone, and who restores, must be said; nobody can be asked here.",
    todo: "Nothing was written. Give --old-station and --officer, or run it at a terminal.",
  },
} as const satisfies Record<string, Failure>;
