import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bomb } from "./fs-bomb.ts";

const BOMB = new URL("fs-bomb.ts", import.meta.url).href;
const CHILD = fileURLToPath(new URL("seal-child.ts", import.meta.url));
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/pullstation", import.meta.url));

export type Errand = "seal" | "recover" | "replace" | "anew";

/** A point of death: before the nth operation, or in the middle of it. */
export interface Point {
  readonly at: number;
  readonly torn: boolean;
  readonly name: string;
}

/** A fresh folder, in memory where there is such a place: the operations are what counts. */
export const freshFolder = (): string =>
  mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "pullstation-kill-"));

export function copyOf(template: string): string {
  const dir = freshFolder();
  cpSync(template, dir, { recursive: true });
  return dir;
}

export const remove = (dir: string): void => rmSync(dir, { recursive: true, force: true });

/** Runs the victim; its list of operations, or null when it died as it was told to. */
export function run(
  errand: Errand,
  dir: string,
  at: number,
  torn = false,
): Promise<readonly string[] | null> {
  const bomb: Bomb = { dir, except: join(dir, "practice"), at, torn };
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: CACHE,
    PULLSTATION_TEST_BOMB: JSON.stringify(bomb),
  };
  const child = spawn(process.execPath, ["--import", BOMB, CHILD, errand, dir], { env });
  return new Promise((resolve, reject) => {
    const said = { out: "", err: "" };
    child.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (said.err += data.toString()));
    child.once("error", reject);
    const late = setTimeout(() => child.kill("SIGTERM"), 30_000);
    child.once("close", (code, signal) => {
      clearTimeout(late);
      if (signal === "SIGKILL") resolve(null);
      else if (code === 0) resolve(JSON.parse(said.out) as string[]);
      else reject(new Error(`the victim ended with ${code ?? signal}: ${said.err}`));
    });
  });
}

/**
 * Every point of a clean run: before each operation and within each write. Before an fsync the files
 * are as before the operation after it: to the death of a process, unlike a power cut, it is nothing.
 */
export function pointsOf(operations: readonly string[]): readonly Point[] {
  return operations.flatMap((name, index) => {
    if (name.startsWith("fsync ") && index < operations.length - 1) return [];
    const before = { at: index + 1, torn: false, name: `before ${index + 1}: ${name}` };
    const within = { at: index + 1, torn: true, name: `within ${index + 1}: ${name}` };
    return name.startsWith("write ") ? [before, within] : [before];
  });
}

/** Two at a time. */
export async function each<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** Files that only an unfinished writing leaves. */
export const leftOvers = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith("practice") && /\.(?:tmp|candidate)$/.test(name),
  );
