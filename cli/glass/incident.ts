import type { Incident } from "../../ceremony/break-glass.ts";
import type { StationEntry } from "../../ceremony/ports.ts";
import { unreviewed } from "../../ceremony/review.ts";
import { roleOf, tookOverEntry } from "../../ceremony/role.ts";
import { explain, visible } from "../../contract/failures.ts";
import { knownIncidents } from "../../station/known-incidents.ts";
import { durationsOf, LONGEST, policyBeside } from "../../station/policy-beside.ts";
import { readStory } from "../../station/records-folder.ts";
import { sealedAccounts } from "../../station/sealed-accounts.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { clock } from "../drill/scene.ts";
import type { Terminal } from "../terminal.ts";
import type { Desk } from "./desk.ts";
import { refuse } from "./station.ts";

/** What was given on the command line; the rest is asked for. */
export interface Wishes {
  readonly incident?: string;
  readonly reason?: string;
  readonly responder?: string;
  readonly officer?: string;
  /** Seconds. */
  readonly duration?: number;
  /** Ids; none: every sealed account. */
  readonly account?: readonly string[];
}

/** As the app takes it: it becomes a file's name and a tag at AWS. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/;
const MOST = 500;

const plain = (text: string): boolean =>
  text !== "" && text.length <= MOST && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);

/** Everything that the record has to say before anybody enters a share; none of it is a secret. */
export async function askIncident(desk: Desk, wishes: Wishes): Promise<Incident> {
  const { station, terminal } = desk;
  const { dir, mode, people } = station;
  const policy = policyBeside(dir);
  const told = durationsOf(policy);
  const most = told.most ?? LONGEST;
  const isKnown = await knownIncidents(dir);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const unfit = (id: string): boolean => !ID.test(id) || isKnown(id);
  const { incident } = wishes;
  if (incident !== undefined && unfit(incident)) refuse("INCIDENT_UNFIT", { id: incident });
  const say = (code: string, about: Readonly<Record<string, string | number>>): void => {
    const { what, todo } = explain(code, about);
    terminal.refused(what, todo);
  };
  const answer = async (
    given: string | undefined,
    prompt: string,
    usual: string,
    fits: (text: string) => boolean,
  ): Promise<string> => {
    if (given !== undefined && fits(given)) return given;
    for (;;) {
      const beside = usual === "" ? "" : ` [${usual}]`;
      const { text } = await desk.keyboard.ask("line", { prompt: `${prompt}${beside}: ` });
      if (text === null) return refuse("LEFT_AT_TERMINAL");
      const said = (text.trim() === "" ? usual : text.trim()).normalize("NFC");
      if (fits(said)) return said;
    }
  };
  const id = await answer(
    incident,
    "Incident id",
    mode === "PRACTICE" ? `INC-DRILL-${stamp}` : "",
    (text) => {
      if (unfit(text)) say("INCIDENT_UNFIT", { id: text });
      return !unfit(text);
    },
  );
  const reason = await answer(wishes.reason, "Reason, for the record", "", plain);
  const officer = await answer(wishes.officer, "Officer at this station", people.officer, plain);
  const responder = await answer(
    wishes.responder,
    "Responder, who gets the access",
    people.responder,
    plain,
  );
  if (policy === null) say("POLICY_CHANGED", {});
  const duration = await answer(
    wishes.duration === undefined ? undefined : String(wishes.duration),
    told.most === null
      ? "Seconds that it stays open"
      : `Seconds that it stays open, ${most} at the most`,
    String(told.usual),
    (text) => {
      const asked = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (told.most !== null && asked > most) say("DURATION_TOO_LONG", { asked, most });
      return asked > 0 && asked <= most;
    },
  );
  const sealed = sealedAccounts(dir);
  const accounts = await answer(
    sealed.length > 1 ? wishes.account?.join(" ") : (wishes.account?.join(" ") ?? ""),
    `Accounts to open, of ${sealed.join(" ")}`,
    "all",
    (text) => {
      const foreign = listed(text).find((one) => sealed.length > 0 && !sealed.includes(one));
      if (foreign !== undefined) say("ACCOUNT_NOT_SEALED", { account: foreign });
      return foreign === undefined;
    },
  );
  await primaryAsked(desk, officer);
  const overrides = mode === "REAL" ? await overridden(desk) : [];
  const only = listed(accounts);
  const chosen = only.length === 0 ? {} : { accounts: only };
  const durationSeconds = Number(duration);
  return { dir, id, reason, responder, officer, durationSeconds, overrides, ...chosen };
}

/** "all", or ids with spaces or commas between them. */
const listed = (text: string): readonly string[] =>
  text === "all" ? [] : text.split(/[\s,]+/).filter((one) => one !== "");

/** At a spare: what of the primary? The answer is on the records before any share is asked for. */
async function primaryAsked(
  { station, terminal, keyboard, records }: Desk,
  officer: string,
): Promise<void> {
  const story = readStory(station.dir);
  const role = roleOf(story);
  const commit = story.findLast(({ kind }) => kind === "committed");
  if (role.role === "primary" || commit === undefined) return;
  terminal.refused(
    `This station is a spare, restored on ${role.since.slice(0, 10)} from a copy up to record ${role.upTo}.`,
    "The primary may have gone on, or hold an access open: neither knows the other's journal. AWS is read before anything opens.",
  );
  const line = async (prompt: string): Promise<string> => {
    const { text } = await keyboard.ask("line", { prompt });
    return (text ?? refuse("LEFT_AT_TERMINAL")).trim().normalize("NFC");
  };
  const said = (
    await line(
      "What of the primary? GONE: lost, destroyed or wiped; this is the primary from now on.\n" +
        "UNREACHABLE: this spare opens once in its place. Anything else stops: ",
    )
  ).toUpperCase();
  const now = clock.now();
  let entry: StationEntry;
  if (said === "UNREACHABLE") entry = tookOverEntry("unreachable", officer, now);
  else if (said === "GONE") {
    const { became, who } = await statement(line, terminal, officer);
    entry = tookOverEntry("gone", who, now, became);
  } else return refuse("LEFT_AT_TERMINAL");
  const { seq } = records.append(subjectOf(commit), entry);
  terminal.note(`recorded as record ${seq}`);
}

/**
 * That the primary is gone can't be taken back: in the words of who says so, and once more, with what
 * follows from it.
 */
async function statement(
  line: (prompt: string) => Promise<string>,
  terminal: Terminal,
  officer: string,
): Promise<{ readonly became: string; readonly who: string }> {
  const asked = async (prompt: string, usual = ""): Promise<string> => {
    for (;;) {
      const said = (await line(`${prompt}${usual === "" ? "" : ` [${usual}]`}: `)) || usual;
      if (plain(said)) return said;
    }
  };
  const became = await asked("What became of it, and how you know, for the record");
  const who = await asked("Who says so", officer);
  terminal.refused(
    `Recorded for good: “${visible(became)}”, says ${visible(who)}.`,
    "If the primary still stands, both may seal, and two vaults and two stories come of it that nothing joins again. UNREACHABLE opens tonight too.",
  );
  if ((await line("GONE once more records it. Anything else stops: ")).toUpperCase() !== "GONE")
    refuse("LEFT_AT_TERMINAL");
  return { became, who };
}

/** Uses whose review is not signed block the next, unless this quorum says otherwise: before any share. */
async function overridden({ station, terminal, keyboard }: Desk): Promise<readonly string[]> {
  const left = unreviewed(readStory(station.dir)).map(({ incident }) => incident);
  if (left.length === 0) return [];
  const { what, todo } = explain("REVIEW_DUE", { incidents: left.join(", ") });
  terminal.refused(what, todo);
  const { text } = await keyboard.ask("line", {
    prompt:
      "OVERRIDE: this quorum opens all the same, and the record says so. Anything else stops: ",
  });
  return text?.trim() === "OVERRIDE" ? left : refuse("LEFT_AT_TERMINAL");
}
