import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { STEPS } from "./by-hand-steps.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test("the README lists every step, once, and no other", () => {
  const readme = readFileSync(path("README.md"), "utf8");
  const listed = [...readme.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id);
  expect(listed).toEqual(STEPS.map(({ id }) => id));
});

test("the guided walk writes each step's outcome; what was skipped is no pass", () => {
  const file = join(mkdtempSync(join(tmpdir(), "pullstation-test-")), "result.json");
  const steps = STEPS.filter(({ systems }) => systems.some((one) => one === platform()));
  const { status, stdout } = spawnSync(process.execPath, [path("by-hand.ts"), file], {
    input: `A key, 5.4.3\n${steps.map(() => "s\n").join("")}`,
    encoding: "utf8",
    timeout: 15_000,
  });
  expect(stdout).toContain(`0 passed, 0 failed, ${steps.length} skipped`);
  expect(status).toBe(0);
  const result = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  expect(result).toMatchObject({
    key: "A key, 5.4.3",
    steps: steps.map(({ id }) => ({ id, outcome: "skipped" })),
  });
});
