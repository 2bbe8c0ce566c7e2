import { expect, it } from "vitest";
import { laptopOffSeconds, offInWords } from "../../ceremony/laptop-clock.ts";

it.each([
  [0, null],
  [59, null],
  [-60, "1 minute behind"],
  [20 * 60, "20 minutes ahead"],
  [-7 * 3600, "7 hours behind"],
  [36 * 3600, "2 days ahead"],
  [-3 * 365 * 86_400, "3 years behind"],
])("a clock that is off by %s s is told as %s", (seconds, words) => {
  expect(offInWords(seconds)).toBe(words);
});

it("is measured against the middle of what is known of AWS's clock", () => {
  expect(laptopOffSeconds(10_000, { earliestMs: 3_000, latestMs: 5_000 })).toBe(6);
});
