import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

/**
 * What lies around a real station, in the namespaces that silence.sh makes: a network interface whose
 * far end these specs pull and plug, and the folder where a desktop mounts sticks.
 */

/** The far end of the interface `cable0`: while it is up, the cable is in. */
const WALL = "wall0";

export const cable = {
  in: (): void => void execFileSync("ip", ["link", "set", WALL, "up"]),
  out: (): void => void execFileSync("ip", ["link", "set", WALL, "down"]),
};

/** A stick at the place where a desktop mounts it. */
export class Stick {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = join("/media", userInfo().username, name);
    mkdirSync(this.#folder, { recursive: true });
    // In earnest nothing is written to a folder where nothing is mounted.
    execFileSync("mount", ["-t", "tmpfs", "stick", this.#folder]);
  }

  put(file: string, content: string): void {
    writeFileSync(join(this.#folder, file), content);
  }

  pull(): void {
    execFileSync("umount", [this.#folder]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export const ACCOUNT = "111122223333";

/** Shaped as AWS's, and worth nothing. */
const KEYS = {
  activator: ["AKIAQWERTYASDFGHZXCV", "aCtIvAtOr7QkZ3nX9pLm2VbR5tYw8sDf4gHj6KlM"],
  emergency: ["AKIAZXCVBNMASDFGHQWE", "eMeRgEnCy2WsX5rFv8ThB3nJm6KlP9oIu4YgTrEd"],
} as const;

export const EMERGENCY_KEY: string = KEYS.emergency[0];

export const SECRETS: readonly string[] = [KEYS.activator[1], KEYS.emergency[1]];

export const keyFile = (role: keyof typeof KEYS): readonly [string, string] => [
  `${ACCOUNT}-${role}.csv`,
  `Access key ID,Secret access key\n${KEYS[role].join(",")}\n`,
];

/** Its second look comes sooner than a real policy may have it: `hurries` lets that pass. */
export const policy = (overSeconds: number): string =>
  JSON.stringify({
    defaultDurationSeconds: 1800,
    maxDurationSeconds: 3600,
    regions: ["us-east-1", "eu-west-1"],
    profile: "restore-service",
    kitExpires: "2030-06-30T00:00:00Z",
    reaperMaxHours: 4,
    proof: { rejections: 3, overSeconds, againAfterSeconds: 3 },
  });

export const RUNBOOK = `# Restore the shop

1. Look at the incident channel.
2. Restore the database from last night.

# Secret pages

The safe's number is 4711-0815.
`;
