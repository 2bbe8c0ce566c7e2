import {
  acceptOrder,
  type AccessFlowPorts,
  awaitExpiry,
  calledOff,
  closeAccess,
  openAccess,
} from "../ceremony/access-flow.ts";
import { type Broken, breakGlass, type Incident } from "../ceremony/break-glass.ts";
import type { OnlineProcess, Progress, Written } from "../ceremony/ports.ts";
import { shutWithCloser } from "../ceremony/rest.ts";
import type { LineView, ScreenOf } from "../contract/app.ts";
import { onlineView } from "../contract/online.ts";
import { CodedError } from "../crypto/errors.ts";
import { listJournals } from "../station/journal-file.ts";
import { cableOut, untilConnected, untilIsolated } from "./cable.ts";
import { AppCast } from "./cast.ts";
import { showAccess } from "./access-window.ts";
import { Left } from "./desk.ts";
import type { House } from "./house.ts";
import { codesAt } from "./codes.ts";
import { type Joinable, startOnline, startVault } from "./processes.ts";
import { progressOn } from "./progress.ts";
import { durationsOf, runbookOf, type Station } from "./station.ts";

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
}

/** Lines that turn in place, in their order. `awaited` comes by the online process's own steps. */
const CONNECT = ["wiped", "ended", "link", "identified", "inspected"] as const;
const OPENING = ["window-read-back", "latch-lifted", "active"] as const;
const CLOSING = ["latched", "deny-proven", "keys-off", "dead", "confirmed"] as const;

const CLOSING_BEGUN: LineView[] = CLOSING.map((id, index) => ({
  id,
  state: index === 0 ? "now" : "later",
  at: null,
  about: {},
}));

const later = (ids: readonly string[]): LineView[] =>
  ids.map((id) => ({ id, state: "later", at: null, about: {} }));

/** The first line that is not done is the one that is worked on. */
function turned(lines: readonly LineView[], id: string, at: string): LineView[] {
  const done = lines.map((line) =>
    line.id === id ? { ...line, state: "done" as const, at } : line,
  );
  const now = done.findIndex(({ state }) => state !== "done");
  return done.map((line, index) =>
    line.state === "done" ? line : { ...line, state: index === now ? "now" : "later" },
  );
}

/** The people and processes of one breaking of the glass. */
export function glassPorts(
  house: House,
  station: Station,
  standing: Standing,
  purpose: ScreenOf<"glass">["purpose"] = "open",
) {
  const { desk, clock, entries } = house;
  const { stage, records, mode, mediaRoots, endpoint } = station;
  const cast = new AppCast({
    desk,
    stage,
    ports: { ...house.windows, mode },
    now: clock.now,
    keyLabels: standing.keys,
  });
  cast.speakOf(standing, standing.custodians);
  const online: { current: (OnlineProcess & Joinable) | null } = { current: null };
  const codes = codesAt(house, station, standing, () => online.current);
  const progress = stoppable(house, () => online.current);
  return {
    cast,
    online,
    flow: {
      records,
      clock,
      progress,
      practiceEndpoint: endpoint,
      connected: () => connect(house, station, purpose),
    } satisfies AccessFlowPorts,
    glass: {
      vault: async () => cast.facing(await startVault(entries, stage, mediaRoots, cast.hear)),
      online: () => (online.current = startOnline(entries, (view) => heard(house, view, codes))),
      cast,
      records,
      clock,
      progress,
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
): Promise<void> {
  const at = house.clock.now();
  const ahead = purpose === "open" ? OPENING : [];
  const linesAs = (linked: boolean): LineView[] =>
    ["wiped", "ended", ...(linked ? ["link"] : [])].reduce(
      (lines, id) => turned(lines, id, id === "link" ? house.clock.now() : at),
      later([...(purpose === "open" ? CONNECT : CONNECT.slice(0, 3)), ...ahead]),
    );
  step(house, "key", "connect", { lines: linesAs(false) });
  await untilConnected(house, station, purpose === "open" ? "openAccess" : "next", (linked) =>
    house.desk.amend("glass", { lines: linesAs(linked) }),
  );
  if (purpose === "rest") step(house, "connect", "close", { lines: CLOSING_BEGUN });
}

/** Steps that ask AWS until it is at rest, however long it can't be reached. */
const CLOSINGS = new Set(["close", "resume.close"]);

/**
 * While AWS is asked to open or to close, people may end the asking; what was reached by then is told,
 * and what may be open is brought to rest before anything else.
 */
function stoppable({ desk }: House, online: () => OnlineProcess | null): Progress {
  const progress = progressOn(desk);
  return {
    ...progress,
    step: (name, work, text) => {
      if (name !== "activate" && !CLOSINGS.has(name)) return progress.step(name, work, text);
      void desk
        .next("stop")
        .then(() => online()?.ask("stop", null))
        .catch(() => undefined);
      desk.amend("glass", { asking: name === "activate" });
      return work().finally(() => desk.amend("glass", { asking: false }));
    },
  };
}

/** Answers that tell of the way to AWS, or of AWS itself: said while they last. */
const TROUBLES = new Set([
  "TIMED_OUT",
  "NO_CONNECTION",
  "NAME_NOT_RESOLVED",
  "TLS_REFUSED",
  "CLOCK_REFUSED",
  "THROTTLED",
  "SERVICE_FAILED",
]);

/** What the online process tells turns lines; a step counts when every account has made it. */
function heard({ desk, clock }: House, view: unknown, codes: (account: string) => void): void {
  const said = onlineView.safeParse(view);
  if (!said.success) return;
  if (said.data.kind === "codeWanted") codes(said.data.account);
  const { screen } = desk.view;
  if (screen.kind !== "glass" && screen.kind !== "left") return;
  if (said.data.kind === "call" && said.data.call.serverMs !== null)
    // The laptop's clock and AWS's, at the same moment; the line's own travel is left out.
    desk.show({ awsOffsetMs: said.data.call.serverMs - Date.parse(clock.now()) });
  if (said.data.kind === "call") {
    const { notice } = desk.view;
    const { verdict } = said.data.call;
    if (TROUBLES.has(verdict)) desk.show({ notice: { code: verdict, about: {} } });
    else if (notice !== null && TROUBLES.has(notice.code)) desk.show({ notice: null });
  }
  if (said.data.kind !== "step") return;
  desk.amend(screen.kind, { lines: turned(screen.lines, said.data.step, clock.now()) });
}

/** From the reason to the record. `Left` when people stop before anything was opened. */
export async function glassAct(
  house: House,
  station: Station,
  standing: Standing,
  /** Incidents whose review is not signed, and which the people here override. */
  overrides: readonly string[] = [],
): Promise<Written | null> {
  const { desk, clock } = house;
  const { dir, mode, people } = station;
  const { defaultDurationSeconds, maxDurationSeconds } = durationsOf(dir);
  const { markdown, sound } = runbookOf(dir);
  const stamp = clock.now().slice(0, 19).replaceAll(/[-:]/g, "");
  const screen: ScreenOf<"glass"> = {
    kind: "glass",
    purpose: "open",
    asking: false,
    step: "reason",
    times: {},
    incident: {
      id: mode === "PRACTICE" ? `INC-DRILL-${stamp}` : "",
      reason: "",
      ...people,
      durationSeconds: defaultDurationSeconds,
      maxDurationSeconds,
      overrides: [...overrides],
    },
    seats: [],
    threshold: standing.threshold,
    others: [...standing.custodians],
    refused: null,
    keys: [...standing.keys],
    lines: [],
    accounts: [],
    untilMs: null,
    ticks: {},
    markdown,
    expired: false,
    dead: null,
  };
  desk.screen(screen);
  if (!sound) desk.show({ notice: { code: "RUNBOOK_CHANGED", about: {} } });
  const incident = { ...(await reasonOf(house, dir)), overrides };
  await untilIsolated(house, station, "glass");
  const { glass, flow, online } = glassPorts(house, station, standing);
  const broken = await breakGlass(glass, incident, "open");
  try {
    await acceptOrder(flow, broken, dir).catch((error: unknown) => {
      if (error instanceof Left) calledOff(flow, broken, incident);
      throw error;
    });
    return await whileOpen(house, station, flow, broken, online.current, incident, standing);
  } finally {
    await broken.online.end();
    desk.show({ access: null, awsOffsetMs: null, busy: null });
  }
}

async function reasonOf(house: House, dir: string): Promise<Incident> {
  const { desk } = house;
  for (;;) {
    const said = await desk.nextOrLeave("reason");
    const { screen } = desk.view;
    if (screen.kind !== "glass") continue;
    const { id, reason, officer, responder, durationSeconds } = said;
    const incident = { ...screen.incident, id, reason, officer, responder, durationSeconds };
    desk.amend("glass", { incident });
    const most = incident.maxDurationSeconds;
    if (durationSeconds > most) {
      desk.show({ notice: { code: "DURATION_TOO_LONG", about: { asked: durationSeconds, most } } });
      continue;
    }
    if ((await listJournals(dir)).some((one) => one.incident === id)) {
      desk.show({ notice: { code: "INCIDENT_KNOWN", about: { id } } });
      continue;
    }
    step(house, "reason", "custodians", {});
    return { dir, id, reason, responder, officer, durationSeconds };
  }
}

function step(
  { desk, clock }: House,
  done: string,
  now: ScreenOf<"glass">["step"],
  change: Partial<Omit<ScreenOf<"glass">, "kind">>,
): void {
  const { screen } = desk.view;
  if (screen.kind === "glass")
    desk.amend("glass", { step: now, times: { ...screen.times, [done]: clock.now() }, ...change });
}

/** How long an error may be held back while AWS is brought to rest. */
const CLOSE_ANYWAY_MS = 60_000;

/**
 * The access is open, or may be: whatever fails here is told only after it was closed. An access
 * that did not open was driven to rest already.
 */
async function whileOpen(
  house: House,
  station: Station,
  flow: AccessFlowPorts,
  broken: Broken,
  online: Joinable | null,
  incident: Incident,
  standing: Standing,
): Promise<Written> {
  const { desk } = house;
  try {
    const { untilMs, accounts } = await openAccess(flow, broken, incident);
    desk.show({ access: { incident: incident.id, untilMs, accounts: [...accounts] } });
    step(house, "connect", "access", { untilMs, accounts: [...accounts] });
    const show = async (): Promise<void> => {
      if (online !== null) await showAccess(house, station, online, incident, standing, untilMs);
    };
    const why = await untilClosed(house, flow, broken, incident, show);
    for (let reason = why; ; reason = "closed once more at the station") {
      step(house, "access", "close", { lines: CLOSING_BEGUN, dead: null });
      const end = await closeAccess(flow, broken.online, broken.subject, incident, reason);
      desk.amend("glass", { dead: end.dead });
      if (end.dead) desk.show({ access: null });
      // Closing may be repeated: it drives to rest whatever it finds.
      if ((await desk.next("next", "close")).do === "close") continue;
      if (end.dead) await cableOut(house, station);
      return end.record;
    }
  } catch (error) {
    if (error instanceof CodedError && error.code === "ACCESS_NOT_OPENED") throw error;
    const late = house.pause(CLOSE_ANYWAY_MS).then(() => null);
    const why = "an error while the access was open";
    const closings = await Promise.race([
      broken.online.ask("close", { why }).catch(() => null),
      late,
    ]);
    if (closings?.every(({ verdict }) => verdict === "CLOSED") !== true) {
      // The process that held the access is gone or hangs: its closer's session lies on the disk.
      await broken.online.end();
      const { practiceEndpoint } = flow;
      await shutWithCloser(
        startOnline(house.entries, () => undefined),
        {
          dir: incident.dir,
          incident: incident.id,
          practiceEndpoint,
        },
      );
    }
    throw error;
  }
}

/** Shows the access and the runbook until somebody closes or AWS's deadline comes. */
async function untilClosed(
  house: House,
  flow: AccessFlowPorts,
  broken: Broken,
  incident: Incident,
  show: () => Promise<void>,
): Promise<string> {
  const { desk, clock } = house;
  const deadline = broken.online.ask("waitDeadline", null).then(
    ({ passed }) => ({ do: passed ? "deadline" : "close" }) as const,
    // A process that is gone can't be waited for: the close says so.
    () => ({ do: "close" }) as const,
  );
  for (;;) {
    const action = await Promise.race([desk.next("showAccess", "tick", "close"), deadline]);
    if (action.do === "close") {
      await broken.online.ask("stop", null);
      return "closed by hand at the station";
    }
    if (action.do === "deadline") {
      await awaitExpiry(flow, broken, incident);
      desk.amend("glass", { expired: true });
      return "the deadline";
    }
    const { screen } = desk.view;
    if (action.do === "tick" && screen.kind === "glass") {
      const key = String(action.step);
      const { [key]: ticked, ...ticks } = screen.ticks;
      const done = ticked === undefined;
      const time = clock.now();
      flow.records.append(broken.subject, {
        kind: "runbook-step",
        who: { responder: incident.responder },
        why: done ? `step ${key} is done` : `the tick of step ${key} was taken back`,
        at: { time, clock: "station" },
        evidence: { incident: incident.id, step: action.step, done },
      });
      desk.amend("glass", { ticks: done ? { ...ticks, [key]: time } : ticks });
    }
    if (action.do === "showAccess") {
      const shown = show();
      // The deadline waits for nobody who reads.
      if ((await Promise.race([shown.then(() => null), deadline])) !== null) house.endKeyboard();
      await shown;
    }
  }
}
