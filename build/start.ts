import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { electronBinary } from "./electron-binary.ts";

/**
 * `npm start`: builds the app and opens it in Electron. Where no Electron binary is to be had, it
 * says so and opens the same bundles in the machine's Chromium, for practice only.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");

function open(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  const child = spawn(command, [...args, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  child.once("error", (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => (process.exitCode = code ?? (signal === null ? 0 : 1)));
}

await bundle(DIST);
const electron = electronBinary();
// By its package.json, as Electron finds an app: `main` there is the bundle.
if (electron !== null) open(electron, [ROOT], {});
else if (!existsSync(process.env["CHROMIUM_BIN"] ?? "/usr/bin/chromium")) {
  console.error(
    "There is no Electron binary here and no Chromium to stand in for it.\n" +
      "Set ELECTRON_BIN to an Electron 45 binary, or install Debian's chromium (or set CHROMIUM_BIN).",
  );
  process.exitCode = 1;
} else {
  console.log(
    "There is no Electron binary here: the same app opens in the machine's Chromium instead.\n" +
      "It is for practice only; a real vault needs the packaged app.",
  );
  const main = join(DIST, "main.js");
  const register = join(ROOT, "test/electron-host/register.ts");
  open(process.execPath, ["--import", register, main, "--stand-in"], { HEADED: "1" });
}
