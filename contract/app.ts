import * as z from "zod";
import { paper } from "./paper.ts";
import { keyUse } from "./ceremony.ts";
import { copyAction, copyScreen } from "./copy.ts";
import { custodyLine, custodyScreen } from "./custody.ts";
import { restoreActions, restoreScreen, spareScreen, spareSince } from "./restore.ts";
import { drillActions, drillNow, drillScreen } from "./drill.ts";
import {
  checkedScreen,
  failure,
  remainsScreen,
  rotateScreen,
  stick,
  upkeepScreen,
} from "./upkeep.ts";
import { blockedScreen, recordsScreen, reviewScreen } from "./review.ts";

/**
 * What the app's main window asks of main, and the one view that it mirrors. Main decides what is
 * true and what may be done now; the window draws it. No secret crosses here: passphrases, words,
 * PINs and access keys are typed and shown in ceremony windows only (ceremony-window.ts).
 * Times named `…Ms` are epoch milliseconds, on AWS's clock where `aws` says so; others RFC 3339.
 */

/** A line that turns in place: what was asked for, and whether it is so. */
const line = z.object({
  id: z.string(),
  state: z.enum(["done", "now", "later", "failed"]),
  /** When it became so. */
  at: z.string().nullable(),
  /** Facts that its sentence names: an account, an interface. */
  about: z.record(z.string(), z.string()),
});
export type LineView = z.infer<typeof line>;

/** The sealed vault as its public header tells it. */
const vault = z.object({
  name: z.string(),
  vaultId: z.string(),
  epoch: z.int(),
  threshold: z.int(),
  custodians: z.array(z.string()),
  keys: z.array(z.string()),
  sealedAt: z.string(),
});

/** An access that is open, or may be. */
const access = z.object({
  incident: z.string(),
  /** The deadline, on AWS's clock. */
  untilMs: z.number().nullable(),
  accounts: z.array(z.string()),
});

const seat = z.object({ name: z.string(), at: z.string() });

const places = [
  "home",
  "runbook",
  "records",
  "upkeep",
  "drill",
  "custody",
  "copy",
  "station",
  "setup",
] as const;

const first = z.object({
  kind: z.literal("first"),
  /** A practice vault stands from before and can be gone on with. */
  begun: z.boolean(),
});

/** What went wrong is said with it; nothing that was there before is claimed. */
const stopped = z.object({ kind: z.literal("stopped") });

const setup = z.object({
  kind: z.literal("setup"),
  /** Lines of the list that were ticked. */
  done: z.array(z.string()),
});

const home = z.object({
  kind: z.literal("home"),
  due: z.array(
    z.object({
      /** Named in the window's catalogue. */
      what: z.string(),
      by: z.string().nullable(),
      on: z.string(),
      /** How many others of the same are due later. */
      more: z.int(),
    }),
  ),
  /** Things due that no row has room for: *Upkeep* names them. */
  moreDue: z.int(),
  past: z.array(z.object({ seq: z.int(), kind: z.string(), at: z.string(), why: z.string() })),
  spare: spareSince.nullable(),
});

const runbook = z.object({ kind: z.literal("runbook"), markdown: z.string() });

const station = z.object({
  kind: z.literal("station"),
  /** `present` null: only a ceremony's process looks at USB. */
  keys: z.array(z.object({ label: z.string(), present: z.boolean().nullable() })),
  policy: z
    .object({
      defaultDurationSeconds: z.number(),
      maxDurationSeconds: z.number(),
      regions: z.array(z.string()),
      profile: z.string(),
      kitExpires: z.string(),
    })
    .nullable(),
});

/** Before secrets: no interface may have a link. After them (`after`): the cable comes out again. */
const isolate = z.object({
  kind: z.literal("isolate"),
  before: z.enum(["seal", "glass", "rest", "check", "rotate", "copy", "approve", "after"]),
});

const importing = z.object({
  kind: z.literal("import"),
  sticks: z.array(stick),
  /** The first of them that holds all that is needed. */
  complete: z.string().nullable(),
});

const sealSteps = ["contents", "custodians", "passphrases", "keys", "cards", "record"] as const;
const seal = z.object({
  kind: z.literal("seal"),
  /** The epoch that is made; above 1 it replaces the one before. */
  epoch: z.int(),
  step: z.enum(sealSteps),
  /** When each step was done, by its name. */
  times: z.record(z.string(), z.string()),
  name: z.string(),
  keyboard: z.string(),
  contents: z.object({
    accounts: z.array(z.string()),
    regions: z.array(z.string()),
    profile: z.string(),
    defaultDurationSeconds: z.number(),
    maxDurationSeconds: z.number(),
    kitExpires: z.string(),
    files: z.array(z.string()),
    /** Accounts whose MFA code is typed at every opening. */
    typedCodes: z.array(z.string()),
  }),
  custodians: z.array(z.string()),
  threshold: z.int(),
  /** Places, from 1, that have done this step's part. */
  ready: z.array(z.int()),
  keys: z.array(z.object({ label: z.string(), enrolled: z.boolean(), use: keyUse })),
  /** The enrolled key that blinks while the vault is sealed. */
  asked: z.string().nullable(),
  sealed: z.object({ vaultId: z.string(), seq: z.int(), words: z.array(z.string()) }).nullable(),
});

const glassSteps = ["reason", "custodians", "key", "connect", "access", "close"] as const;
const glass = z.object({
  kind: z.literal("glass"),
  /** To open the access, to bring to rest what a crash left open, or for a new epoch. */
  purpose: z.enum(["open", "rest", "rotate"]),
  step: z.enum(glassSteps),
  /** AWS is being asked to open, or whether it ended: people may end the asking. */
  asking: z.boolean(),
  /** The process that asks AWS has said nothing for too long: people may end it. */
  silent: z.boolean(),
  times: z.record(z.string(), z.string()),
  incident: z.object({
    id: z.string(),
    reason: z.string(),
    officer: z.string(),
    responder: z.string(),
    durationSeconds: z.number(),
    /** Those of `sealed` that are to be opened. */
    accounts: z.array(z.string()),
    /** Null: not known here. */
    maxDurationSeconds: z.number().nullable(),
    /** Incidents whose review is not signed, and which this opening overrides. */
    overrides: z.array(z.string()),
  }),
  /** The vault's accounts, as its sealing's record lists them. */
  sealed: z.array(z.string()),
  seats: z.array(seat),
  threshold: z.int(),
  /** Custodians whose share is not in yet. */
  others: z.array(z.string()),
  /** The last share that was refused, until the next one is in. */
  refused: z.object({ by: z.string(), failure }).nullable(),
  keys: z.array(z.string()),
  lines: z.array(line),
  accounts: z.array(z.string()),
  /** Accounts that were to open and did not; one that is not at rest may be open. */
  notOpened: z.array(z.object({ account: z.string(), why: z.string(), atRest: z.boolean() })),
  untilMs: z.number().nullable(),
  /** Runbook steps that were ticked, by their number from 1, with when. */
  ticks: z.record(z.string(), z.string()),
  markdown: z.string(),
  expired: z.boolean(),
  /** Files on sticks, `stick/file`, to which the responder had the access written. */
  onSticks: z.array(z.string()),
  dead: z.boolean().nullable(),
});

/** A record on paper: the same HTML on screen, on paper and in a PDF, at `page`. */
const record = z.object({
  kind: z.literal("record"),
  seq: z.int(),
  page: z.string(),
  /** What checking every record found. */
  verdict: z.string(),
  count: z.int(),
  folder: z.string(),
  approved: z.boolean(),
});

/** After a crash: something was left, and nothing else is done before it is closed. */
const left = z.object({
  kind: z.literal("left"),
  incident: z.string(),
  accounts: z.array(z.string()),
  untilMs: z.number().nullable(),
  lines: z.array(line),
  /** The closer has shut it; custodians and a key drive it to rest. */
  latched: z.boolean(),
  /** AWS is being asked to shut it; people wished that to stop, or its process says nothing any more. */
  asking: z.enum(["asked", "stopping", "silent"]).nullable(),
});

/** While a ceremony window has the keyboard. */
const away = z.object({
  kind: z.literal("away"),
  who: z.string(),
  doing: z.enum(["passphrase", "card", "share", "key", "approve", "access", "code", "check"]),
});

const screen = z.discriminatedUnion("kind", [
  first,
  stopped,
  setup,
  home,
  runbook,
  recordsScreen,
  reviewScreen,
  blockedScreen,
  custodyScreen,
  restoreScreen,
  spareScreen,
  drillScreen,
  station,
  isolate,
  importing,
  upkeepScreen,
  checkedScreen,
  rotateScreen,
  remainsScreen,
  copyScreen,
  seal,
  glass,
  record,
  left,
  away,
]);
export type Screen = z.infer<typeof screen>;
export type ScreenOf<K extends Screen["kind"]> = Extract<Screen, { kind: K }>;

export const appView = z.object({
  mode: z.enum(["PRACTICE", "REAL"]),
  /** Electron is stood in for by another program: for practice only, and said on every screen. */
  standIn: z.boolean(),
  /** Network interfaces apart from loopback: those that could carry a packet now, and the others. */
  links: z.object({ up: z.array(z.string()), down: z.array(z.string()) }),
  /** AWS's clock less this laptop's, once AWS was heard. */
  awsOffsetMs: z.number().nullable(),
  vault: vault.nullable(),
  access: access.nullable(),
  /** Faults of a drill that have come so far; null: there is no drill. */
  drill: drillNow.nullable(),
  screen,
  /** What main is doing right now, by its name in the window's catalogue. */
  busy: z.string().nullable(),
  /** What did not go as asked; shown in place until the next step. */
  notice: failure.nullable(),
  /** The app has locked itself: the screen is covered until somebody goes on. */
  locked: z.boolean(),
});
export type AppView = z.infer<typeof appView>;

const name = z.string().trim().min(1).max(80);

/** One thing that a person does at the main window. What can't be done now is NOT_NOW. */
const action = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("go"), to: z.enum(places) }),
  /** `fresh`: what stands from an earlier practice is thrown away. */
  z.strictObject({ do: z.literal("practise"), fresh: z.boolean() }),
  /** Puts the practice station away and shows the real one again. */
  z.strictObject({ do: z.literal("endPractice") }),
  z.strictObject({ do: z.literal("tickSetup"), line: z.string().max(40), done: z.boolean() }),
  z.strictObject({ do: z.literal("next") }),
  /** How the new vault is called, and on which keyboard its passphrases are typed. */
  z.strictObject({ do: z.literal("describe"), name, keyboard: name }),
  z.strictObject({ do: z.literal("addKey") }),
  z.strictObject({ do: z.literal("check"), what: z.enum(["card", "full", "key"]) }),
  z.strictObject({ do: z.literal("rotate") }),
  /** Security keys that stay, whether the stick's files are taken in, and accounts that go. */
  z.strictObject({
    do: z.literal("rotation"),
    carry: z.array(name).max(20),
    files: z.boolean(),
    without: z.array(z.string().regex(/^\d{12}$/)).max(99),
  }),
  z.strictObject({ do: z.literal("proveRotation") }),
  z.strictObject({ do: z.literal("giveUpRotation") }),
  z.strictObject({
    do: z.literal("custodians"),
    names: z.array(name).max(255),
    threshold: z.int(),
  }),
  /** Gives the keyboard to this custodian, for this step's part. */
  z.strictObject({ do: z.literal("hand"), place: z.int().positive() }),
  /** Gives the keyboard to the next custodian who comes. */
  z.strictObject({ do: z.literal("enterShare") }),
  z.strictObject({ do: z.literal("touch") }),
  z.strictObject({ do: z.literal("breakGlass") }),
  z.strictObject({
    do: z.literal("reason"),
    reason: z.string().trim().min(3).max(400),
    /** It becomes a file's name and stands in a tag at AWS. */
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/),
    officer: name,
    responder: name,
    durationSeconds: z.int().positive(),
    /** None named: all of them. */
    accounts: z.array(z.string().regex(/^\d{12}$/)).default([]),
  }),
  z.strictObject({ do: z.literal("openAccess") }),
  z.strictObject({ do: z.literal("showAccess") }),
  z.strictObject({ do: z.literal("tick"), step: z.int().positive() }),
  z.strictObject({ do: z.literal("close") }),
  /** Ends a closing that asks AWS again and again: it can be taken up once more. */
  z.strictObject({ do: z.literal("stop") }),
  /** Ends a process that hangs while AWS is asked: what it may have opened is shut with the closer. */
  z.strictObject({ do: z.literal("endSilent") }),
  z.strictObject({ do: z.literal("cancel") }),
  z.strictObject({ do: z.literal("approve") }),
  z.strictObject({ do: z.literal("openRecord"), seq: z.int().positive() }),
  /** Takes up the review of a use where it was left. */
  z.strictObject({ do: z.literal("review"), incident: z.string().max(64) }),
  /** Opens although a review is not signed: quorum and touch say so, and their record. */
  z.strictObject({ do: z.literal("override") }),
  z.strictObject({
    do: z.literal("readTrail"),
    regions: z.array(z.string().max(40)).max(60),
    /** They are all that are enabled, as people say. */
    allRegions: z.boolean(),
    sources: z.array(z.string().max(60)).max(60),
  }),
  /** Shows the page on paper that belongs to the screen, or puts it away. */
  z.strictObject({ do: z.literal("showPaper"), shown: z.boolean() }),
  /** Reads the trail once more. */
  z.strictObject({ do: z.literal("again") }),
  z.strictObject({
    do: z.literal("reviewers"),
    reviewers: z.array(z.object({ name, key: name })).max(32),
    explanation: z.string().trim().max(1000),
  }),
  /** Compares the records with what stands on paper; "" compares nothing. */
  z.strictObject({
    do: z.literal("checkRecords"),
    vaultId: z.string().max(80),
    head: z.string().max(120),
  }),
  z.strictObject({ do: z.literal("exportEvidence") }),
  ...restoreActions,
  ...drillActions,
  z.strictObject({ do: z.literal("custody"), line: custodyLine }),
  copyAction,
  z.strictObject({ do: z.literal("unlock") }),
]);
export type Action = z.infer<typeof action>;

export const appRequests = {
  view: { input: z.null(), output: appView },
  act: { input: action, output: z.null() },
  /** Prints the page that is on screen. `printed` false: the person or the printer cancelled it. */
  print: {
    input: z.strictObject({ paper, copies: z.int().min(1).max(9) }),
    output: z.object({ printed: z.boolean() }),
  },
  savePdf: { input: z.strictObject({ paper }), output: z.object({ file: z.string().nullable() }) },
} as const;
