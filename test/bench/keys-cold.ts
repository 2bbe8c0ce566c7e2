import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// In the testbed: `pullstation keys` from its start to its exit, once per line of --rounds.

const PULLSTATION = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const rounds = Number(process.argv[2]);
const took = Array.from({ length: rounds }, () => {
  const from = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [PULLSTATION, "keys", "--json"]);
  if (status !== 0) throw new Error(`pullstation keys ended with ${status}: ${String(stdout)}`);
  return performance.now() - from;
});
process.stdout.write(`${JSON.stringify(took)}\n`);
