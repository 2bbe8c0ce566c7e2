import { both, capital, duration, number, plural } from "../say.ts";

/** Sealing, step by step, in the main window. */
export const seal = {
  seal: {
    rail: "Steps of sealing",
    steps: {
      contents: "What is sealed",
      custodians: "Custodians",
      passphrases: "Passphrases",
      keys: "Security keys",
      cards: "Cards and proof",
      record: "Seal record",
    },
    whoTitle: "Who must be here",
    who: "The officer, the witness, and every custodian.",
    whoPractice: "The officer, the witness, and every custodian. In practice you play them all.",
    practiceTitle: "In practice",
    stop: {
      what: "Stopping throws this sealing away.",
      todo: "Its passphrases, keys and cards open nothing then: shred what was written. A vault that was sealed before stays as it is.",
      go: "Stop the sealing",
      stay: "Go on sealing",
    },

    contents: {
      title: (accounts: number) =>
        `${capital(number(accounts))} ${plural(accounts, "account")} will be sealed`,
      lead: "Read it together. It can be changed at the next sealing only.",
      practiceLead: "Made up, on practice AWS. Read it as you would read the real one.",
      accounts: "Accounts",
      regions: "Regions",
      profile: "Profile",
      duration: "Access lasts",
      durationText: (usual: number, most: number) =>
        `${capital(duration(usual))} unless more is asked for; ${duration(most)} at the most`,
      kitExpires: "AWS kit expires",
      files: "From",
      codes: "MFA codes",
      codesSealed: "From sealed seeds",
      codesTyped: "Typed at every opening",
      name: "Name",
      keyboard: "Keyboard",
      wrongTitle: "If something is wrong",
      wrong: "Stop, correct the file it came from, and start again. Nothing is sealed yet.",
      nextTitle: "What comes next",
      next: "The custodians: who they are, and how many of them must agree.",
      note: "No secret has been shown or entered yet.",
      go: "Next: custodians",
    },

    custodians: {
      title: (threshold: number, of: number) => `Any ${threshold} of ${of} will open it`,
      lead: (threshold: number, of: number) => {
        const spare = of - threshold;
        const lost =
          spare === 0
            ? "No share may be lost."
            : `${capital(number(spare))} ${plural(spare, "share")} may be lost.`;
        return `${lost} ${capital(number(threshold))} people acting together can open it.`;
      },
      count: "Custodians",
      fewer: "One custodian fewer",
      more: "One custodian more",
      threshold: "Must agree",
      thresholdFewer: "One fewer must agree",
      thresholdMore: "One more must agree",
      seats: (threshold: number, spare: number) =>
        `${capital(number(threshold))} needed, ${number(spare)} to spare`,
      spare: "spare",
      names: "Names, as they will stand on the cards",
      name: (place: number) => `Custodian ${place}`,
      missing: (places: readonly string[]) =>
        `${places.length === 1 ? "Custodian" : "Custodians"} ${both(places)} ${plural(places.length, "has", "have")} no name.`,
      missingTodo: "Write the name that is to stand on the card.",
      all: (of: number) => `All ${of} must agree.`,
      allTodo: "One lost card would end it for everyone. Let one fewer agree.",
      whyTitle: (of: number) => `Why not ${of} of ${of}`,
      why: "One lost card would end it for everyone.",
      twice: (name: string) => `${name} stands there twice.`,
      twiceTodo: "Each custodian is another person: write names that tell them apart.",
      holderTitle: "The security keys",
      holder: "Best kept by somebody who is no custodian: then nobody has a share and a key.",
      note: "Names are public in the vault’s header. No secret yet.",
      go: "Next: passphrases",
    },

    passphrases: {
      title: (leftOver: number) =>
        leftOver === 0
          ? "Every custodian has a passphrase"
          : `${capital(number(leftOver))} ${plural(leftOver, "passphrase")} to write down`,
      lead: "Each custodian alone at the keyboard, in a window of their own. The others look away.",
      lineDone: "Wrote it down, on their own paper",
      lineNow: "Takes the keyboard next",
      lineLater: "Waits",
      keepTitle: "Where it is kept",
      keep: "In the custodian’s head or wallet, never with the card. Alone it opens nothing.",
      note: "It is shown once, to that person, in a window of their own.",
      go: (who: string) => `Hand over to ${who}`,
      next: "Next: security keys",
      nextNote: "The passphrases are known to their people only.",
    },

    keys: {
      title: (leftOver: number) =>
        leftOver === 0
          ? "The keys are enrolled"
          : `${capital(number(leftOver))} ${plural(leftOver, "key")} to enrol`,
      sealing: "The vault is being sealed",
      sealingLead: "Touch each key once more, when it blinks. Everything is encrypted now.",
      lead: "Each key is plugged in and touched. Any one that opens will do later.",
      practiceLead: "Each key is touched. In practice they are programs, and plugged in already.",
      enrolled: { open: "Enrolled, with its PIN", approve: "Enrolled: approves only" },
      now: "Is enrolled next",
      touch: "Touch it now",
      waits: "Waits",
      twoTitle: "Why two keys",
      two: "A key can break or be lost. Two must open; keep them in two places.",
      reviewTitle: "Reviewers",
      review: "Who reviews after a use may have a key that approves only: it opens nothing.",
      note: "The key’s PIN is typed in a window of its own.",
      go: (label: string) => `Enrol ${label}`,
      add: "Enrol another key",
      next: "Seal the vault",
      nextNote:
        "Every key is plugged in now: each is asked once more; those that open open what was sealed.",
    },

    cards: {
      title: (leftOver: number) =>
        leftOver === 0
          ? "Every card is proven"
          : `${capital(number(leftOver))} ${plural(leftOver, "card")} to print and prove`,
      lead: "Each custodian prints the card and types it back. Only then does the vault count.",
      lineDone: "Printed, typed back, and right",
      lineNow: "Takes the keyboard next",
      lineLater: "Waits",
      misTitle: "If a print goes wrong",
      mis: "Print it again in the custodian’s window. Shred the misprint before the witness.",
      stopTitle: "If you must stop",
      stop: "The vault does not count yet. Shred the cards; the old vault, if any, stays valid.",
      note: "The words are seen by that person only.",
      go: (who: string) => `Hand over to ${who}`,
      next: "Finish the sealing",
      nextNote: "The seal record is signed, and from then on this vault counts.",
    },

    record: {
      title: "Sealed, and it counts",
      lead: "Read these words aloud. The print that comes next must show the same.",
      wordsLabel: "The seal record’s hash, as words",
      unsealed: "Not sealed yet",
      unsealedLead: "The seal record is not written yet.",
      vault: "Vault id",
      record: "Of record",
      restTitle: "Before anyone leaves",
      rest: "Printer queue empty. Misprints shredded and counted. Import stick and key files destroyed.",
      cardsTitle: "The cards",
      cards: "Folded, in their bags, with the custodian who holds them.",
      note: "The record comes next: print it, compare the words, and initial it.",
      go: "Next: print the record",
    },
  },
};
