import { capital, number, plural } from "../say.ts";

/** Checks between emergencies, and new shares for old. */
export const upkeep = {
  upkeep: {
    title: "Between emergencies",
    lead: "One person at a time shows that what they keep is still good. Nothing is opened by it.",
    card: {
      title: "A card",
      text: "Every quarter. The card alone, without its passphrase.",
      go: "Check a card",
    },
    full: {
      title: "A whole share",
      text: "Once a year. Card and passphrase, as when the glass is broken.",
      go: "Check a share",
    },
    key: {
      title: "A security key",
      text: "Once a year. PIN and one touch, against what it answered at the sealing.",
      go: "Check a key",
    },
    rotate: {
      title: "New shares for old",
      text: "When people, keys or secrets change, and after every use. The old set opens it once more.",
      go: "Rotate the shares",
    },
    copy: {
      title: "A copy",
      text: "After each sealing and every quarter: the sealed vault and its records, on a stick.",
      go: "Write a copy",
    },
    drill: {
      title: "A drill",
      text: "Every quarter, on practice AWS; once a year with the real cards and keys.",
      go: "Hold a drill",
    },
    pending: (epoch: number, done: number, of: number) =>
      `Epoch ${epoch} waits: ${done} of ${of} new shares proven`,
    pendingText: "The old cards open the vault until the last new share is proven.",
    prove: "Go on with the proof",
    giveUp: "Give it up",
    giveUpWhat: "The new cards will never count.",
    giveUpTodo: "They must be destroyed then; the old ones open the vault as before.",
    giveUpStay: "Keep it waiting",
    lostTitle: "A card or key is lost",
    lost: "Rotate. A lost share is never made anew for the old epoch: the whole set is.",
    whyTitle: "Why so rarely whole",
    why: "A check of every share with its passphrase would teach this laptop all but a touch.",
    late: (names: readonly string[]) =>
      names.length === 0 ? "Overdue." : `Overdue: ${names.join(", ")}.`,
    soon: (names: readonly string[]) =>
      names.length === 0 ? "Due soon." : `Due soon: ${names.join(", ")}.`,
    elseTitle: "Also due",
    note: "Each check becomes a signed line in the records.",
    back: "Back to home",
  },

  checked: {
    good: (what: "card" | "full" | "key", who: string) =>
      what === "key" ? `${who} answers as it should` : `${who}’s ${WHAT[what]} is good`,
    bad: (what: "card" | "full" | "key") => `This ${WHAT[what]} is not good`,
    lead: "Nothing was put together or opened to know it.",
    badLead: "The old state holds: nothing was changed by looking.",
    unknown: "unknown",
    lineGood: {
      card: "The card is the one that was sealed",
      full: "Card and passphrase give the share that was sealed",
      key: "It answers as at its enrolment",
    },
    record: (seq: string) => `record ${seq}`,
    todoTitle: "Now",
    todoGood: "Card or key back into its bag, with a new seal; its number into the custody sheet.",
    todoBad: "If it can’t be put right: rotate the shares, with another card or key.",
    note: "It is on the records, signed and dated.",
    go: "Back to upkeep",
  },

  rotate: {
    title: (epoch: number) => `What epoch ${epoch} changes`,
    lead: "Say it first. Then the old set opens, and everybody gets a new share.",
    place: "What changes",
    keysTitle: "Security keys that stay",
    keysNone: "None stays: new ones are enrolled, two at least.",
    filesTitle: "What is sealed",
    filesKept: "Stays as it is. New access keys come on a stick, as at the sealing.",
    stick: (name: string) => `Take in what is on ${name}`,
    stickHas: (files: readonly string[]) => files.join(", "),
    accountsTitle: "Accounts that stay",
    accountsOut:
      "goes: the new cards don’t open it. The old ones do, until its access keys are deleted at AWS.",
    without: "Accounts that go",
    withoutNote:
      "12 digits each; empty: all stay. The new cards don’t open one that goes. The old ones do, until its access keys are deleted at AWS.",
    withoutWrong: "An account’s id has 12 digits.",
    withoutWrongTodo: "Nothing was sent. Put commas between several, or leave it empty.",
    newTitle: "New access keys",
    newText:
      "After a use they are a must: whoever has old cards and an old copy opens the old ones for ever.",
    closedTitle: "Accounts",
    closed: "One that was closed at AWS blocks every opening: let it go.",
    stayTitle: "Until the last step",
    stay: "The old cards open the vault. A stop or a power cut changes nothing in that.",
    note: "Nothing is opened by this. The custodians come next.",
    go: "Next: custodians",
  },

  copy: {
    title: "Write a copy of the vault",
    lead: "Sealed vault, records, reviews, runbook and policy: what makes a station again on another laptop.",
    lines: { last: "Last copy of this epoch", stick: "A stick for it" },
    none: (epoch: number) => `None of epoch ${epoch} was written yet`,
    bring: "One that a custodian keeps, and nothing else plugged in",
    yes: "here",
    no: "missing",
    holder: "Who takes it",
    holderNote: "It stands in the record.",
    nobody: "Choose a custodian",
    neverTitle: "Never beside the share",
    never:
      "Whoever finds a stick with both has half of a way in: paper for one, a stick for the other.",
    whatTitle: "What it gives away",
    what: "Names, dates and the runbook. The vault on it stays sealed: it opens to a quorum and a key.",
    note: "It is written beside an older copy, read back and compared, and then takes its place.",
    noteNone: "The screen sees a stick within a second.",
    noteSeveral: "Two sticks are plugged in: take out all but the one that is meant.",
    go: "Write the copy",
    again: "Write another",
    doneTitle: (who: string) => `${who} has a copy`,
    doneLead: (folder: string, upTo: string, record: string) =>
      `It lies in ${folder} and reaches record ${upTo}; record ${record} says so. Take the stick out.`,
    back: "Back to upkeep",
  },

  remains: {
    seal: {
      title: () => "Nothing may be left lying about",
      lead: "The vault counts. The sealing ends when this is done: tick it together with the witness.",
      go: "Done, to home",
    },
    rotation: {
      title: (epoch: number) => `Epoch ${epoch} counts`,
      lead: "What no new share can undo. Tick what is done, together with the witness.",
      go: "Done, to upkeep",
    },
    cancelled: {
      title: (epoch: number) => `Epoch ${epoch} is given up`,
      lead: "The old cards open the vault, as before. What was made must go.",
      go: "Done, to upkeep",
    },
    "cut-off": {
      title: () => "A sealing was cut off",
      lead: "It never counted, and its file is gone. What was made for it must go too.",
      go: "Done",
    },
    done: "Done",
    later: "Not now",
    laterNote: "Put off, it is said again.",
    left: (count: number) =>
      count === 0
        ? "Everything is seen to."
        : `${capital(number(count))} ${plural(count, "line")} to tick.`,
  },

  checkCard: {
    rail: "Steps of this window",
    steps: { card: "Your card", passphrase: "Your passphrase" },
    title: "Show your card",
    lead: "Typed, before the camera, or from your stick. No passphrase is asked for.",
    fullTitle: "Show your card, then the passphrase",
    fullLead: "As when the glass is broken. The share is checked alone, and forgotten.",
    passphraseTitle: "Now your passphrase",
    passphraseLead: "The one that you wrote down at the sealing.",
    check: "Check it",
    note: "Nothing is opened, and nothing is put together.",
    good: (who: string) => `${who}, this is good`,
    goodLead: "It is as it was sealed.",
    goodTodo: "Put the card back into its bag, and seal the bag anew.",
    goodNote: "This window closes; what was typed in it is gone.",
    done: "Give the keyboard back",
    key: {
      title: "Plug in the key and enter its PIN",
      note: "Any one of the enrolled keys; the one that is touched is checked.",
      go: "Ask the key",
      doneTitle: (label: string) => `${label} answers as it should`,
      doneLead: "Its answer is the one of its enrolment. Nothing was opened with it.",
      firmware: "Firmware",
      tries: "PIN tries left",
      unknown: "not told",
      doneNote: "This window closes. Take the key out, and put it away.",
      done: "Give the keyboard back",
    },
  },
};

const WHAT = { card: "card", full: "share", key: "key" } as const;
