import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../build/bundle.ts";

/**
 * A drill with the real cards and keys runs in check processes: what forms S or H, or opens the
 * payload, must not be in the program that they run, as it ships.
 */
const OPENING = [
  // declarations
  /\bfunction combine\d*\(/,
  /\b(?:unwrapHardwareSecret|deriveKek|openPayload)\b/,
  /\bvalidate\(\)/,
  // what those derivations are bound to
  /BGV1 kek/,
  /BGV1 payload/,
  /BGV1 wrap/,
];

let out: string;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), "pullstation-bundle-"));
  await bundle(out);
}, 60_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

const found = (name: string): string[] => {
  const text = readFileSync(join(out, `${name}.js`), "utf8");
  return OPENING.filter((one) => one.test(text)).map(({ source }) => source);
};

test("the check process's bundle holds neither combine nor unwrap", () => {
  expect(found("check-process")).toEqual([]);
});

test("what is looked for is in the bundle of the process that opens vaults", () => {
  expect(found("vault-process")).toEqual(OPENING.map(({ source }) => source));
});
