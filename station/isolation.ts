import { existsSync, readFileSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { refuse } from "./errors.ts";

const SYSFS = "/sys/class/net";

/** An interface apart from loopback, and whether it could carry a packet now. */
export interface Link {
  readonly name: string;
  readonly up: boolean;
}

/**
 * Network interfaces and which could carry a packet now, loopback apart. On Linux from sysfs: an
 * interface counts unless it is administratively down or has no carrier (so a cable without an
 * address counts). Elsewhere from the addresses that the system reports, which is weaker.
 */
export function interfaces(sysfs: string = SYSFS): readonly Link[] {
  let names: string[];
  try {
    names = readdirSync(sysfs);
  } catch {
    return Object.entries(networkInterfaces())
      .filter(([, addresses]) => addresses?.some((address) => !address.internal))
      .map(([name]) => ({ name, up: true }));
  }
  const read = (name: string, file: string): string => {
    try {
      return readFileSync(join(sysfs, name, file), "utf8").trim();
    } catch {
      // `carrier` can't be read while an interface is down: that reads as no carrier.
      return "";
    }
  };
  // IFF_LOOPBACK 0x8, IFF_UP 0x1: linux/if.h
  return names.flatMap((name) => {
    // Not every entry is an interface (bonding_masters).
    if (!existsSync(join(sysfs, name, "flags"))) return [];
    const flags = Number.parseInt(read(name, "flags"), 16);
    // What can't be read is no reason to be at ease.
    if (Number.isNaN(flags)) return [{ name, up: true }];
    if ((flags & 0x8) !== 0) return [];
    const carries = read(name, "carrier") === "1" || read(name, "operstate") === "up";
    return [{ name, up: (flags & 0x1) !== 0 && carries }];
  });
}

/** Names of those that could carry a packet now. */
export const linksUp = (sysfs?: string): readonly string[] =>
  interfaces(sysfs).flatMap(({ name, up }) => (up ? [name] : []));

/**
 * Shares and keys are accepted only while nothing could carry them away: `NOT_ISOLATED` names the
 * links. A rehearsal goes on, and is told which links a real ceremony would have refused.
 */
export function requireIsolation(mode: "PRACTICE" | "REAL"): readonly string[] {
  const links = linksUp();
  if (mode === "REAL" && links.length > 0) refuse("NOT_ISOLATED", { links: links.join(", ") });
  return links;
}
