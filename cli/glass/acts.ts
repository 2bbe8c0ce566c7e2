import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSettled } from "../../ceremony/access/journal.ts";
import { approveByTouch } from "../../ceremony/approval.ts";
import { acceptOrder } from "../../ceremony/accept-order.ts";
import {
  type AccessFlowPorts,
  awaitExpiry,
  closeAccess,
  openAccess,
} from "../../ceremony/access-flow.ts";
import { type Broken, breakGlass, type Incident } from "../../ceremony/break-glass.ts";
import { FOUND_OPEN, isFoundOpen, isNotOpened } from "../../ceremony/not-opened.ts";
import type { Written } from "../../ceremony/ports.ts";
import { closeAnyway, driveToRest, shutWithCloser } from "../../ceremony/rest.ts";
import { explain, visible } from "../../contract/failures.ts";
import { pgpWords } from "../../contract/pgp-words.ts";
import { fromHex, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { parseApprovalEvidence } from "../../crypto/record.ts";
import { accountsBegun, listClosers, listJournals } from "../../station/journal-file.ts";
import { readStory } from "../../station/records-folder.ts";
import { forgetClosers, maybeOpen, recordClosings } from "../../station/unfinished.ts";
import { Interrupted } from "../drill/interruption.ts";
import { unlessAsked, untilAsked } from "../drill/until-asked.ts";
import { clock, pause } from "../drill/scene.ts";
import { cableOut } from "./cable.ts";
import { type Desk, flowOf, glassOf, onlineOf } from "./desk.ts";
import { askIncident, type Wishes } from "./incident.ts";

/** From the reason to the approved record; true when the access is proven dead. */
export async function breakAct(desk: Desk, wishes: Wishes): Promise<boolean> {
  const { station, keyboard, progress, interruption } = desk;
  progress.title(`Break the glass: vault “${visible(station.header.name)}”`);
  await cableOut(keyboard, station, "shares are read without a network only");
  const incident = await askIncident(desk, wishes);
  const broken = await breakGlass(glassOf(desk), incident, "open");
  const flow = flowOf(desk, "The access opens at AWS.");
  try {
    await acceptOrder(flow, broken, incident);
    const end = await interruption.whileOpen((asked) =>
      closingAnyway(desk, flow, broken, incident, async () => {
        const held = { ...broken, online: untilAsked(broken.online, asked) };
        const why = await untilOver(desk, flow, held, incident, asked);
        progress.title("Close");
        const closed = await untilAtRest(desk, incident, asked, why, (said) =>
          closeAccess(flow, held.online, broken.subject, incident, said),
        );
        if (asked.aborted) throw new Interrupted(closed.dead);
        return closed;
      }),
    );
    await broken.online.end();
    await afterwards(desk, end.record);
    return end.dead;
  } finally {
    await broken.online.end();
  }
}

/** Why it is closed; it throws where nothing is open, and nothing may be, or people leave it so. */
async function untilOver(
  desk: Desk,
  flow: AccessFlowPorts,
  held: Broken,
  incident: Incident,
  asked: AbortSignal,
): Promise<string> {
  try {
    const opened = await unlessAsked(asked, openAccess(flow, held, incident));
    return await whileOpen(desk, held, incident, opened.untilMs);
  } catch (error) {
    if (!isNotOpened(error)) throw error;
    const isFound = isFoundOpen(error);
    // Whose it is nobody could say: a signal closes nothing of that.
    if (isFound && asked.aborted) throw error;
    if (!isFound && !(await mayBeOpen(incident))) throw error;
    // It did not open, and was not brought to rest either, or never was: the process that holds the
    // order still can.
    const { what, todo } = explain(error.code, error.about);
    desk.terminal.refused(what, todo);
    if (!(await isCloseWanted(desk, asked, isFound ? STANDS_OPEN : NOT_AT_REST))) throw error;
    return isFound ? FOUND_OPEN : "the opening failed, and was not at rest";
  }
}

/** Closes, and closes once more for as long as something may be open and people ask for it. */
async function untilAtRest(
  desk: Desk,
  incident: Incident,
  asked: AbortSignal,
  why: string,
  close: (why: string) => ReturnType<typeof closeAccess>,
): ReturnType<typeof closeAccess> {
  for (let reason = why; ; reason = "closed once more at the terminal") {
    const closed = await close(reason);
    const left = await mayBeOpen(incident);
    if (!left || asked.aborted || !(await isCloseWanted(desk, asked)))
      return { ...closed, dead: closed.dead && !left };
  }
}

const mayBeOpen = async ({ dir, id }: Incident): Promise<boolean> =>
  (await maybeOpen(dir)).includes(id);

const NOT_AT_REST =
  "\nNot at rest: it may be open until AWS's deadline. Enter: close once more.  q: leave it so. ";
const STANDS_OPEN =
  "\nIt stands open at AWS: somebody's doing, or another station's access. Enter: close it.  q: leave it so. ";

/** `Interrupted` when a signal asks for the end meanwhile. */
async function isCloseWanted(
  { keyboard }: Desk,
  asked: AbortSignal,
  prompt = NOT_AT_REST,
): Promise<boolean> {
  const line = keyboard.ask("line", { prompt });
  const ended = new Promise<null>((resolve) => {
    if (asked.aborted) resolve(null);
    asked.addEventListener("abort", () => resolve(null), { once: true });
  });
  const said = await Promise.race([line, ended]);
  if (said !== null) return said.text !== null && said.text.trim().toLowerCase() !== "q";
  await keyboard.ask("giveUp", null);
  await line;
  throw new Interrupted();
}

async function closingAnyway<T>(
  { keyboard, progress, station, pulse }: Desk,
  flow: AccessFlowPorts,
  broken: Broken,
  incident: Incident,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted && error.closed) throw error;
    if (isNotOpened(error)) throw error;
    progress.note("the access may be open: it is closed first");
    const why = "an error while the access was open";
    const end = await closeAnyway(flow, broken, incident, why, { pulse, pause }, () =>
      shutWithCloser(onlineOf(keyboard, progress), {
        dir: incident.dir,
        incident: incident.id,
        practiceEndpoint: station.endpoint,
      }),
    );
    progress.note(
      end === "maybe open"
        ? "NOT closed: AWS ends it at its deadline; `pullstation close` tries again"
        : "shut; `pullstation resume` brings to rest and on the records what is not yet",
    );
    throw error instanceof Interrupted ? new Interrupted(end === "closed") : error;
  }
}

const MENU = "Enter: close now.  k: the responder reads the keys.  r: runbook.  t: time left. ";

/** Shows what is asked for until somebody closes or AWS's deadline comes; says why it ends. */
async function whileOpen(
  desk: Desk,
  held: Broken,
  incident: Incident,
  untilMs: number,
): Promise<string> {
  const { keyboard, progress, terminal, station } = desk;
  progress.title(`OPEN until ${new Date(untilMs).toISOString()} by AWS's clock`);
  tellRunbook(desk);
  const deadline = held.online.ask("waitDeadline", null).then(
    () => "deadline" as const,
    // A process that is gone, or an interruption: what follows says so.
    (error: unknown) => ({ error }),
  );
  for (;;) {
    const line = keyboard.ask("line", { prompt: `\n${MENU}` });
    const said = await Promise.race([line, deadline]);
    if (said === "deadline" || "error" in said) {
      await keyboard.ask("giveUp", null);
      await line;
      if (said !== "deadline") throw said.error;
      terminal.plain("\u0007the deadline has come");
      await awaitExpiry(flowOf(desk, ""), held, incident);
      return "the deadline";
    }
    const chosen = said.text?.trim().toLowerCase() ?? "";
    if (chosen === "k") await keyboard.ask("reveal", null);
    else if (chosen === "r") tellRunbook(desk);
    else if (chosen === "t") {
      const { earliestMs } = await held.online.ask("awsTime", null);
      terminal.plain(`${Math.max(0, Math.round((untilMs - earliestMs) / 1000))} seconds left`);
    } else {
      await held.online.ask("stop", null);
      return station.mode === "PRACTICE"
        ? "closed by hand, in practice"
        : "closed by hand at the station";
    }
  }
}

/** The public runbook, if it is the one that was sealed. */
function tellRunbook({ station, terminal }: Desk): void {
  const file = join(station.dir, "runbook.md");
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  if (hex(sha256(utf8(text))) !== station.header.runbookSha256)
    terminal.refused("The runbook here is not the one that was sealed: don't follow it.", "");
  else for (const line of text.split("\n")) terminal.plain(visible(line));
}

/** Cable out, approval by touch, and the record's hash to be read aloud. */
async function afterwards(desk: Desk, closed: Written): Promise<void> {
  const { keyboard, station, cast, terminal, progress } = desk;
  try {
    await cableOut(keyboard, station, "the access is closed");
    cast.record = closed.seq;
    // An opening that failed and was closed has no other record than its own.
    const { kind = "closed" } = readStory(station.dir)[closed.seq - 1] ?? {};
    await approveByTouch(glassOf(desk), station.dir, { ...closed, kind });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== "LEFT_AT_TERMINAL") throw error;
    progress.note("not approved by touch yet");
  }
  terminal.title(`Read aloud, compare, write down: record ${closed.seq}`);
  terminal.plain(closed.sha256);
  terminal.plain(pgpWords(fromHex(closed.sha256).slice(0, 16)).join(" "));
  terminal.note("Due now: the review of every action, new AWS keys, and a new epoch.");
}

/**
 * The closer's sessions shut whatever may be open, without a quorum; neither records nor scene need
 * be sound for it. True when all of it is shut.
 */
export async function shutAct(
  { keyboard, station, progress }: Pick<Desk, "keyboard" | "station" | "progress">,
  left: readonly string[],
): Promise<boolean> {
  const { dir, endpoint } = station;
  let all = true;
  for (const incident of left) {
    const online = onlineOf(keyboard, progress);
    const shut = await progress.step(
      "resume.latch",
      () => shutWithCloser(online, { dir, incident, practiceEndpoint: endpoint }),
      (done) =>
        done
          ? `${incident}: shut with the closer's session, every call is denied`
          : `NOT shut: ${incident}; AWS ends it at its deadline, and quorum and touch can now`,
    );
    all &&= shut;
  }
  return all;
}

/** Quorum and touch drive to rest what is unfinished; true when all of it is proven dead. */
export async function restAct(desk: Desk): Promise<boolean> {
  const { station, keyboard, records, progress } = desk;
  const { dir } = station;
  const kept = new Set(await listClosers(dir));
  const begun = (await listJournals(dir)).filter(
    ({ incident, state }) => !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
  );
  const ends: Written[] = [];
  let dead = true;
  for (const { incident } of begun) {
    progress.title(`Quorum and touch, to bring ${incident} to rest`);
    await cableOut(keyboard, station, "shares are read without a network only");
    const { who = {} } =
      readStory(dir).findLast(
        ({ kind, evidence }) => kind === "glass-broken" && evidence["incident"] === incident,
      ) ?? {};
    const rested = await driveToRest(glassOf(desk), flowOf(desk, "It is closed at AWS."), {
      dir,
      id: incident,
      reason: "bring to rest what was left open",
      officer: who["officer"] ?? "not named",
      responder: who["responder"] ?? "not named",
      durationSeconds: 60,
      accounts: await accountsBegun(dir, incident),
    });
    dead &&= rested?.dead === true;
    if (rested !== null) ends.push(rested.record);
  }
  await forgetClosers(dir);
  const closings = await recordClosings(dir, records, clock);
  for (const { incident, late } of closings)
    if (late) progress.note(`${incident}: its closing was complete and had no record yet`);
  if (ends.length + closings.length === 0) {
    progress.note("nothing was begun at AWS: there is nothing to close");
    return dead;
  }
  const approved = approvedIn(dir);
  const ended = [...new Map([...ends, ...closings].map((one) => [one.seq, one])).values()];
  const due = ended
    .filter(({ sha256: hash }) => !approved.has(hash))
    .toSorted((one, other) => one.seq - other.seq);
  for (const record of due) await afterwards(desk, record);
  if (due.length === 0)
    progress.note("all that was opened is closed and approved: nothing is left to do");
  return dead && (closings.at(-1)?.dead ?? true) && closings.every((one) => one.dead || !one.late);
}

/** SHA-256 (hex) of each record that a key's touch approved. */
const approvedIn = (dir: string): ReadonlySet<string> =>
  new Set(
    readStory(dir).flatMap(({ kind, evidence }) =>
      kind === "approval" ? [parseApprovalEvidence(evidence).sha256] : [],
    ),
  );
