import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const CLI = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "blank-card-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const written = (...more: readonly string[]): string => {
  const file = join(dir, "blank.svg");
  execFileSync(process.execPath, [CLI, "blank-card", "--out", file, ...more]);
  return readFileSync(file, "utf8");
};

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [CLI, "blank-card", ...args], { encoding: "utf8" });

it("is a sheet of the paper that was named, with 43 numbered lines and no share", () => {
  const card = written();
  expect(card).toContain('width="210mm" height="297mm"');
  for (let number = 1; number <= 43; number++) expect(card).toContain(`>${number}<`);
  expect(card).not.toContain("PRACTICE");
  expect(written("--paper", "Letter")).toContain('width="215.9mm" height="279.4mm"');
  expect(written("--practice")).toContain("PRACTICE");
});

it("says where it can't be written, and refuses paper that it has not", () => {
  expect(run("--out", join(dir, "no", "folder.svg"))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("CARD_NOT_WRITTEN") as string,
  });
  expect(run("--out", join(dir, "a.svg"), "--paper", "A5").status).toBe(2);
});
