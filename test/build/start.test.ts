import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const START = fileURLToPath(new URL("../../build/start.ts", import.meta.url));

function start(env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [START, "--said"], {
    encoding: "utf8",
    env: { ...process.env, ELECTRON_BIN: "", ...env },
  });
  return { status, stdout, stderr };
}

/** Stands in for Electron's binary: finds the app in the folder that it is given as Electron does. */
const FINDS = `#!${process.execPath}
const [, , folder, ...rest] = process.argv;
console.log(JSON.stringify([require("node:module")._resolveFilename(folder, null, true), rest]));
`;

test("the app is found by Electron, and gets what was said", { timeout: 60_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), "pullstation-start-"));
  try {
    const electron = join(dir, "electron");
    writeFileSync(electron, FINDS);
    chmodSync(electron, 0o700);
    const { status, stdout, stderr } = start({ ELECTRON_BIN: electron });
    expect([status, stderr]).toEqual([0, ""]);
    const [main, rest] = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as [string, string[]];
    expect(main).toBe(fileURLToPath(new URL("../../dist/main.js", import.meta.url)));
    expect(rest).toEqual(["--said"]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("without Electron and without Chromium it says what is missing", { timeout: 60_000 }, () => {
  const { status, stderr } = start({ CHROMIUM_BIN: "/nowhere/chromium" });
  expect(status).toBe(1);
  expect(stderr).toContain("no Electron binary here and no Chromium");
});
