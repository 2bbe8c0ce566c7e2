/**
 * The house rules as data: who may import whom, and what each room may touch. Everything that
 * enforces them is derived from this table or checked against it: the lint configuration
 * (lint.ts), the import graph (floors.ts), the processes' boundaries (reach.ts) and the tsconfig
 * references (references.ts). DESIGN.md says why the rooms are what they are.
 */

/**
 * What a room may reach beyond its imports.
 * - clock: the time of day or a monotonic reading (`Date.now()`, `new Date()`, `performance.now()`)
 * - timers: waiting (`setTimeout`), without learning the time
 * - randomness: the platform's generator; the crypto packages named below bring their own
 * - process: `process` (arguments, environment, signals, exit)
 * - console: printing
 * - camera: `navigator`, whose media devices show a card to the QR reader
 */
export type Power = "clock" | "timers" | "randomness" | "process" | "console" | "camera";

export interface Room {
  readonly floor: 0 | 1 | 2 | 3;
  /** Why the room exists: a file belongs in it for this reason. */
  readonly holds: string;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  /** Modules of Node, without the `node:` prefix. */
  readonly builtins: readonly string[];
  readonly powers: readonly Power[];
}

const FILES = ["fs", "fs/promises", "os", "path", "url"] as const;

/** Packages that talk to AWS: loaded in the online process only, and only when it is told to. */
export const SDK = ["@aws-sdk/client-iam", "@aws-sdk/client-sts", "@smithy/node-http-handler"];

/** Modules of Node that open a socket, answer one, or start something that could. */
export const NETWORK = ["net", "http", "https", "http2", "dns", "dns/promises", "tls", "dgram"];
export const SPAWNING = ["child_process", "worker_threads", "cluster"];

export const rooms: Readonly<Record<string, Room>> = {
  contract: {
    floor: 0,
    holds: "what windows and processes say to each other",
    imports: [],
    packages: ["zod"],
    builtins: [],
    powers: [],
  },
  crypto: {
    floor: 0,
    holds: "what a test vector can describe",
    imports: [],
    packages: [
      "@node-rs/argon2",
      "canonicalize",
      "libsodium-wrappers-sumo",
      "shamir-secret-sharing",
    ],
    // The slice that crypto/platform.d.ts declares: hashes and signature checks, no randomness.
    builtins: ["crypto"],
    powers: [],
  },
  hardware: {
    floor: 1,
    holds: "security keys; knows nothing of vaults or AWS",
    imports: ["crypto"],
    packages: ["cborg", "node-hid"],
    builtins: ["crypto"],
    powers: ["timers"],
  },
  "aws/documents": {
    floor: 1,
    holds: "policies, templates and CloudTrail as data",
    imports: ["crypto"],
    packages: ["csv-parse"],
    builtins: [],
    powers: [],
  },
  "aws/clients": {
    floor: 1,
    holds: "the only window: IAM and STS over the SDK",
    imports: ["aws/documents", "crypto"],
    packages: SDK,
    // async_hooks: tells which answer on the wire belongs to which call.
    builtins: ["async_hooks", "crypto", "http", "https", "tls"],
    powers: ["timers"],
  },
  ceremony: {
    floor: 1,
    holds: "the subject itself; everything outside comes through ports",
    imports: ["crypto", "contract"],
    packages: [],
    builtins: [],
    powers: [],
  },
  practice: {
    floor: 1,
    holds: "the rehearsal stage: practice AWS, the software security key, injected faults",
    imports: ["crypto", "hardware", "contract"],
    packages: ["cborg"],
    builtins: [...FILES, "crypto", "http"],
    powers: ["clock", "timers", "randomness", "process"],
  },
  "practice/kit": {
    floor: 1,
    holds: "makes the sample kit: the only part of practice that sees the real policies",
    imports: ["crypto", "aws/documents", "practice"],
    packages: [],
    builtins: [...FILES, "crypto"],
    powers: ["clock", "randomness"],
  },
  "practice/stage": {
    floor: 1,
    holds: "the practice process: its AWS, its keys and its people, behind one port",
    imports: ["crypto", "contract", "hardware", "practice", "practice/kit"],
    packages: [],
    builtins: [...FILES],
    powers: ["process"],
  },
  station: {
    floor: 2,
    holds: "this laptop: its stores, its sensors and the entry files of the processes",
    imports: ["ceremony", "crypto", "contract", "hardware", "aws/documents", "aws/clients"],
    packages: ["qrcode", "zod"],
    builtins: [...FILES, "crypto"],
    powers: ["process"],
  },
  cli: {
    floor: 3,
    holds: "the pullstation command: terminals and auditors have no window",
    imports: [
      "contract",
      "crypto",
      "hardware",
      "aws/documents",
      "aws/clients",
      "ceremony",
      "station",
    ],
    packages: ["commander", "zod"],
    builtins: [...FILES, "crypto", "module", "readline", "readline/promises", "tty", "util"],
    powers: ["clock", "timers", "randomness", "process", "console"],
  },
  electron: {
    floor: 3,
    holds: "wires windows, processes and the system's events; never a secret",
    imports: ["contract", "crypto", "ceremony", "station"],
    packages: ["electron"],
    builtins: [...FILES, "crypto"],
    powers: ["clock", "timers", "randomness", "process"],
  },
  "electron/preload": {
    floor: 3,
    holds: "the one question and the one event that a page has",
    imports: [],
    packages: ["electron"],
    builtins: [],
    powers: [],
  },
  renderer: {
    floor: 3,
    holds: "what people see; draws the view and knows the contract only",
    imports: ["contract"],
    packages: ["marked", "react", "react-dom", "zxing-wasm"],
    builtins: [],
    powers: ["clock", "timers"],
  },
  build: {
    floor: 3,
    holds: "the house rules and packaging; nothing of it ships",
    imports: [],
    packages: ["esbuild", "oxlint", "typescript"],
    builtins: [...FILES, "child_process", "module"],
    powers: ["clock", "process", "console"],
  },
};

/** `test/` sees every room and may spawn; it is held to 127.0.0.1 and to deterministic data. */
export const TEST_ROOM = "test";

/** Files that no room holds: each is a tool's own configuration. */
export const ROOT_FILES = ["oxlint.config.ts", "vitest.config.ts", "vitest.desktop.config.ts"];

/** One file's exception to its room's row. A grant for a file that is not there fails the check. */
export interface Grant {
  readonly file: string;
  readonly builtins?: readonly string[];
  readonly powers?: readonly Power[];
  readonly why: string;
}

export const grants: readonly Grant[] = [
  {
    file: "cli/fork.ts",
    builtins: ["child_process"],
    why: "the one place that starts the short-lived processes",
  },
  {
    file: "practice/key/listen.ts",
    builtins: ["net"],
    why: "bridges the software key to other programs, on loopback",
  },
  {
    file: "renderer/share/camera.ts",
    powers: ["camera"],
    why: "shows a card to the QR reader, while its tab is open",
  },
  {
    file: "station/trail/files.ts",
    builtins: ["stream/promises", "zlib"],
    why: "streams CloudTrail's gzip files, so that a log of any size is never held whole",
  },
  {
    file: "station/trail/part.ts",
    builtins: ["worker_threads"],
    why: "starts the one thread there is, which reads the second half of a large trail",
  },
  {
    file: "station/trail/part-thread.ts",
    builtins: ["worker_threads"],
    why: "is that thread: gets its files' names by it, and says what they came to",
  },
  {
    file: "station/online-process.ts",
    powers: ["clock", "timers"],
    why: "hands the laptop's clock and its waiting to the activation's ports",
  },
];
