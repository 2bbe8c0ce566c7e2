import { accountIds } from "./cast.ts";
import { runbook } from "./runbook.ts";

export interface KitFile {
  readonly name: string;
  readonly text: string;
}

/** Files of a sealing ceremony, as an administrator would bring them. Practice keys only. */
export interface SampleKit {
  readonly accounts: readonly string[];
  /** accessKeys.csv files: activator, closer and emergency of each account. */
  readonly keyFiles: readonly KitFile[];
  /** TOTP seed (base32) of each account's activator. */
  readonly seeds: Readonly<Record<string, string>>;
  readonly policy: KitFile;
  readonly runbook: KitFile;
}

export interface KitOptions {
  readonly accounts: number;
  readonly durationSeconds: number;
  /** Epoch ms; the kit expires a year later. */
  readonly now: number;
  readonly seedRandom: (length: number) => Uint8Array;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const REGIONS = ["us-east-1", "eu-west-1"] as const;
const YEAR_MS = 365 * 86_400_000;
const HOURS_MOST = 4;

const spell = (alphabet: string, bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");

/** Both alphabets divide 256, so a byte picks each letter equally often. */
export const newSeed = (seedRandom: KitOptions["seedRandom"]): string =>
  spell(BASE32, seedRandom(32));

/** As the console writes it: a byte order mark and CRLF. */
const keyFile = (seedRandom: KitOptions["seedRandom"]): string =>
  `\uFEFFAccess key ID,Secret access key\r\n` +
  `AKIAPRACTICE${spell(BASE32, seedRandom(8))},${spell(BASE64, seedRandom(40))}\r\n`;

/** The policy that goes with the kit: a short proof, since nobody should wait minutes in a drill. */
const policyText = (options: KitOptions): string =>
  `${JSON.stringify(
    {
      defaultDurationSeconds: options.durationSeconds,
      maxDurationSeconds: Math.max(options.durationSeconds, 3600),
      regions: REGIONS,
      profile: "restore-service",
      kitExpires: `${new Date(options.now + YEAR_MS).toISOString().slice(0, 10)}T00:00:00Z`,
      reaperMaxHours: HOURS_MOST,
      proof: { rejections: 3, overSeconds: 2, againAfterSeconds: 3 },
    },
    null,
    2,
  )}\n`;

export function makeKit(options: KitOptions): SampleKit {
  const accounts = accountIds(options.accounts);
  const roles = ["activator", "closer", "emergency"] as const;
  return {
    accounts,
    keyFiles: accounts.flatMap((account) =>
      roles.map((role) => ({
        name: `${account}-${role}.csv`,
        text: keyFile(options.seedRandom),
      })),
    ),
    seeds: Object.fromEntries(accounts.map((account) => [account, newSeed(options.seedRandom)])),
    policy: { name: "policy.json", text: policyText(options) },
    runbook: { name: "runbook.md", text: runbook(accounts, REGIONS) },
  };
}
