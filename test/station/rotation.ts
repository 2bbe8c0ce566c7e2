import { castOf } from "../../ceremony/drill/company.ts";
import { clock } from "../../cli/drill/scene.ts";
import type { Cast } from "../../ceremony/ports.ts";
import {
  proveRotation,
  rotateCeremony,
  type Rotated,
  type RotatePorts,
  type RotationPlan,
} from "../../ceremony/rotate-ceremony.ts";
import { KDF_FLOOR } from "../../crypto/kdf-bounds.ts";
import { pendingRotation } from "../../station/recover-sealing.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { progress, recordsIn, type Rehearsal, rehearsal } from "./rehearsal.ts";

/** A rotation with main, vault process and stage in one process, as rehearsal.ts seals. */
export interface Wish {
  /** Changes of the plan: everything is kept unless said. */
  readonly plan?: Partial<RotationPlan>;
  /** Which practice keys are enrolled anew, by their number. */
  readonly enrol?: readonly number[];
  readonly cast?: (cast: Cast, stage: Rehearsal) => Partial<Cast>;
  readonly wrap?: (ports: RotatePorts) => RotatePorts;
  /** Of the process that goes on; else of a new one. */
  readonly records?: RecordStore;
}

export const CUSTODIANS = ["Alice", "Bob", "Carol", "Dora"] as const;

export async function onStage<T>(dir: string, work: (stage: Rehearsal) => Promise<T>): Promise<T> {
  const stage = rehearsal();
  try {
    await stage.ask("start", { dir, fresh: null, latencyMs: 0 });
    return await work(stage);
  } finally {
    await stage.end();
  }
}

async function portsOn(dir: string, stage: Rehearsal, wish: Wish): Promise<RotatePorts> {
  const base = castOf({ askPeople: stage.ask }, 2, { calm: true });
  const enrol = wish.enrol ?? [];
  const cast: Cast = {
    ...base,
    anotherKey: async (count) => count < enrol.length,
    enrolKey: async (nth) => base.enrolKey(enrol[nth] ?? 0),
  };
  const records = wish.records ?? (await recordsIn(dir));
  const ports: RotatePorts = {
    vault: stage.vault,
    cast: { ...cast, ...wish.cast?.(cast, stage) },
    records,
    clock,
    progress,
  };
  return wish.wrap?.(ports) ?? ports;
}

export const planIn = (dir: string, plan: Partial<RotationPlan> = {}): RotationPlan => ({
  dir,
  name: "Sample emergency access",
  threshold: 2,
  custodians: ["Alice", "Bob"],
  carry: ["north", "south"],
  keyFiles: [],
  defaultAccount: null,
  mfaFile: null,
  policyFile: null,
  runbookFile: null,
  withoutAccounts: [],
  keyboardLayout: "US English",
  kdf: { ...KDF_FLOOR },
  ...plan,
});

export const rotateIn = (dir: string, wish: Wish = {}): Promise<Rotated> =>
  onStage(dir, async (stage) =>
    rotateCeremony(await portsOn(dir, stage, wish), planIn(dir, wish.plan)),
  );

/** Goes on with the rotation that waits in `dir`. */
export const proveIn = (dir: string, wish: Wish = {}): Promise<unknown> =>
  onStage(dir, async (stage) => {
    const pending = pendingRotation(dir, readStory(dir));
    if (pending === null) throw new Error("no rotation waits");
    return proveRotation(await portsOn(dir, stage, wish), pending);
  });
