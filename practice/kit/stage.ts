import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { accountKeys, type ImportedKey, parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { type GuardRails, railsOf } from "../../aws/documents/kit.ts";
import type { Partition } from "../../aws/documents/partition.ts";
import { failPractice } from "../aws/errors.ts";
import { type PracticeAws, startPracticeAws } from "../aws/server.ts";
import { emptyWorld, type World } from "../aws/world.ts";
import { custodianNames } from "./cast.ts";
import { type KitFile, makeKit, newSeed } from "./kit.ts";
import { provision } from "./provision.ts";

/** What a stage is set with; files that are null or an empty list are the kit's own. */
export interface Fresh {
  readonly custodians: number;
  readonly accounts: number;
  readonly keyFiles: readonly string[];
  readonly runbookFile: string | null;
  readonly policyFile: string | null;
  readonly durationSeconds: number;
}

/** What a sealing ceremony is given, by path. */
export interface Scene {
  readonly custodians: string[];
  readonly keyFiles: string[];
  readonly mfaFile: string;
  readonly policyFile: string;
  readonly runbookFile: string;
  readonly accounts: string[];
  /** Files whose key ids are not of practice AWS's making. */
  readonly foreignKeyFiles: string[];
}

const sceneFile = (dir: string): string => join(dir, "practice", "scene.json");
const stateFile = (dir: string): string => join(dir, "practice", "aws.json");

function write(dir: string, { name, text }: KitFile): string {
  const file = join(dir, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const texts = (list: unknown): string[] | undefined =>
  Array.isArray(list) ? list.filter((item) => typeof item === "string") : undefined;

/** What the policy says of AWS's side; the rest is judged where it is sealed. */
function standing(file: string): {
  regions: string[];
  kitExpires: string;
  rails?: GuardRails;
} {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    return failPractice("PRACTICE_POLICY_UNREADABLE", { file }, cause);
  }
  const { regions, kitExpires, profile, guardRails } = Object(value) as Readonly<
    Record<string, unknown>
  >;
  if (
    !Array.isArray(regions) ||
    !regions.every((region) => typeof region === "string") ||
    typeof kitExpires !== "string"
  )
    return failPractice("PRACTICE_POLICY_UNREADABLE", { file });
  if (typeof profile !== "string") return { regions, kitExpires };
  // Lists of the wrong kind are named where the policy is sealed; here they make no boundary.
  const { profiles, evidenceBuckets } = Object(guardRails) as Readonly<Record<string, unknown>>;
  const named = { profiles: texts(profiles), evidenceBuckets: texts(evidenceBuckets) };
  return { regions, kitExpires, rails: railsOf({ profile, guardRails: named }) };
}

const partitionOf = (regions: readonly string[]): Partition =>
  regions.every((region) => region.startsWith("cn-"))
    ? "aws-cn"
    : regions.every((region) => region.startsWith("us-gov-"))
      ? "aws-us-gov"
      : "aws";

/**
 * Sets a stage in `DIR/practice`, or finds the one that stands there (`fresh` null). The kit's files
 * go to `DIR/practice/kit`, where an administrator's USB stick would be; the user's own key files
 * stay where they are, and practice AWS learns their keys. `PRACTICE_NO_STAGE` when none stands.
 */
export function setUp(dir: string, fresh: Fresh | null): Scene {
  if (fresh !== null) return build(dir, fresh);
  if (!existsSync(sceneFile(dir))) return failPractice("PRACTICE_NO_STAGE", { dir });
  try {
    return JSON.parse(readFileSync(sceneFile(dir), "utf8")) as Scene;
  } catch (cause) {
    return failPractice("PRACTICE_STATE_UNREADABLE", { file: sceneFile(dir) }, cause);
  }
}

function build(dir: string, fresh: Fresh): Scene {
  const folder = join(dir, "practice", "kit");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const now = Date.now();
  const sample = makeKit({
    accounts: fresh.accounts,
    durationSeconds: fresh.durationSeconds,
    now,
    seedRandom: randomBytes,
  });
  const keyFiles =
    fresh.keyFiles.length > 0
      ? [...fresh.keyFiles]
      : sample.keyFiles.map((file) => write(folder, file));
  const keys = keyFiles.flatMap((file) =>
    parseAccessKeys(readKeys(file), basename(file), sample.accounts[0] ?? null).map((key) => ({
      ...key,
      path: file,
    })),
  );
  const accounts = accountKeys(keys);
  const policyFile = own(folder, fresh.policyFile, sample.policy);
  const runbookFile = own(folder, fresh.runbookFile, sample.runbook);
  const seeds = Object.fromEntries(
    accounts.map(({ accountId }) => [accountId, sample.seeds[accountId] ?? newSeed(randomBytes)]),
  );
  const mfaFile = write(folder, { name: "mfa.json", text: `${JSON.stringify(seeds, null, 2)}\n` });
  const rails = standing(policyFile);
  const world = provision(accounts, {
    ...rails,
    partition: partitionOf(rails.regions),
    seeds,
    now,
  });
  const scene: Scene = {
    custodians: [...custodianNames(fresh.custodians)],
    keyFiles,
    mfaFile,
    policyFile,
    runbookFile,
    accounts: accounts.map(({ accountId }) => accountId),
    foreignKeyFiles: [...new Set(keys.filter(isForeign).map(({ path }) => path))],
  };
  save(dir, world, scene);
  return scene;
}

const isForeign = ({ accessKeyId }: ImportedKey): boolean =>
  !accessKeyId.startsWith("AKIAPRACTICE");

function readKeys(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    return failPractice("PRACTICE_KEY_FILE_UNREADABLE", { file }, cause);
  }
}

/** The user's own file, copied so that a resumed drill reads what was sealed; else the kit's. */
function own(folder: string, file: string | null, sample: KitFile): string {
  if (file === null) return write(folder, sample);
  const copy = join(folder, sample.name);
  try {
    copyFileSync(file, copy);
  } catch (cause) {
    return failPractice("PRACTICE_POLICY_UNREADABLE", { file }, cause);
  }
  return copy;
}

/** The state first: a scene that can be found has a world to go with it. */
function save(dir: string, world: World, scene: Scene): void {
  replace(stateFile(dir), JSON.stringify(world));
  replace(sceneFile(dir), `${JSON.stringify(scene, null, 2)}\n`);
}

/** In one step: a crash leaves no half of a file. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Starts practice AWS over the stage in `dir`, as it was left; another world is never invented.
 * `port` 0: a free one.
 */
export async function openAws(dir: string, latencyMs: number, port = 0): Promise<PracticeAws> {
  const file = stateFile(dir);
  if (!existsSync(file)) return failPractice("PRACTICE_STATE_UNREADABLE", { file });
  return startPracticeAws({ stateFile: file, world: emptyWorld(), latencyMs, port });
}
