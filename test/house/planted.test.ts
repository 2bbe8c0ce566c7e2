import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rooms } from "../../build/house/rooms.ts";

// Each planted tree breaks one rule in a copy of a small house that keeps them all. The real tools
// run on it, and exactly the expected findings come out.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PLANTED = join(ROOT, "test/house/planted");

interface Output {
  readonly status: number | null;
  readonly text: string;
  /** Standard error apart: a tool's last words are not its findings. */
  readonly errors: string;
}

interface Found {
  readonly lint: readonly string[];
  readonly types: readonly string[];
  readonly house: readonly string[];
}

const KEPT: Found = { lint: [], types: [], house: [] };

let house = "";

async function run(command: string, ...args: string[]): Promise<Output> {
  const child = spawn(process.execPath, [join(ROOT, "node_modules", command), ...args], {
    cwd: house,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  let text = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, text, errors };
}

const unique = (found: string[]): string[] => [...new Set(found)].toSorted();

async function lint(): Promise<string[]> {
  const { text } = await run("oxlint/bin/oxlint", "--format=json");
  const { diagnostics } = JSON.parse(text) as {
    diagnostics: { code: string; filename: string }[];
  };
  return unique(diagnostics.map(({ code, filename }) => `${code} ${filename}`));
}

async function types(): Promise<string[]> {
  const { status, text } = await run("typescript/bin/tsc", "-b", "--pretty", "false");
  const found = [...text.matchAll(/^(\S+)\(\d+,\d+\): error (TS\d+)/gm)];
  expect(status === 0, text).toBe(found.length === 0);
  return unique(found.map(([, file, code]) => `${code} ${file}`));
}

async function check(): Promise<string[]> {
  const { text } = await run("../build/house/check.ts", "--json", house);
  const found = JSON.parse(text) as { rule: string; file: string }[];
  return unique(found.map(({ rule, file }) => `${rule} ${file}`));
}

async function judge(): Promise<Found> {
  const [linted, typed, checked] = await Promise.all([lint(), types(), check()]);
  return { lint: linted, types: typed, house: checked };
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** Lays files over the control house while `use` runs, then puts the control's own back. */
async function planted<T>(files: ReadonlyMap<string, string>, use: () => Promise<T>) {
  for (const [file, from] of files) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    cpSync(from, join(house, file));
  }
  try {
    return await use();
  } finally {
    for (const file of files.keys()) {
      const own = [join(PLANTED, "control", file), join(ROOT, file)].find((path) =>
        existsSync(path),
      );
      if (own === undefined) rmSync(join(house, file));
      else cpSync(own, join(house, file));
    }
  }
}

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "pullstation-house-"));
  const shared = ["package.json", "tsconfig.json", "tsconfig.base.json", "oxlint.config.ts"];
  const configs = [...Object.keys(rooms), "test"].map((room) => `${room}/tsconfig.json`);
  for (const file of [...shared, ...configs, "crypto/platform.d.ts", "build/house"])
    cpSync(join(ROOT, file), join(house, file), { recursive: true });
  cpSync(join(PLANTED, "control"), house, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(house, "node_modules"), "junction");
});

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

test("the control house keeps every rule", { timeout: 60_000 }, async () => {
  expect(await judge()).toEqual(KEPT);
});

const plants: Readonly<Record<string, Partial<Found>>> = {
  // floors
  "practice-in-station": {
    lint: ["eslint(no-restricted-imports) station/planted.ts"],
    types: ["TS6059 station/planted.ts", "TS6307 station/planted.ts"],
    house: ["floor station/planted.ts"],
  },
  "policies-in-evaluator": {
    lint: ["eslint(no-restricted-imports) practice/planted.ts"],
    types: ["TS6059 practice/planted.ts", "TS6307 practice/planted.ts"],
    house: ["floor practice/planted.ts"],
  },
  "type-upwards": {
    lint: ["eslint(no-restricted-imports) ceremony/planted.ts"],
    types: [
      "TS6059 ceremony/planted.ts",
      "TS6059 practice/kit/kit.ts",
      "TS6307 ceremony/planted.ts",
      "TS6307 practice/kit/kit.ts",
    ],
    house: ["floor ceremony/planted.ts"],
  },
  "unlisted-room": {
    lint: ["eslint(no-restricted-imports) contract/planted.ts"],
    types: ["TS6059 contract/planted.ts", "TS6307 contract/planted.ts"],
    house: ["floor contract/planted.ts"],
  },
  "no-room": { house: ["room-unlisted attic/planted.ts"] },
  references: { house: ["references hardware/tsconfig.json"] },
  "platform-in-ceremony": { house: ["platform ceremony/tsconfig.json"] },
  "index-by-sibling": {
    lint: ["eslint(no-restricted-imports) ceremony/planted.ts"],
    house: ["index-sibling ceremony/planted.ts"],
  },
  barrel: {
    lint: ["oxc(no-barrel-file) ceremony/planted.ts"],
    house: ["barrel ceremony/planted.ts"],
  },
  cycle: {
    lint: ["import(no-cycle) ceremony/planted-other.ts", "import(no-cycle) ceremony/planted.ts"],
  },
  "computed-import": { house: ["import-computed cli/planted.ts"] },

  // packages, modules of Node, clock, randomness
  "sdk-in-ceremony": {
    lint: ["eslint(no-restricted-imports) ceremony/planted.ts"],
    house: ["package ceremony/planted.ts"],
  },
  "child-process-in-station": {
    lint: ["eslint(no-restricted-imports) station/planted.ts"],
    house: ["builtin station/planted.ts"],
  },
  "way-around": { lint: ["eslint(no-restricted-properties) station/planted.ts"] },
  "fetch-in-crypto": {
    lint: ["eslint(no-restricted-globals) crypto/planted.ts"],
    types: ["TS2304 crypto/planted.ts"],
  },
  "process-in-crypto": {
    lint: ["eslint(no-restricted-globals) crypto/planted.ts"],
    types: ["TS2591 crypto/planted.ts"],
  },
  "timer-in-ceremony": {
    lint: ["eslint(no-restricted-globals) ceremony/planted.ts"],
    types: ["TS2304 ceremony/planted.ts"],
  },
  "clock-in-ceremony": { lint: ["eslint(no-restricted-properties) ceremony/planted.ts"] },
  "new-date-in-ceremony": { house: ["clock ceremony/planted.ts"] },
  "random-in-ceremony": { lint: ["eslint(no-restricted-properties) ceremony/planted.ts"] },
  "random-bytes-in-hardware": { lint: ["eslint(no-restricted-imports) hardware/planted.ts"] },

  // what each process reaches
  "main-with-network": {
    lint: ["eslint(no-restricted-imports) electron/planted.ts"],
    house: ["builtin electron/planted.ts", "reach-builtin electron/main.ts"],
  },
  "renderer-with-crypto": {
    lint: ["eslint(no-restricted-imports) renderer/planted.ts"],
    types: ["TS6059 renderer/planted.ts", "TS6307 renderer/planted.ts"],
    house: ["floor renderer/planted.ts"],
  },
  "navigator-in-renderer": {
    lint: ["eslint(no-restricted-globals) renderer/planted.ts"],
  },
  "network-in-vault-process": {
    lint: ["eslint(no-restricted-imports) station/planted.ts"],
    house: ["builtin station/planted.ts", "reach-builtin station/vault-process.ts"],
  },
  "sdk-in-vault-process": {
    house: [
      "reach-builtin station/vault-process.ts",
      "reach-file station/vault-process.ts",
      "reach-package station/vault-process.ts",
    ],
  },
  "sdk-at-start": { house: ["reach-eager station/online-process.ts"] },
  "shares-in-online-process": {
    house: ["reach-file station/online-process.ts", "reach-package station/online-process.ts"],
  },
  "opening-in-check-process": {
    house: [
      "reach-file station/check-process.ts",
      "reach-name station/check-process.ts",
      "reach-package station/check-process.ts",
    ],
  },
  "opening-in-review-process": {
    house: ["reach-file station/review-process.ts", "reach-package station/review-process.ts"],
  },
  "opening-in-part-thread": {
    house: [
      "reach-file station/trail/part-thread.ts",
      "reach-package station/trail/part-thread.ts",
    ],
  },
  "thread-elsewhere": {
    lint: ["eslint(no-restricted-imports) station/planted.ts"],
    house: ["builtin station/planted.ts", "reach-builtin station/review-process.ts"],
  },
  // What strangers wrote is the review process's to parse.
  "trail-in-main": { house: ["reach-file electron/main.ts"] },
  "combine-in-share-check": { house: ["reach-name ceremony/share-check.ts"] },

  // the failure catalogue
  "failure-missing": { house: ["failure-missing ceremony/planted.ts"] },
  "failure-unknown": { house: ["failure-unknown contract/failures.ts"] },
  "failure-dead": {
    house: ["failure-dead ceremony/planted.ts", "failure-missing ceremony/planted.ts"],
  },

  // the language, and text
  "floating-promise": { house: ["floating-promise ceremony/planted.ts"] },
  any: { lint: ["typescript(no-explicit-any) ceremony/planted.ts"] },
  "default-export": { lint: ["import(no-default-export) ceremony/planted.ts"] },
  enum: { types: ["TS1294 ceremony/planted.ts"], house: ["enum ceremony/planted.ts"] },
  silenced: {
    lint: ["typescript(ban-ts-comment) ceremony/planted.ts"],
    house: ["rule-silenced ceremony/planted.ts"],
  },
  "skipped-test": {
    lint: ["vitest(no-disabled-tests) test/planted.test.ts"],
    house: ["test-skipped test/planted.test.ts"],
  },
  text: {
    house: [
      "machine-path NOTES.md",
      "merge-marker NOTES.md",
      "registry-host NOTES.md",
      "unfinished NOTES.md",
    ],
  },
};

test("every planted tree is expected, and nothing else is", () => {
  const folders = readdirSync(PLANTED).filter((name) => name !== "control");
  expect(folders.toSorted()).toEqual(Object.keys(plants).toSorted());
});

test.each(Object.entries(plants))("%s is found", { timeout: 60_000 }, async (name, expected) => {
  const folder = join(PLANTED, name);
  const files = new Map(filesIn(folder).map((file) => [file, join(folder, file)]));
  expect(await planted(files, judge)).toEqual({ ...KEPT, ...expected });
});

test("a module of more than 400 lines is found", { timeout: 60_000 }, async () => {
  const file = "ceremony/planted.ts";
  const long = join(house, "long.txt");
  writeFileSync(long, `export const planted = 1;\n${"// more\n".repeat(400)}`);
  expect(await planted(new Map([[file, long]]), judge)).toEqual({
    ...KEPT,
    lint: [`eslint(max-lines) ${file}`],
    house: [`file-too-long ${file}`],
  });
});

test("a process's entry file that is not there is found", { timeout: 60_000 }, async () => {
  const file = "station/vault-process.ts";
  rmSync(join(house, file));
  try {
    expect(await judge()).toEqual({ ...KEPT, house: [`reach-missing ${file}`] });
  } finally {
    cpSync(join(PLANTED, "control", file), join(house, file));
  }
});
