import type { AccessFlowPorts } from "../../ceremony/access-flow.ts";
import type { GlassPorts } from "../../ceremony/break-glass.ts";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { onlineView } from "../../contract/online.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { clock } from "../drill/scene.ts";
import { progressOn } from "../drill/progress.ts";
import { watchOnline } from "../drill/watch.ts";
import type { Interruption } from "../drill/interruption.ts";
import type { Terminal } from "../terminal.ts";
import { cableIn } from "./cable.ts";
import { TerminalCast } from "./cast.ts";
import type { Keyboard } from "./processes.ts";
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
}

export function deskOf(
  given: Pick<Desk, "station" | "keyboard" | "terminal" | "interruption" | "records">,
): Desk {
  const progress = progressOn(given.terminal);
  return { ...given, progress, cast: new TerminalCast(given.keyboard, given.station) };
}

/** `what`: what happens at AWS once the cable is in. */
export const flowOf = (desk: Desk, what: string): AccessFlowPorts => ({
  records: desk.records,
  clock,
  progress: desk.progress,
  practiceEndpoint: desk.station.endpoint,
  connected: () => cableIn(desk.keyboard, desk.station, what),
});

export function glassOf({ station, keyboard, cast, records, progress }: Desk): GlassPorts {
  return {
    vault: () => keyboard.vault(station.stage, station.mediaRoots, cast.hear),
    online: () => onlineOf(keyboard, progress),
    cast,
    records,
    clock,
    progress,
  };
}

/** Codes that AWS wants are typed one after the other; who leaves that ends what asked for them. */
export function onlineOf(
  keyboard: Keyboard,
  progress: Pick<Desk["progress"], "note">,
): OnlineProcess {
  const watch = watchOnline(progress);
  const asked = new Set<string>();
  let left = false;
  let typing: Promise<unknown> = Promise.resolve();
  const online = keyboard.online((view) => {
    watch(view);
    const said = onlineView.safeParse(view);
    if (!said.success || said.data.kind !== "codeWanted") return;
    const { account } = said.data;
    const again = asked.has(account);
    asked.add(account);
    typing = typing
      .then(async () => {
        if (left) return;
        ({ left } = await keyboard.ask("code", { account, again }));
        if (left) await (await online).ask("stop", null);
      })
      .catch(() => undefined);
  });
  // Asked of it before it has come fails there, not here.
  online.catch(() => undefined);
  return {
    ask: async (name, input) => (await online).ask(name, input),
    end: async () => (await online).end(),
  };
}
