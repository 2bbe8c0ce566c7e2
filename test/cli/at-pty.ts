import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WORDS } from "../../contract/words.ts";
import { decodePayload, encodeWords } from "../../crypto/codeword.ts";

/** People at a pseudo-terminal: what they type when something is shown, and their cards. */

export const COMMAND = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const DIALOG = fileURLToPath(new URL("../device/dialog.py", import.meta.url));
export const PIN = "2468";
export const ENTER = "\r";
export const INTERRUPT = "\u0003";

export const payload = (dir: string, place: number): string =>
  readFileSync(join(dir, "cards", `00${place}.txt`), "utf8").trim();
export const phrase = (dir: string, place: number): string =>
  (JSON.parse(readFileSync(join(dir, "practice/people.json"), "utf8")) as Record<string, string>)[
    place
  ] ?? "";
export function wordsOf(dir: string, place: number): string[] {
  const read = decodePayload(payload(dir, place));
  if (read.kind !== "read") throw new Error("unreadable");
  return [...encodeWords(read.bytes, WORDS)];
}

export interface Said {
  readonly status: number | null;
  readonly out: string;
}
export type Turns = readonly (readonly [shown: string, keys: string, look?: readonly string[]])[];

/** The command at a terminal, as people meet it. */
export function run(command: readonly string[], turns: Turns): Promise<Said> {
  const child = spawn(
    "python3",
    [DIALOG, JSON.stringify(turns), "--", process.execPath, ...command],
    { detached: true, env: { ...process.env, NO_COLOR: "1" } },
  );
  let out = "";
  child.stderr.on("data", (data: Buffer) => (out += data.toString()));
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill("SIGKILL"), 100_000);
    child.once("error", reject);
    child.once("close", (status) => {
      clearTimeout(late);
      resolve({ status, out });
    });
  });
}
export const pullstation = (args: readonly string[], turns: Turns): Promise<Said> =>
  run([COMMAND, ...args], turns);

export const shares = (dir: string): Turns => [
  ["Card: ", `${wordsOf(dir, 1).join(" ")}${ENTER}`],
  ["Passphrase", `${phrase(dir, 1)}${ENTER}`],
  ["1 of 2", ""],
  ["Card: ", `${payload(dir, 2).toLowerCase()}${ENTER}`],
  ["Passphrase", `${phrase(dir, 2)}${ENTER}`],
  ["2 of 2", ""],
];
export const about: Turns = [
  ["Incident id", `INC-7${ENTER}`],
  ["Reason", `The shop is down${ENTER}`],
  ["Officer", ENTER],
  ["Responder", ENTER],
  ["Seconds", `600${ENTER}`],
];

/** The terminal goes away, with everything on it, once the access is open; what was shown until then. */
export const killedWhileOpen = (args: readonly string[], turns: Turns): Promise<string> =>
  killedAt("Enter: close now", args, turns);

/** The same, once that was shown, and where `journal` is given, once that file holds `line`. */
export async function killedAt(
  shown: string,
  args: readonly string[],
  turns: Turns,
  journal?: { readonly file: string; readonly line: string },
): Promise<string> {
  const until =
    journal === undefined
      ? ""
      : `            while b'${journal.line}' not in open('${journal.file}', 'rb').read():\n                pass\n`;
  const dir = mkdtempSync(join(tmpdir(), "pullstation-killing-"));
  const killing = join(dir, "kill.py");
  writeFileSync(
    killing,
    readFileSync(DIALOG, "utf8").replace(
      "        while turns:",
      `        if b'${shown}' in shown:\n${until}            os.killpg(child, 9)\n        while turns:`,
    ),
  );
  const command = [process.execPath, COMMAND, ...args];
  try {
    return await new Promise<string>((resolve, reject) => {
      const child = spawn("python3", [killing, JSON.stringify(turns), "--", ...command]);
      let out = "";
      child.stdout.on("data", (data: Buffer) => (out += data.toString()));
      child.once("error", reject);
      child.once("close", () => resolve(out));
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}
