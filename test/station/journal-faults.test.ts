import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { headerOf } from "../../ceremony/access/activation.ts";
import { Journal } from "../../ceremony/access/journal.ts";
import type { Clock } from "../../ceremony/access/ports.ts";
import type { JournalLine } from "../../contract/journal.ts";
import {
  closerFile,
  closerSessions,
  createJournal,
  type KeptCloser,
  listClosers,
  listJournals,
  readJournalFile,
  reopenJournal,
} from "../../station/journal-file.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { accountId, orderOf } from "../ceremony/stage.ts";
import { Disk } from "../crash/disk.ts";
import { all, everyCase, type Flow, operationsOf } from "../crash/survive.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// The journal and the closer's sessions of an opening, every state of the disk.

const INCIDENT = "INC-4";
const account = accountId(0);
const clock = { now: () => "2026-11-23T12:00:00.000Z" } as Clock;
const intent = (id: number): JournalLine => ({
  kind: "intent",
  id,
  account,
  action: "iam:PutUserPolicy",
  about: {},
});
const LINES: readonly JournalLine[] = [
  headerOf(orderOf(1)),
  { kind: "deadline", fromMs: 1000, notBeforeMs: 0, untilMs: 601_000 },
  intent(1),
  { kind: "done", id: 1, verdict: "OK", requestId: null, ms: 1 },
  { kind: "active", account },
];
const sessionOf = (of: string): KeptCloser => ({
  mode: "PRACTICE",
  incident: INCIDENT,
  accountId: of,
  partition: "aws",
  emergencyUserArn: "arn:aws:iam::111122223333:user/e",
  latchArn: "arn:aws:iam::111122223333:policy/l",
  session: { accessKeyId: "A", secretAccessKey: "S", sessionToken: "T", expiresMs: 5 },
});
const SESSIONS = [sessionOf(account), sessionOf(accountId(1))];

let template: string;
beforeAll(() => {
  template = freshFolder();
  mkdirSync(join(template, "station"));
});
afterAll(() => remove(template));

const at = (home: string): string => join(home, "station");
const disk = (home: string) => ({ dir: at(home), except: [] });
const path = (home: string): string => join(at(home), "journal", `${INCIDENT}.jsonl`);

/** What was told is there, and a start can go on with it. */
async function taken(home: string, told: readonly string[]): Promise<string> {
  const dir = at(home);
  const lines = told.flatMap((one) => (one.startsWith("line ") ? [one.slice(5)] : []));
  const kept = (await closerSessions(dir, INCIDENT)).map((one) => one.accountId);
  for (const one of told) if (one.startsWith("session ")) expect(kept).toContain(one.slice(8));
  const found = await listJournals(dir);
  if (found.length === 0) {
    expect(lines).toEqual([]);
    if (kept.length === 0) return "nothing was begun";
    expect(await maybeOpen(dir)).toEqual([INCIDENT]);
    return "a session, and no journal";
  }
  // It may be open: a start says so, whatever came after the last whole line.
  expect(await maybeOpen(dir)).toEqual([INCIDENT]);
  const { state, file } = await reopenJournal(dir, INCIDENT);
  expect(state.damaged).toBe(false);
  const there = state.lines.map((line) => JSON.stringify(line));
  expect(there.slice(0, lines.length)).toEqual(lines);
  expect(there).toEqual(LINES.slice(0, there.length).map((line) => JSON.stringify(line)));
  await new Journal(file, clock, state).write(intent(9));
  const next = await readJournalFile(dir, INCIDENT);
  expect([next.torn, next.damaged, next.seq]).toEqual([false, false, state.seq + 1]);
  await closerFile(dir, INCIDENT).forget();
  expect(await listClosers(dir)).toEqual([]);
  return `${there.length} lines`;
}

const opening: Flow = {
  template: () => template,
  disk,
  run: async (home, tell) => {
    const dir = at(home);
    const journal = new Journal(await createJournal(dir, INCIDENT), clock);
    for (const [nth, line] of LINES.entries()) {
      const session = SESSIONS[nth - 2];
      if (session !== undefined) {
        await closerFile(dir, INCIDENT).keep(session);
        tell(`session ${session.accountId}`);
      }
      await journal.write(line);
      tell(`line ${JSON.stringify(line)}`);
    }
  },
  after: taken,
};

test("an opening's journal and sessions: what was told is there, and is gone on with", async () => {
  const operations = await operationsOf(opening);
  expect(operations.filter((one) => one.startsWith("fsync"))).toHaveLength(13);
  const ends = await all(opening, everyCase(operations));
  expect([...ends.keys()]).toContain("died: nothing was begun");
  expect([...ends.keys()]).toContain("done: 5 lines");
}, 60_000);

/** A damaged line between sound ones. */
async function damaged(home: string): Promise<void> {
  await opening.run(home, () => undefined);
  const text = readFileSync(path(home), "utf8");
  writeFileSync(path(home), text.replace('"deadline"', '"deadlime"'));
}

test("a damaged journal is kept whole before it is cut, and never reads as sound", async () => {
  const home = freshFolder();
  mkdirSync(at(home));
  await damaged(home);
  const before = readFileSync(path(home), "utf8");
  const flow: Flow = {
    template: () => home,
    disk,
    run: async (one, tell) => {
      const { state, file } = await reopenJournal(at(one), INCIDENT);
      await new Journal(file, clock, state).write(intent(9));
      tell("a line");
    },
    after: async (one, told) => {
      const aside = `${path(one)}.damaged`;
      const isCut = readFileSync(path(one), "utf8") !== before;
      if (isCut || told.length > 0) expect(readFileSync(aside, "utf8")).toBe(before);
      const { state } = await reopenJournal(at(one), INCIDENT);
      expect(state.damaged).toBe(true);
      expect(readFileSync(aside, "utf8")).toBe(before);
      expect(await maybeOpen(at(one))).toEqual([INCIDENT]);
      const told9 = state.lines.some((line) => line.kind === "intent" && line.id === 9);
      if (told.length > 0) expect(told9).toBe(true);
      return isCut ? "cut" : "as it was";
    },
  };
  const ends = await all(flow, everyCase(await operationsOf(flow)));
  expect([...ends.keys()]).toEqual(expect.arrayContaining(["died: as it was", "done: cut"]));
  remove(home);
}, 60_000);

test("a closed access's session is forgotten, or still there for the next start to forget", async () => {
  const home = freshFolder();
  mkdirSync(at(home));
  await opening.run(home, () => undefined);
  const flow: Flow = {
    template: () => home,
    disk,
    run: (one) => closerFile(at(one), INCIDENT).forget(),
    after: async (one) => {
      const left = await listClosers(at(one));
      if (left.length > 0) expect(await closerSessions(at(one), INCIDENT)).toHaveLength(2);
      await closerFile(at(one), INCIDENT).forget();
      expect(existsSync(join(at(one), "open", `${INCIDENT}.close`))).toBe(false);
      return left.length > 0 ? "still there" : "gone";
    },
  };
  const ends = await all(flow, everyCase(await operationsOf(flow)));
  expect([...ends.keys()]).toContain("done: gone");
  remove(home);
}, 60_000);

test("a disk that refuses a new journal is told as that, and not as a journal to resume", async () => {
  const home = freshFolder();
  mkdirSync(join(at(home), "journal"), { recursive: true });
  const one = new Disk(at(home));
  try {
    for (const code of ["ENOSPC", "EROFS", "EIO"] as const) {
      one.arm({ kind: "refuse", at: 1, code, stays: true });
      await expect(createJournal(at(home), INCIDENT)).rejects.toMatchObject({ code });
    }
  } finally {
    one.end();
    remove(home);
  }
});
