import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rooms, TEST_ROOM } from "./rooms.ts";
import type { Finding } from "./source.ts";

interface Config {
  readonly references?: readonly { readonly path: string }[];
  readonly compilerOptions?: { readonly types?: readonly string[] };
}

const read = (path: string): Config => JSON.parse(readFileSync(path, "utf8")) as Config;

const differ = (a: readonly string[], b: readonly string[]): string[] =>
  a.filter((name) => !b.includes(name));

/** Compares each room's project references, and the types it sees, with the table. */
export function referenceFindings(root: string): Finding[] {
  const wanted = new Map<string, readonly string[]>([
    ...Object.entries(rooms).map(([room, row]) => [room, row.imports] as const),
    [TEST_ROOM, Object.keys(rooms)],
    ["", [...Object.keys(rooms), TEST_ROOM]],
  ]);
  return [...wanted].flatMap(([room, imports]) => {
    const file = join(room, "tsconfig.json");
    const at = (rule: string, message: string): Finding => ({ rule, file, line: 1, message });
    if (!existsSync(join(root, file))) return [at("references", "this room has no tsconfig.json")];
    const config = read(join(root, file));
    const given = (config.references ?? []).map(({ path }) => join(room, path));
    const platform = config.compilerOptions?.types ?? [];
    const row = rooms[room];
    const pure = row !== undefined && row.powers.length === 0 && row.packages !== undefined;
    const sdk = row?.packages.some((name) => name.startsWith("@aws-sdk/")) ?? false;
    return [
      ...differ(given, imports).map((name) =>
        at("references", `refers to ${name}, which the table does not let it import`),
      ),
      ...differ(imports, given).map((name) => at("references", `does not refer to ${name}`)),
      ...(pure && !sdk && platform.length > 0
        ? [
            at(
              "platform",
              `sees the platform's types (${platform.join(", ")}): a pure room has none`,
            ),
          ]
        : []),
    ];
  });
}
