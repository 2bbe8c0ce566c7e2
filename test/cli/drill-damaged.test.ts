import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTemplates, type Templates } from "./drill-kills.ts";
import {
  copyOf,
  hasRecord,
  pullstation,
  reached,
  remove,
  standing,
  startPullstation,
} from "./drill-runs.ts";

/**
 * What a crash, a full disk or a hand left of the station's files: whatever is gone, the access is
 * closed first, and nothing says that it is dead before it is.
 */
const MINUTES = 600_000;

let templates: Templates;
beforeAll(async () => {
  templates = await makeTemplates();
}, MINUTES);
afterAll(() => templates.remove());

const fileIn = (dir: string, folder: string, end: string): string =>
  join(dir, folder, readdirSync(join(dir, folder)).find((name) => name.endsWith(end)) ?? "");

const changeLine = (file: string, line: number): void => {
  const rows = readFileSync(file, "utf8").split("\n");
  rows[line] = (rows[line] ?? "").replace("a", "b");
  writeFileSync(file, rows.join("\n"));
};

async function withOpen(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = copyOf(templates.open);
  try {
    expect(standing(dir)).toEqual({ latched: false, active: 1 });
    await work(dir);
  } finally {
    remove(dir);
  }
}

describe("a drill left open on a disk that lost something", () => {
  it.each([0, 4])(
    "comes to rest with a journal damaged at line %i",
    (line) =>
      withOpen(async (dir) => {
        changeLine(fileIn(dir, "journal", ".jsonl"), line);
        const { status, out, err } = await pullstation(["drill", "--resume", dir]);
        expect(err).toBe("");
        expect(out).toContain("its journal is damaged");
        expect(out).toContain("closed at once with the closer's session: 111122223333");
        expect(status).toBe(0);
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        expect(readdirSync(join(dir, "open"))).toEqual([]);
      }),
    MINUTES,
  );

  it(
    "comes to rest without its journal",
    () =>
      withOpen(async (dir) => {
        rmSync(fileIn(dir, "journal", ".jsonl"));
        const { status, out, err } = await pullstation(["drill", "--resume", dir]);
        expect(err).toBe("");
        expect(out).toContain("its journal is gone");
        expect(status).toBe(0);
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
      }),
    MINUTES,
  );

  it(
    "is closed although a record is gone, and then says that it is",
    () =>
      withOpen(async (dir) => {
        rmSync(join(dir, "records", "000006.json"));
        const { status, err } = await pullstation(["drill", "--resume", dir]);
        expect(status).toBe(1);
        expect(err).toContain("(CHAIN_NOT_VALID)");
        expect(standing(dir).latched).toBe(true);
      }),
    MINUTES,
  );

  it(
    "is closed although all records are gone, and nothing is sealed over its vault",
    () =>
      withOpen(async (dir) => {
        const vault = readFileSync(join(dir, "vault.pullstation"));
        rmSync(join(dir, "records"), { recursive: true });
        const { status, err } = await pullstation(["drill", "--resume", dir]);
        expect(status).toBe(1);
        expect(err).toContain("(RECORDS_MISSING)");
        expect(standing(dir).latched).toBe(true);
        expect(readFileSync(join(dir, "vault.pullstation")).equals(vault)).toBe(true);
      }),
    MINUTES,
  );

  it(
    "invents no other AWS when practice AWS's state is gone or torn",
    () =>
      withOpen(async (dir) => {
        const state = join(dir, "practice", "aws.json");
        renameSync(state, `${state}.away`);
        const gone = await pullstation(["drill", "--resume", dir]);
        expect(gone).toMatchObject({ status: 1 });
        expect(gone.err).toContain("(PRACTICE_STATE_UNREADABLE)");
        renameSync(`${state}.away`, state);
        writeFileSync(join(dir, "practice", "scene.json"), '{"custodians":');
        const torn = await pullstation(["drill", "--resume", dir]);
        expect(torn.err).toContain("(PRACTICE_STATE_UNREADABLE)");
      }),
    MINUTES,
  );

  it.each([
    ["scene", "torn", "practice/scene.json", "PRACTICE_STATE_UNREADABLE"],
    ["scene", "gone", "practice/scene.json", "PRACTICE_STATE_UNREADABLE"],
    ["settings", "torn", "drill.json", "DRILL_FOLDER_MISSING"],
  ])(
    "is closed although its %s is %s, and then says so",
    (_, how, name, code) =>
      withOpen(async (dir) => {
        if (how === "gone") rmSync(join(dir, name));
        else writeFileSync(join(dir, name), '{"custodians":');
        const { status, out, err } = await pullstation(["drill", "--resume", dir]);
        expect(out).toContain("closed at once with the closer's session: 111122223333");
        expect(err).toContain(`(${code})`);
        expect(err).not.toMatch(/^\s+at /m);
        expect(status).toBeGreaterThan(0);
        expect(standing(dir).latched).toBe(true);
        expect(readdirSync(join(dir, "open"))).toHaveLength(1);
      }),
    MINUTES,
  );
});

describe("a drill killed between its closing and the second look at AWS", () => {
  it(
    "is closed anew, whatever happened at AWS meanwhile",
    () =>
      withOpen(async (dir) => {
        const journal = fileIn(dir, "journal", ".jsonl");
        const running = startPullstation(["drill", "--resume", dir]);
        const isClosed = (): boolean =>
          readFileSync(journal, "utf8").includes('"line":{"kind":"closed"');
        expect(await reached(running, isClosed)).toBe(true);
        running.killAll();
        await running.ended;
        const path = join(dir, "practice", "aws.json");
        const world = JSON.parse(readFileSync(path, "utf8")) as {
          accounts: Record<
            string,
            { users: Record<string, { attached: string[]; keys: object[] }> }
          >;
        };
        for (const { users } of Object.values(world.accounts)) {
          const user = users["bg-emergency"];
          if (user === undefined) throw new Error("the world has no emergency user");
          user.attached = [];
          for (const key of user.keys) Object.assign(key, { status: "Active" });
        }
        writeFileSync(path, JSON.stringify(world));
        const { status, err, out } = await pullstation(["drill", "--resume", dir]);
        expect(err).toBe("");
        expect(out).toContain("closed at once with the closer's session: 111122223333");
        expect(status).toBe(0);
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        expect(readdirSync(join(dir, "open"))).toEqual([]);
      }),
    MINUTES,
  );
});

describe("a drill that can't go on while the access is open", () => {
  it(
    "closes before it tells that the disk refuses its records",
    async () => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => hasRecord(dir, "access-open"))).toBe(true);
        renameSync(join(dir, "records"), join(dir, "records.away"));
        writeFileSync(join(dir, "records"), "");
        const { status, out, err } = await running.ended;
        expect(status).toBe(1);
        expect(err).toMatch(/\((?:DISK_REFUSED|RECORD_REFUSED|CHAIN_NOT_VALID)\)/);
        expect(err).not.toMatch(/^\s+at /m);
        expect(out).toContain("it is closed first");
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        rmSync(join(dir, "records"));
        renameSync(join(dir, "records.away"), join(dir, "records"));
        expect(await pullstation(["drill", "--resume", dir])).toMatchObject({ status: 0, err: "" });
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );

  it(
    "goes on to its end when nobody reads what it prints",
    async () => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => hasRecord(dir, "access-open"))).toBe(true);
        running.stopReading();
        expect(await running.ended).toMatchObject({ status: 0 });
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        expect(hasRecord(dir, "approval")).toBe(true);
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );
});
