import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { type Reach, reaches } from "./reaches.ts";
import { rooms } from "./rooms.ts";
import type { Finding } from "./source.ts";

type Inputs = Metafile["inputs"];

/** What an entry file reaches, from the bundler's graph; a path of imports explains each. */
interface Reached {
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** `package` is "" where a file of the house imports the module itself. */
  readonly builtins: readonly {
    readonly name: string;
    readonly package: string;
    readonly path: readonly string[];
  }[];
}

const NATIVE = Object.values(rooms).flatMap((room) =>
  room.packages.includes("@node-rs/argon2") ? ["@node-rs/argon2-*", "*.node"] : [],
);

/** `node_modules/@a/b/dist/x.js` → `@a/b`; "" for a file of the house. */
function packageOf(path: string): string {
  const after = path.split("node_modules/").at(-1) ?? "";
  if (after === path) return "";
  return after
    .split("/")
    .slice(0, after.startsWith("@") ? 2 : 1)
    .join("/");
}

function walk(inputs: Inputs, entry: string, lazily: boolean): Reached {
  const files = new Map<string, readonly string[]>();
  const packages = new Map<string, readonly string[]>();
  const builtins: Reached["builtins"][number][] = [];
  const queue: [string, readonly string[]][] = [[entry, [entry]]];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [file, path] = next;
    if (files.has(file)) continue;
    files.set(file, path);
    const owner = packageOf(file);
    if (owner !== "" && !packages.has(owner)) packages.set(owner, path);
    for (const link of inputs[file]?.imports ?? []) {
      if (link.kind === "dynamic-import" && !lazily) continue;
      if (link.external !== true) {
        queue.push([link.path, [...path, link.path]]);
        continue;
      }
      const bare = link.path.replace(/^node:/, "");
      if (builtinModules.includes(bare)) builtins.push({ name: bare, package: owner, path });
    }
  }
  return { files, packages, builtins };
}

async function graphOf(root: string, entry: string): Promise<Inputs> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: "out",
    splitting: true,
    external: [...NATIVE, "electron"],
    jsx: "automatic",
    loader: { ".woff2": "empty" },
    logLevel: "silent",
  });
  return metafile.inputs;
}

/** Declarations and imported names that are left once unused code is dropped. */
async function namesIn(root: string, entry: string): Promise<Set<string>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    packages: "external",
    treeShaking: true,
    logLevel: "silent",
  });
  const text = outputFiles[0]?.text ?? "";
  const declared = text.matchAll(
    /^\s*(?:export )?(?:async )?(?:function\*?|const|let|var|class) (\w+)/gm,
  );
  // The bundler keeps the name of an import that nothing uses any more: count only those used.
  const imports = /^import \{([^}]*)\}.*$/gm;
  const body = text.replaceAll(imports, "");
  const imported = [...text.matchAll(imports)]
    .flatMap(([, list]) => (list ?? "").split(","))
    .map((item) => item.match(/\w+/g) ?? [])
    .filter((names) => new RegExp(`\\b${names.at(-1)}\\b`).test(body));
  return new Set([
    ...[...declared].map(([, name]) => (name ?? "").replace(/\d+$/, "")),
    ...imported.flat(),
  ]);
}

const via = (path: readonly string[]): string =>
  path.filter((file) => packageOf(file) === "").join(" → ");

async function findingsOf(root: string, reach: Reach): Promise<Finding[]> {
  const at = (rule: string, message: string): Finding => ({
    rule,
    file: reach.entry,
    line: 1,
    message: `${message} (${reach.why})`,
  });
  const inputs = await graphOf(root, reach.entry).catch((cause: unknown) => String(cause));
  if (typeof inputs === "string") return [at("reach-unknown", inputs.replaceAll("\n", " "))];
  const all = walk(inputs, reach.entry, true);
  const atStart = walk(inputs, reach.entry, false);
  const found: Finding[] = [];
  for (const [file, path] of all.files)
    for (const prefix of reach.neverFiles ?? [])
      if (file.startsWith(prefix)) found.push(at("reach-file", `reaches ${file} by ${via(path)}`));
  for (const name of reach.neverPackages ?? []) {
    const path = all.packages.get(name);
    if (path !== undefined) found.push(at("reach-package", `reaches ${name} by ${via(path)}`));
  }
  for (const name of reach.lazyPackages ?? []) {
    const path = atStart.packages.get(name);
    if (path !== undefined)
      found.push(at("reach-eager", `loads ${name} at its start by ${via(path)}`));
  }
  for (const { name, package: owner, path } of all.builtins) {
    const tolerated = (reach.tolerated ?? []).some(
      ({ by, builtin }) => builtin === name && (by === owner || by === path.at(-1)),
    );
    if ((reach.neverBuiltins ?? []).includes(name) && !tolerated)
      found.push(at("reach-builtin", `reaches node:${name} by ${via(path)} ${owner}`.trimEnd()));
  }
  if (reach.neverNames !== undefined) {
    const names = await namesIn(root, reach.entry);
    for (const name of reach.neverNames)
      if (names.has(name)) found.push(at("reach-name", `its bundle contains ${name}`));
  }
  return found;
}

/** An entry file that is missing is a finding too: a boundary nobody can compute is no boundary. */
export async function reachFindings(root: string): Promise<Finding[]> {
  const found = await Promise.all(
    reaches.map((reach) =>
      existsSync(join(root, reach.entry))
        ? findingsOf(root, reach)
        : [{ rule: "reach-missing", file: reach.entry, line: 1, message: "is not there" }],
    ),
  );
  return found.flat();
}
