import { basename, join } from "node:path";
import type { Progress } from "../ceremony/ports.ts";
import { proveRotation, rotateCeremony, type RotatePorts } from "../ceremony/rotate-ceremony.ts";
import { type Remains, remainsAfter, remainsOfCancelled } from "../ceremony/rotation-remains.ts";
import type { ScreenOf } from "../contract/app.ts";
import { KDF_REAL } from "../crypto/kdf-bounds.ts";
import { importSticks, type ImportStick } from "../station/media.ts";
import { readStory } from "../station/records-folder.ts";
import { cancelRotation, pendingRotation } from "../station/recover-sealing.ts";
import { untilIsolated } from "./cable.ts";
import { AppCast } from "./cast.ts";
import type { Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import { startVault } from "./processes.ts";
import { progressOn } from "./progress.ts";
import { custodiansOf, wordsOf } from "./seal-act.ts";
import type { Station } from "./station.ts";

const LOOK_MS = 1_000;

interface Wish {
  readonly carry: readonly string[];
  readonly stick: ImportStick | null;
}

/**
 * Shares rotate: what changes is said first, then the old set opens, then everybody gets a new share
 * and proves it. Until the last of them is proven the old set is the one that opens; `Left` at any
 * step before changes nothing, and afterwards the proof waits for whoever goes on with it.
 */
export async function rotateAct(house: House, station: Station, standing: Standing): Promise<void> {
  const { desk, clock } = house;
  await untilIsolated(house, station, "rotate");
  const { carry, stick } = await wishOf(house, station, standing);
  const screen = sealScreen(standing, carry, stick);
  desk.screen({ ...screen, step: "custodians", times: { contents: clock.now() } });
  const { names, threshold } = await custodiansOf(house);
  const { ports, cast } = rotatePorts(house, station, standing, carry, {
    ...screen,
    custodians: names,
    threshold,
    times: { contents: clock.now(), custodians: clock.now() },
  });
  cast.speakOf(standing, standing.custodians);
  const { remains, subject } = await rotateCeremony(ports, {
    dir: station.dir,
    name: standing.name,
    threshold,
    custodians: names,
    carry: [...carry],
    ...filesOf(stick),
    withoutAccounts: [],
    keyboardLayout: standing.keyboard,
    kdf: { ...KDF_REAL },
  });
  await recorded(house, station);
  await showRemains(house, subject.epoch, false, remains);
}

/** What the next epoch changes, as the officer says; the stick may come and go meanwhile. */
async function wishOf(house: House, station: Station, standing: Standing): Promise<Wish> {
  const { desk } = house;
  for (;;) {
    const sticks = station.mode === "PRACTICE" ? [] : importSticks(station.mediaRoots);
    const [stick = null] = sticks;
    desk.screen({
      kind: "rotate",
      epoch: standing.epoch,
      keys: [...standing.keys],
      stick: stick === null ? null : viewOf(stick),
    });
    const asked = desk.nextOrLeave("rotation");
    let action = null;
    while (action === null) {
      action = await Promise.race([asked, house.pause(LOOK_MS).then(() => null)]);
      const now = station.mode === "PRACTICE" ? [] : importSticks(station.mediaRoots);
      if (JSON.stringify(now) !== JSON.stringify(sticks)) break;
    }
    if (action === null) continue;
    return {
      carry: action.carry.filter((label) => standing.keys.includes(label)),
      stick: action.files ? stick : null,
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

function sealScreen(
  standing: Standing,
  carry: readonly string[],
  stick: ImportStick | null,
): ScreenOf<"seal"> {
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
    keys: carry.map((label) => ({ label, enrolled: true })),
    asked: null,
    sealed: null,
  };
}

const glassScreen = (standing: Standing): ScreenOf<"glass"> => ({
  kind: "glass",
  purpose: "rotate",
  asking: false,
  step: "custodians",
  times: {},
  incident: {
    id: "",
    reason: "",
    officer: "",
    responder: "",
    durationSeconds: 0,
    maxDurationSeconds: 0,
    overrides: [],
  },
  seats: [],
  threshold: standing.threshold,
  others: [...standing.custodians],
  refused: null,
  keys: [...standing.keys],
  lines: [],
  accounts: [],
  untilMs: null,
  ticks: {},
  markdown: "",
  expired: false,
  dead: null,
});

/** The people and processes of a rotation; the screen turns from the old set's to the new one's. */
function rotatePorts(
  house: House,
  station: Station,
  standing: Standing,
  carry: readonly string[],
  sealing: ScreenOf<"seal">,
  printed = false,
): { readonly ports: RotatePorts; readonly cast: AppCast } {
  const { desk, clock, entries } = house;
  const { stage, records, mode, mediaRoots } = station;
  const cast = new AppCast({
    desk,
    stage,
    ports: { ...house.windows, mode },
    now: clock.now,
    keyLabels: standing.keys,
    carried: carry.length,
    printed,
    isolated: () => untilIsolated(house, station, "rotate"),
  });
  const base = progressOn(desk);
  const progress: Progress = {
    ...base,
    step: (name, work, text) => {
      if (name === "rotate.quorum") desk.screen(glassScreen(standing));
      if (name === "rotate.passphrases") {
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

async function showRemains(
  { desk }: House,
  epoch: number,
  cancelled: boolean,
  remains: readonly Remains[],
): Promise<void> {
  desk.screen({
    kind: "remains",
    epoch,
    cancelled,
    remains: remains.map(({ code, about }) => ({ code, about: { ...about } })),
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
export async function proveAct(house: House, station: Station, standing: Standing): Promise<void> {
  const { desk } = house;
  await untilIsolated(house, station, "rotate");
  const pending = pendingRotation(station.dir, readStory(station.dir));
  if (pending === null) return;
  const { custodians, done, candidate } = pending;
  const screen: ScreenOf<"seal"> = {
    ...sealScreen({ ...standing, custodians, epoch: candidate.epoch - 1 }, standing.keys, null),
    step: "cards",
    ready: [...done],
  };
  const { ports, cast } = rotatePorts(house, station, standing, standing.keys, screen, true);
  cast.speakOf({ ...standing, epoch: candidate.epoch }, custodians);
  desk.screen(screen);
  await proveRotation(ports, pending);
  await recorded(house, station);
  await showRemains(house, candidate.epoch, false, recordedRemains(station.dir, standing));
}

/** What the rotation's own record says that it changed: whoever sealed it is gone. */
function recordedRemains(dir: string, { epoch, threshold }: Standing): readonly Remains[] {
  const told = readStory(dir).findLast(({ kind }) => kind === "rotated")?.evidence["about"];
  const about = Object(told) as Readonly<Record<string, unknown>>;
  const names = (key: string): readonly string[] => {
    const listed = about[key];
    return Array.isArray(listed) ? listed.map(String) : [];
  };
  return remainsAfter({
    old: { epoch },
    threshold,
    newKeys: names("newKeys"),
    keptKeys: names("keptKeys"),
    dropped: names("dropped"),
    carried: names("carried"),
    revoked: names("revoked"),
  });
}

/** The old set stays the one that opens, and the new one never will. */
export async function giveUpAct(house: House, station: Station): Promise<void> {
  const { dir, records } = station;
  const { candidate } = cancelRotation(dir, readStory(dir), records, house.clock.now());
  await showRemains(house, candidate.epoch, true, remainsOfCancelled(candidate));
}
