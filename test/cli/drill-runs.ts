import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));

/** Nobody waits longer for processes to end. */
const LONG_MS = 10_000;

export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  /** From the main process's end to the end of the last process that it started. */
  readonly lingeredMs: number;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  /** SIGKILL to main, vault, online and practice process in one system call. */
  killAll(): void;
  /** Closes the pipe that it prints to, as `| head` does. */
  stopReading(): void;
}

/** The command as a child, leader of a process group of its own. */
export function startPullstation(args: readonly string[], cwd: string = tmpdir()): Running {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const pid = child.pid ?? 0;
  const signal = (name: NodeJS.Signals | 0): boolean => {
    try {
      process.kill(-pid, name);
      return true;
    } catch {
      return false;
    }
  };
  const ended = new Promise<Ran>((resolve, reject) => {
    const said = { out: "", err: "" };
    let exited = 0;
    child.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (said.err += data.toString()));
    child.once("error", reject);
    child.once("exit", () => (exited = performance.now()));
    const late = setTimeout(() => signal("SIGKILL"), 60_000);
    child.once("close", (status, by) => {
      clearTimeout(late);
      // The pipes are closed a moment before their last holder is gone.
      const look = (): void => {
        const lingeredMs = performance.now() - exited;
        if (signal(0) && hasLiving(pid) && lingeredMs < LONG_MS) setTimeout(look, 5);
        else resolve({ status, signal: by, ...said, lingeredMs });
      };
      look();
    });
  });
  const killAll = (): void => {
    signal("SIGKILL");
  };
  return { pid, ended, killAll, stopReading: () => void child.stdout.destroy() };
}

interface Row {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/** The living of a process group: a container's first process may never collect the dead. */
function livingOf(group: number): readonly Row[] {
  return readdirSync("/proc").flatMap((name): Row[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // proc(5): pid (comm) state ppid pgrp …; comm may hold anything, so from its end.
      const [state, , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(of) !== group || state === "Z" || state === "X") return [];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      return [{ pid: Number(name), group, command }];
    } catch {
      return [];
    }
  });
}

/** Whether the system has a table of processes to look into. */
export const hasProcessTable = existsSync("/proc/self/stat");

const hasLiving = (group: number): boolean => !hasProcessTable || livingOf(group).length > 0;

/** The process that runs this entry file in a drill. */
export const processOf = ({ pid }: Running, entry: string): number | undefined =>
  livingOf(pid).find(({ command }) => command.includes(entry))?.pid;

export const pullstation = (args: readonly string[], cwd?: string): Promise<Ran> =>
  startPullstation(args, cwd).ended;

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "pullstation-drill-"));
export const remove = (dir: string): void => rmSync(dir, { recursive: true, force: true });
export function copyOf(template: string): string {
  const dir = newFolder();
  cpSync(template, dir, { recursive: true });
  return dir;
}

/** Checks every millisecond whether the files say that it is time; true when they did. */
export async function reached(running: Running, isTime: () => boolean): Promise<boolean> {
  let over = false;
  void running.ended.then(() => (over = true));
  for (;;) {
    if (isTime()) return true;
    if (over) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** How many whole lines the newest journal has; 0 without one. */
export function journalLines(dir: string): number {
  const folder = join(dir, "journal");
  const last = existsSync(folder) ? readdirSync(folder).toSorted().at(-1) : undefined;
  return last === undefined ? 0 : readFileSync(join(folder, last), "utf8").split("\n").length - 1;
}

interface Told {
  readonly kind: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** The records of `dir` in their order, unjudged. */
export function recordsIn(dir: string): readonly Told[] {
  const folder = join(dir, "records");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{6}\.json$/.test(name))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Told);
}

export const hasRecord = (dir: string, kind: string): boolean =>
  recordsIn(dir).some((record) => record.kind === kind);

export interface Summary {
  readonly format: string;
  readonly mode: string;
  readonly passed: boolean;
  readonly vaultId: string;
  readonly incident: string | null;
  readonly expiryProven: boolean | null;
  readonly dead: boolean;
  readonly resumed: boolean;
  readonly vaultPeakBytes: number;
  readonly records: { readonly verdict: string; readonly count: number; readonly head: unknown };
  readonly atRest: readonly {
    readonly account: string;
    readonly latched: boolean;
    readonly activeKeys: number;
    readonly inlinePolicies: readonly string[];
  }[];
  readonly refusals: readonly Readonly<Record<"by" | "code" | "what" | "todo", string>>[];
  readonly steps: readonly { readonly name: string; readonly ms: number; readonly text: string }[];
  readonly awsCalls: readonly Readonly<
    Record<
      "at" | "requestId" | "service" | "action" | "region" | "account" | "principal" | "outcome",
      string
    >
  >[];
}

export const summaryOf = (dir: string): Summary =>
  JSON.parse(readFileSync(join(dir, "summary.json"), "utf8")) as Summary;

interface User {
  readonly attached: readonly string[];
  readonly keys: readonly { readonly status: string }[];
}

export const worldIn = (dir: string) =>
  JSON.parse(readFileSync(join(dir, "practice", "aws.json"), "utf8")) as {
    readonly accounts: Readonly<Record<string, { readonly users: Readonly<Record<string, User>> }>>;
  };

/** How practice AWS holds the emergency user. */
export function standing(dir: string): { readonly latched: boolean; readonly active: number } {
  const user = Object.values(worldIn(dir).accounts)[0]?.users["bg-emergency"];
  return {
    latched: user?.attached.some((arn) => arn.endsWith("/BreakGlassClosed")) === true,
    active: user?.keys.filter(({ status }) => status === "Active").length ?? 0,
  };
}

/** A policy whose proof of a closing takes no time. */
export const quickPolicy = (edit: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    defaultDurationSeconds: 5,
    maxDurationSeconds: 3600,
    regions: ["us-east-1", "eu-west-1"],
    profile: "restore-service",
    kitExpires: "2099-01-01T00:00:00Z",
    reaperMaxHours: 4,
    proof: { rejections: 3, overSeconds: 0, againAfterSeconds: 0 },
    ...edit,
  });
