import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { measureActivation } from "./activation.ts";
import { measureChain } from "./chain.ts";
import { type Figure, table } from "./figure.ts";
import { measureKdf } from "./kdf.ts";
import { freshCheckout } from "./process.ts";
import { measureShamir } from "./shamir.ts";
import { measureVault } from "./vault.ts";
import { measureMemory, measureStart } from "./whole.ts";

// `npm run bench [-- --json]`: every figure beside what it was compared with in this very run. It
// exits 0 unless something broke: a goal that is not met is said in the table, and noise is no failure.

const json = process.argv.includes("--json");
const started = performance.now();
const dir = mkdtempSync(join(tmpdir(), "pullstation-bench-"));
const folder = (name: string): string => {
  const path = join(dir, name);
  mkdirSync(path);
  return path;
};
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
const figures: Figure[] = [];

async function part(what: string, measure: () => Promise<readonly Figure[]>): Promise<void> {
  process.stderr.write(`${seconds().padStart(6)}  ${what} …\n`);
  figures.push(...(await measure()));
}

const load = loadavg()[0] ?? 0;
try {
  const { program, cache } = freshCheckout(folder("checkout"));
  await part("seal and unseal", () => measureVault(folder("vaults")));
  await part("Argon2id", measureKdf);
  await part("Shamir", measureShamir);
  await part("activation and close", measureActivation);
  await part("a long chain", () => measureChain(folder("chain"), program));
  rmSync(cache, { recursive: true, force: true });
  const drills = folder("drills");
  await part("two drills, for memory", () => measureMemory(program, drills));
  await part("cold starts", () => measureStart(program, cache, join(drills, "later")));
} finally {
  rmSync(dir, { recursive: true, force: true });
}

const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? "?",
  loadBefore: load,
  loadAfter: loadavg()[0] ?? 0,
};
const unmet = figures.filter(({ met }) => met === false);
if (json) process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`);
else
  process.stdout.write(
    `${table(figures)}\n\n` +
      `Medians. Node ${machine.node}, ${machine.platform}, ${machine.cores} cores (${machine.processor}); ` +
      `load ${load.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after: ` +
      `${load > machine.cores / 2 ? "others were at work, so the figures are noisy" : "quiet"}.\n` +
      `Nothing but the injected latency lies between the SDK and practice AWS: no TLS, no new connections.\n` +
      `${unmet.length === 0 ? "Every goal is met" : `NOT met: ${unmet.map(({ what }) => what.trim()).join("; ")}`} (${seconds()}).\n`,
  );
