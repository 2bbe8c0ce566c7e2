import type { AccessFlowPorts } from "../ceremony/access-flow.ts";
import type { OnlineProcess } from "../ceremony/ports.ts";
import { Pulse } from "../ceremony/pulse.ts";
import { onlineView } from "../contract/online.ts";
import type { LineView, ScreenOf } from "../contract/app.ts";
import {
  CLOSING_BEGUN,
  CONNECT,
  heard,
  later,
  OPENING,
  Steps,
  stoppable,
  turned,
} from "./asking.ts";
import { unaskedIn } from "../station/unasked.ts";
import { untilConnected, untilIsolated } from "./cable.ts";
import { AppCast } from "./cast.ts";
import { codesAt } from "./codes.ts";
import type { House } from "./house.ts";
import { type Joinable, startOnline, startVault } from "./processes.ts";
import type { Station } from "./station.ts";
import { answeringAtOnce } from "./ways-out.ts";

/** The sealed vault, as the main screen shows it. */
export interface Standing {
  readonly name: string;
  readonly vaultId: string;
  readonly epoch: number;
  readonly threshold: number;
  readonly custodians: readonly string[];
  /** The layout that its passphrases were typed on. */
  readonly keyboard: string;
  readonly keys: readonly string[];
  /** Those of `keys` that open; the others are reviewers' and approve only. */
  readonly openers: readonly string[];
}

/** The people and processes of one breaking of the glass. */
export function glassPorts(
  house: House,
  station: Station,
  standing: Standing,
  purpose: ScreenOf<"glass">["purpose"] = "open",
) {
  const { desk, clock, entries } = house;
  const { stage, records, mode, mediaRoots, endpoint, drill = null } = station;
  const cast = new AppCast({
    desk,
    stage,
    ports: { ...house.windows, mode },
    now: clock.now,
    keyLabels: standing.openers,
    absent: drill?.absent ?? null,
  });
  cast.speakOf(standing, standing.custodians);
  const online: { current: (OnlineProcess & Joinable) | null } = { current: null };
  const codes = codesAt(house, station, standing, () => online.current);
  const steps = new Steps();
  const pulse = new Pulse(clock);
  /** Told of each file, `stick/file`, to which the responder had the access written. */
  const onStick = { tell: (_file: string): void => undefined };
  const usual = stoppable(house, () => online.current, steps, pulse);
  const progress = drill?.progress(usual) ?? usual;
  /** A fresh online process: the one that is asked, heard and stopped from here on. */
  const asked = (): OnlineProcess & Joinable => {
    const started = startOnline(entries, (view) => {
      pulse.heard(view);
      const said = onlineView.safeParse(view);
      if (said.success && said.data.kind === "onStick") onStick.tell(said.data.file);
      heard(house, view, codes, steps);
      drill?.heard(view);
    });
    return (online.current = answeringAtOnce(started, house.pause));
  };
  return {
    cast,
    online,
    steps,
    pulse,
    onStick,
    /** For the closer's session alone, when the one that held the access is gone. */
    closer: () => {
      pulse.begin();
      return asked();
    },
    flow: {
      records,
      clock,
      progress,
      practiceEndpoint: endpoint,
      mediaRoots,
      unasked: unaskedIn(station.dir),
      connected: (openByMs) => connect(house, station, purpose, openByMs),
    } satisfies AccessFlowPorts,
    glass: {
      vault: async () => cast.facing(await startVault(entries, stage, mediaRoots, cast.hear)),
      online: () => {
        const started = asked();
        if (purpose === "open") drill?.started(started);
        return started;
      },
      cast,
      records,
      clock,
      progress,
      unasked: unaskedIn(station.dir),
      isolated: () =>
        purpose === "rotate"
          ? Promise.resolve()
          : untilIsolated(house, station, purpose === "open" ? "glass" : "rest"),
    },
  };
}

/** The vault process is gone; the cable goes in, and somebody says that AWS may be asked. */
async function connect(
  house: House,
  station: Station,
  purpose: ScreenOf<"glass">["purpose"],
  openByMs: number | null,
): Promise<void> {
  const at = house.clock.now();
  const ahead = purpose === "open" ? OPENING : [];
  const linesAs = (linked: boolean): LineView[] =>
    ["wiped", "ended", ...(linked ? ["link"] : [])].reduce(
      (lines, id) => turned(lines, id, id === "link" ? house.clock.now() : at),
      later([...(purpose === "open" ? CONNECT : CONNECT.slice(0, 3)), ...ahead]),
    );
  step(house, "key", "connect", { lines: linesAs(false) });
  const go = purpose === "open" ? "openAccess" : "next";
  const turn = (linked: boolean): void => house.desk.amend("glass", { lines: linesAs(linked) });
  await untilConnected(house, station, go, turn, openByMs);
  if (purpose === "rest") step(house, "connect", "close", { lines: CLOSING_BEGUN });
}

export type GlassPorts = ReturnType<typeof glassPorts>;

/** The breaking of the glass turns to its next step; what is done gets its time. */
export function step(
  { desk, clock }: House,
  done: string,
  now: ScreenOf<"glass">["step"],
  change: Partial<Omit<ScreenOf<"glass">, "kind">>,
): void {
  const { screen } = desk.view;
  if (screen.kind === "glass")
    desk.amend("glass", {
      asking: false,
      step: now,
      times: { ...screen.times, [done]: clock.now() },
      ...change,
    });
}
