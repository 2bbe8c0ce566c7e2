import { NETWORK, SDK, SPAWNING } from "./rooms.ts";

/**
 * The boundaries of the short-lived processes as data. What an entry file reaches is computed from
 * the bundler's own import graph, packages included, never declared.
 */
export interface Reach {
  readonly entry: string;
  readonly why: string;
  /** Path prefixes of this repository that the entry must not reach, by any kind of import. */
  readonly neverFiles?: readonly string[];
  /** Packages it must not reach, by any kind of import. */
  readonly neverPackages?: readonly string[];
  /** Packages that it may reach by `import()` only, never at its start. */
  readonly lazyPackages?: readonly string[];
  /** Modules of Node that neither its files nor its packages may reach. */
  readonly neverBuiltins?: readonly string[];
  /** Declarations that its bundle, after unused code is dropped, must not contain. */
  readonly neverNames?: readonly string[];
  /** An import by a package, or by one file of the house, that cannot be avoided, and why it is harmless. */
  readonly tolerated?: readonly {
    readonly by: string;
    readonly builtin: string;
    readonly why: string;
  }[];
}

const MUSL_PROBE = {
  by: "@node-rs/argon2",
  builtin: "child_process",
  why: "its loader asks `ldd` for the C library when the file system and process.report don't tell",
};

/** What is kept from the process that parses what strangers wrote, and from its thread. */
const PARSING = {
  neverFiles: [
    "practice/",
    "aws/clients/",
    "cli/",
    "hardware/",
    "crypto/shamir",
    "crypto/kdf.ts",
    "crypto/payload",
    "ceremony/quorum",
    "ceremony/unseal",
    "ceremony/seal.ts",
    "station/station-key",
  ],
  neverPackages: [...SDK, "@node-rs/argon2", "shamir-secret-sharing", "node-hid"],
  neverBuiltins: [...NETWORK, ...SPAWNING],
};

export const reaches: readonly Reach[] = [
  {
    entry: "station/vault-process.ts",
    why: "the process that reads shares has no network, no SDK, no practice code, starts nothing; the HID addon is loaded only where keys at USB are asked for",
    neverFiles: ["practice/", "aws/clients/", "cli/"],
    neverPackages: SDK,
    lazyPackages: ["node-hid"],
    neverBuiltins: [...NETWORK, ...SPAWNING],
    tolerated: [MUSL_PROBE],
  },
  {
    entry: "station/online-process.ts",
    why: "the process that reaches AWS cannot open a vault, and loads the SDK only when told to",
    neverFiles: [
      "practice/",
      "cli/",
      "crypto/shamir",
      "crypto/kdf",
      "ceremony/quorum",
      "ceremony/unseal",
    ],
    neverPackages: ["shamir-secret-sharing", "@node-rs/argon2"],
    lazyPackages: SDK,
  },
  {
    entry: "ceremony/share-check.ts",
    why: "checking one card alone never forms the secret: no combining, no unwrapping",
    neverNames: ["combine", "combineRaw", "unwrap", "unseal"],
  },
  {
    entry: "station/review-process.ts",
    why: "the process that parses what strangers wrote opens no vault, derives no key, asks no security key and has no network",
    ...PARSING,
    tolerated: [
      {
        by: "station/trail/part.ts",
        builtin: "worker_threads",
        why: "starts the thread below and nothing else",
      },
    ],
  },
  {
    entry: "station/trail/part-thread.ts",
    why: "the thread that reads half of a large trail has what the review process has, and less: it starts nothing",
    ...PARSING,
    tolerated: [
      {
        by: "station/trail/part-thread.ts",
        builtin: "worker_threads",
        why: "its way to say what it read",
      },
    ],
  },
  {
    entry: "station/check-process.ts",
    why: "a drill with the real cards and keys forms neither secret: no combining, no unwrapping, no opening",
    neverFiles: [
      "practice/",
      "aws/",
      "cli/",
      "crypto/shamir",
      "crypto/payload",
      "ceremony/quorum",
      "ceremony/unseal",
      "ceremony/seal.ts",
      "ceremony/prove",
    ],
    neverPackages: [...SDK, "shamir-secret-sharing"],
    lazyPackages: ["node-hid"],
    neverBuiltins: [...NETWORK, ...SPAWNING],
    tolerated: [MUSL_PROBE],
    neverNames: [
      "combine",
      "combineRaw",
      "unwrapHardwareSecret",
      "deriveKek",
      "openPayload",
      "unseal",
    ],
  },
  {
    entry: "cli/keyboard/process.ts",
    why: "the process that people type into at a terminal has no network and starts nothing",
    neverFiles: ["practice/", "aws/"],
    neverPackages: SDK,
    neverBuiltins: [...NETWORK, ...SPAWNING],
  },
  {
    entry: "electron/main.ts",
    why: "main starts and joins processes: it has no network, opens no vault, derives no key",
    neverFiles: [
      "practice/",
      "aws/clients/",
      "cli/",
      "renderer/",
      "hardware/",
      "ceremony/unseal",
      "ceremony/quorum",
      "ceremony/seal.ts",
      "crypto/shamir",
      // What strangers wrote is parsed in the review process.
      "station/trail/",
      "aws/documents/trail/",
      "station/restorable",
    ],
    neverPackages: [...SDK, "@node-rs/argon2", "shamir-secret-sharing", "node-hid"],
    neverBuiltins: [...NETWORK, ...SPAWNING],
  },
  {
    entry: "renderer/app.tsx",
    why: "a window draws: it must not even resolve code that touches secrets or disks",
    neverFiles: ["crypto/", "ceremony/", "station/", "practice/", "aws/", "hardware/", "electron/"],
    neverBuiltins: [...NETWORK, ...SPAWNING, "fs", "crypto"],
  },
  {
    entry: "renderer/ceremony.tsx",
    why: "a window draws: it must not even resolve code that touches secrets or disks",
    neverFiles: ["crypto/", "ceremony/", "station/", "practice/", "aws/", "hardware/", "electron/"],
    neverBuiltins: [...NETWORK, ...SPAWNING, "fs", "crypto"],
  },
  {
    entry: "cli/main.ts",
    why: "the terminal wires processes; only the online process loads the SDK; the HID addon is loaded only where keys are asked for",
    neverPackages: SDK,
    lazyPackages: ["node-hid"],
    neverBuiltins: [...NETWORK],
  },
];
