import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordName } from "../../crypto/record.ts";
import { readStory } from "../../station/records-folder.ts";
import { requireProgram } from "../requires.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { rotateIn } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { about, COMMAND, ENTER, INTERRUPT, pullstation } from "./at-pty.ts";

/**
 * A crash between the new vault's taking its place and the record of it: the file is of the new epoch,
 * the records call the old one live. The terminal takes it up as the app does.
 */
const python = requireProgram("python3");
const MINUTES = 120_000;

let home: string;
let copies = 0;
beforeAll(async () => {
  home = freshFolder();
  const dir = join(home, "rotated");
  await setStage(dir);
  await sealIn(dir);
  await rotateIn(dir);
  const last = readStory(dir).at(-1);
  if (last?.kind !== "committed") throw new Error("a rotation ends with its commit");
  const name = recordName(last.written.seq);
  for (const file of readdirSync(join(dir, "records")).filter((one) => one.startsWith(name)))
    rmSync(join(dir, "records", file));
  expect(existsSync(join(dir, "vault.pullstation.prev"))).toBe(true);
}, MINUTES);
afterAll(() => remove(home));

function crashed(): string {
  const dir = join(home, `copy-${++copies}`);
  cpSync(join(home, "rotated"), dir, { recursive: true });
  return dir;
}
const payload = (dir: string): string =>
  readFileSync(join(dir, "cards/epoch-2/001.txt"), "utf8").trim();
const commits = (dir: string): readonly number[] =>
  readStory(dir).flatMap(({ kind, epoch }) => (kind === "committed" ? [epoch] : []));

test.runIf(python)(
  "break-glass asks for the new epoch's cards and takes them",
  async () => {
    const dir = crashed();
    expect(commits(dir)).toEqual([1]);
    const people = JSON.parse(readFileSync(join(dir, "practice/people.json"), "utf8"));
    const { status, out } = await pullstation(
      ["break-glass", dir, "--incident", "INC-7", "--reason", "half", "--duration", "10m"],
      [
        ["is committed now", ""],
        ...about.slice(2, 4),
        ["epoch 2", ""],
        ["Card: ", `${payload(dir)}${ENTER}`],
        ["Passphrase", `${String(people["2/1"])}${ENTER}`],
        ["1 of 2", ""],
        ["Card: ", INTERRUPT],
        ["the next person comes", `q${ENTER}`],
        ["LEFT_AT_TERMINAL", ""],
      ],
    );
    expect(status, out).toBe(1);
    expect(commits(dir)).toEqual([1, 2]);
    expect((await judged(dir)).verdict).toBe("VALID");
  },
  MINUTES,
);

test(
  "a card of the new epoch is good at a check",
  async () => {
    const dir = crashed();
    const child = spawn(process.execPath, [COMMAND, "check-share", dir, "--form", "card"]);
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    child.stdin.end(`${payload(dir)}\n`);
    const late = setTimeout(() => child.kill("SIGKILL"), MINUTES / 2);
    const status = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(late);
    expect(said).toContain("share 1 of 2, epoch 2");
    expect(status, said).toBe(0);
    expect(commits(dir)).toEqual([1, 2]);
    expect(readStory(dir).at(-1)).toMatchObject({ kind: "share-checked", epoch: 2 });
  },
  MINUTES,
);

test.runIf(python)(
  "close takes it up too, once what may be open is shut, and is kept from closing by nothing",
  async () => {
    const dir = crashed();
    expect(await pullstation(["close", dir], [])).toMatchObject({ status: 0 });
    expect(commits(dir)).toEqual([1, 2]);
    const broken = crashed();
    rmSync(join(broken, "records", "000001.json"));
    const { status, out } = await pullstation(["close", broken], []);
    expect(status, out).toBe(0);
    expect(out).toContain("Nothing is open");
    expect(out).toContain("CHAIN_NOT_VALID");
  },
  MINUTES,
);
