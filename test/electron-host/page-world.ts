import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

// The scripts of the two worlds, as source text for Chromium to run in every new document.

const bundle = (file: string): string => {
  const built = buildSync({
    entryPoints: [join(import.meta.dirname, "page", file)],
    bundle: true,
    format: "iife",
    globalName: "world",
    target: "chrome150",
    write: false,
    logLevel: "silent",
  });
  return built.outputFiles[0]?.text ?? "";
};

let bundles: { readonly main: string; readonly isolated: string } | undefined;

const worlds = (): { readonly main: string; readonly isolated: string } => {
  bundles ??= { main: bundle("main-world.ts"), isolated: bundle("isolated-world.ts") };
  return bundles;
};

export const mainWorldScript = (token: string): string =>
  `(() => {\n${worlds().main}\nworld.open(${JSON.stringify({ token })});\n})();`;

/** The preload runs inside a function whose parameters are its CommonJS scope. */
export function isolatedWorldScript(
  token: string,
  preload: string | undefined,
  additionalArguments: readonly string[],
): string {
  const setting = { token, platform: process.platform, arguments: additionalArguments };
  const source = preload === undefined ? "" : readFileSync(preload, "utf8");
  return `(() => {
${worlds().isolated}
world.open(${JSON.stringify(setting)}, function (require, process, module, exports) {
${source}
});
})();
//# sourceURL=${preload ?? "stand-in"}`;
}
