import { both, plural } from "../say.ts";

const REFUSALS: Readonly<Record<string, string>> = {
  WRONG_PASSPHRASE: "the passphrase did not fit",
  WORDS_SUSPECT: "a word was probably wrong",
  WORDS_UNKNOWN: "a word is not in the word list",
  PIN_WRONG: "the PIN was wrong",
  KEY_HAS_NO_CREDENTIAL: "the key is not one of this vault’s",
};

/** The ledger of records, and one record on paper. */
export const records = {
  records: {
    title: (count: number) =>
      count === 0 ? "No record yet" : `${count} ${plural(count, "record")}`,
    number: "Record",
    at: "When, UTC",
    what: "What",
    why: "Note",
    /** The record's own words; a refusal's code is said as what it means. */
    whyText: (why: string) => why.replace(/[A-Z]+_[A-Z_]+$/, (code) => REFUSALS[code] ?? code),
    open: (number_: string) => `Open record ${number_}`,
    empty: "The first record is written when a vault is sealed.",
    back: "Home",
    note: "Each record names the one before it. Removing one would show.",
    go: "Open the newest",
    onlyNote: "Nothing else is done here before the records are whole again.",
    copiesTitle: "Copies compared",
    noCopies: "None. Plug in a stick with a copy: where two differ, a fork is named.",
    copies: (names: readonly string[]) => `${both(names)}: judged together with these.`,
    unreadable: "Can’t be read",
    notGood: "Do not rely on it",
    inRecord: (number_: string) => `record ${number_}`,
    inCopy: (name: string) => `copy ${name}`,
    moreFound: (count: number) => `And ${count} more: pullstation verify lists them all.`,
    vaultId: "Vault’s id, from a share card",
    vaultIdNote: "It says whose records these are.",
    head: "Number and hash, from a printed record",
    headNote: "As 000012:36c0…; it tells whether the end was cut off.",
    compare: "Compare with paper",
    comparedId: "Compared with that id.",
    comparedHead: "Compared with that print.",
    export: "Export the evidence",
    exportText: "One folder that an auditor checks with ssh-keygen and sha256sum.",
    exported: (folder: string) => `Made: ${folder}`,
    keepTitle: "Keep the newest print",
    keep: "Each record holds the hash of the one before: who has a print knows whether anything was cut off later.",
  },
  /** What checking the chain found, by main's word for it. */
  verdicts: {
    VALID: {
      good: true,
      what: "Every record is whole.",
      more: "Signed, in order, and of this vault.",
    },
    UNANCHORED: {
      good: true,
      what: "Every record is whole.",
      more: "Compare the vault’s id with a share card to know that it is yours.",
    },
    RESTORED: {
      good: false,
      what: "Every record is whole; this station is not certified yet.",
      more: "It was restored, and no seal names its key before the next epoch. Rotate the shares soon.",
    },
    INVALID: {
      good: false,
      what: "The records are not whole.",
      more: "Do not rely on them. Compare with another copy; nothing was changed here.",
    },
  } as Readonly<Record<string, { good: boolean; what: string; more: string }>>,
  verdictOther: (verdict: string) => `Checking said: ${verdict}.`,

  record: {
    title: (number_: string) => `Record ${number_}`,
    page: (number_: string) => `Record ${number_}, as it is printed`,
    checked: (count: number) => `${count} ${plural(count, "record")} checked.`,
    folder: (folder: string) => `Kept in ${folder}`,
    approve: "Approve by touch",
    approveFirst: "Approving adds a line to this page: approve first, then print.",
    approved: "Approved by touch",
    pdf: "Save as PDF",
    saved: (file: string) => `Saved as ${file}.`,
    notSaved: "No PDF was saved.",
    paper: "Paper",
    papers: { A4: "A4", Letter: "Letter" },
    done: "Done",
    note: "The prints are this page. One for the file, one for the reviewer.",
    printed: "Two copies went to the printer.",
    notPrinted: "Nothing was printed.",
    notPrintedTodo: "The record is kept all the same. Try the printer, and print again.",
    print: "Print 2 copies",
    printMore: "Print 2 more",
  },
};
