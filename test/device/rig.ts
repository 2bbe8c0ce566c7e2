import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const PULLSTATION = path("../../cli/pullstation.mjs");
const MOCK = path("mock_hid.py");
const LIMIT_MS = 20_000;

/** The Debian package of each program or library that the checks need. */
const NEEDED: readonly (readonly [what: string, there: () => boolean])[] = [
  ["umockdev (umockdev-wrapper)", () => onPath("umockdev-wrapper")],
  [
    "gir1.2-umockdev-1.0 and python3-gi",
    () => python("import gi; gi.require_version('UMockdev', '1.0')"),
  ],
  ["fido2-tools (fido2-token)", () => onPath("fido2-token")],
  ["yubikey-manager (ykman)", () => onPath("ykman")],
  ["libusb-1.0-0 and libudev1", () => onLoader("libusb-1.0.so.0") && onLoader("libudev.so.1")],
  ["root, to make device nodes in the testbed (mknod)", () => process.getuid?.() === 0],
];

const onPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => executable(join(folder, program)));

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const python = (code: string): boolean =>
  existsSync("/usr/bin/python3") && spawnSync("/usr/bin/python3", ["-c", code]).status === 0;

const onLoader = (library: string): boolean =>
  python(`import ctypes; ctypes.CDLL(${JSON.stringify(library)})`);

export const missing = (): string[] => NEEDED.filter(([, there]) => !there()).map(([what]) => what);

export interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export type Patience = "stays" | "unplugged at touch";

/** A practice key in its own process, and the means to run programs that see it as a device. */
export interface Rig {
  /** Runs a program in a testbed of its own, with the key plugged in. */
  run(command: readonly string[], input?: string): Promise<Result>;
  /** As `run`, for programs that read the device in a thread of their own (node-hid). */
  runPatient(command: readonly string[], input?: string, how?: Patience): Promise<Result>;
  /** Presses Enter at the key. */
  touch(): void;
  end(): Promise<void>;
}

export interface KeyOptions {
  readonly touch?: "auto" | "enter";
  readonly state?: string;
  readonly more?: readonly string[];
}

const running = new Set<ChildProcess>();
const scratch = mkdtempSync(join(tmpdir(), "pullstation-hid-"));

export const scratchFile = (name: string): string => join(scratch, name);

/** Ends what is still running and removes the scratch folder, however the run ended. */
export function cleanUp(): void {
  for (const child of running) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
}

export async function plugIn({ touch = "auto", state, more = [] }: KeyOptions = {}): Promise<Rig> {
  const kept = state === undefined ? [] : ["--state", state];
  const listen = ["--listen", "127.0.0.1:0", "--listen-otp", "127.0.0.1:0", "--touch", touch];
  const key = spawn(process.execPath, [PULLSTATION, "practice-key", ...listen, ...kept, ...more], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  running.add(key);
  const gone = new Promise<void>((resolve) => {
    key.once("exit", () => {
      running.delete(key);
      resolve();
    });
  });
  const said = await firstText(key, /OTP feature report: \S+:(\d+)/);
  const port = (line: RegExp): string => line.exec(said)?.[1] ?? "";
  const ports = [
    `--fido=${port(/FIDO packets: \S+:(\d+)/)}`,
    `--otp=${port(/OTP feature report: \S+:(\d+)/)}`,
  ];
  return {
    run: (command, input) => inTestbed([...ports, "--", ...command], input),
    runPatient: (command, input, how = "stays") => {
      const fickle = how === "unplugged at touch" ? ["--unplug-at-touch"] : [];
      return inTestbed([...ports, "--patient", ...fickle, "--", ...command], input);
    },
    touch: () => void key.stdin.write("\n"),
    end: async () => {
      key.kill("SIGTERM");
      await gone;
    },
  };
}

function firstText(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(() => reject(new Error(`no ${wanted} in: ${text}`)), LIMIT_MS);
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!wanted.test(text)) return;
      clearTimeout(late);
      resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`the practice key ended with ${code}`)));
  });
}

function inTestbed(args: readonly string[], input = ""): Promise<Result> {
  const child = spawn("umockdev-wrapper", ["/usr/bin/python3", MOCK, "--limit", "15", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  running.add(child);
  const late = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  // A program that ends before it has read everything breaks the pipe: its status tells.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once("close", (status) => {
      clearTimeout(late);
      running.delete(child);
      resolve({ status, out, err });
    });
  });
}
