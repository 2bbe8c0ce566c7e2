import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { type Figure, mb, median, ms, spread } from "./figure.ts";
import { type Program, wholeProcess } from "./process.ts";

const STARTS = 15;
const FIRST_STARTS = 3;

/** A whole drill into `dir`, with whatever is in the compile cache; gives the vault process's peak. */
async function peakOfDrill(program: Program, dir: string): Promise<number> {
  await wholeProcess(program(["drill", "--duration", "5s", "--out", dir, "--json"]));
  const summary: unknown = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
  const { vaultPeakBytes } = Object(summary) as { readonly vaultPeakBytes?: unknown };
  if (typeof vaultPeakBytes !== "number") throw new Error("the drill told no peak memory");
  return vaultPeakBytes;
}

/** The drill's first start is the worst case: its processes strip and compile every file. */
export async function measureMemory(program: Program, dir: string): Promise<readonly Figure[]> {
  const first = await peakOfDrill(program, join(dir, "first"));
  const later = await peakOfDrill(program, join(dir, "later"));
  const kdf = KDF_REAL.memoryKiB * 1024;
  return [
    {
      what: "peak memory of the vault process, 3-of-5 drill",
      ours: `KDF + ${mb(later - kdf)}`,
      against: `KDF memory: ${mb(kdf)}; first start ever: KDF + ${mb(first - kdf)}`,
      goal: "KDF + < 120 MB",
      met: Math.max(first, later) - kdf < 120e6,
      values: { peakBytes: later, firstPeakBytes: first, kdfBytes: kdf },
    },
  ];
}

export async function measureStart(
  program: Program,
  cache: string,
  dir: string,
): Promise<readonly Figure[]> {
  const verify = program(["verify", dir]);
  const first: number[] = [];
  for (let count = 0; count < FIRST_STARTS; count++) {
    rmSync(cache, { recursive: true, force: true });
    first.push((await wholeProcess(verify)).took);
  }
  const later: number[] = [];
  const bare: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    later.push((await wholeProcess(verify)).took);
    bare.push((await wholeProcess(["-e", "1"])).took);
  }
  const node = median(bare);
  const row = (what: string, samples: readonly number[]): Figure => ({
    what,
    ours: ms(median(samples)),
    against: `node -e 1: ${ms(node)}; ${samples.length} starts, ${spread(samples)}`,
    goal: "< 300 ms",
    met: median(samples) < 300,
    values: { verifyMs: median(samples), nodeMs: node },
  });
  return [
    row("cold pullstation verify of a drill, whole process", later),
    row("  the first ever, nothing compiled yet", first),
  ];
}
