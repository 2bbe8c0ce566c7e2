import { spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seal } from "../../ceremony/seal.ts";
import { WORDS } from "../../contract/words.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { totp, totpStep } from "../../crypto/totp.ts";
import { parseVault } from "../../crypto/vault.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import { readVault } from "../../station/vault-file.ts";
import { aKey, enrolled, planOf } from "../ceremony/sealing.ts";
import { requireProgram } from "../requires.ts";
import { judged, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import {
  about,
  COMMAND,
  ENTER,
  INTERRUPT,
  killedWhileOpen,
  phrase,
  PIN,
  pullstation,
  run,
  type Said,
  shares,
  wordsOf,
} from "./at-pty.ts";
import { foundIn, secretsOf, sessionsIn } from "./drill-secrets.ts";
import { copyOf, standing } from "./drill-runs.ts";
import { standingOn } from "./standing-on.ts";

/** The terminal path, by people at a pseudo-terminal. */
const python = requireProgram("python3");
const TAPPED = fileURLToPath(new URL("glass-tapped.ts", import.meta.url));
const MINUTES = 120_000;

let sealed: string;
/** Codes of its activator are typed. */
let typed: string;
const copies: string[] = [];
beforeAll(async () => {
  [sealed, typed] = [freshFolder(), freshFolder()];
  await setStage(sealed);
  cpSync(sealed, typed, { recursive: true });
  await sealIn(sealed);
  await sealIn(typed, { codes: "typed" });
}, MINUTES);
afterAll(() => [sealed, typed, ...copies].forEach(remove));

const copy = (of: string): string => {
  const dir = copyOf(of);
  copies.push(dir);
  return dir;
};
describe.runIf(python).concurrent("the glass broken at a terminal", () => {
  it(
    "from the reason to the approved record, with mistakes, a typed code, and the keys shown once",
    async () => {
      const dir = copy(typed);
      const seeds = JSON.parse(readFileSync(join(dir, "practice/kit/mfa.json"), "utf8"));
      // AWS takes a code a step early or late: this one fits whenever the cable goes in.
      const code = totp(String(seeds["111122223333"]), totpStep(Date.now() + 20_000));
      rmSync(join(dir, "policy.json"));
      const wrong = wordsOf(dir, 1);
      wrong[3] = WORDS[(WORDS.indexOf(wrong[3] ?? "") + 1) % WORDS.length] ?? "";
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ["Incident id", `../x${ENTER}`],
          ...about.slice(0, -1),
          ["The policy on this laptop", ""],
          ["Seconds that it stays open", `600${ENTER}`],
          ["Card: ", `${wrong.join(" ")}${ENTER}`],
          ["Passphrase", `x${ENTER}`],
          ["probably wrong: word 4", ""],
          ...shares(dir),
          ["PIN of that key", `9999${ENTER}`],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
          ["MFA code", `12${ENTER}`],
          ["MFA code", `${code}${ENTER}`],
          ["Enter: close now", `k${ENTER}`],
          ["AWS_SECRET_ACCESS_KEY=", ""],
          ["takes them off", ENTER],
          ["Enter: close now", `t${ENTER}`],
          ["seconds left", ""],
          ["Enter: close now", ENTER],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Read aloud", ""],
        ],
      );
      expect(status, out).toBe(0);
      for (const hidden of [PIN, "9999", phrase(dir, 1), phrase(dir, 2)])
        expect(out).not.toContain(hidden);
      // Keys stand on the second screen only.
      expect(out).toContain("AWS_SECRET_ACCESS_KEY");
      expect(standingOn(out, true)).not.toContain("AWS_SECRET_ACCESS_KEY");
      expect(out).not.toContain("at the most");
      expect(out).toContain("closed: latch on");
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect((await judged(dir)).verdict).toBe("VALID");
      const story = readStory(dir);
      expect(story.find(({ kind }) => kind === "glass-broken")).toMatchObject({
        why: "The shop is down",
        evidence: { incident: "INC-7", durationSeconds: 600 },
      });
      const kinds = story.map(({ kind }) => kind);
      for (const kind of ["refused", "access-open", "closed", "approval"])
        expect(kinds).toContain(kind);
      // The share with a wrong word and the PIN that was tried first: one record each.
      expect(
        story.filter(({ kind }) => kind === "refused").map(({ evidence }) => evidence["code"]),
      ).toEqual(["WORDS_SUSPECT", "PIN_WRONG"]);
    },
    MINUTES,
  );

  it(
    "the deadline comes by itself, while somebody could type",
    async () => {
      const dir = copy(sealed);
      const wishes = ["--incident", "INC-8", "--reason", "short", "--duration", "6s"];
      const { status, out } = await pullstation(
        ["break-glass", dir, ...wishes],
        [
          ...about.slice(2, 4),
          ...shares(dir),
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
          ["the deadline has come", ""],
          ["PIN of that key", INTERRUPT],
          ["not approved by touch yet", ""],
        ],
      );
      expect(status, out).toBe(0);
      expect(out).toContain("AWS itself refuses the key");
      expect(readStory(dir).map(({ kind }) => kind)).toContain("access-expired");
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
    },
    MINUTES,
  );

  it(
    "left at the keyboard, nothing is opened and nothing is asked of AWS",
    async () => {
      const dir = copy(sealed);
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ...about,
          ["Card: ", INTERRUPT],
          ["the next person comes", `q${ENTER}`],
          ["LEFT_AT_TERMINAL", ""],
        ],
      );
      expect(status, out).toBe(1);
      expect(readStory(dir).map(({ kind }) => kind)).not.toContain("glass-broken");
    },
    MINUTES,
  );

  it(
    "killed while it is open: close shuts it without a quorum, nothing new opens, resume ends it",
    async () => {
      const dir = copy(sealed);
      const wishes = ["--incident", "INC-9", "--reason", "killed", "--duration", "10m"];
      const died = await killedWhileOpen(
        ["break-glass", dir, ...wishes],
        [
          ...about.slice(2, 4),
          ...shares(dir),
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
        ],
      );
      expect(died).toContain("OPEN until");
      expect(standing(dir)).toEqual({ latched: false, active: 1 });

      const shut = await run([COMMAND, "close", dir], []);
      expect(shut.out).toContain("INC-9: shut with the closer's session");
      expect(shut.status).toBe(0);
      expect(standing(dir).latched).toBe(true);

      const again = await pullstation(["break-glass", dir], [["MAY_BE_OPEN", ""]]);
      expect(again.status).toBe(1);

      const rested = await pullstation(
        ["resume", dir],
        [
          ...shares(dir),
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Read aloud", ""],
        ],
      );
      expect(rested.status, rested.out).toBe(0);
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect((await judged(dir)).verdict).toBe("VALID");
      expect(readStory(dir).map(({ kind }) => kind)).toContain("resumed");
      const nothing = await run([COMMAND, "close", dir], []);
      expect(nothing).toMatchObject({ status: 0 });
      expect(nothing.out).toContain("Nothing is open");
    },
    MINUTES,
  );

  it(
    "the command carries no secret, whatever is typed and shown",
    async () => {
      const dir = copy(sealed);
      const tap = join(dir, "tap");
      const { status, out } = await run(
        [TAPPED, dir, tap],
        [
          ...about.slice(2, 4),
          ...shares(dir),
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Enter goes on", ENTER],
          ["Enter: close now", `k${ENTER}`],
          ["takes them off", ENTER],
          ["Enter: close now", ENTER],
          ["PIN of that key", `${PIN}${ENTER}`],
          ["Read aloud", ""],
        ],
      );
      expect(status, out).toBe(0);
      const carried = readFileSync(tap, "latin1");
      rmSync(tap);
      for (const word of ["beginUnseal", "handOver", "box", "reveal"])
        expect(carried.includes(`"${word}"`), word).toBe(true);
      const secrets = [...secretsOf(dir), ...sessionsIn(dir)];
      expect(foundIn(carried, secrets)).toEqual([]);
      expect(foundIn(`${carried} ${phrase(dir, 1)}`, secrets)).toEqual(["passphrase 1"]);
    },
    MINUTES,
  );
});

describe("a real vault at a terminal", () => {
  it.runIf(python)(
    "waits for the cable to be pulled before anything is typed",
    async () => {
      const dir = freshFolder();
      copies.push(dir);
      const keys = await Promise.all(
        ["key-a", "key-b"].map(async (label) => {
          const key = await enrolled(aKey(label), label);
          if (!("enrolment" in key)) throw new Error("a key of this test is enrolled");
          return {
            ...key,
            enrolment: { ...key.enrolment, aaguid: "11111111-2222-3333-4444-555555555555" },
          };
        }),
      );
      const plan = planOf(keys, { mode: "REAL", kdf: KDF_REAL, count: 2 });
      const { file } = await seal(plan, await systemEntropy());
      writeFileSync(join(dir, "vault.pullstation"), file);
      await openRecords(dir, "REAL", () => new Uint8Array(32).fill(7));
      expect(parseVault(readVault(dir)).header.mode).toBe("REAL");
      const { status, out } = await pullstation(
        ["break-glass", dir],
        [
          ["Pull the network cable", ENTER],
          ["Pull the network cable", INTERRUPT],
          ["LEFT_AT_TERMINAL", ""],
        ],
      );
      expect(status, out).toBe(1);
      expect(out).not.toContain("Incident id");
    },
    MINUTES,
  );
});

const noTerminal = (args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (out += data.toString()));
    child.once("close", (status) => resolve({ status, out }));
  });

describe("unusable input", () => {
  it(
    "no terminal, no vault, a copy without the station's key: exit 2 and a sentence",
    async () => {
      const dir = copy(sealed);
      expect(await noTerminal(["break-glass", dir])).toMatchObject({
        status: 2,
        out: expect.stringContaining("(NO_TERMINAL)"),
      });
      expect(await noTerminal(["close", join(dir, "practice")])).toMatchObject({
        status: 2,
        out: expect.stringContaining("(VAULT_MISSING)"),
      });
      rmSync(join(dir, "station.key"));
      expect(await noTerminal(["close", dir])).toMatchObject({
        status: 2,
        out: expect.stringContaining("(NOT_A_STATION)"),
      });
    },
    MINUTES,
  );
});
