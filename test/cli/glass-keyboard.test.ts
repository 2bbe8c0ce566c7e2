import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { requireProgram } from "../requires.ts";
import { sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import {
  about,
  COMMAND,
  ENTER,
  INTERRUPT,
  payload,
  phrase,
  PIN,
  pullstation,
  run,
  wordsOf,
} from "./at-pty.ts";
import { standingOn } from "./standing-on.ts";

/**
 * Who has something secret to type or to read at a terminal has a process of their own: when the next
 * person comes, and before the cable is in, it is gone, and what stood on the terminal with it.
 */
const python = requireProgram("python3");
const RESIDUE = fileURLToPath(new URL("../device/residue.py", import.meta.url));
const END = fileURLToPath(new URL("../device/end-command.py", import.meta.url));
/** A shell's part: it stays at the terminal after the command is gone. */
const SHELL =
  "require('child_process').spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit' });" +
  "console.log('the shell is back'); require('fs').readSync(0, Buffer.alloc(9))";
const KEYBOARD = "cli/keyboard/process";
const MINUTES = 180_000;
/** The file of the keys that a responder reads. */
const SHOWN = "111122223333-emergency.csv";

interface Seen {
  readonly moment: string;
  readonly pid: number;
  readonly command: string;
  readonly found: readonly string[];
}

let dir: string;
let looks: string;
beforeAll(async () => {
  dir = freshFolder();
  looks = mkdtempSync(join(tmpdir(), "pullstation-residue-"));
  await setStage(dir);
  await sealIn(dir);
}, MINUTES);
afterAll(() => [dir, looks].forEach(remove));

/** What people type and read here, as it lies in memory and stands on a terminal. */
function needlesOf(): Record<string, string> {
  const kit = join(dir, "practice", "kit");
  const csv = readdirSync(kit).filter((name) => name.endsWith(".csv"));
  const keys = csv
    .flatMap((name) => parseAccessKeys(readFileSync(join(kit, name), "utf8"), name, null))
    .map(({ file, secretAccessKey }) => [file, secretAccessKey]);
  return {
    "card 1": wordsOf(dir, 1).slice(12, 18).join(" "),
    "words 1": wordsOf(dir, 1).slice(12, 18).join('","'),
    "passphrase 1": phrase(dir, 1),
    "card 2": payload(dir, 2).toLowerCase(),
    "payload 2": payload(dir, 2),
    "passphrase 2": phrase(dir, 2),
    ...Object.fromEntries(keys),
  };
}

test.runIf(python)(
  "a process for each person's task, gone before the next and before the cable is in",
  async () => {
    const file = join(looks, "seen");
    const needles = needlesOf();
    writeFileSync(`${file}.needles`, JSON.stringify(needles));
    const look = (moment: string): readonly string[] => ["python3", RESIDUE, file, moment];
    const { status, out } = await pullstation(
      ["break-glass", dir, "--incident", "INC-7", "--reason", "searched", "--duration", "10m"],
      [
        ...about.slice(2, 4),
        ["Card: ", `${wordsOf(dir, 1).join(" ")}${ENTER}`],
        ["Passphrase", INTERRUPT],
        ["the next person comes", ENTER, look("one left")],
        ["Card: ", `${wordsOf(dir, 1).join(" ")}${ENTER}`],
        ["Passphrase", `${phrase(dir, 1)}${ENTER}`],
        ["1 of 2", ""],
        ["Card: ", `${payload(dir, 2).toLowerCase()}${ENTER}`],
        ["Passphrase", `${phrase(dir, 2)}${ENTER}`, look("second card")],
        ["2 of 2", ""],
        ["PIN of that key", `${PIN}${ENTER}`],
        ["Enter goes on", ENTER, look("cable")],
        ["Enter: close now", `k${ENTER}`],
        ["takes them off", ENTER, look("keys")],
        ["Enter: close now", ENTER, look("menu")],
        ["PIN of that key", INTERRUPT],
        ["Read aloud", ""],
      ],
    );
    expect(status, out).toBe(0);
    const seen = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row) as Seen);
    const at = (moment: string): Seen => {
      const [only, ...more] = seen.filter(
        (one) => one.moment === moment && one.command.includes(KEYBOARD),
      );
      if (only === undefined || more.length > 0)
        throw new Error(
          `${moment}: ${more.length + (only === undefined ? 0 : 1)} have the keyboard`,
        );
      return only;
    };
    // Where it is typed or shown it is found: the search works.
    expect(at("second card").found).toContain("payload 2");
    expect(at("keys").found).toContain(SHOWN);
    // Nobody's process knows what another typed.
    expect(at("one left").found).toEqual([]);
    expect(at("second card").found.filter((name) => name.endsWith("1"))).toEqual([]);
    for (const moment of ["cable", "menu"]) expect(at(moment).found, moment).toEqual([]);
    // With the cable nothing is left at the terminal that took a share, and no memory with one in it:
    // the rehearsal's own people are none of it.
    const cabled = seen.filter(({ moment }) => moment === "cable");
    expect(cabled.map(({ pid }) => pid)).not.toContain(at("second card").pid);
    expect(cabled.some(({ command }) => command.includes("vault-process"))).toBe(false);
    expect(cabled.some(({ command }) => command.includes("online-process"))).toBe(true);
    for (const { command, found } of cabled)
      if (!command.includes("practice/stage")) expect(found, command).toEqual([]);

    // It stood on the terminal, and nothing of it does once the next line is asked for.
    for (const name of ["card 1", "card 2", SHOWN]) {
      expect(out, name).toContain(needles[name]);
      for (const second of [true, false])
        for (const prompt of ["Enter: the next", "Share 2 of 2", "PIN of that key", "Read aloud"])
          expect(standingOn(out.slice(0, out.indexOf(prompt)), second)).not.toContain(
            needles[name],
          );
    }
    expect(standingOn(out, true)).toContain("1 of 2");
  },
  MINUTES,
);

test.runIf(python)(
  "a command that is ended leaves no half-typed card on the terminal",
  async () => {
    const card = wordsOf(dir, 1).slice(0, 12).join(" ");
    const asked = [COMMAND, "break-glass", dir, "--incident", "INC-8", "--reason", "ended"];
    const { status, out } = await run(
      ["-e", SHELL, "--", ...asked, "--duration", "10m"],
      [
        ...about.slice(2, 4),
        ["Card: ", `${card}${ENTER}`],
        ["word 13: ", "", ["python3", END]],
        ["the shell is back", ENTER],
      ],
    );
    expect(status, out).toBe(0);
    expect(out).toContain(card);
    for (const second of [true, false]) expect(standingOn(out, second)).not.toContain(card);
  },
  MINUTES,
);
