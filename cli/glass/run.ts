import { explain } from "../../contract/failures.ts";
import { linksUp } from "../../station/isolation.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { coded } from "../coded.ts";
import { Interrupted, type Interruption, listenForSignals } from "../drill/interruption.ts";
import { progressOn } from "../drill/progress.ts";
import { clock } from "../drill/scene.ts";
import type { Tap } from "../tap.ts";
import { terminalOn } from "../terminal.ts";
import { breakAct, restAct, shutAct } from "./acts.ts";
import { cableIn } from "./cable.ts";
import { deskOf } from "./desk.ts";
import type { Wishes } from "./incident.ts";
import { type Keyboard, openKeyboard } from "./keyboard.ts";
import { kitNote } from "./kit-note.ts";
import { openChain, openStation, refuse, type Station } from "./station.ts";

/** What says that the folder or the terminal, not the ceremony, is at fault: exit status 2. */
const UNUSABLE =
  /^(?:VAULT_(?!KEYS)|CHAIN_NOT_VALID|STATION_|HEADER_|NOT_A_|NO_TERMINAL|INCIDENT_UNFIT|PRACTICE_STATE|PRACTICE_NO)/;

interface Scene {
  readonly station: Station;
  readonly keyboard: Keyboard;
  readonly interruption: Interruption;
}

async function at(
  path: string,
  interactive: boolean,
  act: (scene: Scene) => Promise<boolean>,
  tap?: Tap,
): Promise<number> {
  let station: Station | null = null;
  let keyboard: Keyboard | null = null;
  const interruption = listenForSignals(() => station?.dir ?? path, "pullstation resume");
  try {
    if (interactive && process.stdin.isTTY !== true) return refuse("NO_TERMINAL");
    station = await openStation(path, tap);
    keyboard = openKeyboard(tap);
    return (await act({ station, keyboard, interruption })) ? 0 : 1;
  } catch (error) {
    if (error instanceof Interrupted) return interruption.leave(error.closed);
    const { code, about } = coded(error);
    const { what, todo } = explain(code, about);
    process.stderr.write(`\n${what}\n${todo}\n(${code})\n`);
    return UNUSABLE.test(code) ? 2 : 1;
  } finally {
    interruption.end();
    await keyboard?.end();
    await station?.end();
  }
}

const terminal = terminalOn(process.stdout);

function banner({ mode, dir }: Station): void {
  terminal.title(
    mode === "PRACTICE"
      ? "PRACTICE: nothing here opens anything real"
      : "REAL: this opens emergency access to AWS",
  );
  terminal.note(`the vault in ${dir}`);
}

/** Nothing new is opened while something may be open: it is shut first, and named. */
export const breakGlass = (path: string, wishes: Wishes, tap?: Tap): Promise<number> => {
  const act = async ({ station, keyboard, interruption }: Scene): Promise<boolean> => {
    banner(station);
    const left = await maybeOpen(station.dir);
    if (left.length > 0) {
      await shutFirst(station, keyboard, left);
      refuse("MAY_BE_OPEN", { incidents: left.join(", ") });
    }
    const records = await station.open(terminal.note);
    const kit = kitNote(station.dir, clock.now());
    if (kit !== null) terminal.note(kit);
    return breakAct(deskOf({ station, keyboard, terminal, interruption, records }), wishes);
  };
  return at(path, true, act, tap);
};

export const close = (path: string): Promise<number> =>
  at(path, false, async ({ station, keyboard }) => {
    banner(station);
    const left = await maybeOpen(station.dir);
    if (left.length === 0)
      terminal.note(
        "Nothing is open: every journal here is closed, and no closer's session is left.",
      );
    const shut = left.length === 0 || (await shutFirst(station, keyboard, left));
    await takeUp(station);
    return shut;
  });

/** What a crash left of a rotation; only said where it can't be: what was to be shut is shut. */
async function takeUp({ dir, mode }: Station): Promise<void> {
  try {
    await openChain(dir, mode, terminal.note);
  } catch (error) {
    const { code, about } = coded(error);
    const { what, todo } = explain(code, about);
    terminal.note(`${what} ${todo} (${code})`);
  }
}

export const resume = (path: string): Promise<number> =>
  at(path, true, async ({ station, keyboard, interruption }) => {
    banner(station);
    const left = await maybeOpen(station.dir);
    if (left.length > 0) await shutFirst(station, keyboard, left);
    const records = await station.open(terminal.note);
    return restAct(deskOf({ station, keyboard, terminal, interruption, records }));
  });

/** The closer needs a network and nobody's share; who has no cable at hand may go on without. */
async function shutFirst(
  station: Station,
  keyboard: Keyboard,
  left: readonly string[],
): Promise<boolean> {
  terminal.title(`May be open: ${left.join(", ")}`);
  if (station.mode === "REAL" && linksUp().length === 0)
    await cableIn(keyboard, station, "The closer's session shuts it at AWS, without a quorum.");
  return shutAct({ station, keyboard, progress: progressOn(terminal) }, left);
}
