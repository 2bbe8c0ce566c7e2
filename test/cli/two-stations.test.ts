import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { roleOf } from "../../ceremony/role.ts";
import { verify } from "../../ceremony/verify.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readRestorable } from "../../station/restorable.ts";
import { restoreInto } from "../../station/restore-copy.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { requireProgram } from "../requires.ts";
import { sealIn, setStage } from "../station/rehearsal.ts";
import { rotateIn } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import {
  about,
  ENTER,
  INTERRUPT,
  killedAt,
  killedWhileOpen,
  PIN,
  pullstation,
  shares,
  type Turns,
} from "./at-pty.ts";
import { standing } from "./drill-runs.ts";

/** A primary and its spare: two laptops, one AWS, and neither sees the other's journal. */
const python = requireProgram("python3");
const MINUTES = 120_000;

let home: string;
const at = (name: string): string => join(home, name);
beforeAll(async () => {
  home = freshFolder();
  await setStage(at("primary"));
  await sealIn(at("primary"));
}, MINUTES);
afterAll(() => remove(home));

/** The world around a laptop: AWS, keys and people, and their cards. */
function worldOf(from: string, to: string): void {
  for (const name of ["practice", "cards"])
    cpSync(join(from, name), join(to, name), { recursive: true });
}
async function spareOf(primary: string, name: string): Promise<string> {
  const found = readRestorable([primary], {});
  const { dir } = await restoreInto(at(name), found, {
    officer: "Mia Roth",
    oldStation: "kept",
    seed: () => new Uint8Array(32).fill(name.length),
    time: new Date().toISOString(),
  });
  worldOf(primary, dir);
  return dir;
}
/** A primary dies over its access; of that only what happens at AWS reaches the laptop in `dir`. */
async function primaryDied(dir: string): Promise<void> {
  const primary = freshFolder();
  cpSync(at("primary"), primary, { recursive: true });
  const died = await killedWhileOpen(
    ["break-glass", primary],
    [...about, ...shares(primary), ...opens],
  );
  expect(died).toContain("OPEN until");
  worldOf(primary, dir);
  remove(primary);
}
const opens: Turns = [
  ["PIN of that key", `${PIN}${ENTER}`],
  ["Enter goes on", ENTER],
];
const breakAsGone = (dir: string): Turns => [
  ["Incident id", `INC-8${ENTER}`],
  ...about.slice(1),
  ["What of the primary", `GONE${ENTER}`],
  ["What became of it", `It fell from the desk${ENTER}`],
  ["Who says so", `Mia Roth${ENTER}`],
  ["GONE once more", `GONE${ENTER}`],
  ...shares(dir),
  ...opens,
];
/** The primary is out of reach, and AWS says that its access is open. */
const foundOpen = (dir: string): Turns => [
  ...about,
  ["What of the primary", `UNREACHABLE${ENTER}`],
  ...shares(dir),
  ...opens,
];
const closedIn = (dir: string) =>
  readStory(dir).flatMap(({ kind, evidence }) => (kind === "closed" ? [evidence] : []));
const kindsIn = (dir: string): readonly string[] => readStory(dir).map(({ kind }) => kind);

describe.runIf(python)("a spare at a terminal", () => {
  it(
    "asks what became of the primary, and opens nothing on any other answer",
    async () => {
      const dir = await spareOf(at("primary"), "asked");
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [...about, ["What of the primary", `it is next door${ENTER}`], ["LEFT_AT_TERMINAL", ""]],
      );
      expect(status, out).toBe(1);
      expect(out).toContain("This station is a spare");
      expect(kindsIn(dir).at(-1)).toBe("restored");
    },
    MINUTES,
  );

  it(
    "takes a primary for gone only by a statement, said twice and signed with a name",
    async () => {
      const dir = await spareOf(at("primary"), "gone");
      const slip = await pullstation(
        ["break-glass", dir],
        [
          ...about,
          ["What of the primary", `GONE${ENTER}`],
          ["What became of it", `Burnt on the 17th${ENTER}`],
          ["Who says so", ENTER],
          ["GONE once more", `yes${ENTER}`],
          ["LEFT_AT_TERMINAL", ""],
        ],
      );
      expect(slip.status, slip.out).toBe(1);
      expect(slip.out).toContain("two vaults and two stories");
      expect(kindsIn(dir).at(-1)).toBe("restored");
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...about,
          ["What of the primary", `gone${ENTER}`],
          // Nothing said is asked for again.
          ["What became of it", ENTER],
          ["What became of it", `Burnt on the 17th: I saw it${ENTER}`],
          ["Who says so", `Mia Roth${ENTER}`],
          ["GONE once more", `gone${ENTER}`],
          ["recorded as record", ""],
          ["Card: ", INTERRUPT],
          ["the next person comes", `q${ENTER}`],
          ["LEFT_AT_TERMINAL", ""],
        ],
      );
      expect(status, out).toBe(1);
      const story = readStory(dir);
      expect(story.at(-1)).toMatchObject({
        kind: "took-over",
        who: { officer: "Mia Roth" },
        evidence: { primary: "gone", became: "Burnt on the 17th: I saw it" },
      });
      expect(roleOf(story)).toEqual({ role: "primary" });
    },
    MINUTES,
  );

  it(
    "opens once where the primary is out of reach, recorded first; the next time it asks again",
    async () => {
      const dir = await spareOf(at("primary"), "opens");
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...about,
          ["What of the primary", `unreachable${ENTER}`],
          ...shares(dir),
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
          ["Enter: close now", ENTER],
          ["PIN of that key", INTERRUPT],
          ["not approved by touch yet", ""],
        ],
      );
      expect(status, out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      const kinds = kindsIn(dir);
      expect(kinds.indexOf("took-over")).toBeLessThan(kinds.indexOf("glass-broken"));
      const again = await pullstation(
        ["break-glass", dir],
        [
          ["Incident id", `INC-8${ENTER}`],
          ...about.slice(1),
          ["What of the primary", INTERRUPT],
          ["LEFT_AT_TERMINAL", ""],
        ],
      );
      expect(again.status, again.out).toBe(1);
      // Once the primary goes on, too, whoever holds both copies is told that there are two stories.
      const primary = freshFolder();
      cpSync(at("primary"), primary, { recursive: true });
      const found = (): string[] =>
        verify([primary, dir].flatMap((each) => readCopy(each) ?? [])).findings.map(
          ({ code }) => code,
        );
      expect(found()).not.toContain("FORK");
      await rotateIn(primary);
      expect(found()).toContain("FORK");
      remove(primary);
    },
    MINUTES,
  );

  it(
    "is stopped by AWS's own state while the primary's access is open",
    async () => {
      const dir = await spareOf(at("primary"), "stopped");
      await primaryDied(dir);
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...foundOpen(dir),
          ["or another station's access. Enter: close it", `q${ENTER}`],
          ["(ACCESS_NOT_OPENED)", ""],
        ],
      );
      expect(status, out).toBe(1);
      // Nothing was written: the primary's access stands as it stood.
      expect(standing(dir)).toEqual({ latched: false, active: 1 });
      expect(readStory(dir).findLast(({ kind }) => kind === "access-failed")).toMatchObject({
        evidence: { opening: { kind: "TAMPERED" } },
      });
    },
    MINUTES,
  );

  it(
    "may close what it found open, without opening anything",
    async () => {
      const dir = await spareOf(at("primary"), "shuts");
      await primaryDied(dir);
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...foundOpen(dir),
          ["or another station's access. Enter: close it", ENTER],
          ["closed: latch on", ""],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Read aloud", ""],
        ],
      );
      expect(status, out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect(await maybeOpen(dir)).toEqual([]);
      const kinds = readStory(dir).map(({ kind, why }) => `${kind} ${why}`);
      expect(kinds.join()).toContain("closed found open before anything was opened");
    },
    MINUTES,
  );

  it(
    "closes what a primary that is gone left open, by its name on the records, and then opens",
    async () => {
      const dir = await spareOf(at("primary"), "inherits");
      await primaryDied(dir);
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...breakAsGone(dir),
          ["Another station left its access at AWS: incident INC-7", ""],
          ["what another station left open (INC-7) was closed before", ""],
          ["Enter: close now", ENTER],
          ["PIN of that key", INTERRUPT],
          ["not approved by touch yet", ""],
        ],
      );
      expect(status, out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect(closedIn(dir)).toMatchObject([
        {
          incident: "INC-7",
          leftBehind: { closedUnder: "INC-8" },
          accounts: [{ verdict: "CLOSED", rejections: 3, remains: [] }],
        },
        { incident: "INC-8" },
      ]);
      const kinds = kindsIn(dir);
      expect(kinds.indexOf("closed")).toBeLessThan(kinds.indexOf("access-open"));
      const copy = readCopy(dir);
      const codes = verify(copy === null ? [] : [copy]).findings.map(({ code }) => code);
      expect(new Set(codes)).toEqual(new Set(["STATION_UNCERTIFIED"]));
    },
    MINUTES,
  );

  it(
    "cut off while it closes that, shuts it at the next start, and a resume ends and records it",
    async () => {
      const dir = await spareOf(at("primary"), "cut-off");
      await primaryDied(dir);
      const shown = await killedAt("Another station left", ["break-glass", dir], breakAsGone(dir), {
        file: join(dir, "journal", "INC-8.jsonl"),
        line: "iam:DeleteUserPolicy",
      });
      expect(shown).not.toContain("OPEN until");
      const { status, out } = await pullstation(
        ["resume", dir],
        [...shares(dir), ...opens, ["PIN of that key", `${PIN}${ENTER}`], ["Read aloud", ""]],
      );
      expect(status, out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect(closedIn(dir)).toMatchObject([
        { incident: "INC-7", leftBehind: { closedUnder: "INC-8" } },
        { incident: "INC-8" },
      ]);
    },
    MINUTES,
  );
});

it(
  "makes no new shares beside its primary: the process that would, refuses",
  async () => {
    const dir = await spareOf(at("primary"), "rotates");
    await expect(rotateIn(dir)).rejects.toMatchObject({ code: "STATION_IS_SPARE" });
    expect(kindsIn(dir)).not.toContain("rotated");
  },
  MINUTES,
);
