import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

const COMMAND = join(import.meta.dirname, "..", "..", "cli", "pullstation.mjs");
let dir: string;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
}, 60_000);
afterAll(() => remove(dir));

const WHO = [
  "--account",
  "111122223333",
  "--region",
  "us-east-1",
  "--administrator",
  "Rui Tan",
  "--on-call",
  "Ivo Brandt",
];
const TWO = ["--channel", "pager", "--channel", "mail"];

function run(args: readonly string[], lines: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, "alarm-check", ...args]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said.err += data.toString()));
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
    child.once("close", (status) => {
      clearTimeout(late);
      resolve({ status, ...said });
    });
  });
}

test("the same code on both channels is received, and a signed record", async () => {
  const { status, out, err } = await run(
    [dir, ...WHO, ...TWO],
    ["", "0A1B2C3D", "nonsense", "0a1b2c3d"],
  );
  expect(err).toContain("eight digits");
  expect(out).toContain("Received: the alarm pages.");
  expect(status).toBe(0);
  expect(readStory(dir).at(-1)).toMatchObject({
    kind: "alarm-checked",
    who: { administrator: "Rui Tan", onCall: "Ivo Brandt" },
    evidence: {
      account: "111122223333",
      verdict: "RECEIVED",
      receipts: [
        { channel: "pager", code: "0a1b2c3d" },
        { channel: "mail", code: "0a1b2c3d" },
      ],
    },
  });
  expect((await judged(dir)).verdict).toBe("VALID");
}, 40_000);

test("a message that did not come is recorded as such", async () => {
  const { status, out } = await run([dir, ...WHO, ...TWO], ["", "0a1b2c3d", ""]);
  expect(out).toContain("NOT received everywhere");
  expect(status).toBe(1);
  expect(readStory(dir).at(-1)).toMatchObject({ evidence: { verdict: "MISSING" } });
}, 40_000);

test.each([
  ["one channel", () => [dir, ...WHO, "--channel", "pager"], [""], "two channels"],
  ["nobody who attached the latch", () => [dir, ...WHO, ...TWO], [], "Nobody said"],
  ["a folder without a station's key", () => ["/", ...WHO, ...TWO], [""], "no station's key"],
  ["an account that is none", () => [dir, "--account", "1"], [], "Twelve digits"],
])(
  "%s is refused, and nothing is recorded",
  async (_, args, lines, words) => {
    const before = readStory(dir).length;
    const { status, err } = await run(args(), lines);
    expect(err).toContain(words);
    expect(status).toBe(2);
    expect(readStory(dir)).toHaveLength(before);
  },
  40_000,
);
