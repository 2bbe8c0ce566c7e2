import { join } from "node:path";
import type { AppView, Screen } from "../contract/app.ts";
import { hex } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { dueAt } from "../station/due.ts";
import { readPolicy } from "../station/inputs.ts";
import { readStory } from "../station/records-folder.ts";
import { readVault } from "../station/vault-file.ts";
import { dueOnHome } from "./due.ts";
import type { Standing } from "./glass-act.ts";
import type { Station } from "./station.ts";

/** The policy that lies beside the vault. */
export function policyView(dir: string) {
  try {
    const {
      proof: _,
      reaperMaxHours: __,
      otpKeys: ___,
      regions,
      ...policy
    } = readPolicy(join(dir, "policy.json"));
    return { ...policy, regions: [...regions] };
  } catch {
    // What is sealed decides; what lies beside it is for reading, and may be gone.
    return null;
  }
}

function headerOf(dir: string) {
  const { header, epoch } = parseVault(readVault(dir));
  return { header, epoch };
}

/** The sealed vault, by its public header. */
export function standingOf(dir: string): Standing {
  const { header, epoch } = headerOf(dir);
  return {
    name: header.name,
    vaultId: hex(epoch.vaultId),
    epoch: epoch.epoch,
    threshold: header.threshold,
    custodians: header.custodians.map(({ name }) => name),
    keyboard: header.keyboard,
    keys: header.keys.map(({ label }) => label),
  };
}

export function vaultView(dir: string): NonNullable<AppView["vault"]> {
  const { header } = headerOf(dir);
  const { custodians, keys, keyboard: _, ...rest } = standingOf(dir);
  return {
    ...rest,
    custodians: [...custodians],
    keys: [...keys],
    sealedAt: header.createdAt,
  };
}

/** Every record, the newest first. */
export const rowsOf = (dir: string) =>
  readStory(dir)
    .map(({ written, kind, at, why }) => ({ seq: written.seq, kind, at: at.time, why }))
    .toReversed();

const PAST = 4;

export const homeOf = ({ dir }: Station, now: string): Screen => ({
  kind: "home",
  due: dueOnHome(dueAt(dir, now).rows, now),
  past: rowsOf(dir).slice(0, PAST),
});
