import { plural } from "../say.ts";

const REFUSALS: Readonly<Record<string, string>> = {
  WRONG_PASSPHRASE: "the passphrase did not fit",
  WORDS_SUSPECT: "a word was probably wrong",
  WORDS_UNKNOWN: "a word is not in the word list",
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
    checkTitle: "Check it elsewhere",
    check:
      "The folder can be checked on any computer with ssh-keygen and sha256sum. Its README says how.",
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
