import { fuzz } from "./fuzz.ts";
import { recordedAnswers } from "./recorded.ts";

// npm run test:fuzz [-- CASES [SEED]]: a failure names the case and how to repeat it.

const cases = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? Date.now() & 0x7fffffff);
const begun = performance.now();
const MIB = 1024 * 1024;
await fuzz(cases, seed, recordedAnswers());
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
const { rss } = process.memoryUsage();
process.stdout.write(
  `${cases} cases, seed ${seed}: each ended in a value or a coded error; ` +
    `${seconds} s, ${Math.round(rss / MIB)} MiB\n`,
);
