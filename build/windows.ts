import { readFileSync } from "node:fs";
import type { BuildOptions, Plugin } from "esbuild";

const EXPORTED = /^export (?:const|function) (\w+)/gm;

/**
 * A window checks what it is told by schemas, and writes none: what zod carries to turn them into JSON
 * Schema is 18 kB of each window's script that never runs. Whatever would call it fails by name.
 */
const withoutJsonSchema: Plugin = {
  name: "without-json-schema",
  setup: ({ onLoad }) => {
    const filter = /[\\/]zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)\.js$/;
    onLoad({ filter }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(EXPORTED)].map(([, name]) => name);
      return {
        contents: [
          `const none = () => { throw new Error("no JSON Schema in a window"); };`,
          ...names.map((name) => `export const ${name} = () => none;`),
        ].join("\n"),
      };
    });
  },
};

/** No window shows zod's own words for what is wrong: the path of the field is all that it takes. */
const withoutZodWords: Plugin = {
  name: "without-zod-words",
  setup: ({ onLoad }) => {
    const contents = `export default () => ({ localeError: () => "invalid" });`;
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]en\.js$/ }, () => ({ contents }));
  },
};

/** How both windows' scripts are made: as they ship, and as they are tested. */
export const windows = {
  entryPoints: { app: "renderer/app.tsx", ceremony: "renderer/ceremony.tsx" },
  bundle: true,
  platform: "browser",
  target: "chrome140",
  format: "esm",
  jsx: "automatic",
  minify: true,
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  legalComments: "none",
  plugins: [withoutJsonSchema, withoutZodWords],
} as const satisfies BuildOptions;
