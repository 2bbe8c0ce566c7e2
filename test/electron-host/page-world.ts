import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

// The scripts of the two worlds, as source text for Chromium to run in every new document.

const source = (name: string): string => join(import.meta.dirname, "page", `${name}.ts`);

/** Each bundle leaves its module in a variable `world`. */
const bundled = build({
  entryPoints: [source("main-world"), source("isolated-world")],
  bundle: true,
  format: "iife",
  globalName: "world",
  outdir: ".",
  target: "chrome150",
  write: false,
  logLevel: "silent",
});

async function bundleOf(name: string): Promise<string> {
  const { outputFiles } = await bundled;
  return outputFiles.find(({ path }) => path.endsWith(`${name}.js`))?.text ?? "";
}

export const mainWorldScript = async (token: string): Promise<string> =>
  `(() => {\n${await bundleOf("main-world")}\nworld.open(${JSON.stringify({ token })});\n})();`;

/** The preload runs inside a function whose parameters are its CommonJS scope. */
export async function isolatedWorldScript(
  token: string,
  preload: string | undefined,
  additionalArguments: readonly string[],
): Promise<string> {
  const setting = { token, platform: process.platform, arguments: additionalArguments };
  const script = preload === undefined ? "" : readFileSync(preload, "utf8");
  return `(() => {
${await bundleOf("isolated-world")}
world.open(${JSON.stringify(setting)}, function (require, process, module, exports) {
${script}
});
})();
//# sourceURL=${preload ?? "stand-in"}`;
}
