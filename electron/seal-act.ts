import { basename, join } from "node:path";
import type { VaultProcess } from "../ceremony/ports.ts";
import { sealCeremony } from "../ceremony/seal-ceremony.ts";
import type { ScreenOf } from "../contract/app.ts";
import { pgpWords } from "../contract/pgp-words.ts";
import type { Input, Output } from "../contract/serve.ts";
import type { vaultRequests } from "../contract/vault.ts";
import { fromHex } from "../crypto/bytes.ts";
import { KDF_REAL } from "../crypto/kdf-bounds.ts";
import { importSticks, isComplete } from "../station/media.ts";
import { readStory } from "../station/records-folder.ts";
import { untilIsolated } from "./cable.ts";
import { AppCast } from "./cast.ts";
import { tell } from "./desk.ts";
import type { House } from "./house.ts";
import { startVault } from "./processes.ts";
import { progressOn } from "./progress.ts";
import { owing } from "./remains.ts";
import type { Practice, Station } from "./station.ts";

export const PRACTICE_VAULT = "Practice vault";
const KEYBOARD = "US English";

/** Bytes of a record's hash that are read aloud. */
const ALOUD = 16;

export const wordsOf = (sha256: string): string[] => [...pgpWords(fromHex(sha256).slice(0, ALOUD))];

type Files = Omit<Input<typeof vaultRequests, "readInputs">, "mode">;
type Contents = Output<typeof vaultRequests, "readInputs">;

/** What a sealing begins with: its files, and what stands in the fields before anyone types. */
interface Beginning {
  readonly files: Files;
  readonly contents: Contents;
  readonly name: string;
  readonly keyboard: string;
  readonly custodians: readonly string[];
  readonly keyLabels: readonly string[];
}

/** A rehearsal's kit lies ready. */
async function rehearsed(house: House, practice: Practice): Promise<Beginning> {
  const { keyFiles, mfaFile, policyFile, runbookFile, accounts, custodians, keyLabels } =
    practice.scene;
  const files = {
    keyFiles: [...keyFiles],
    defaultAccount: accounts[0] ?? null,
    mfaFile,
    policyFile,
    runbookFile,
  };
  return {
    files,
    contents: await contentsOf(house, practice, files),
    name: PRACTICE_VAULT,
    keyboard: KEYBOARD,
    custodians,
    keyLabels,
  };
}

/** How often the sticks are looked at. */
const LOOK_MS = 1_000;

/** In earnest it comes on one stick; the vault process reads it, and says what is wrong with it. */
async function imported(house: House, station: Station): Promise<Beginning> {
  const { desk } = house;
  for (;;) {
    const sticks = importSticks(station.mediaRoots);
    const whole = sticks.find(isComplete);
    desk.screen({
      kind: "import",
      sticks: sticks.map(({ name, keyFiles, policy, runbook, mfa }) => ({
        name,
        keyFiles: [...keyFiles],
        policy,
        runbook,
        mfa,
      })),
      complete: whole?.name ?? null,
    });
    const asked = desk.nextOrLeave("describe");
    let action = null;
    while (action === null) {
      action = await Promise.race([asked, house.pause(LOOK_MS).then(() => null)]);
      if (JSON.stringify(importSticks(station.mediaRoots)) !== JSON.stringify(sticks)) break;
    }
    if (action === null) continue;
    if (whole === undefined) {
      desk.show({ notice: { code: "IMPORT_INCOMPLETE", about: {} } });
      continue;
    }
    const files = {
      keyFiles: whole.keyFiles.map((file) => join(whole.folder, file)),
      defaultAccount: null,
      mfaFile: whole.mfa ? join(whole.folder, "mfa.json") : null,
      policyFile: join(whole.folder, "policy.json"),
      runbookFile: join(whole.folder, "runbook.md"),
    };
    try {
      return {
        files,
        contents: await contentsOf(house, station, files),
        name: action.name,
        keyboard: action.keyboard,
        custodians: ["", "", "", "", ""],
        keyLabels: ["key-1", "key-2"],
      };
    } catch (error) {
      tell(desk, error);
    }
  }
}

const contentsOf = (house: House, station: Station, files: Files): Promise<Contents> =>
  readTogether(house, station, (vault) =>
    vault.ask("readInputs", { mode: station.mode, ...files }),
  );

/** What files say, by a vault process that ends with the reading. */
export async function readTogether<T>(
  house: House,
  station: Station,
  read: (vault: VaultProcess) => Promise<T>,
): Promise<T> {
  const { entries, desk } = house;
  const vault = await startVault(entries, station.stage, station.mediaRoots, () => undefined);
  try {
    return await desk.busy("seal.inputs", () => read(vault));
  } finally {
    await vault.end();
  }
}

const isPractice = (station: Station): station is Practice => station.mode === "PRACTICE";

/** From what is sealed to the seal record, one screen a step. `Left` when people stop. */
export async function sealAct(house: House, station: Station): Promise<void> {
  const { desk, clock } = house;
  const { records, stage, dir, mode } = station;
  await untilIsolated(house, station, "seal");
  const begun = isPractice(station)
    ? await rehearsed(house, station)
    : await imported(house, station);
  const { files, contents } = begun;
  const screen: ScreenOf<"seal"> = {
    kind: "seal",
    epoch: 1,
    step: "contents",
    times: {},
    name: begun.name,
    keyboard: begun.keyboard,
    contents: {
      ...contents,
      files: [
        ...files.keyFiles,
        files.policyFile,
        files.runbookFile,
        ...(files.mfaFile === null || mode === "PRACTICE" ? [] : [files.mfaFile]),
      ].map((file) => basename(file)),
    },
    custodians: [...begun.custodians],
    threshold: begun.custodians.length > 3 ? 3 : 2,
    ready: [],
    keys: begun.keyLabels.map((label) => ({ label, enrolled: false, use: "open" as const })),
    asked: null,
    sealed: null,
  };
  desk.screen(screen);
  await desk.nextOrLeave("next");
  const { name, keyboard } = begun;
  desk.amend("seal", { step: "custodians", times: { contents: clock.now() } });
  const { names, threshold } = await custodiansOf(house);
  desk.amend("seal", {
    step: "passphrases",
    custodians: names,
    threshold,
    times: { ...timesOf(house), custodians: clock.now() },
  });
  const cast = new AppCast({
    desk,
    stage,
    ports: { ...house.windows, mode },
    now: clock.now,
    keyLabels: begun.keyLabels,
    isolated: () => untilIsolated(house, station, "seal"),
  });
  cast.speakOf({ name, epoch: 1, threshold }, names);
  const { subject } = await sealCeremony(
    {
      vault: async () =>
        cast.facing(await startVault(house.entries, stage, station.mediaRoots, cast.hear)),
      cast,
      records,
      clock,
      progress: owing(house, station, progressOn(desk)),
    },
    {
      mode,
      dir,
      name,
      threshold,
      custodians: names,
      ...files,
      keyboardLayout: keyboard,
      kdf: { ...KDF_REAL },
    },
  );
  // The head's words, since it is the head's hash that stands on the print.
  const told = readStory(dir).at(-1);
  desk.amend("seal", {
    step: "record",
    times: { ...timesOf(house), cards: clock.now() },
    sealed:
      told === undefined
        ? null
        : {
            vaultId: subject.vaultId,
            seq: told.written.seq,
            words: wordsOf(told.written.sha256),
          },
  });
  await desk.next("next");
}

const timesOf = ({ desk }: House): Readonly<Record<string, string>> =>
  desk.view.screen.kind === "seal" ? desk.view.screen.times : {};

/** At least two people, at least two of them together, and no name twice. */
export async function custodiansOf({
  desk,
}: House): Promise<{ readonly names: string[]; readonly threshold: number }> {
  for (;;) {
    const { names, threshold } = await desk.nextOrLeave("custodians");
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    const field =
      names.length < 2
        ? "custodians"
        : threshold < 2 || threshold > names.length
          ? "threshold"
          : twice === undefined
            ? null
            : twice;
    if (field === null) return { names, threshold };
    desk.amend("seal", { custodians: names });
    desk.show({ notice: { code: "CUSTODIANS_INVALID", about: { field } } });
  }
}
