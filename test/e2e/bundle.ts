import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundle } from "../../build/bundle.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the bundles that the specs run. */
    readonly dist: string;
  }
}

/**
 * Built once before the specs, into a folder of this run: they run what ships. Inside the checkout,
 * since the bundles find their native packages from where they lie.
 */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const builds = fileURLToPath(new URL("../../.tsbuild", import.meta.url));
  mkdirSync(builds, { recursive: true });
  const dist = mkdtempSync(join(builds, "dist-"));
  await bundle(dist);
  provide("dist", dist);
  return () => rmSync(dist, { recursive: true, force: true });
}
