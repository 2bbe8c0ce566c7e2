import type { AccessFlowPorts } from "../../ceremony/access-flow.ts";
import type { GlassPorts } from "../../ceremony/break-glass.ts";
import { codeTurns } from "../../ceremony/code-turns.ts";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { Pulse } from "../../ceremony/pulse.ts";
import { onlineView } from "../../contract/online.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { unaskedIn } from "../../station/unasked.ts";
import { clock } from "../drill/scene.ts";
import { progressOn } from "../drill/progress.ts";
import { watchOnline } from "../drill/watch.ts";
import type { Interruption } from "../drill/interruption.ts";
import type { Terminal } from "../terminal.ts";
import { cableIn } from "./cable.ts";
import { TerminalCast } from "./cast.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Station } from "./station.ts";

/** Everything that one command at a terminal goes through. */
export interface Desk {
  readonly station: Station;
  readonly keyboard: Keyboard;
  readonly terminal: Terminal;
  readonly progress: ReturnType<typeof progressOn>;
  readonly records: RecordStore;
  readonly cast: TerminalCast;
  readonly interruption: Interruption;
  readonly pulse: Pulse;
}

export function deskOf(
  given: Pick<Desk, "station" | "keyboard" | "terminal" | "interruption" | "records">,
): Desk {
  const progress = progressOn(given.terminal);
  const cast = new TerminalCast(given.keyboard, given.station);
  return { ...given, progress, cast, pulse: new Pulse(clock) };
}

/** `what`: what happens at AWS once the cable is in. */
export const flowOf = (desk: Desk, what: string): AccessFlowPorts => ({
  records: desk.records,
  clock,
  progress: desk.progress,
  practiceEndpoint: desk.station.endpoint,
  unasked: unaskedIn(desk.station.dir),
  connected: (openByMs) => cableIn(desk.keyboard, desk.station, what, openByMs),
});

export function glassOf({ station, keyboard, cast, records, progress, pulse }: Desk): GlassPorts {
  return {
    vault: () => keyboard.vault(station.stage, station.mediaRoots, cast.hear),
    online: () => onlineOf(keyboard, progress, pulse.heard),
    cast,
    records,
    clock,
    progress,
    unasked: unaskedIn(station.dir),
  };
}

/** An online process to which the responder types the codes that AWS wants. */
export function onlineOf(
  keyboard: Keyboard,
  progress: Pick<Desk["progress"], "note">,
  heard: (view: unknown) => void = () => undefined,
): OnlineProcess {
  const watch = watchOnline(progress);
  const wanted = codeTurns(
    async (account, again) =>
      (await keyboard.ask("code", { account, again })).left ? "left" : "done",
    () => online.ask("stop", null),
  );
  const online = keyboard.online((view) => {
    watch(view);
    heard(view);
    const said = onlineView.safeParse(view);
    if (said.success && said.data.kind === "codeWanted") wanted(said.data.account);
  });
  return online;
}
