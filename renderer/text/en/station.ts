import { both, capital, duration, either, number, plural } from "../say.ts";

/** First run, set-up list, home, runbook, station, after a crash, while others type. */
export const station = {
  first: {
    title: "Nothing is sealed here yet",
    practise: {
      title: "Practise now",
      lead: "Seal a practice vault, break the glass once, and close it again.",
      facts: ["One person, 12 minutes", "No network, no AWS account", "Nothing done here is real"],
      go: "Start practice",
    },
    setUp: {
      title: "Set up this station",
      lead: "Seal your own vault, with your custodians and your security keys.",
      facts: [
        "Eight people, two hours",
        "Two keys, a USB printer",
        "Can be left until the first secret",
      ],
      go: "Open the set-up list",
    },
    goOn: "Go on with practice",
    over: "Practise afresh",
    overSure: {
      what: "The practice vault and its records are thrown away.",
      todo: "Nothing real is touched. Practice begins again with sealing.",
      go: "Practise afresh",
      stay: "Keep them",
    },
    marginNew: "New here?",
    marginNewText:
      "Start with practice. It plays through everything once, with made-up people, and shows what each screen wants from you.",
    marginWhat: "What this is",
    marginWhatText:
      "A vault for emergency access to AWS. Several people open it together, never one alone.",
    note: "No secret is on this laptop yet.",
    practiceNote: "You are in practice; the real station is put away meanwhile.",
  },

  setup: {
    title: (done: number, of: number) =>
      done === of
        ? "All twelve are ready"
        : done === 0
          ? "Twelve things to bring together"
          : `${capital(number(done))} of twelve ${plural(done, "is", "are")} ready`,
    lead: "Tick what is here. The list can be left and taken up again.",
    lines: {
      officer: ["An officer", "Runs this laptop and enters the reason"],
      witness: ["A witness", "Watches, and initials what is printed"],
      custodians: ["Custodians, in person", "Each will hold one share; five is usual"],
      responder: ["A responder", "Named now; receives the access later"],
      keys: ["Two security keys", "FIDO2, PIN set, kept in two places"],
      printer: ["A USB printer", "Without a disk, on no network"],
      paper: ["Paper, stickers, bags", "Numbered bags, one for each card"],
      sticks: ["A USB stick each", "Empty, for the vault’s copies"],
      csv: ["The AWS keys", "accessKeys.csv of every account, on a stick"],
      policy: ["The policy", "Regions, profile, longest access"],
      runbook: ["The runbook", "What to do while access is open"],
      isolation: ["This laptop, alone", "Cable out, radio off, clock on UTC"],
    } as Readonly<Record<string, readonly [string, string]>>,
    print: "Print this list",
    printed: "The list went to the printer.",
    notPrinted: "The list was not printed. Try the printer, and print again.",
    whyTitle: "Why twelve",
    why: "Sealing goes without a break from the first secret on. What is missing then costs the whole day.",
    stopTitle: "If something is missing",
    stop: "Leave it unticked and come back. Practise meanwhile.",
    note: "No secret has been entered yet.",
    noteMissing: "Ready when all twelve are ticked.",
    go: "Start sealing",
  },

  home: {
    title: (epoch: number) => `Sealed, epoch ${epoch}`,
    lead: (threshold: number, of: number, keys: number) =>
      `Any ${threshold} of ${of} custodians and 1 of ${keys} keys open it. Nobody can alone.`,
    due: "Due",
    what: "What",
    who: "Who",
    done: "Done",
    record: "Record",
    openRecord: (number_: string, what: string) => `Open record ${number_}, ${what}`,
    late: (days: number) => `${days} ${plural(days, "day")} late`,
    today: "today",
    inDays: (days: number) => `in ${days} ${plural(days, "day")}`,
    nobody: "not named",
    nothingDue: "Nothing is due.",
    nothingDone: "No record yet.",
    callTitle: (threshold: number) => `To open it, call any ${number(threshold)}`,
    keysTitle: (keys: number) => `And one of ${number(keys)} ${plural(keys, "key")}`,
    more: (count: number) => `and ${count} more`,
    practise: "Practise",
    endPractice: "End practice",
    note: (threshold: number) =>
      `Nothing opens until ${number(threshold)} custodians and a key agree.`,
    noteDue: "Breaking the glass asks for a reason first; nothing opens by that alone.",
    practiceNote: "In practice nothing real opens. Ending it shows the real station again.",
    go: "Break the glass",
  },

  open: {
    title: (until: string) => `Access ends at ${until} UTC`,
    practiceTitle: (until: string) => `Practice access ends at ${until} UTC`,
    unknownTitle: "An access may be open",
    overTitle: (until: string) => `The deadline passed at ${until} UTC`,
    lead: "AWS refuses it after that, with or without this laptop.",
    practiceLead: "Practice AWS refuses it after that, as the real one would.",
    unknownLead: "Its deadline is not known to this laptop. Close it now.",
    overLead: "AWS ended the access by itself. Close, so that it is proven and recorded.",
    incident: "Incident",
    reaches: "Reaches",
    back: "Back to the access",
    note: "Closing takes about 20 seconds and may be repeated.",
    close: "Close now",
    moreTime: "If more time is needed",
    moreTimeText: (threshold: number) =>
      `${capital(number(threshold))} custodians and a key again. One person cannot move the deadline.`,
    laptop: "If this laptop stops",
    laptopText: (until: string) =>
      `The access still ends at ${until}. Start the laptop again: it offers Close before anything else.`,
    laptopTextUnknown: "Start the laptop again: it offers Close before anything else.",
  },

  runbook: {
    title: "Runbook",
    none: "This vault carries no runbook",
    noneLead: "It was sealed without one. The next sealing can take one in.",
    stepwise: "One step at a time",
    whole: "Whole runbook",
    view: "How the runbook is shown",
    stepOf: (step: number, of: number) => `Step ${step} of ${of}`,
    stepOfIn: (step: number, of: number, section: string) => `Step ${step} of ${of}, ${section}`,
    steps: "Steps of the runbook",
    next: "Next step",
    first: "Back to step 1",
    readSteps: "Read it step by step",
    note: "Reading changes nothing. It may be read while the vault is sealed.",
    noteOpen: "Steps are ticked on the screen of the access.",
    print: "Print the runbook",
    printed: "The runbook went to the printer.",
    notPrinted: "The runbook was not printed. Try the printer, and print again.",
    aboutTitle: "This runbook",
    about: "As it was sealed, unchanged. Its hash is in the vault and in the record.",
    secretTitle: "Not shown here",
    secret: "The secret pages open with the glass.",
  },

  station: {
    title: (up: number) =>
      up === 0 ? "This station is isolated" : "This station has a network link",
    lead: (up: number) =>
      up === 0
        ? "No interface of it could carry a packet now."
        : "No share is accepted while a link is up. Pull the cable, or switch the adapter off.",
    practiceLead: "A rehearsal goes on with a link; a real ceremony would wait until it is gone.",
    links: "Network",
    noLinks: "No interface has a link.",
    up: "link is up",
    down: "no link",
    keys: "Security keys",
    noKeys: "None is enrolled yet",
    present: "plugged in",
    absent: "not plugged in",
    policy: "What the policy allows",
    noPolicy: "No vault, no policy yet",
    duration: "Access lasts",
    durationText: (usual: number, most: number) =>
      `${capital(duration(usual))} unless more is asked for; ${duration(most)} at the most`,
    regions: "Regions",
    profile: "Profile",
    kitExpires: "AWS kit expires",
    liveTitle: "This page is live",
    live: "Plug something in or out and its line turns in place.",
    back: "Home",
    note: "Looking changes nothing.",
    go: "Back to home",
  },

  left: {
    title: "An access may still be open",
    place: "What was left",
    latchedTitle: "The access is shut, not yet at rest",
    lead: "The app ended while it was open. It is brought to rest before anything else.",
    latchedLead:
      "The closer has attached the Deny policy. Custodians and a key turn the keys off and prove it.",
    incident: "Incident",
    reaches: "May reach",
    happenedTitle: "What happened",
    happened:
      "The journal on this laptop names an access with no end. Nothing else is offered until it has one.",
    needTitle: "What closing needs",
    need: "Custodians and a key, as for opening. Nothing is opened by it.",
    note: "The quorum is used to end what is left. It opens nothing.",
    rest: "Go on with the custodians",
  },

  away: {
    title: (who: string) => `${who} has the keyboard`,
    someone: {
      passphrase: "A custodian",
      card: "A custodian",
      share: "A custodian",
      key: "The key holder",
      approve: "The reviewer",
      access: "The responder",
    },
    doing: {
      passphrase: "Reading a passphrase of their own, in a window of their own.",
      card: "Printing a card and typing it back, in a window of their own.",
      share: "Entering a share, in a window of their own.",
      key: "Touching a security key, in a window of their own.",
      approve: "Approving the record by a touch, in a window of their own.",
      access: "Reading the access keys, in a window of their own.",
    },
    look: {
      passphrase: "Everyone else looks away. Only they may read what is on it.",
      card: "Everyone else looks away. Only they may read the words.",
      share: "Everyone else looks away. The witness watches that one person types.",
      key: "A touch cannot be done from afar or by a program.",
      approve: "The touch signs the record as it is, and changes nothing in it.",
      access: "Everyone else looks away. The keys are shown there only.",
    },
    whyTitle: "Why another window",
    why: "What is typed there never reaches this one. It ends with its window.",
    lostTitle: "Can’t find it",
    lost: "It lies in front of this window, on the same screen.",
    note: "This screen goes on by itself when the other window closes.",
    waiting: "Waiting for them",
    people: (names: readonly string[]) => both(names),
    oneOf: (names: readonly string[]) => either(names),
  },
};
