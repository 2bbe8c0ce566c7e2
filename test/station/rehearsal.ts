import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { castOf } from "../../ceremony/drill/company.ts";
import type { Stage } from "../../cli/drill/stage.ts";
import { clock } from "../../cli/drill/scene.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import type { CheckProcess } from "../../ceremony/check-ceremony.ts";
import { sealCeremony } from "../../ceremony/seal-ceremony.ts";
import { touchVault } from "../../ceremony/touch.ts";
import { unseal, type Unsealed } from "../../ceremony/unseal.ts";
import { verify } from "../../ceremony/verify.ts";
import { join as joinPorts, type Port, portPair } from "../../contract/port.ts";
import { practiceRequests } from "../../contract/practice.ts";
import { checkPeopleRequests, checkRequests } from "../../contract/check.ts";
import { type Client, connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { WORDS } from "../../contract/words.ts";
import { hex, utf8 } from "../../crypto/bytes.ts";
import { KDF_FLOOR } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { keyOnFile } from "../practice/plugged-key.ts";
import { PRACTICE_PIN } from "../../practice/stage/people.ts";
import { serveStage } from "../../practice/stage/process.ts";
import { readCopy, type RecordStore } from "../../station/record-store.ts";
import { recoverSealing } from "../../station/recover-sealing.ts";
import { hasVault, readVault } from "../../station/vault-file.ts";
import { serveCheck } from "../../station/check-process.ts";
import { serveVault } from "../../station/vault-process.ts";

/**
 * A sealing with main, vault process and stage in one process, at the KDF's floor: every operation
 * on the station's disk is one of this process, in one order.
 */
const CUSTODIANS = 2;
const NAMES = ["main", "people", "key", "aid"] as const;
type Lanes = Record<(typeof NAMES)[number], Port>;

function laned(): { near: Lanes; far: Lanes } {
  const pairs = { main: portPair(), people: portPair(), key: portPair(), aid: portPair() };
  const side = (index: 0 | 1): Lanes => ({
    main: pairs.main[index],
    people: pairs.people[index],
    key: pairs.key[index],
    aid: pairs.aid[index],
  });
  return { near: side(0), far: side(1) };
}

export interface Rehearsal {
  readonly ask: Stage["ask"];
  readonly vault: Stage["vault"];
  /** A check process, and the one person at its keyboard. */
  check(): Promise<CheckProcess & { readonly person: Client<typeof checkPeopleRequests>["ask"] }>;
  end(): Promise<void>;
}

export function rehearsal(): Rehearsal {
  const stageLanes = laned();
  const stage = serveStage(stageLanes.far);
  const { ask } = connect(stageLanes.near.main, practiceRequests);
  return {
    ask,
    vault: async () => {
      const { near, far } = laned();
      await serveVault(far, () => 0);
      const asked = connect(near.main, vaultRequests);
      const { publicKey: people } = await ask("offer", null);
      const { publicKey: vault } = await asked.ask("join", {
        people,
        practiceKeys: true,
        mediaRoots: [],
      });
      joinPorts(near.people, stageLanes.near.people);
      joinPorts(near.key, stageLanes.near.key);
      await ask("join", { vault });
      return { ask: asked.ask, end: () => Promise.resolve() };
    },
    check: async () => {
      const { near, far } = laned();
      await serveCheck(far, () => 0);
      const asked = connect(near.main, checkRequests);
      await asked.ask("join", { people: null, practiceKeys: true, mediaRoots: [] });
      joinPorts(near.key, stageLanes.near.key);
      await ask("join", { vault: null });
      const person = connect(near.people, checkPeopleRequests);
      return { ask: asked.ask, person: person.ask, end: () => Promise.resolve() };
    },
    end: () => stage.close(),
  };
}

export const progress = {
  title: () => undefined,
  note: () => undefined,
  refused: () => undefined,
  step: <T>(_: string, work: () => Promise<T>): Promise<T> => work(),
};

/** Sets the stage that every run begins with: its kit and its keys. */
export async function setStage(dir: string, accounts = 1): Promise<void> {
  const { ask, end } = rehearsal();
  const kit = { keyFiles: [], runbookFile: null, policyFile: null, durationSeconds: 20 };
  const fresh = { custodians: CUSTODIANS, accounts, ...kit };
  await ask("start", { dir, fresh, latencyMs: 0 });
  await end();
}

/** Seals in `dir`, from the opening of the records to the committed record. */
export async function sealIn(
  dir: string,
  {
    codes = "sealed",
    trail,
  }: {
    readonly codes?: "sealed" | "typed";
    readonly trail?: { readonly arn: string; readonly bucket: string };
  } = {},
): Promise<Subject> {
  const stage = rehearsal();
  try {
    const scene = await stage.ask("start", { dir, fresh: null, latencyMs: 0 });
    if (trail !== undefined) {
      const policy = JSON.parse(readFileSync(scene.policyFile, "utf8")) as object;
      writeFileSync(scene.policyFile, JSON.stringify({ ...policy, trail }));
    }
    const records = await recordsIn(dir);
    const cast = castOf({ askPeople: stage.ask }, CUSTODIANS);
    const { subject } = await sealCeremony(
      { vault: stage.vault, cast, records, clock, progress },
      {
        mode: "PRACTICE",
        dir,
        name: "Sample emergency access",
        threshold: 2,
        custodians: [...scene.custodians],
        keyFiles: [...scene.keyFiles],
        defaultAccount: null,
        mfaFile: codes === "sealed" ? scene.mfaFile : null,
        policyFile: scene.policyFile,
        runbookFile: scene.runbookFile,
        keyboardLayout: "US English",
        kdf: { ...KDF_FLOOR },
      },
    );
    return subject;
  } finally {
    await stage.end();
  }
}

export const recordsIn = (dir: string): ReturnType<typeof openRecords> =>
  openRecords(dir, "PRACTICE", () => randomBytes(32));

/** What a start does: takes up the sealing that was interrupted. `kept`: of the process that goes on. */
export async function recoverIn(
  dir: string,
  kept?: RecordStore,
): Promise<ReturnType<typeof recoverSealing>> {
  const records = kept ?? (await recordsIn(dir));
  return recoverSealing(dir, readStory(dir), records, clock.now());
}

/** What lies in the vault of `dir`, opened as its people would with one of its keys. */
export async function unsealIn(
  dir: string,
  label: string,
  file: Uint8Array = readVault(dir),
): Promise<Unsealed & { readonly quorumSecret: Uint8Array; readonly touchSecret: Uint8Array }> {
  const people = readJson<Record<string, string>>(join(dir, "practice", "people.json"));
  const vault = parseVault(file);
  const quorum = beginUnseal(vault, WORDS);
  const { epoch } = vault.epoch;
  for (let place = 1; place <= vault.header.threshold; place++) {
    const folder = epoch === 1 ? "cards" : `cards/epoch-${epoch}`;
    const payload = readFileSync(join(dir, folder, `00${place}.txt`), "utf8");
    const phrase = people[epoch === 1 ? String(place) : `${epoch}/${place}`];
    const passphrase = new SecretBytes(utf8(phrase ?? ""));
    const verdict = await quorum.add({ payload }, passphrase);
    if (verdict.kind !== "accepted") throw new Error(`share ${place}: ${verdict.why}`);
  }
  const whole = await quorum.validate();
  if (whole.kind !== "quorum") throw new Error("no quorum");
  const key = keyOnFile(join(dir, "practice", `key-${label}.json`), label, PRACTICE_PIN);
  const touch = await touchVault(key, vault, PRACTICE_PIN);
  if (touch.kind !== "touch") throw new Error(`${label}: ${touch.why}`);
  const quorumSecret = whole.secret.expose().slice();
  const touchSecret = touch.secret.expose().slice();
  return { ...(await unseal(vault, whole, touch)), quorumSecret, touchSecret };
}

/** The accounts of the vault in `dir`, by each of its keys; null when there is no vault. */
export async function openedIn(dir: string): Promise<string | null> {
  if (!hasVault(dir)) return null;
  const opened = [];
  for (const label of ["north", "south"]) {
    const { contents, wipe } = await unsealIn(dir, label);
    opened.push(contents.accounts.map(({ accountId }) => accountId).join(" "));
    wipe();
  }
  return [...new Set(opened)].join(" or ");
}

/** The chain as a stranger judges it, anchored at the vault that lies beside it. */
export async function judged(
  dir: string,
): Promise<{ verdict: string; kinds: readonly string[]; findings: readonly string[] }> {
  const vault = await parseVault(readVault(dir));
  const copy = readCopy(dir);
  const { verdict, findings } = verify(copy === null ? [] : [copy], {
    vaultId: hex(vault.epoch.vaultId),
  });
  const kinds = readStory(dir).map(({ kind }) => kind);
  return { verdict, kinds, findings: findings.map(({ code }) => code) };
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
