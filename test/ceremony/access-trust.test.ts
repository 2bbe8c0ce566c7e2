import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { headerOf, open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { waitDeadline } from "../../ceremony/access/deadline.ts";
import { Journal, readJournal } from "../../ceremony/access/journal.ts";
import { resume } from "../../ceremony/access/resume.ts";
import { onlineRequests } from "../../contract/online.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { listJournals } from "../../station/journal-file.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { onlinePorts, serveOnline } from "../../station/online-process.ts";
import {
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  HASTE,
  orderOf,
  portsOf,
  worldOf,
} from "./stage.ts";

// What lies on the station's disk may be damaged, taken away or forged: none of it is an authority.

const INCIDENT = "INC-2026-0042";
let aws: PracticeAws;
let place: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(2) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

const journalPath = (): string => join(place.dir, "journal", `${INCIDENT}.jsonl`);
const isLatched = (): boolean => emergencyUser(aws.world).attached.includes(accountOf(0).latchArn);
const activeKeys = (): number =>
  emergencyUser(aws.world).keys.filter(({ status }) => status === "Active").length;

async function opened(seconds = 600) {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
  const { held, opening } = await open(orderOf(1, { durationSeconds: seconds }), ports);
  expect(opening.kind).toBe("OPENED");
  expect(isLatched()).toBe(false);
  return held;
}

async function closeWithCloser() {
  const [near, far] = portPair();
  await serveOnline(far, { ...onlinePorts, patience: HASTE });
  const { ask } = connect(near, onlineRequests);
  const asked = { dir: place.dir, incident: INCIDENT, practiceEndpoint: aws.endpoint };
  const answer = await ask("closeWithCloser", asked);
  near.close();
  return answer;
}

test.each([0, 1, 5])(
  "a journal damaged at line %i is closed with the closer, and stays open in the books",
  async (line) => {
    await opened();
    const rows = readFileSync(journalPath(), "utf8").split("\n");
    rows[line] = (rows[line] ?? "").replace("a", "b");
    writeFileSync(journalPath(), rows.join("\n"));
    expect(await closeWithCloser()).toMatchObject({
      begun: true,
      accounts: [{ verdict: "LATCHED" }],
    });
    expect(isLatched()).toBe(true);
    const [journal] = await listJournals(place.dir);
    expect(journal?.state.phase).not.toBe("closed");
    // A second look must not find "nothing was begun" in what the first one left.
    expect(await closeWithCloser()).toMatchObject({ begun: true });
    expect((await listJournals(place.dir))[0]?.state.phase).not.toBe("closed");
  },
);

test("a closer's session without its journal closes all the same", async () => {
  await opened();
  rmSync(journalPath());
  expect(await closeWithCloser()).toMatchObject({ accounts: [{ verdict: "LATCHED" }] });
  expect(isLatched()).toBe(true);
});

test("a closer's file in which no session is whole, without its journal, is brought to rest by a quorum", async () => {
  await opened();
  rmSync(journalPath());
  writeFileSync(join(place.dir, "open", `${INCIDENT}.close`), '{"mode":"PRACT');
  writeFileSync(join(place.dir, "open", "a copy of it.close"), "");
  expect(await closeWithCloser()).toEqual({ begun: true, accounts: [], without: [] });
  expect(await maybeOpen(place.dir)).toEqual([INCIDENT]);
  // Not refused for the journal that the first look began.
  expect(await closeWithCloser()).toEqual({ begun: true, accounts: [], without: [] });
  const { ports, state } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, reopen: true });
  if (state === null) throw new Error("there is a journal");
  await resume(orderOf(1), state, "close", ports);
  expect([isLatched(), activeKeys()]).toEqual([true, 0]);
  expect(await maybeOpen(place.dir)).toEqual([]);
  expect(readdirSync(join(place.dir, "open"))).toEqual(["a copy of it.close"]);
});

test("nothing is begun for an incident that no file names", async () => {
  await expect(closeWithCloser()).rejects.toMatchObject({ code: "JOURNAL_MISSING" });
  expect(await listJournals(place.dir)).toEqual([]);
});

test("a forged deadline is not reopened: the policy bounds it", async () => {
  await opened();
  const lines = readJournal(readFileSync(journalPath(), "utf8")).lines;
  writeFileSync(journalPath(), "");
  const pen = new Journal(
    { append: async (text) => writeFileSync(journalPath(), text, { flag: "a" }) },
    onlinePorts.clock,
  );
  for (const line of lines)
    await pen.write(
      line.kind === "deadline" ? { ...line, untilMs: line.untilMs + 10 * 365 * 86_400_000 } : line,
    );
  expect(lines[0]).toEqual(headerOf(orderOf(1)));
  const { ports, state } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, reopen: true });
  if (state === null) throw new Error("there is a journal");
  const { resumption } = await resume(orderOf(1), state, "reopen", ports);
  expect(resumption).toMatchObject({ kind: "CLOSED", why: "DEADLINE_UNFIT" });
  expect([isLatched(), activeKeys()]).toEqual([true, 0]);
});

test("a key that works again after it was dead is closed again before it counts as closed", async () => {
  let revived = false;
  const { ports } = await portsOf({
    endpoint: aws.endpoint,
    dir: place.dir,
    report: (progress) => {
      if (progress.kind !== "step" || progress.step !== "dead" || revived) return;
      revived = true;
      for (const key of emergencyUser(aws.world).keys) key.status = "Active";
    },
  });
  const { held } = await open(orderOf(1), ports);
  expect(await close(held, "by hand")).toMatchObject([{ verdict: "CLOSED", confirmed: true }]);
  expect([revived, activeKeys()]).toEqual([true, 0]);
  expect(readdirSync(join(place.dir, "open"))).toEqual([]);
});

test("a denial after the deadline is no proof of the latch, and says so", async () => {
  const held = await opened(2);
  await waitDeadline(held.run, held.accesses, held.deadline?.untilMs ?? 0);
  expect(await close(held, "expired")).toMatchObject([
    { verdict: "CLOSED", deny: "AFTER_DEADLINE" },
  ]);
});

test("a key that never worked proves nothing by being denied", async () => {
  for (const action of ["GetAccountSummary", "GetAccessKeyInfo"])
    aws.faults.add({ kind: "denied", action, times: "always" });
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
  const { opening } = await open(orderOf(1), ports);
  expect(opening).toMatchObject({ accounts: [{ state: "FAILED", closing: { deny: "UNPROVEN" } }] });
});
