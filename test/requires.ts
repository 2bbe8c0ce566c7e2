import { spawnSync } from "node:child_process";

/**
 * Whether a system program is there. When it is not: an error under `PULLSTATION_REQUIRE=all`,
 * otherwise one visible line, and the tests that need it don't run.
 */
export function requireProgram(name: string): boolean {
  const found =
    spawnSync("/bin/sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;
  if (found) return true;
  const message = `${name} is not installed: the tests that need it can't run`;
  if (process.env["PULLSTATION_REQUIRE"] === "all") throw new Error(message);
  process.stderr.write(`${message}\n`);
  return false;
}
