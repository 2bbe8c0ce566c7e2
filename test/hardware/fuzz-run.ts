import { fuzz } from "./fuzz.ts";
import { recordedAnswers } from "./recorded.ts";

// npm run test:fuzz [-- CASES [SEED]]: a failure names the case and how to repeat it. Exit status 1
// when a case failed, or when the run as a whole took more memory than it may.

const cases = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? Date.now() & 0x7fffffff);
const begun = performance.now();
const MIB = 1024 * 1024;
/** Most of it is the runtime and the generator of cases; none of it grows with their number. */
const MOST_MIB = 768;
await fuzz(cases, seed, recordedAnswers());
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
// maxRSS is in KiB (getrusage(2)).
const peak = Math.round((process.resourceUsage().maxRSS * 1024) / MIB);
process.stdout.write(
  `${cases} cases, seed ${seed}: each ended in a value or a coded error within its time limit; ` +
    `${seconds} s, at most ${peak} MiB\n`,
);
if (peak > MOST_MIB) {
  process.stderr.write(`More than ${MOST_MIB} MiB.\n`);
  process.exitCode = 1;
}
