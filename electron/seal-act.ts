import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sealCeremony } from "../ceremony/seal-ceremony.ts";
import type { ScreenOf } from "../contract/app.ts";
import { pgpWords } from "../contract/pgp-words.ts";
import { fromHex } from "../crypto/bytes.ts";
import { KDF_REAL } from "../crypto/kdf-bounds.ts";
import { readPolicy } from "../station/inputs.ts";
import { readStory } from "../station/records-folder.ts";
import { AppCast } from "./cast.ts";
import type { House } from "./house.ts";
import type { Practice } from "./practice.ts";
import { startVault } from "./processes.ts";
import { progressOn } from "./progress.ts";

export const PRACTICE_VAULT = "Practice vault";

/** Bytes of a record's hash that are read aloud. */
const ALOUD = 16;

export const wordsOf = (sha256: string): string[] => [...pgpWords(fromHex(sha256).slice(0, ALOUD))];

/** From what is sealed to the seal record, one screen a step. `Left` when people stop. */
export async function sealAct(house: House, practice: Practice): Promise<void> {
  const { desk, clock } = house;
  const { scene, records, stage, dir } = practice;
  const policy = readPolicy(scene.policyFile);
  const screen: ScreenOf<"seal"> = {
    kind: "seal",
    step: "contents",
    times: {},
    contents: {
      accounts: scene.accounts,
      regions: [...policy.regions],
      profile: policy.profile,
      defaultDurationSeconds: policy.defaultDurationSeconds,
      maxDurationSeconds: policy.maxDurationSeconds,
      kitExpires: policy.kitExpires,
      files: [...scene.keyFiles, scene.policyFile, scene.runbookFile].map((file) => basename(file)),
    },
    custodians: scene.custodians,
    threshold: 2,
    ready: [],
    keys: scene.keyLabels.map((label) => ({ label, enrolled: false })),
    sealed: null,
  };
  desk.screen(screen);
  await desk.nextOrLeave("next");
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
    ports: { ...house.windows, mode: "PRACTICE" },
    now: clock.now,
    keyLabels: scene.keyLabels,
  });
  cast.speakOf({ name: PRACTICE_VAULT, epoch: 1, threshold }, names);
  const { subject } = await sealCeremony(
    {
      vault: async () =>
        cast.facing(await startVault(house.entries, stage, scene.mediaRoots, cast.hear)),
      cast,
      records,
      clock,
      progress: progressOn(desk),
    },
    {
      mode: "PRACTICE",
      dir,
      name: PRACTICE_VAULT,
      threshold,
      custodians: names,
      keyFiles: [...scene.keyFiles],
      defaultAccount: scene.accounts[0] ?? null,
      mfaFile: scene.mfaFile,
      policyFile: scene.policyFile,
      runbookFile: scene.runbookFile,
      keyboardLayout: "US English",
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
async function custodiansOf({
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

export const runbookOf = (dir: string): string => {
  try {
    return readFileSync(join(dir, "runbook.md"), "utf8");
  } catch {
    // Without it the access is opened all the same; the screen says that there is none.
    return "";
  }
};
