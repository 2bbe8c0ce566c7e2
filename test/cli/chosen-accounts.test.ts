import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { sealedAccounts } from "../../station/sealed-accounts.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { requireProgram } from "../requires.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { about, ENTER, killedWhileOpen, PIN, pullstation, shares, type Turns } from "./at-pty.ts";
import { copyOf, worldIn } from "./drill-runs.ts";

/** A vault of three accounts, one of which is to stay shut tonight. */
const python = requireProgram("python3");
const MINUTES = 120_000;

let sealed: string;
const copies: string[] = [];
beforeAll(async () => {
  sealed = freshFolder();
  await setStage(sealed, 3);
  await sealIn(sealed);
}, MINUTES);
afterAll(() => [sealed, ...copies].forEach(remove));

const copy = (): string => {
  const dir = copyOf(sealed);
  copies.push(dir);
  return dir;
};
const touch: Turns = [
  ["PIN of that key", `${PIN}${ENTER}`],
  ["Enter goes on", ENTER],
];
/** Ids of accounts whose emergency key is active. */
const openIn = (dir: string): readonly string[] =>
  Object.entries(worldIn(dir).accounts).flatMap(([id, { users }]) =>
    users["bg-emergency"]?.keys.some(({ status }) => status === "Active") === true ? [id] : [],
  );

describe.runIf(python)("accounts that were left out", () => {
  it(
    "stay shut: their keys are handed to nobody, and a resume asks for the others only",
    async () => {
      const dir = copy();
      const [first = "", second = "", third = ""] = sealedAccounts(dir);
      const shown = await killedWhileOpen(
        ["break-glass", dir],
        [
          ...about,
          ["Accounts to open", `${first}, 999999999999${ENTER}`],
          ["999999999999 is not sealed in this vault", ""],
          ["Accounts to open", `${third} ${first}${ENTER}`],
          ...shares(dir),
          ...touch,
        ],
      );
      expect(shown).toContain("OPEN until");
      expect(openIn(dir)).toEqual([first, third]);
      const broken = readStory(dir).find(({ kind }) => kind === "glass-broken");
      expect(broken?.evidence["accounts"]).toEqual([first, third]);
      expect(broken?.evidence["emergencyKeys"]).toHaveLength(2);
      expect(await maybeOpen(dir)).toEqual(["INC-7"]);

      const { status, out } = await pullstation(
        ["resume", dir],
        [...shares(dir), ...touch, ["PIN of that key", `${PIN}${ENTER}`], ["Read aloud", ""]],
      );
      expect(status, out).toBe(0);
      expect(openIn(dir)).toEqual([]);
      expect(await maybeOpen(dir)).toEqual([]);
      const closed = readStory(dir).findLast(({ kind }) => kind === "closed");
      expect(JSON.stringify(closed?.evidence)).not.toContain(second);
      expect((await judged(dir)).verdict).toBe("VALID");
    },
    MINUTES,
  );

  it(
    "are all opened where nobody chooses, and one that is not sealed is refused before any share",
    async () => {
      const dir = copy();
      const [first = ""] = sealedAccounts(dir);
      const shown = await killedWhileOpen(
        ["break-glass", dir, "--account", "999999999999"],
        [
          ...about,
          ["999999999999 is not sealed in this vault", ""],
          [`of ${first} `, ENTER],
          ...shares(dir),
          ...touch,
        ],
      );
      expect(shown).toContain("OPEN until");
      expect(openIn(dir)).toEqual(sealedAccounts(dir));
    },
    MINUTES,
  );
});
