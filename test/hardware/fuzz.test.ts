import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";
import { recordedAnswers } from "./recorded.ts";

// 200,000 cases: npm run test:fuzz. Here a tenth of them, always the same.

const CASES = 20_000;
const MIB = 1024 * 1024;

test(`${CASES} random and mutated inputs end in a value or a coded error, in bounded memory`, async () => {
  const before = process.memoryUsage();
  await fuzz(CASES, 20_250_000, recordedAnswers());
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 * MIB);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(256 * MIB);
}, 60_000);
