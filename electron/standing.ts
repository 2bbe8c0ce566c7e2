import { roleOf } from "../ceremony/role.ts";
import type { AppView, Screen } from "../contract/app.ts";
import { hex } from "../crypto/bytes.ts";
import { type ParsedVault, parseVault } from "../crypto/vault.ts";
import { dueAt } from "../station/due.ts";
import { policyBeside } from "../station/policy-beside.ts";
import { readStory } from "../station/records-folder.ts";
import { readVault } from "../station/vault-file.ts";
import { dueOnHome } from "./due.ts";
import type { Standing } from "./glass-ports.ts";
import { isOwed } from "./remains.ts";
import type { Station } from "./station.ts";

/** The policy that lies beside the vault; null: not known here. What is sealed decides. */
export function policyView(dir: string) {
  const read = policyBeside(dir);
  if (read === null) return null;
  const { proof: _, reaperMaxHours: __, otpKeys: ___, trail: ____, regions, ...policy } = read;
  return { ...policy, regions: [...regions] };
}

/** The sealed vault, by its public header. */
export const standingOf = (dir: string): Standing => standingBy(parseVault(readVault(dir)));

/** The same of a vault file that need not be the live one. */
export function standingBy({ header, epoch }: ParsedVault): Standing {
  return {
    name: header.name,
    vaultId: hex(epoch.vaultId),
    epoch: epoch.epoch,
    threshold: header.threshold,
    custodians: header.custodians.map(({ name }) => name),
    keyboard: header.keyboard,
    keys: header.keys.map(({ label }) => label),
    openers: header.keys.flatMap(({ label, use }) => (use === "open" ? [label] : [])),
  };
}

export function vaultView(dir: string): NonNullable<AppView["vault"]> {
  const vault = parseVault(readVault(dir));
  const { custodians, keys, keyboard: _, openers: __, ...rest } = standingBy(vault);
  return {
    ...rest,
    custodians: [...custodians],
    keys: [...keys],
    sealedAt: vault.header.createdAt,
  };
}

/** Every record, the newest first. */
export const rowsOf = (dir: string) =>
  readStory(dir)
    .map(({ written, kind, at, why }) => ({ seq: written.seq, kind, at: at.time, why }))
    .toReversed();

const PAST = 4;

/** Since when this is a spare; null: it is the primary. */
export function spareAt(dir: string): { readonly since: string; readonly upTo: number } | null {
  const role = roleOf(readStory(dir));
  return role.role === "spare" ? { since: role.since, upTo: role.upTo } : null;
}

export function homeOf(station: Station, now: string): Screen {
  const { dir } = station;
  const owed = isOwed(station) ? [{ what: "remains", who: "", on: now }] : [];
  return {
    kind: "home",
    ...dueOnHome([...owed, ...dueAt(dir, now).rows], now),
    past: rowsOf(dir).slice(0, PAST),
    spare: spareAt(dir),
  };
}
