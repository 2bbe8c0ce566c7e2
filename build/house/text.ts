import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./source.ts";

interface TextRule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly only?: RegExp;
}

// Written so that no pattern matches its own source.
const RULES: readonly TextRule[] = [
  {
    rule: "machine-path",
    pattern: /(?:^|[\s"'`(=:,])\/(?:work|root|home|Users|tmp)\/[\w.-]/,
    message: "names a path of one machine",
  },
  {
    rule: "registry-host",
    pattern: /registry\.[\w-]+\.\w|npmmirror\.\w|pkg\.github\.\w|"resol[v]ed":/,
    message: "names a package registry's host",
  },
  {
    rule: "merge-marker",
    pattern: /^(?:<{7}|>{7}|\|{7})(?: |$)/,
    message: "is left over from a merge",
  },
  {
    rule: "unfinished",
    pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/,
    message: "marks unfinished work",
  },
  {
    rule: "rule-silenced",
    pattern: /(?:oxlint|eslint)-dis[a]ble|@ts-(?:ig[n]ore|noch[e]ck)|oxfmt-ig[n]ore/,
    message: "silences a rule instead of keeping it",
  },
  {
    rule: "test-skipped",
    pattern: /\b(?:test|it|describe)\.(?:skip|only|todo|fails)\s*\(/,
    message: "a test runs, or says what it needs (skipIf)",
    only: /\.test\.ts$/,
  },
];

const BINARY = /\.(?:png|jpe?g|gif|ico|woff2?|wasm|pullstation|bin)$/;
/** Stored data in other people's words: vectors, golden files, text of a licence. */
const FOREIGN = /^(?:test\/vectors\/|test\/testkit\/|LICENSE$)/;
const MAX_LINES = 400;

export function textFindings(root: string, files: readonly string[]): Finding[] {
  return files
    .filter((file) => !BINARY.test(file) && !FOREIGN.test(file))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n");
      const rules = RULES.filter(({ only }) => only === undefined || only.test(file));
      const found = lines.flatMap((text, index) =>
        rules
          .filter(({ pattern }) => pattern.test(text))
          .map(({ rule, message }) => ({ rule, file, line: index + 1, message })),
      );
      const long = /\.(?:ts|tsx|mjs)$/.test(file) && lines.length - 1 > MAX_LINES;
      return long
        ? [
            ...found,
            {
              rule: "file-too-long",
              file,
              line: lines.length - 1,
              message: `a module has at most ${MAX_LINES} lines`,
            },
          ]
        : found;
    });
}
