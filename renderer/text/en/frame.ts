import { both, number, plural } from "../say.ts";

/** What stands on every screen: band, rail, plate, foot. */
export const frame = {
  keyDrawing: {
    plugged: "A security key plugged into the laptop",
    blinks: "A security key plugged into the laptop, its disc blinking",
  },
  product: "Pullstation",

  band: {
    isolated: "ISOLATED",
    connected: "CONNECTED",
    open: "OPEN",
    practice: "PRACTICE",
    noLink: (seen: number) =>
      seen === 0
        ? "No network interface in this laptop"
        : `No link on ${seen} ${plural(seen, "interface")}`,
    noLinkAtAll: "No link is up",
    link: (names: readonly string[]) => `Link on ${both(names)}`,
    openCause: (incident: string, accounts: readonly string[]) => `${incident}, ${both(accounts)}`,
    closed: (at: string) => `Access closed at ${at}`,
    rehearsal: "A rehearsal on this laptop, nothing real",
    drill: "A drill on practice AWS, nothing real",
    rehearsalOpen: "Practice access is open, nothing real",
    standIn: (cause: string) => `${cause}. Without Electron`,
    laptopClock: "UTC, laptop’s clock",
    awsClock: "UTC, AWS’s clock",
    practiceClock: "UTC, practice clock",
  },

  rail: {
    station: "Station",
    stepOf: (step: number, of: number) => `Step ${step} of ${of}`,
    done: "done",
    places: {
      home: "Home",
      start: "Start",
      runbook: "Runbook",
      records: "Records",
      upkeep: "Upkeep",
      custody: "Custody",
      station: "This station",
      setup: "Set-up list",
    },
  },

  plate: {
    none: "No vault yet",
    noneNote: "set up or practise",
    fresh: "A new vault",
    notSealed: "not sealed yet",
    sealedNow: "sealed just now",
    sealed: (epoch: number, threshold: number, of: number) =>
      `epoch ${epoch}, any ${threshold} of ${of}`,
  },

  foot: {
    back: "Back",
    stop: "Stop, change nothing",
    stopNote: "Stopping changes nothing; the vault stays sealed.",
    wait: "One moment",
  },

  locked: {
    title: "Locked",
    lead: "This window covered itself. Nothing was lost, and nothing was closed by it.",
    open: "An access is open. It goes on under this cover, and its deadline holds.",
    note: "Going on shows the screen as it was left.",
    go: "Go on",
  },

  broken: {
    title: "This window can’t go on",
    leave: "Close this window",
  },

  ended: {
    title: "Done",
    lead: "This window closes by itself. What was typed in it is gone.",
  },

  /** What main is doing, by its name; the foot says it while it lasts. */
  busy: {
    "drill.stage":
      "The practice vault is being made ready. The first time this takes some seconds.",
    "practice.open": "The practice stage is being set up on this laptop.",
    "left.close": "AWS is being asked to shut what was left open.",
    "seal.inputs": "What is to be sealed is being checked.",
    "seal.seal": "The vault is being sealed. This takes some seconds.",
    sealing: "The vault is being sealed. This takes some seconds.",
    "seal.commit": "The seal record is being signed.",
    unsealing: "The vault is opening. The shares are wiped right after.",
    "glass.unseal": "The vault is opening. The shares are wiped right after.",
    "glass.hand-over": "The access is handed over, and the vault process ends.",
    "online.accept": "The online process is taking the access over.",
    activate: "AWS is being asked to open the access. This takes some seconds.",
    expired: "AWS is being asked whether it refuses the access.",
    close: "AWS is being asked to close the access, until it refuses the key.",
    "resume.close": "AWS is being asked to bring the access to rest.",
    "restore.read": "The copy is being judged, in a process of its own.",
    "restore.write": "The station is being laid out. It counts once it is whole.",
    "review.read": "The trail is being read, in a process of its own.",
    "copy.write": "The copy is being written, and read back.",
    "records.check": "Every record is being checked.",
    "evidence.export": "The evidence folder is being made.",
    approve: "The approval is being added to the records.",
  } as Readonly<Record<string, string>>,
  /** What is put on paper or into a file, by its request: the foot says it, and nothing waits for it. */
  onPaper: {
    print: "The page is being printed.",
    savePdf: "The PDF is being written.",
  } as Readonly<Record<string, string>>,
  busyOther: "One moment: the station is working.",

  seatsTally: (have: number, need: number) => `${have} of ${need} custodians`,
  timeLeft: "Time left",
  timeLeftIs: (hours: string, minutes: string, seconds: string) =>
    `${hours}:${minutes}:${seconds} left`,
  held: { show: "Hold to show", hidden: "hidden" },
  people: (names: readonly string[]) => both(names),
  count: (count: number) => number(count),
};
