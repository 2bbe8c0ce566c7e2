import { both, capital, duration, either, number } from "../say.ts";

/** Breaking the glass, from the reason to the proof that the access is dead. */
export const glass = {
  glass: {
    rail: "Steps of breaking the glass",
    steps: {
      reason: "Reason",
      custodians: "Custodians",
      key: "Security key",
      connect: "Connect",
      access: "Access",
      close: "Close and record",
    },
    whoTitle: "Who is here",
    officer: (name: string) => `Officer: ${name}`,
    responder: (name: string) => `Responder: ${name}`,
    by: (name: string) => `${name}’s share:`,

    reason: {
      title: "Say why the glass is broken",
      lead: "It goes into the record as you write it.",
      reason: "Reason",
      id: "Incident id",
      officer: "Officer, at this laptop",
      responder: "Responder, receives the access",
      duration: "How long the access lasts",
      durationOption: (seconds: number) => capital(duration(seconds)),
      durationNote: (most: number) => `This vault allows ${duration(most)} at the most.`,
      idNote: "Letters, figures and - . _ only",
      wrong: {
        reason: ["The reason is missing.", "Say in one sentence what happened."],
        id: [
          "The incident id is missing.",
          "Use the one from the incident channel, or make one up.",
        ],
        officer: ["The officer’s name is missing.", "Write who runs this laptop."],
        responder: ["The responder’s name is missing.", "Write who will receive the access."],
        durationSeconds: ["The duration is not possible.", "Choose one from the list."],
      } as Readonly<Record<string, readonly [string, string]>>,
      needTitle: "What will be needed",
      need: (threshold: number) =>
        `${capital(number(threshold))} custodians with their cards, one security key, and the network cable at the end.`,
      calmTitle: "Nothing opens yet",
      calm: "Every step can be left. The vault stays sealed until the key is touched.",
      note: "Nothing opens by this. The custodians come next.",
      go: "Next: custodians",
    },

    custodians: {
      title: (missing: number) =>
        missing === 0
          ? "The custodians agree"
          : missing === 1
            ? "One more custodian"
            : `${capital(number(missing))} custodians are needed`,
      lead: (missing: number) =>
        missing === 0
          ? "The shares are together. A security key is needed too."
          : "Anyone not yet seated may come next, in any order.",
      seats: "Seats",
      seat: (place: number) => `${capital(ORDINALS[place - 1] ?? `${place}th`)} seat`,
      next: "comes next",
      free: "free",
      seatedAt: (at: string) => `share in, ${at}`,
      missingTitle: "Who else will do",
      missing: (names: readonly string[]) => `${either(names)}.`,
      nobody: "Every custodian is seated.",
      wrongTitle: "If a share is refused",
      wrong: "The screen says why. It costs nothing, and what was typed stays.",
      note: "The keyboard goes to the next custodian, in a window of their own.",
      go: "Hand over the keyboard",
      enough: "Next: security key",
      enoughNote: "The seats stay filled until the vault is open or you stop.",
    },

    key: {
      title: (keys: number) =>
        keys === 1 ? "The security key is needed" : "One of the security keys is needed",
      lead: (labels: readonly string[]) => `Plug in ${either(labels)}.`,
      seated: "Seated",
      failTitle: "If this key fails",
      fail: "Use the other key. The seats stay filled.",
      note: "The key holder types the PIN and touches the key, in a window of their own.",
      go: "Hand over the keyboard",
    },

    connect: {
      plug: "Plug in the cable",
      inTitle: "The cable is in",
      openingTitle: "AWS is opening the access",
      practiceOpening: "Practice AWS is opening the access",
      openingLead: "Each line turns when AWS has said so.",
      failedTitle: "Something does not hold",
      failedLead: "Nothing is open. The line says what to do.",
      practicePlug: "Practice AWS is being reached",
      practiceIn: "Practice AWS is reached",
      lead: "Nothing is open yet. The vault is shut again, and its process has ended.",
      now: "now",
      waits: "waits",
      failed: "no",
      failTitle: "If a check fails",
      fail: "Nothing opens then, and the screen says what to do.",
      mindTitle: "If you change your mind",
      mind: "Go back, and pull the cable. The vault is still sealed.",
      practiceMind: "Go back. The practice vault is still sealed.",
      back: "Go back, sealed",
      note: "Ready when the cable is in.",
      readyNote: (length: string) => `AWS opens the access for ${length}, and ends it by itself.`,
      go: "Open the access",
      rest: {
        lead: "Nothing is opened. AWS is asked to bring to rest what was left.",
        mind: "Go back, and pull the cable. What was left stays shut by its Deny policy, and is not at rest.",
        note: "AWS turns the keys off, and is asked until it refuses them.",
        go: "Bring it to rest",
        back: "Go back, not at rest",
      },
      length: (seconds: number) => duration(seconds),
    },

    access: {
      lead: "By AWS’s clock, with or without this laptop.",
      practiceLead: "By the practice clock, with or without this laptop.",
      section: "Access",
      incident: "Incident",
      accounts: "Accounts",
      holder: "Held by",
      reason: "Reason",
      show: "Show the access keys",
      showNote: (name: string) => `To ${name} only, in a window of their own.`,
      runbook: (step: number, of: number) => `Runbook, step ${step} of ${of}`,
      runbookDone: "Runbook, every step is ticked",
      runbookDoneText: "Close the access when the work is done.",
      runbookNone: "Runbook",
      runbookNoneText: "This vault carries no runbook with numbered steps.",
      tick: (step: number) => `Tick step ${step}`,
      untick: (step: number) => `Take back tick ${step}`,
      tickNote: "A tick can be taken back; both are recorded with their times.",
      endsIn: "Access ends in",
      endsAt: (until: string) => `at ${until} UTC`,
      aboutTicks: "As sealed, unchanged. Ticks are timed into the record.",
      whole: "Read the runbook",
      logsTitle: "What AWS logs",
      logs: (incident: string) => `Every call, under ${incident}. The review will list them.`,
      whatTitle: "Do the work now",
      what: (name: string) =>
        `${name} takes the keys to a computer with the AWS tools. This laptop stays here, and closes.`,
      note: "Closing takes about 20 seconds and may be repeated.",
      overNote: "AWS ended it by itself. Closing proves that, and writes the record.",
      go: "Close now",
    },

    close: {
      closing: "The access is being closed",
      dead: "The access is dead",
      notProven: "It is not proven dead",
      closingLead: "AWS is asked until it refuses the key.",
      deadLead: "AWS was asked, and refused.",
      notProvenLead: "Close once more. AWS ends the access at its deadline by itself.",
      nothingYet: "The first answers come within seconds",
      dueTitle: "Due now",
      due: "The review, signed by touch. The next opening waits for it.",
      afterTitle: "Due after the review",
      after: "New AWS keys and a new epoch. Until then the old shares still open the old vault.",
      cableTitle: "The cable",
      cable: "Pull it now; the band says when it is out.",
      cableWait: "Leave it in until the access is dead.",
      practiceTitle: "After practice",
      practice: "Nothing is due. A real opening would wait for its review now.",
      again: "Close once more",
      note: "Repeating the close is safe.",
      waitNote: "The record can be read when the closing has its answer.",
      go: "Go to the record",
    },
    names: (names: readonly string[]) => both(names),
  },
};

const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");
