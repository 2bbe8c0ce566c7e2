import { electronBinary } from "../../build/electron-binary.ts";
import type { AppHandle, LaunchOptions } from "./handle.ts";
import { launchElectron } from "./launch-electron.ts";
import { launchStandIn } from "./launch-stand-in.ts";

/**
 * Opens the app: in a real Electron where there is one, otherwise in the stand-in. Resolves when the
 * first window has loaded; rejects, with main's exit code and what it said, when main ends before.
 */
export function launchApp(options: LaunchOptions): Promise<AppHandle> {
  const binary = options.electronBin ?? electronBinary();
  return binary === null ? launchStandIn(options) : launchElectron(options, binary);
}
