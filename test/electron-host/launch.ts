import type { AppHandle, LaunchOptions } from "./handle.ts";
import { launchElectron } from "./launch-electron.ts";
import { launchStandIn } from "./launch-stand-in.ts";

/**
 * Opens the app: in a real Electron when one is named, otherwise in the stand-in. Resolves when the
 * first window has loaded; rejects, with main's exit code and what it said, when main ends before.
 */
export function launchApp(options: LaunchOptions): Promise<AppHandle> {
  const binary = options.electronBin ?? process.env["ELECTRON_BIN"];
  return binary === undefined || binary === ""
    ? launchStandIn(options)
    : launchElectron(options, binary);
}
