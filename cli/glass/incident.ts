import type { Incident } from "../../ceremony/break-glass.ts";
import { join } from "node:path";
import { unreviewed } from "../../ceremony/review.ts";
import { explain } from "../../contract/failures.ts";
import { readPolicy } from "../../station/inputs.ts";
import { listJournals } from "../../station/journal-file.ts";
import { readStory } from "../../station/records-folder.ts";
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
}

/** As the app takes it: it becomes a file's name and a tag at AWS. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/;
const MOST = 500;

/** What is said of a vault whose policy lies unreadable beside it; the sealed one decides. */
const UNTOLD = { defaultDurationSeconds: 3600, maxDurationSeconds: 39_600 };

const plain = (text: string): boolean =>
  text !== "" && text.length <= MOST && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);

/** Everything that the record has to say before anybody enters a share; none of it is a secret. */
export async function askIncident(desk: Desk, wishes: Wishes): Promise<Incident> {
  const { station, terminal } = desk;
  const { dir, mode, people } = station;
  const { defaultDurationSeconds, maxDurationSeconds: most } = durationsOf(dir);
  const known = new Set((await listJournals(dir)).map(({ incident }) => incident));
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const unfit = (id: string): boolean => !ID.test(id) || known.has(id);
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
  const duration = await answer(
    wishes.duration === undefined ? undefined : String(wishes.duration),
    `Seconds that it stays open, ${most} at the most`,
    String(defaultDurationSeconds),
    (text) => {
      const asked = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (asked > most) say("DURATION_TOO_LONG", { asked, most });
      return asked > 0 && asked <= most;
    },
  );
  const overrides = mode === "REAL" ? await overridden(desk) : [];
  return { dir, id, reason, responder, officer, durationSeconds: Number(duration), overrides };
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

function durationsOf(dir: string): typeof UNTOLD {
  try {
    return readPolicy(join(dir, "policy.json"));
  } catch {
    return UNTOLD;
  }
}
