import { spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WORDS } from "../../contract/words.ts";
import { decodePayload, encodeWords } from "../../crypto/codeword.ts";
import { parseVault } from "../../crypto/vault.ts";
import { readStory } from "../../station/records-folder.ts";
import { readVault } from "../../station/vault-file.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

const COMMAND = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
let dir: string;
let names: readonly string[];
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  names = parseVault(readVault(dir)).header.custodians.map(({ name }) => name);
}, 60_000);
afterAll(() => remove(dir));

const payload = (place: number): string =>
  readFileSync(join(dir, "cards", `00${place}.txt`), "utf8").trim();
const phrase = (place: number): string =>
  (JSON.parse(readFileSync(join(dir, "practice/people.json"), "utf8")) as Record<string, string>)[
    place
  ] ?? "";
function wordsOf(place: number): string[] {
  const read = decodePayload(payload(place));
  if (read.kind !== "read") throw new Error("unreadable");
  return [...encodeWords(read.bytes, WORDS)];
}

/** The command with these lines typed into it, each one answer. */
function run(
  args: readonly string[],
  lines: readonly string[],
): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [COMMAND, "check-share", ...args]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (said.out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said.err += data.toString()));
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
    child.once("error", reject);
    child.once("close", (status) => {
      clearTimeout(late);
      resolve({ status, ...said });
    });
  });
}

test("a share is good: its words over several lines, its passphrase, a signed record", async () => {
  const words = wordsOf(1);
  const lines = [words.slice(0, 20).join(" "), words.slice(20).join(" "), phrase(1)];
  const { status, err } = await run([dir], lines);
  expect(err).toContain(`Your share is good: ${names[0]}, share 1 of 2, epoch 1.`);
  expect(err).toContain("Nothing was reconstructed");
  expect(status).toBe(0);
  expect(readStory(dir).at(-1)).toMatchObject({
    kind: "share-checked",
    evidence: { form: "full", place: 1 },
  });
  expect((await judged(dir)).verdict).toBe("VALID");
}, 40_000);

test("a card alone asks for no passphrase; a wrong one can be tried again", async () => {
  const wrong = wordsOf(2);
  wrong[3] = WORDS[(WORDS.indexOf(wrong[3] ?? "") + 1) % WORDS.length] ?? "";
  const lines = [wrong.join(" "), payload(2).toLowerCase()];
  const { status, out, err } = await run(
    [join(dir, "vault.pullstation"), "--form", "card", "--json"],
    lines,
  );
  expect(err).toContain("probably wrong: word 4");
  expect(JSON.parse(out)).toMatchObject({
    good: true,
    checks: [
      { good: false, why: "WORDS_SUSPECT" },
      { good: true, form: "card", who: names[1] },
    ],
  });
  expect(status).toBe(0);
  expect(
    readStory(dir)
      .slice(-2)
      .map(({ kind }) => kind),
  ).toEqual(["refused", "share-checked"]);
}, 40_000);

test("who leaves has checked nothing; a copy is checked, and records nothing", async () => {
  const before = readStory(dir).length;
  expect((await run([dir], [])).status).toBe(1);
  expect(readStory(dir).length).toBe(before);
  const copy = freshFolder();
  for (const name of ["vault.pullstation", "records", "allowed_signers"])
    cpSync(join(dir, name), join(copy, name), { recursive: true });
  const checked = await run([copy, "--form", "card"], [payload(1)]);
  expect(checked).toMatchObject({ status: 0 });
  expect(checked.err).toContain("Not recorded");
  expect(readStory(copy).length).toBe(before);
  // A file that the records don't call live is no vault to check against.
  writeFileSync(join(copy, "vault.pullstation"), readFileSync(join(dir, "vault.pullstation")));
  rmSync(join(copy, "records"), { recursive: true });
  expect(await run([copy], [payload(1)])).toMatchObject({ status: 2 });
  expect(await run([join(copy, "nothing")], [])).toMatchObject({ status: 2 });
  remove(copy);
}, 40_000);
