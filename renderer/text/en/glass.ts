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
    stop: {
      what: "Stopping empties the seats.",
      todo: "Nothing opens; every custodian types again next time. The vault stays sealed.",
      go: "Stop, empty the seats",
      stay: "Stay here",
    },

    reason: {
      title: "Say why the glass is broken",
      lead: "It goes into the record as you write it.",
      reason: "Reason",
      id: "Incident id",
      officer: "Officer, at this laptop",
      responder: "Responder, receives the access",
      duration: "How long the access lasts",
      durationOption: (seconds: number) => capital(duration(seconds)),
      durationNote: (most: number | null) =>
        most === null
          ? "What this vault allows is not known here."
          : `This vault allows ${duration(most)} at the most.`,
      accounts: (chosen: number, all: number) =>
        `Accounts: ${chosen === all ? `all ${number(all)}` : `${number(chosen)} of ${number(all)}`}`,
      accountsNote: "Untick what is to stay shut.",
      idNote: "Letters a to z, figures, and - . _ between them; no spaces",
      wrong: {
        reason: ["The reason is missing.", "Say in one sentence what happened."],
        id: [
          "The incident id can’t be used.",
          "Letters a to z, figures, and - . _ between them; three at least, and no spaces.",
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
      closeLead:
        "They close what was left open, as an opening needs them. Nothing is opened by it.",
      lead: (missing: number) =>
        missing === 0
          ? "The shares are together. A security key is needed too."
          : "Each takes a seat by entering a share, in any order.",
      seats: "Seats",
      seat: (place: number) => `${capital(ORDINALS[place - 1] ?? `${place}th`)} seat`,
      next: "comes next",
      free: "free",
      seatedAt: (at: string) => `share in, ${at}`,
      missingTitle: "Who may come",
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
      failedLead: "Nothing is open. AWS is asked again until it holds.",
      practicePlug: "Practice AWS is being reached",
      practiceIn: "Practice AWS is reached",
      lead: "Nothing is open yet. What you gave is good for thirty minutes.",
      now: "now",
      waits: "waits",
      failed: "no",
      failTitle: "If a check fails",
      fail: "AWS is asked again, and the screen says what to do.",
      askingFail: "What was begun is closed again, and the screen says how each account was left.",
      askingMind:
        "Stop asking: what was begun is closed again. Leave the cable in until that is said.",
      mindTitle: "If you change your mind",
      mind: "Go back, and pull the cable. The vault is still sealed.",
      practiceMind: "Go back. The practice vault is still sealed.",
      back: "Go back, sealed",
      backSure: {
        what: "Going back lets go of what custodians and key opened.",
        todo: "Nothing is open at AWS. To open it later they are all needed again.",
        go: "Go back, sealed",
        stay: "Stay here",
      },
      note: "Ready when the cable is in.",
      readyLead: "Nothing is open yet: the other lines turn after “Open the access”.",
      readyNote: (length: string) => `AWS opens the access for ${length}, and ends it by itself.`,
      go: "Open the access",
      rest: {
        lead: "Nothing is opened. AWS is asked to bring to rest what was left.",
        mind: "Go back, and pull the cable. What was left may be open until its deadline, and is not at rest.",
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
      onSticks: (files: readonly string[]) =>
        `On a stick too, to be destroyed afterwards: ${both(files)}.`,
      runbook: (step: number, of: number) => `Runbook, step ${step} of ${of}`,
      runbookDone: "Runbook, every step is ticked",
      runbookDoneText: "Close the access when the work is done.",
      runbookNone: "Runbook",
      runbookNoneText: "This vault carries no runbook with numbered steps.",
      tick: (step: number) => `Tick step ${step}`,
      untick: (step: number) => `Take back tick ${step}`,
      tickNote: "A tick can be taken back; both are in the records, with their times.",
      endsIn: "Access ends in",
      endsAt: (until: string) => `at ${until} UTC`,
      aboutTicks: "As sealed, unchanged. Each tick is a line of the records, with its time.",
      whole: "Read the runbook",
      notOpenedTitle: "Not opened",
      atRest: "at rest",
      notAtRest: "may be open: closing asks it too",
      logsTitle: "What AWS logs",
      logs: (incident: string) => `Every call, under ${incident}. The review will list them.`,
      whatTitle: "Do the work now",
      what: (name: string) =>
        `${name} takes the keys to a computer with the AWS tools. This laptop stays here, and closes.`,
      note: "Closing may be repeated. An alarm sounds at ten and two minutes, and at the end.",
      overNote: "AWS ended it by itself. Closing proves that, and writes the record.",
      go: "Close now",
      sure: {
        what: "Closing ends it for everybody.",
        todo: "Custodians and a key open it again.",
        go: "Close the access",
        stay: "Keep it open",
      },
    },

    alarm: {
      mute: "Mute the alarm",
      unmute: "Let the alarm sound",
      mutedNote: "Closing may be repeated. Muted, the alarm flashes only.",
      ringing: {
        600: "Ten minutes are left.",
        120: "Two minutes are left.",
        0: "The time is over. Close the access.",
      },
    },

    silent: {
      title: "The process that asks AWS hangs",
      text: "It has said nothing for a minute and a half, and hears no wish to stop. It may still answer. Ending it shuts the access with the closer’s session; custodians and a key prove it afterwards.",
      note: "Wait on, or end the process that hangs.",
      go: "End the process",
      sure: {
        what: "Ending it takes the keys it holds with it.",
        todo: "The closer shuts what may be open; custodians and a key bring it to rest. Journal and records stay.",
        go: "End it and shut",
        stay: "Wait on",
      },
    },

    close: {
      closing: "The access is being closed",
      dead: "The access is dead",
      notProven: "It is not proven dead",
      closingLead: "AWS is asked until it refuses the key.",
      deadLead: "AWS was asked, and refused.",
      notProvenLead: "Close once more. What we opened AWS ends at its deadline by itself.",
      nothingYet: "The first answers come within seconds",
      sticksTitle: "The stick with the keys",
      sticks: (files: readonly string[]) =>
        `Destroy it: ${both(files)}. The keys are dead, and deleting is not erasing.`,
      dueTitle: "Due now",
      due: "The review, signed by touch. The next opening waits for it.",
      afterTitle: "Due after the review",
      after: "New AWS keys and a new epoch. Until then the old shares still open the old vault.",
      cableTitle: "The cable",
      cable: "Pull it now; the band says when it is out.",
      cableWait: "Leave it in until the access is dead.",
      practiceTitle: "After practice",
      practice: "Nothing is due. A real opening would wait for its review now.",
      stop: "Stop asking for now",
      again: "Close once more",
      note: "Repeating the close is safe.",
      waitNote: "AWS is asked again and again, until it refuses the key.",
      go: "Go to the record",
      goOn: "Go on, not at rest",
      goDrill: "Next: what was seen",
    },
    names: (names: readonly string[]) => both(names),
  },
};

const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");
