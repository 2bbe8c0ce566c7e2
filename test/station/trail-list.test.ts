import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { readList } from "../../station/trail/list.ts";
import { requireProgram } from "../requires.ts";

// What a review read, in a form that stock sha256sum checks.

const fileOf = (file: string, sha: string | null) => ({
  file,
  sha256: sha,
  kind: "log" as const,
  events: 1,
  oldest: null,
  newest: null,
});
const A = "ab".repeat(32);

test("names begin where the files part ways, and are as they are once unzipped", () => {
  expect(readList([])).toBe("");
  expect(readList([fileOf("/media/x/AUDIT/events.json", A)])).toBe(`${A}  events.json\n`);
  expect(
    readList([
      fileOf("/media/x/AUDIT/AWSLogs/1/a.json.gz", A),
      fileOf("/media/x/AUDIT/AWSLogs/2/b.json.GZ", A),
      fileOf("/media/x/AUDIT/AWSLogs/2/torn.json.gz", null),
    ]),
  ).toBe(`${A}  1/a.json\n${A}  2/b.json\n# not read to its end: 2/torn.json.gz\n`);
  expect(readList([fileOf("/a/x.json", A), fileOf("b/y.json", A)])).toBe(
    `${A}  /a/x.json\n${A}  b/y.json\n`,
  );
});

test.runIf(requireProgram("sha256sum"))("stock sha256sum reads any name", () => {
  const part = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((name) => !/[/\0]/.test(name) && name.trim() !== "" && !/^\.+$/.test(name));
  const odd = fc.constantFrom("a\nb", "a\\b", "# x", "-", " x", "é\u202e", "a\r");
  const names = fc.uniqueArray(fc.oneof(part, odd), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(names, (given) => {
      const root = mkdtempSync(join(tmpdir(), "pullstation-list-"));
      try {
        const files = given.map((name, index) => {
          const file = join(root, `${index}`, `${name}.json`);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, name);
          return fileOf(file, hex(sha256(utf8(name))));
        });
        const base = files.length > 1 ? root : dirname(files[0]?.file ?? "");
        const list = join(root, "list");
        writeFileSync(list, readList(files));
        const said = execFileSync("sha256sum", ["--check", "--strict", list], {
          cwd: base,
          encoding: "utf8",
        });
        expect(said.match(/: OK$/gm)).toHaveLength(files.length);
      } finally {
        rmSync(root, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});
