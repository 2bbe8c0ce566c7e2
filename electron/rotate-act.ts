import { basename, join } from "node:path";
import type { Progress } from "../ceremony/ports.ts";
import {
  proveRotation,
  rotateCeremony,
  type RotatePorts,
  type RotationPlan,
} from "../ceremony/rotate-ceremony.ts";
import { accountsIn } from "../ceremony/rotation-remains.ts";
import type { ScreenOf } from "../contract/app.ts";
import { KDF_REAL } from "../crypto/kdf-bounds.ts";
import { parseVault } from "../crypto/vault.ts";
import { importSticks, type ImportStick } from "../station/media.ts";
import { readStory } from "../station/records-folder.ts";
import { cancelRotation, pendingRotation } from "../station/recover-sealing.ts";
import { readCandidate } from "../station/vault-file.ts";
import { untilIsolated } from "./cable.ts";
import { AppCast } from "./cast.ts";
import { copyAct } from "./copy-act.ts";
import { tell } from "./desk.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import { startVault } from "./processes.ts";
import { owe, owing, tellRemains } from "./remains.ts";
import { progressOn } from "./progress.ts";
import { custodiansOf, readTogether, wordsOf } from "./seal-act.ts";
import { standingBy, vaultView } from "./standing.ts";
import type { Station } from "./station.ts";

const LOOK_MS = 1_000;

interface Wish {
  readonly carry: readonly string[];
  readonly stick: ImportStick | null;
  /** Accounts that go, by their ids. */
  readonly without: readonly string[];
}

/**
 * Shares rotate: what changes is said first, then the old set opens, then everybody gets a new share
 * and proves it. Until the last of them is proven the old set is the one that opens; `Left` at any
 * step before changes nothing, and afterwards the proof waits for whoever goes on with it.
 */
export async function rotateAct(house: House, station: Station, standing: Standing): Promise<void> {
  const { desk, clock } = house;
  await untilIsolated(house, station, "rotate");
  let wish = await readableWish(house, station, standing);
  const first = sealScreen(standing, wish);
  desk.screen({ ...first, step: "custodians", times: { contents: clock.now() } });
  const { names, threshold } = await custodiansOf(house);
  const planOf = ({ carry, stick, without }: Wish): RotationPlan => ({
    dir: station.dir,
    name: standing.name,
    threshold,
    custodians: names,
    carry: [...carry],
    ...filesOf(stick),
    withoutAccounts: [...without],
    keyboardLayout: standing.keyboard,
    kdf: { ...KDF_REAL },
  });
  const times = { contents: clock.now(), custodians: clock.now() };
  const { ports, cast } = rotatePorts(house, station, standing, {
    carried: () => wish.carry,
    sealing: () => ({ ...sealScreen(standing, wish), custodians: names, threshold, times }),
  });
  cast.speakOf(standing, standing.custodians);
  const planAgain = async (error: unknown): Promise<RotationPlan> => {
    wish = await wishOf(house, station, standing, { said: wish, wrong: error });
    await untilIsolated(house, station, "rotate");
    return planOf(wish);
  };
  await rotateCeremony({ ...ports, planAgain }, planOf(wish));
  await conclude(house, station);
}

/**
 * A wish whose files can be read. What they say is checked against the old epoch once that is open;
 * what is plainly wrong with them is said before anybody types a share.
 */
async function readableWish(house: House, station: Station, standing: Standing): Promise<Wish> {
  for (let before: Before | null = null; ;) {
    const wish: Wish = await wishOf(house, station, standing, before);
    if (wish.stick === null) return wish;
    try {
      const { mode } = station;
      await readTogether(house, station, (vault) =>
        vault.ask("readRotation", { mode, ...filesOf(wish.stick) }),
      );
      return wish;
    } catch (wrong) {
      before = { said: wish, wrong };
    }
  }
}

/** A wish that could not be taken, and why. */
interface Before {
  readonly said: Wish;
  readonly wrong: unknown;
}

/** What the next epoch changes, as the officer says; the stick may come and go meanwhile. */
async function wishOf(
  house: House,
  station: Station,
  standing: Standing,
  /** Null: there was none. */
  before: Before | null,
): Promise<Wish> {
  const { desk } = house;
  if (before !== null) tell(desk, before.wrong);
  const accounts = accountsIn(readStory(station.dir));
  for (;;) {
    const sticks = importSticks(station.mediaRoots);
    const [stick = null] = sticks;
    desk.screen({
      kind: "rotate",
      epoch: standing.epoch,
      keys: [...standing.keys],
      stick: stick === null ? null : viewOf(stick),
      accounts: accounts === null ? null : [...accounts],
      carry: [...(before?.said.carry ?? standing.keys)],
      without: [...(before?.said.without ?? [])],
    });
    const asked = desk.nextOrLeave("rotation");
    let action = null;
    while (action === null) {
      action = await Promise.race([asked, house.pause(LOOK_MS).then(() => null)]);
      if (JSON.stringify(importSticks(station.mediaRoots)) !== JSON.stringify(sticks)) break;
    }
    if (action === null) continue;
    return {
      carry: action.carry.filter((label) => standing.keys.includes(label)),
      stick: action.files ? stick : null,
      without: action.without,
    };
  }
}

const viewOf = ({ name, keyFiles, policy, runbook, mfa }: ImportStick) => ({
  name,
  keyFiles: [...keyFiles],
  policy,
  runbook,
  mfa,
});

/** What is null stays as the old epoch holds it. */
function filesOf(stick: ImportStick | null) {
  const at = (file: string, isThere: boolean): string | null =>
    stick !== null && isThere ? join(stick.folder, file) : null;
  return {
    keyFiles: stick?.keyFiles.map((file) => join(stick.folder, file)) ?? [],
    defaultAccount: null,
    mfaFile: at("mfa.json", stick?.mfa === true),
    policyFile: at("policy.json", stick?.policy === true),
    runbookFile: at("runbook.md", stick?.runbook === true),
  };
}

function sealScreen(standing: Standing, { carry, stick }: Omit<Wish, "without">): ScreenOf<"seal"> {
  return {
    kind: "seal",
    epoch: standing.epoch + 1,
    step: "contents",
    times: {},
    name: standing.name,
    keyboard: standing.keyboard,
    contents: {
      accounts: [],
      regions: [],
      profile: "",
      defaultDurationSeconds: 0,
      maxDurationSeconds: 0,
      kitExpires: "",
      files: (stick?.keyFiles ?? []).map((file) => basename(file)),
      typedCodes: [],
    },
    custodians: [...standing.custodians],
    threshold: standing.threshold,
    ready: [],
    keys: carry.map((label) => ({
      label,
      enrolled: true,
      use: standing.openers.includes(label) ? "open" : "approve",
    })),
    asked: null,
    sealed: null,
  };
}

const glassScreen = (standing: Standing): ScreenOf<"glass"> => ({
  kind: "glass",
  purpose: "rotate",
  asking: false,
  silent: false,
  step: "custodians",
  times: {},
  incident: {
    id: "",
    reason: "",
    officer: "",
    responder: "",
    durationSeconds: 0,
    accounts: [],
    maxDurationSeconds: 0,
    overrides: [],
  },
  sealed: [],
  seats: [],
  threshold: standing.threshold,
  others: [...standing.custodians],
  refused: null,
  keys: [...standing.openers],
  lines: [],
  accounts: [],
  notOpened: [],
  untilMs: null,
  ticks: {},
  markdown: "",
  expired: false,
  onSticks: [],
  dead: null,
});

/** The people and processes of a rotation; the screen turns from the old set's to the new one's. */
function rotatePorts(
  house: House,
  station: Station,
  standing: Standing,
  next: {
    /** Labels of the keys that the new epoch takes over. */
    readonly carried: () => readonly string[];
    readonly sealing: () => ScreenOf<"seal">;
    readonly printed?: boolean;
  },
): { readonly ports: RotatePorts; readonly cast: AppCast } {
  const { desk, clock, entries } = house;
  const { stage, records, mode, mediaRoots } = station;
  const cast = new AppCast({
    desk,
    stage,
    ports: { ...house.windows, mode },
    now: clock.now,
    keyLabels: standing.keys,
    openers: standing.openers,
    carried: next.carried,
    printed: next.printed ?? false,
    isolated: () => untilIsolated(house, station, "rotate"),
  });
  const base = owing(house, station, progressOn(desk));
  const progress: Progress = {
    ...base,
    step: (name, work, text) => {
      if (name === "rotate.quorum") desk.screen(glassScreen(standing));
      if (name === "rotate.passphrases") {
        const sealing = next.sealing();
        desk.screen({ ...sealing, step: "passphrases" });
        const { custodians, threshold, epoch } = sealing;
        cast.speakOf({ name: standing.name, epoch, threshold }, custodians);
      }
      if (name === "rotate.keys") desk.amend("seal", { step: "keys" });
      return base.step(name, work, text);
    },
  };
  const vault = async () => cast.facing(await startVault(entries, stage, mediaRoots, cast.hear));
  return { ports: { vault, cast, records, clock, progress }, cast };
}

/** The new epoch counts: its record, then a real one's first copy, and only then what of the old set is to go. */
export async function conclude(house: House, station: Station): Promise<void> {
  await recorded(house, station);
  house.desk.show({ vault: vaultView(station.dir) });
  if (station.mode === "REAL") await copyAct(house, station);
  await tellRemains(house, station);
}

/** The record of the new epoch on screen, its hash to be read aloud. */
async function recorded({ desk, clock }: House, { dir }: Station): Promise<void> {
  const told = readStory(dir).findLast(({ kind }) => kind === "rotated");
  const { screen } = desk.view;
  const times = screen.kind === "seal" ? screen.times : {};
  desk.amend("seal", {
    step: "record",
    times: { ...times, cards: clock.now() },
    sealed:
      told === undefined
        ? null
        : {
            vaultId: told.vaultId,
            seq: told.written.seq,
            words: wordsOf(told.written.sha256),
          },
  });
  await desk.next("next");
}

/** New shares that nobody has proven yet, by the records and the disk. */
export function pendingOf(dir: string): ScreenOf<"upkeep">["pending"] {
  const pending = pendingRotation(dir, readStory(dir));
  if (pending === null) return null;
  const { candidate, done, custodians } = pending;
  return { epoch: candidate.epoch, done: done.length, of: custodians.length };
}

/** Goes on where the proof of the new shares was left. */
export async function proveAct(house: House, station: Station): Promise<void> {
  const { desk } = house;
  await untilIsolated(house, station, "rotate");
  const pending = pendingRotation(station.dir, readStory(station.dir));
  const file = readCandidate(station.dir);
  if (pending === null || file === null) return;
  // The new set, whatever of it the rotation changed.
  const next = standingBy(parseVault(file));
  const screen: ScreenOf<"seal"> = {
    ...sealScreen({ ...next, epoch: next.epoch - 1 }, { carry: next.keys, stick: null }),
    step: "cards",
    ready: [...pending.done],
  };
  const { ports, cast } = rotatePorts(house, station, next, {
    carried: () => next.keys,
    sealing: () => screen,
    printed: true,
  });
  cast.speakOf(next, next.custodians);
  desk.screen(screen);
  await proveRotation(ports, pending);
  await conclude(house, station);
}

/** The old set stays the one that opens, and the new one never will. */
export async function giveUpAct(house: House, station: Station): Promise<void> {
  const { dir, records } = station;
  owe(house, dir);
  cancelRotation(dir, readStory(dir), records, house.clock.now());
  await tellRemains(house, station);
}
