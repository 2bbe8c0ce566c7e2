import type { Failure } from "../failures.ts";

/** Codes of the app's own: what its windows ask of main. */
export const appFailures = {
  NOT_NOW: {
    what: "That can't be done at this point ({what}).",
    todo: "Nothing was changed. Go on with what the screen offers.",
  },
  CUSTODIANS_INVALID: {
    what: "These custodians can't hold the vault together: {field}.",
    todo: "Name at least two different people, and let at least two of them open it together.",
  },
  NO_ELECTRON: {
    what: "A real vault needs the packaged app; this one runs without Electron.",
    todo: "Nothing was changed. Practise here, and tick the set-up list where the app is installed.",
  },
  REAL_NEEDS_ELECTRON: {
    what: "A real vault lies here, and this app runs without Electron.",
    todo: "Nothing of it was touched. Start the installed app for it; here you can only practise.",
  },
  NO_LINK: {
    what: "No network link is up yet.",
    todo: "Nothing was opened. Plug in the cable, and wait until its line turns.",
  },
  COPY_FIRST: {
    what: "No stick holds the new vault yet: if this laptop dies, only the old set opens anything.",
    todo: "Write a copy before anything of the old set goes: Not now, then Upkeep. This line goes by itself.",
  },
  LEFT_IN_SPOOL: {
    what: "The printer has nothing left of the cards.",
    todo: "No job waits; the printer was switched off, and on again.",
  },
  LEFT_MISPRINTS: {
    what: "Every misprint was counted and shredded.",
    todo: "A card that came out badly opens as well as a good one.",
  },
  LEFT_IMPORT: {
    what: "The sticks and files that brought access keys are destroyed.",
    todo: "Deleting is not erasing: break the stick, and delete the downloads where the keys were made.",
  },
  SEALING_CUT_OFF: {
    what: "Its cards open nothing that counts.",
    todo: "Shred them and every passphrase that was written down; a stick with a share of it too.",
  },
  IMPORT_INCOMPLETE: {
    what: "No stick holds all that is to be sealed.",
    todo: "Nothing was read. Put the key files, policy.json and runbook.md at the top of one stick.",
  },
  NOTHING_BEGUN: {
    what: "{incident} was ordered, and nothing was begun at AWS.",
    todo: "Nothing is open by it. Break the glass again if it is still needed.",
  },
  CLOSER_ALONE: {
    what: "{file} lay here, and the journal of its incident was gone: what was opened is not known.",
    todo: "It counts as open. Custodians and a key bring it to rest; a new journal was begun for that.",
  },
  STOP_HEARD: {
    what: "Stopping.",
    todo: "What AWS is being asked right now comes to its end first; what was begun is then brought to rest.",
  },
  CEREMONY_RUNS: {
    what: "Closing this window ends what is going on here.",
    todo: "Close it once more to leave: what was entered is gone then, and nothing is opened.",
  },
  ACCESS_IS_OPEN: {
    what: "An access is open, or may be: this window stays.",
    todo: "Close the access first; AWS ends it at its deadline in any case.",
  },
  PROCESS_SILENT: {
    what: "The process that was asked for {name} does not answer.",
    todo: "What was entered goes with it. Start again: an open access is found in the journal and closed or resumed.",
  },
  WINDOW_CRASHED: {
    what: "The app’s window crashed {times} times within a minute.",
    todo: "An open access stays open until it is closed or AWS ends it: this window is tried again, and `pullstation close` closes at a terminal. Without one the app ends now; start it again.",
  },
  KEYS_TOO_FEW: {
    what: "A vault needs two security keys that open, at least; {have} would open this one.",
    todo: "Nothing that was entered is lost. Enrol another key that opens.",
  },
  RUNBOOK_CHANGED: {
    what: "The runbook on this laptop is not the one that was sealed.",
    todo: "Don't follow it. Bring it back from a copy; the vault itself is not touched by this.",
  },
  POLICY_CHANGED: {
    what: "The policy on this laptop can’t be read, or is not the one that was sealed.",
    todo: "How long an access may last is not known here: ask for little. What the vault does not allow it refuses only after quorum and touch.",
  },
  PDF_NOT_SAVED: {
    what: "The PDF could not be written to {file} ({reason}).",
    todo: "The record is kept all the same. Choose a folder that can be written to, and save again.",
  },
} as const satisfies Record<string, Failure>;
