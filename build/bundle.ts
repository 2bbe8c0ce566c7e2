import { copyFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { windows } from "./windows.ts";

/**
 * `node build/bundle.ts [OUT]`: the app as it ships, to `dist/`. Main and the processes are ES
 * modules for Electron's Node, each preload one CommonJS file (a sandboxed preload can't be a
 * module), each window one script and one stylesheet.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Packages with a native addon or their own WebAssembly: shipped as they are, beside the bundles. */
const BESIDE = ["electron", "node-hid", "@node-rs/argon2", "libsodium-wrappers-sumo"];

export async function bundle(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const pages = join(out, "renderer");
  mkdirSync(pages, { recursive: true });
  const common: BuildOptions = {
    absWorkingDir: ROOT,
    bundle: true,
    logLevel: "warning",
    legalComments: "none",
  };
  await Promise.all([
    build({
      ...common,
      entryPoints: {
        main: "electron/main.ts",
        "vault-process": "station/vault-process.ts",
        "review-process": "station/review-process.ts",
        "part-thread": "station/trail/part-thread.ts",
        "check-process": "station/check-process.ts",
        "online-process": "station/online-process.ts",
        "practice-process": "practice/stage/process.ts",
      },
      outdir: out,
      platform: "node",
      target: "node24",
      format: "esm",
      external: BESIDE,
      // What CommonJS packages inside call by that name.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      define: { "import.meta.main": "true" },
    }),
    build({
      ...common,
      entryPoints: {
        "preload-app": "electron/preload/app.ts",
        "preload-ceremony": "electron/preload/ceremony.ts",
      },
      outdir: out,
      outExtension: { ".js": ".cjs" },
      platform: "browser",
      target: "chrome140",
      format: "cjs",
      external: ["electron"],
    }),
    build({
      ...common,
      ...windows,
      plugins: [...windows.plugins],
      outdir: pages,
    }),
  ]);
  // Paper carries its fonts in itself; they are read from beside the bundle.
  cpSync(join(ROOT, "station/paper/fonts"), join(out, "fonts"), { recursive: true });
  for (const page of ["app.html", "ceremony.html"])
    copyFileSync(join(ROOT, "renderer", page), join(pages, page));
  copyFileSync(
    join(ROOT, "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"),
    join(pages, "zxing_reader.wasm"),
  );
}

if (import.meta.main) await bundle(join(ROOT, process.argv[2] ?? "dist"));
