import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import type { OxlintConfig, OxlintOverride } from "oxlint";
import { allowed } from "./allowed.ts";
import { grants, ROOT_FILES, type Room, rooms, TEST_ROOM } from "./rooms.ts";

// The lint configuration, derived from the table. It is the quick answer in the editor; the import
// graph (floors.ts) resolves paths and is the one that counts.

type Rules = NonNullable<OxlintConfig["rules"]>;

const manifest = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as Record<"dependencies" | "devDependencies", Record<string, string>>;
const everyPackage = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
const everyBuiltin = builtinModules.filter((name) => !name.startsWith("_"));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const anyOf = (names: readonly string[]): string => names.map(escaped).join("|");

const NETWORK_GLOBALS = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];
const TIMER_GLOBALS = ["setTimeout", "setInterval", "setImmediate"];
const RANDOM_NAMES = [
  "generateKey",
  "generateKeyPair",
  "generateKeyPairSync",
  "generateKeySync",
  "getRandomValues",
  "randomBytes",
  "randomFill",
  "randomFillSync",
  "randomInt",
  "randomUUID",
  "webcrypto",
];

const WAYS_AROUND = [
  ["process", "binding"],
  ["process", "dlopen"],
  ["process", "getBuiltinModule"],
  ["process", "mainModule"],
] as const;

const CLOCK = [
  ["Date", "now"],
  ["performance", "now"],
  ["performance", "timeOrigin"],
  ["process", "hrtime"],
  ["process", "uptime"],
] as const;

const banned = (pairs: readonly (readonly [string, string])[], message: string) =>
  pairs.map(([object, property]) => ({ object, property, message }));

/** Top-level names of rooms as a relative path would spell them from anywhere in the house. */
function forbiddenRooms(room: string, row: Room): string[] {
  const nested = (name: string): boolean => name.startsWith(`${room}/`);
  const others = [...Object.keys(rooms), TEST_ROOM].filter(
    (name) => name !== room && !row.imports.includes(name),
  );
  return others.flatMap((name) => {
    const last = name.slice(name.indexOf("/") + 1);
    if (nested(name)) return [`^\\./(?:.*/)?${escaped(last)}/`];
    // `aws/clients` seen from `aws/documents` is `../clients/`.
    const sibling = name.split("/")[0] === room.split("/")[0] && name.includes("/");
    const face = row.imports.some((other) => other.startsWith(`${name}/`))
      ? `${escaped(name)}/[^/]+\\.ts$`
      : `${escaped(name)}/`;
    return [`^(?:\\.\\./)+(?:${face}${sibling ? `|${escaped(last)}/` : ""})`];
  });
}

function rulesOf(room: string, row: Room, file?: string): Rules {
  const { powers, builtins } = allowed(row, file);
  const packages = everyPackage.filter((name) => !row.packages.includes(name));
  const closed = everyBuiltin.filter((name) => !builtins.has(name));
  const globals = [
    ...NETWORK_GLOBALS.map((name) => ({ name, message: "No network here: see the house rules." })),
    ...(powers.has("camera")
      ? []
      : [{ name: "navigator", message: `${room} sees no device of the browser's.` }]),
    ...(powers.has("timers")
      ? []
      : TIMER_GLOBALS.map((name) => ({ name, message: `${room} does not wait: ask a port.` }))),
    ...(powers.has("process")
      ? []
      : [{ name: "process", message: `${room} does not see the process.` }]),
    ...(powers.has("randomness")
      ? []
      : [{ name: "crypto", message: `${room} draws no randomness: ask a port.` }]),
  ];
  const properties = [
    ...banned(WAYS_AROUND, "A module is reached by an import that the table can see."),
    ...banned([["Math", "random"]], "Never random enough: ask a port."),
    ...(powers.has("clock") ? [] : banned(CLOCK, `${room} reads no clock: ask a port.`)),
  ];
  return {
    "no-restricted-globals": ["error", { globals, checkGlobalObject: true }],
    "no-restricted-properties": ["error", ...properties],
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...forbiddenRooms(room, row).map((regex) => ({
            regex,
            message: `${room} (floor ${row.floor}) may not import this room.`,
          })),
          { regex: `^(?:${anyOf(packages)})(?:/|$)`, message: `Not a package of ${room}.` },
          { regex: `^(?:node:)?(?:${anyOf(closed)})$`, message: `Not a module for ${room}.` },
          {
            regex: "^\\./(?:.*/)?index\\.ts$|^(?:\\.\\./)+index\\.ts$",
            message: "Siblings import each other, never their room's index.",
          },
          ...(powers.has("randomness")
            ? []
            : [
                {
                  regex: "^(?:node:)?crypto$",
                  importNames: RANDOM_NAMES,
                  message: `${room} draws no randomness: ask a port.`,
                },
              ]),
        ],
      },
    ],
    "no-console": powers.has("console") ? "off" : "error",
  };
}

const general: Rules = {
  "array-callback-return": "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "max-lines": ["error", { max: 400 }],
  "no-await-in-loop": "off",
  "no-constructor-return": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-proto": "error",
  "no-return-assign": "error",
  "no-self-compare": "error",
  "no-sequences": "error",
  "no-shadow": "error",
  "no-throw-literal": "error",
  "no-unused-vars": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-object-has-own": "error",
  "import/first": "error",
  "import/no-absolute-path": "error",
  "import/no-commonjs": "error",
  "import/no-cycle": "error",
  "import/no-default-export": "error",
  "import/no-duplicates": "error",
  "import/no-dynamic-require": "error",
  "import/no-mutable-exports": "error",
  "import/no-self-import": "error",
  "import/no-named-as-default": "off",
  "import/no-named-as-default-member": "off",
  "promise/always-return": "off",
  "oxc/no-barrel-file": ["error", { threshold: 0 }],
  "promise/no-multiple-resolved": "error",
  "promise/no-return-in-finally": "error",
  "typescript/ban-ts-comment": "error",
  "typescript/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
  "typescript/no-empty-object-type": "error",
  "typescript/no-explicit-any": "error",
  "typescript/no-import-type-side-effects": "error",
  "typescript/no-namespace": "error",
  "typescript/no-non-null-assertion": "error",
  "typescript/no-require-imports": "error",
  "typescript/parameter-properties": "error",
  "typescript/prefer-enum-initializers": "error",
  // A window's stylesheet is loaded by its name.
  "import/no-unassigned-import": ["error", { allow: ["**/*.css"] }],
  "unicorn/error-message": "error",
  "unicorn/prefer-node-protocol": "error",
  // Its ports are Electron's, whose postMessage has no origin; the one window.postMessage names it.
  "unicorn/require-post-message-target-origin": "off",
  "unicorn/throw-new-error": "error",
};

const glob = (room: string): string => `${room}/**/*.{ts,tsx,mts,mjs,js}`;

function overrides(): OxlintOverride[] {
  // A nested room (practice/kit) comes after the room around it, because the last match wins.
  const byDepth = Object.entries(rooms).toSorted(([a], [b]) => a.length - b.length);
  const perRoom = byDepth.map(([room, row]) => ({
    files: [glob(room)],
    rules: rulesOf(room, row),
  }));
  const perFile = grants.map((grant) => {
    const [room, row] = roomOfFile(grant.file);
    return { files: [grant.file], rules: rulesOf(room, row, grant.file) };
  });
  return [
    ...perRoom,
    ...perFile,
    {
      files: [glob(TEST_ROOM)],
      plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "vitest"],
      rules: {
        "no-restricted-properties": [
          "error",
          ...banned([["Math", "random"]], "A test must repeat: use fast-check or a fixed seed."),
        ],
        "vitest/no-disabled-tests": "error",
        "vitest/no-focused-tests": "error",
      },
    },
    {
      // Their tools ask for a default export.
      files: [...ROOT_FILES],
      rules: { "import/no-default-export": "off" },
    },
  ];
}

function roomOfFile(file: string): [string, Room] {
  const found = Object.entries(rooms)
    .filter(([room]) => file.startsWith(`${room}/`))
    .toSorted(([a], [b]) => b.length - a.length)[0];
  if (found === undefined) throw new Error(`${file} is in no room`);
  return found;
}

export const lintConfig = (): OxlintConfig => ({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise"],
  categories: { correctness: "error", suspicious: "error" },
  rules: general,
  overrides: overrides(),
  ignorePatterns: ["node_modules", ".tsbuild", "dist", "coverage", "drill-*", "test/house/planted"],
});
