import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made = new Set<string>();

/** A fresh folder for an app that was given none; it goes when this process does. */
export function scratchFolder(): string {
  if (made.size === 0)
    process.once("exit", () => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true });
    });
  const folder = mkdtempSync(join(tmpdir(), "ps-test-"));
  made.add(folder);
  return folder;
}
