import { both, capital, number, plural } from "../say.ts";

/** The review after use, the opening that waits for it, and the custody register. */
export const review = {
  review: {
    rail: "Review",
    steps: { trail: "Trail", findings: "What was found", sign: "Signatures" },
    useTitle: "The use",
    use: (reason: string, responder: string) => `${reason}. Responder: ${responder}.`,
    accountsTitle: "Accounts",
    laterNote: "Stopping changes nothing. The review stays due.",

    trail: {
      title: "Plug in the stick with the trail",
      found: (name: string) => `${name} is plugged in`,
      lead: "CloudTrail’s files come on one stick, at its top. The names are looked at; a process of its own reads them.",
      lines: {
        trail: "Logs and digests",
        publicKeys: "AWS’s public keys",
        digestMeta: "Metadata of the newest digests",
      },
      trailText: "The folder AWSLogs as it lies in the bucket, or files .json and .json.gz",
      publicKeysText: "keys.json, by aws cloudtrail list-public-keys",
      digestMetaText: "meta.json, by aws s3api head-object",
      here: "here",
      missing: "missing",
      none: "none",
      regions: "Regions that are enabled",
      regionsNote: "All of them, with commas between. A region that is left out is not looked at.",
      allRegions: "No other region is enabled in these accounts.",
      allRegionsNote:
        "Somebody looked with aws account list-regions. Without this the review is proven in part only.",
      sources: "From where it was to be used",
      sourcesNote:
        "Addresses or ranges, this station's own among them, with commas between; may stay empty.",
      unprovenTitle: "Without keys and metadata",
      unproven: "Everything is listed all the same, and the review says that nothing proves it.",
      note: "Reading takes some seconds. Nothing on the stick is changed.",
      noteMissing: "Ready when a stick with a trail is plugged in.",
      go: "Read the trail",
    },

    findings: {
      title: { CLEAR: "Nothing has to be explained", EXPLAIN: "Something must be explained" },
      lead: (events: number, denied: number, files: number) =>
        `${events} ${plural(events, "event")} of this access in ${files} ${plural(files, "file")}, ${denied} denied.`,
      proof: {
        verified: "Every log is as AWS signed it.",
        partly: "What was brought is proven in part only.",
        unverified: "Nothing proves that these files are whole and unchanged.",
        tampered: "Files were changed, added or removed.",
      },
      none: "Nothing was found.",
      severity: { error: "explain", warning: "look", note: "know" },
      times: (count: number) => `${count} times`,
      more: (count: number) => `and ${count} more, in the whole review`,
      explanation: "What explains it",
      explanationNote: "It stands in the record.",
      explanationFree: "Remarks",
      reviewer: (key: string) => `Who signs with ${key}`,
      reviewerNote: "Empty: this key does not sign.",
      brokeGlass: "This key broke the glass. Empty: it does not sign.",
      whole: "Show the whole review",
      again: "Read the trail again",
      signTitle: "Who signs",
      sign: "Whoever signs has read the whole review. Each has a key of their own, and touches it.",
      another: "One at least signs with a key that did not break the glass in this use.",
      sameKey: "If only keys sign that broke the glass in this use, the record says so.",
      note: "Nothing is recorded yet.",
      go: "Next: who signs",
    },

    who: {
      title: "Who signs this review",
      lead: "Name whoever signs. Recording it asks each of them for a touch; nobody else counts.",
      back: "Back to the findings",
      note: "It becomes a record. The touches come next.",
      go: "Record, then sign",
    },

    paper: {
      title: "The whole review",
      frame: "The whole review, as it is printed",
      back: "Back to the findings",
      note: "The print is this page.",
      printed: "It went to the printer.",
      notPrinted: "Nothing was printed.",
      print: "Print it",
    },

    sign: {
      title: (left: number) =>
        left === 0
          ? "The review is signed"
          : `${capital(number(left))} ${plural(left, "signature is", "signatures are")} missing`,
      lead: "Each reviewer touches the key. It approves the hash of the review’s record.",
      doneLead: "The next opening no longer waits for it.",
      sameKey: "Only keys that broke the glass in this use sign it; the record says so.",
      record: (number_: string) => `Record ${number_}`,
      withKey: (key: string) => `With ${key}`,
      waits: "waits",
      aloneTitle: "If one can’t come",
      alone:
        "The review stays as it is and can be signed later. Reading the trail again names others.",
      again: "Read the trail again",
      later: "Sign later",
      note: "Nothing that was signed is lost.",
      doneNote: "Reseal is due: new AWS keys and a new epoch make the old cards worthless.",
      go: (who: string) => `Hand over to ${who}`,
      done: "Done",
    },
  },

  blocked: {
    title: (count: number) =>
      count === 1
        ? "A review is not signed yet"
        : `${capital(number(count))} reviews are not signed`,
    practiceTitle: "A real station would wait here",
    lead: "Each use is reviewed before the next one. An emergency need not wait.",
    practiceLead: "The review of an earlier use is not signed. In practice you may go on.",
    use: "Use",
    ended: "Ended",
    review: "Review",
    notReviewed: "not begun",
    signed: (have: number, of: number) => `${have} of ${of} signed`,
    more: (count: number) => `and ${count} more`,
    overrideTitle: "In an emergency",
    override:
      "The custodians and the key holder may override it. Their record names each review that was missing, and each stays due.",
    goOn: "Open all the same",
    note: "Reviewing needs the trail on a stick, and the reviewers’ keys.",
    go: "Begin the review",
  },

  overrides: {
    title: "This overrides",
    text: (incidents: readonly string[]) =>
      `The review of ${both(incidents)} is not signed. Whoever enters a share agrees to open all the same.`,
  },

  due: {
    review: "Review",
    drill: "Quarterly drill",
    alarm: "Live alarm check",
    copy: "Copy of the vault, on a stick",
    "kit-expiry": "Emergency kit expires",
    "kit-unknown": "Emergency kit: expiry not known here",
    roots: "Newest version of the app: its root certificates are old",
    custody: "Custody: put away, or look at the bag",
    "card-check": "Card check",
    "full-check": "Share check with passphrase",
    "key-check": "Security key check",
    rotation: "New shares to prove, or to give up",
    remains: "What the last sealing left behind",
  } as Readonly<Record<string, string>>,
  dueOf: (what: string, who: string) => `${what}: ${who}`,
  dueMore: (count: number) => `and ${count} more of these`,
  dueElse: (count: number) => `and ${count} more, under Upkeep`,

  custody: {
    title: "Where shares and keys are kept",
    lead: "Every line is a signed record. A cut seal or another serial means: rotate the shares.",
    what: "What",
    share: (place: number, holder: string) => `Share ${place}, ${holder}`,
    key: (label: string) => `Key ${label}`,
    where: "Kept at",
    bag: "Bag",
    noBag: "none",
    look: "Look by",
    states: {
      unplaced: "not put away yet",
      sound: "whole",
      broken: "not whole: rotate the shares",
    },
    write: (what: string) => `Write a line for ${what}`,
    aboutTitle: "Bags",
    about: "A tamper-evident bag has a serial. Read it at every look, and compare.",
    sheetTitle: "The sheet",
    sheet: "It says where things are. Keep it as a card is kept, and not with one.",
    note: "Nothing secret is here, but it tells a thief where to look.",
    go: "Show the sheet",
    line: {
      title: (what: string) => `A line for ${what}`,
      lead: "What was done, as whoever did it saw it.",
      act: "What was done",
      acts: {
        placed: "Put away",
        inspected: "Looked at where it is",
        replaced: "Put into a new bag",
      },
      where: "Kept at",
      bag: "Serial on the bag",
      bagNote: "As it stands there; empty: in no bag.",
      whole: "The seal is whole",
      wholeNote: "Nothing cut, nothing lifted",
      by: "Who did it",
      remark: "Remark",
      missing: "A place and a name are needed.",
      missingTodo: "Write where it is kept, and who did it.",
      note: "It becomes a record, and is not taken back.",
      go: "Write it down",
    },
    paper: {
      title: "Custody sheet",
      frame: "The custody sheet, as it is printed",
      back: "Back to the register",
      note: "The print is this page.",
      printed: "It went to the printer.",
      notPrinted: "Nothing was printed.",
      print: "Print it",
    },
  },
};
