import { spawnSync } from "node:child_process";

const runs = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

const installed = (name: string): boolean => runs("/bin/sh", ["-c", `command -v ${name}`]);

/**
 * Whether a system program is there. When it is not: an error under `PULLSTATION_REQUIRE=all`,
 * otherwise one visible line, and the tests that need it don't run.
 */
export function requireProgram(name: string): boolean {
  if (installed(name)) return true;
  const message = `${name} is not installed: the tests that need it can't run`;
  if (process.env["PULLSTATION_REQUIRE"] === "all") throw new Error(message);
  process.stderr.write(`${message}\n`);
  return false;
}

/**
 * Whether a peer is there that no Debian package brings, so that a clean machine can't be made to
 * have it: its tests run where it is, and it is said aloud where it is not. `.ci/run` lists them.
 */
export const peerProgram = (name: string): boolean => peer(name, installed(name));

/**
 * The same for Python's modules: moto stands in for AWS, boto3 is AWS's own client. Where moto's server
 * is there its modules have to be too: under `PULLSTATION_REQUIRE=all` their absence is an error.
 */
export function peerPython(...modules: readonly string[]): boolean {
  const name = `python3 with ${modules.join(" and ")}`;
  const found = runs("python3", ["-c", `import ${modules.join(", ")}`]);
  if (!found && process.env["PULLSTATION_REQUIRE"] === "all" && installed("moto_server"))
    throw new Error(`moto_server is installed, and ${name} is not`);
  return peer(name, found);
}

function peer(name: string, found: boolean): boolean {
  if (!found) process.stderr.write(`NOT CHECKED: ${name} is not installed here\n`);
  return found;
}
