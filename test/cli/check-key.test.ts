import { spawn } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseVault } from "../../crypto/vault.ts";
import { readStory } from "../../station/records-folder.ts";
import { readVault } from "../../station/vault-file.ts";
import { requireProgram } from "../requires.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { COMMAND, ENTER, PIN, pullstation } from "./at-pty.ts";

/** Security keys checked at a terminal: the practice stage plugs them in, and touches the one meant. */
const python = requireProgram("python3");
let dir: string;
let labels: readonly string[];
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  labels = parseVault(readVault(dir)).header.keys.map(({ label }) => label);
}, 60_000);
afterAll(() => remove(dir));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command with these lines typed into it, each one answer. */
function run(args: readonly string[], lines: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, "check-key", ...args]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said.err += data.toString()));
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 40_000);
    child.once("error", reject);
    child.once("close", (status) => {
      clearTimeout(late);
      resolve({ status, ...said });
    });
  });
}

test("every enrolled key is proven: its answer, PIN and firmware, a signed record each", async () => {
  const before = readStory(dir).length;
  const { status, err } = await run(
    [dir],
    labels.map(() => PIN),
  );
  for (const label of labels) expect(err).toContain(`✓ “${label}” answers as at its enrolment`);
  expect(err).toContain("PIN set, 8 tries left; firmware");
  expect(err).not.toContain(PIN);
  expect(status).toBe(0);
  const lines = readStory(dir).slice(before);
  expect(lines.map(({ kind, evidence }) => [kind, evidence["key"], evidence["form"]])).toEqual(
    labels.map((label) => ["key-checked", label, "opens"]),
  );
  expect((await judged(dir)).verdict).toBe("VALID");
}, 60_000);

test("a wrong PIN is said, costs a try and is recorded; who leaves has proven what was proven", async () => {
  const before = readStory(dir).length;
  const { status, out, err } = await run([dir, "--json"], ["9999", PIN, ""]);
  expect(err).toContain("PIN");
  expect(JSON.parse(out)).toMatchObject({
    good: false,
    checks: [
      { good: false, why: "PIN_WRONG" },
      { good: true, kind: "key", label: labels[0] },
    ],
  });
  expect(status).toBe(1);
  expect(
    readStory(dir)
      .slice(before)
      .map(({ kind }) => kind),
  ).toEqual(["refused", "key-checked"]);
}, 60_000);

test("one key alone, by its label; a label that the vault doesn't know changes nothing", async () => {
  const [, second = ""] = labels;
  const alone = await run([dir, "--key", second], [PIN]);
  expect(alone).toMatchObject({ status: 0 });
  expect(readStory(dir).at(-1)).toMatchObject({ kind: "key-checked", evidence: { key: second } });
  const before = readStory(dir).length;
  const unknown = await run([dir, "--key", "key-z"], []);
  expect(unknown.status).toBe(2);
  expect(unknown.err).toContain("KEY_NOT_IN_VAULT");
  expect(readStory(dir).length).toBe(before);
}, 60_000);

test("beside a copy a key is proven and nothing recorded; without a vault nothing is asked", async () => {
  const copy = freshFolder();
  for (const name of ["vault.pullstation", "records", "allowed_signers", "practice"])
    cpSync(join(dir, name), join(copy, name), { recursive: true });
  const before = readFileSync(join(copy, "vault.pullstation"));
  const { status, err } = await run([copy, "--key", labels[0] ?? ""], [PIN]);
  expect(status).toBe(0);
  expect(err).toContain("Not recorded");
  expect(readFileSync(join(copy, "vault.pullstation"))).toEqual(before);
  expect(await run([join(copy, "nothing")], [])).toMatchObject({ status: 2 });
  remove(copy);
}, 60_000);

test.runIf(python)(
  "at a terminal nothing of the PIN is shown",
  async () => {
    const { status, out } = await pullstation(
      ["check-key", dir, "--key", labels[0] ?? ""],
      [
        ["PIN of that key", `${PIN}${ENTER}`],
        ["nothing was unwrapped", ""],
      ],
    );
    expect(status, out).toBe(0);
    expect(out).not.toContain(PIN);
  },
  60_000,
);
