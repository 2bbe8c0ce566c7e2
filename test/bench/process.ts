import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The arguments that start `pullstation` with these. */
export type Program = (args: readonly string[]) => readonly string[];

/** Runs Node with these arguments from start to exit; throws when it fails. */
export function wholeProcess(
  args: readonly string[],
): Promise<{ readonly took: number; readonly text: string }> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
    execFile(process.execPath, args, options, (error, text, complaint) => {
      const took = performance.now() - from;
      if (error === null) resolve({ took, text });
      else reject(new Error(`${args.join(" ")} failed: ${complaint}`, { cause: error }));
    });
  });
}

const SHIPPED = [
  "aws",
  "ceremony",
  "cli",
  "contract",
  "crypto",
  "hardware",
  "package.json",
  "practice",
  "station",
];

/**
 * A checkout of its own under `dir`, whose compile cache is empty and stays out of the way of
 * others; packages are linked, not copied.
 */
export function freshCheckout(dir: string): { readonly program: Program; readonly cache: string } {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  for (const name of SHIPPED) cpSync(join(root, name), join(dir, name), { recursive: true });
  const packages = join(dir, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(root, "node_modules")))
    if (!name.startsWith("."))
      symlinkSync(join(root, "node_modules", name), join(packages, name), "junction");
  const entry = join(dir, "cli", "pullstation.mjs");
  return {
    program: (args) => [entry, ...args],
    cache: join(packages, ".cache", "pullstation"),
  };
}
