import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policySchema } from "../../contract/policy.ts";
import { newFolder, pullstation, quickPolicy, remove } from "./drill-runs.ts";

const MINUTE = 60_000;
let home: string;
beforeAll(() => {
  home = newFolder();
  put("bg-emergency_accessKeys.csv", `\uFEFF${HEAD}AKIAOWN${"A".repeat(13)},${"z".repeat(40)}\r\n`);
});
afterAll(() => remove(home));

const put = (name: string, text: string): string => {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
};
/** A named pipe that nobody writes to: reading it would wait for ever. */
function pipe(name: string): string {
  const path = join(home, `pipe ${name}`);
  spawnSync("mkfifo", [path]);
  return path;
}
const HEAD = "Access key ID,Secret access key\r\n";
const emergency = (): string => join(home, "bg-emergency_accessKeys.csv");

describe("unusable input", () => {
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    [
      "a key file that is missing",
      () => ["--keys", join(home, "gone.csv")],
      /gone\.csv can't be read/,
    ],
    ["a key file that is a folder", () => ["--keys", home], /can't be read/],
    [
      "a key file without the console's columns",
      () => ["--keys", put("odd-activator.csv", "hello\r\n"), emergency()],
      /odd-activator\.csv has no columns/,
    ],
    [
      "an empty key file",
      () => ["--keys", put("empty-activator.csv", ""), emergency()],
      /empty-activator\.csv holds no access key/,
    ],
    [
      "a temporary key",
      () => ["--keys", put("t-activator.csv", `${HEAD}ASIA${"A".repeat(16)},x\r\n`), emergency()],
      /Line 2 of t-activator\.csv is a temporary key/,
    ],
    [
      "a cut secret",
      () => [
        "--keys",
        put("s-activator.csv", `${HEAD}AKIA${"A".repeat(16)},hush\r\n`),
        emergency(),
      ],
      /Line 2 of s-activator\.csv has no secret access key/,
    ],
    ["an account without its activator", () => ["--keys", emergency()], /has no activator key/],
    ["a key given twice", () => ["--keys", emergency(), emergency()], /repeats line 2/],
    [
      "a policy that is not JSON",
      () => ["--policy", put("cut.json", "{")],
      /cut\.json can't be read \(not JSON\)/,
    ],
    [
      "a policy with a wrong field",
      () => ["--policy", put("field.json", quickPolicy({ reaperMaxHours: 99 }))],
      /field\.json is not valid at `reaperMaxHours`/,
    ],
    [
      "a policy that is over",
      () => ["--policy", put("over.json", quickPolicy({ kitExpires: "2020-01-01T00:00:00Z" }))],
      /policy\.kitExpires/,
    ],
    [
      "a policy that forbids the duration",
      () => ["--policy", put("short.json", quickPolicy({ maxDurationSeconds: 10 }))],
      /20 seconds were asked for; this vault allows 10/,
    ],
    [
      "a runbook that is missing",
      () => ["--runbook", join(home, "gone.md")],
      /gone\.md can't be read/,
    ],
    [
      "a runbook that is a pipe",
      () => ["--runbook", pipe("runbook.md")],
      /runbook\.md can't be read/,
    ],
    ["a key file that is a pipe", () => ["--keys", pipe("a-activator.csv")], /can't be read/],
    ["more needed than there are", () => ["--custodians", "2"], /3 custodians can't be needed/],
    ["one custodian", () => ["--custodians", "1"], /from 2 to 255/],
    ["256 custodians", () => ["--custodians", "256"], /from 2 to 255/],
    ["half a duration", () => ["--duration", "5"], /20s, 5m/],
    ["a folder in use", () => ["--out", home], /is not empty/],
    ["a file as its folder", () => ["--out", emergency()], /can't be made or read/],
    ["a folder in a file", () => ["--out", join(emergency(), "x")], /can't be made or read/],
    ["nothing to resume", () => ["--resume", join(home, "gone")], /There is no drill in/],
    ["a folder of something else", () => ["--resume", home], /There is no drill in/],
    ["a file to resume", () => ["--resume", emergency()], /There is no drill in/],
    [
      "a resumption of something else's files",
      () => ["--resume", home, "--keys", emergency()],
      /--resume.*cannot be used with.*--keys/,
    ],
    ["an option that is none", () => ["--fast"], /unknown option/],
  ];
  let number = 0;

  it.each(cases)(
    "%s: exit 2 and a sentence",
    async (_, args, sentence) => {
      const given = args();
      const out = given.some((word) => word === "--out" || word === "--resume")
        ? []
        : ["--out", join(home, `unusable ${number++}`)];
      const ran = await pullstation(["drill", ...given, ...out]);
      expect(ran.err).toMatch(sentence);
      expect(ran.status).toBe(2);
      expect(ran.err).not.toMatch(/^\s+at |node:|Error:|hush/m);
      for (const dir of out.slice(1))
        // A corrected retry finds it as new as it was, whatever was wrong with a file.
        expect(existsSync(dir) && readdirSync(dir).includes("vault.pullstation")).toBe(false);
    },
    MINUTE,
  );

  it("a policy as the README shows it is none of these", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const shown = /^ {4}\{\n[\s\S]*?^ {4}\}$/m.exec(readme)?.[0] ?? "";
    expect(policySchema.parse(JSON.parse(shown))).toMatchObject({ profile: "restore-service" });
  });

  const oldNode = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((node) =>
      /^v(?:1\d|2[0-3])\./.test(spawnSync(node, ["--version"]).stdout?.toString() ?? ""),
    );
  it.runIf(oldNode !== undefined)("an old Node is told which one is needed", () => {
    const command = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
    const { status, stderr } = spawnSync(oldNode ?? "", [command, "--help"], { encoding: "utf8" });
    expect(stderr).toMatch(/^pullstation needs Node 24; this is Node/);
    expect(status).toBe(2);
  });

  it("is JSON with --json", async () => {
    mkdirSync(join(home, "used"));
    writeFileSync(join(home, "used", "mine"), "");
    const ran = await pullstation(["drill", "--out", join(home, "used"), "--json"]);
    expect(ran).toMatchObject({ status: 2, err: "" });
    expect(JSON.parse(ran.out)).toMatchObject({ passed: false, code: "DRILL_FOLDER_USED" });
    expect(readdirSync(join(home, "used"))).toEqual(["mine"]);
  });
});
