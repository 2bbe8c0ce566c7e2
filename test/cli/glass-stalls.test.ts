import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { requireProgram } from "../requires.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { about, COMMAND, ENTER, PIN, run, shares, type Turns } from "./at-pty.ts";
import { copyOf, standing } from "./drill-runs.ts";

/** What fails at a terminal, and is not left as it is. */
const python = requireProgram("python3");
const FAILING = fileURLToPath(new URL("glass-failing.ts", import.meta.url));
const MINUTES = 120_000;

let sealed: string;
const copies: string[] = [];
beforeAll(async () => {
  sealed = freshFolder();
  await setStage(sealed);
  await sealIn(sealed);
}, MINUTES);
afterAll(() => [sealed, ...copies].forEach(remove));

const copy = (): string => {
  const dir = copyOf(sealed);
  copies.push(dir);
  return dir;
};
const opens = (dir: string): Turns => [
  ...about.slice(2, 4),
  ...shares(dir),
  ["PIN of that key", `${PIN}${ENTER}`],
  ["Enter goes on", ENTER],
  ["The access was not opened", ""],
];

describe.runIf(python)("an opening that fails and is not at rest", () => {
  it(
    "is closed by the process that holds its order, as often as people ask for it",
    async () => {
      const dir = copy();
      const { status, out } = await run(
        [FAILING, dir],
        [
          ...opens(dir),
          ["close once more", ENTER],
          ["close once more", ENTER],
          ["closed: latch on", ""],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Read aloud", ""],
        ],
      );
      expect(status, out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect(await maybeOpen(dir)).toEqual([]);
      const { verdict, kinds } = await judged(dir);
      expect(verdict).toBe("VALID");
      // Neither the closer nor another quorum was needed.
      expect(kinds).not.toContain("resumed");
      const closings = readStory(dir).filter(({ kind }) => kind === "closed");
      expect(closings.map(({ why }) => why)).toEqual([
        "the opening failed, and was not at rest",
        "closed once more at the terminal",
      ]);
    },
    MINUTES,
  );

  it(
    "is left to the closer where people leave",
    async () => {
      const dir = copy();
      const { status, out } = await run(
        [FAILING, dir],
        [...opens(dir), ["close once more", `q${ENTER}`], ["ACCESS_NOT_OPENED", ""]],
      );
      expect(status, out).toBe(1);
      expect(await maybeOpen(dir)).toEqual(["INC-STALL"]);
    },
    MINUTES,
  );
});

it(
  "a disk that refuses is a sentence, at every command of the terminal path",
  async () => {
    const dir = copy();
    // No file can grow: what is written is refused with EFBIG.
    const command = `trap "" XFSZ; ulimit -f 0; exec "$@"`;
    const child = spawn("bash", ["-c", command, "-", process.execPath, COMMAND, "close", dir]);
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect(said).toContain("(DISK_REFUSED)");
    expect(said).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  },
  MINUTES,
);
