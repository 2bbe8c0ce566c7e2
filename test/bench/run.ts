import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { measureAccounts } from "./accounts.ts";
import { measureActivation } from "./activation.ts";
import { measureChain } from "./chain.ts";
import { crowding, type Figure, median, table } from "./figure.ts";
import { measureKdf } from "./kdf.ts";
import { measureKeys } from "./keys.ts";
import { freshCheckout } from "./process.ts";
import { measureShamir } from "./shamir.ts";
import { measureTrail } from "./trail.ts";
import { measureVault } from "./vault.ts";
import { measureMemory, measureStart } from "./whole.ts";

// `npm run bench [-- --json] [PART…]`: every figure beside what it was compared with in this very run.
// It exits 0 unless something broke: a goal that is not met is said in the table, noise is no failure.

const args = process.argv.slice(2);
const json = args.includes("--json");
const only = args.filter((arg) => arg !== "--json");
const started = performance.now();
const dir = mkdtempSync(join(tmpdir(), "pullstation-bench-"));
const folder = (name: string): string => {
  const path = join(dir, name);
  mkdirSync(path);
  return path;
};
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
const figures: Figure[] = [];

type Measure = () => Promise<readonly Figure[]>;

const { program, cache } = freshCheckout(folder("checkout"));
const drills = folder("drills");
const parts: Readonly<Record<string, Measure>> = {
  vault: () => measureVault(folder("vaults")),
  kdf: measureKdf,
  shamir: measureShamir,
  keys: measureKeys,
  activation: measureActivation,
  accounts: measureAccounts,
  chain: () => measureChain(folder("chain"), program),
  trail: () => measureTrail(folder("trail"), program),
  process: async () => {
    rmSync(cache, { recursive: true, force: true });
    const memory = await measureMemory(program, drills);
    return [...memory, ...(await measureStart(program, cache, join(drills, "later")))];
  },
};
const unknown = only.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined)
  throw new Error(`no such part; there are ${Object.keys(parts).join(", ")}`);

const crowded: number[] = [];
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    process.stderr.write(`${seconds().padStart(6)}  ${name} …\n`);
    crowded.push(crowding());
    figures.push(...(await measure()));
    crowded.push(crowding());
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? "?",
  crowding: median(crowded),
  crowdingMost: Math.max(...crowded),
};
const { node, platform, cores, processor } = machine;
const times = (value: number): string => `${value.toFixed(1)} ×`;
const noise =
  machine.crowdingMost < 1.2
    ? "the machine was quiet"
    : `others were at work: a busy loop took ${times(machine.crowding)} its CPU time ` +
      `(up to ${times(machine.crowdingMost)}), and so did much above`;
const unmet = figures.filter(({ met }) => met === false).map(({ what }) => what.trim());
if (json) process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`);
else
  process.stdout.write(
    `${table(figures)}\n\n` +
      `Medians. Node ${node}, ${platform}, ${cores} cores (${processor}); ${noise}.\n` +
      "RTT is what practice AWS adds to each request; TLS and new connections are not in it.\n" +
      `${unmet.length === 0 ? "Every goal is met" : `NOT met: ${unmet.join("; ")}`} (${seconds()}).\n`,
  );
