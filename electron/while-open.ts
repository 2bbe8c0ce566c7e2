import {
  type AccessFlowPorts,
  awaitExpiry,
  closeAccess,
  openAccess,
} from "../ceremony/access-flow.ts";
import type { Broken, Incident } from "../ceremony/break-glass.ts";
import { FOUND_OPEN, isFoundOpen, isNotOpened } from "../ceremony/not-opened.ts";
import type { Written } from "../ceremony/ports.ts";
import { closeAnyway, shutWithCloser } from "../ceremony/rest.ts";
import { maybeOpen } from "../station/unfinished.ts";
import { showAccess } from "./access-window.ts";
import { CLOSING_BEGUN, type Steps } from "./asking.ts";
import { tell } from "./desk.ts";
import { type GlassPorts, type Standing, step } from "./glass-ports.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";

interface End {
  readonly dead: boolean;
  readonly record: Written;
}

/**
 * From the opening to the closing that people are content with. The access is open in between, or
 * may be: whatever fails here is told only after it was closed.
 */
export async function whileOpen(
  house: House,
  station: Station,
  ports: GlassPorts,
  broken: Broken,
  incident: Incident,
  standing: Standing,
): Promise<End> {
  const { flow, pulse } = ports;
  try {
    const why = await untilOver(house, station, ports, broken, incident, standing);
    return await closing(house, ports, broken, incident, why);
  } catch (error) {
    if (isNotOpened(error)) throw error;
    // A laptop that died closes nothing: its next start does.
    if (station.drill?.died === true) throw error;
    step(house, "access", "close", { lines: CLOSING_BEGUN, dead: null });
    ports.steps.again();
    const { dir, id } = incident;
    const asked = { dir, incident: id, practiceEndpoint: flow.practiceEndpoint };
    const shut = (): Promise<boolean> => shutWithCloser(ports.closer(), asked);
    const why = "an error while the access was open";
    await flow.progress.step(
      "close",
      () => closeAnyway(flow, broken, incident, why, { pulse, pause: house.pause }, shut),
      (end) => end,
    );
    throw error;
  }
}

/** Why it is closed; it throws where nothing is open, and nothing may be. */
async function untilOver(
  house: House,
  station: Station,
  { flow, online, steps, onStick }: GlassPorts,
  broken: Broken,
  incident: Incident,
  standing: Standing,
): Promise<string> {
  const { desk } = house;
  try {
    const { untilMs, accounts, notOpened, notes } = await openAccess(flow, broken, incident);
    // The wish came as AWS answered: it counts all the same.
    if (steps.stopped) return "the opening was stopped by hand";
    const left = notOpened.filter(({ atRest }) => !atRest).map(({ account }) => account);
    desk.show({ access: { incident: incident.id, untilMs, accounts: [...accounts, ...left] } });
    step(house, "connect", "access", {
      untilMs,
      accounts: [...accounts],
      notOpened: [...notOpened],
    });
    await station.drill?.opened();
    const [weightiest] = notes;
    if (weightiest !== undefined) desk.show({ notice: weightiest });
    const onSticks = new Set<string>();
    onStick.tell = (file) => {
      onSticks.add(file);
      recordStick(house, flow, broken, incident, file);
    };
    const show = async (): Promise<void> => {
      const responders = online.current;
      if (responders === null) return;
      await showAccess(house, station, responders, incident, standing, untilMs);
      desk.amend("glass", { onSticks: [...onSticks] });
    };
    return await untilClosed(house, flow, broken, incident, show);
  } catch (error) {
    if (!isNotOpened(error)) throw error;
    const isFound = isFoundOpen(error);
    if (!isFound && !(await maybeOpen(incident.dir)).includes(incident.id)) throw error;
    // It did not open, and was not brought to rest either, or never was: this process still can.
    step(house, "connect", "close", { lines: CLOSING_BEGUN, dead: false });
    tell(desk, error);
    if ((await desk.next("next", "close")).do === "next") throw error;
    return isFound ? FOUND_OPEN : "the opening failed, and was not at rest";
  }
}

/** On the records at once: what follows may be a crash, and the stick lies somewhere then. */
function recordStick(
  { desk, clock }: House,
  { records }: AccessFlowPorts,
  { subject }: Broken,
  { id, responder }: Incident,
  file: string,
): void {
  try {
    records.append(subject, {
      kind: "access-on-stick",
      who: { responder },
      why: `the access keys were written to a stick, to be destroyed afterwards: ${file}`,
      at: { time: clock.now(), clock: "station" },
      evidence: { incident: id, file },
    });
  } catch (error) {
    tell(desk, error);
  }
}

/** A step of the runbook is done, or is not: on the records, then on the screen. */
export function tick(
  { desk, clock }: Pick<House, "desk" | "clock">,
  { records }: Pick<AccessFlowPorts, "records">,
  { subject }: Pick<Broken, "subject">,
  { id, responder }: Pick<Incident, "id" | "responder">,
  number: number,
): void {
  const { screen } = desk.view;
  if (screen.kind !== "glass") return;
  const key = String(number);
  const { [key]: ticked, ...ticks } = screen.ticks;
  const done = ticked === undefined;
  const time = clock.now();
  try {
    records.append(subject, {
      kind: "runbook-step",
      who: { responder },
      why: done ? `step ${key} is done` : `the tick of step ${key} was taken back`,
      at: { time, clock: "station" },
      evidence: { incident: id, step: number, done },
    });
    desk.amend("glass", { ticks: done ? { ...ticks, [key]: time } : ticks });
  } catch (error) {
    // A full disk ends no access in the middle of an incident: the step stays unticked, and why is said.
    tell(desk, error);
  }
}

/** Closes, and closes again for as long as people ask for it: it drives to rest whatever it finds. */
async function closing(
  house: House,
  { flow, steps }: GlassPorts,
  { online, subject }: Broken,
  incident: Incident,
  why: string,
): Promise<End> {
  let reason = why;
  for (;;) {
    steps.again();
    step(house, "access", "close", { lines: CLOSING_BEGUN, dead: null });
    const end = await closeAccess(flow, online, subject, incident, reason);
    const proven = { ...end, dead: end.dead && (await isAtRest(incident)) };
    if (!(await isAgain(house, steps, proven))) return proven;
    reason = "closed once more at the station";
  }
}

/** A second look that was stopped proves nothing: until its journal is closed an access may be open. */
export const isAtRest = async ({ dir, id }: Pick<Incident, "dir" | "id">): Promise<boolean> =>
  !(await maybeOpen(dir)).includes(id);

/** What a closing proved, on the screen; true when people want to close once more. */
export async function isAgain(
  { desk }: House,
  steps: Pick<Steps, "mayBeOpen">,
  { dead }: End,
): Promise<boolean> {
  desk.amend("glass", { dead });
  desk.show({ access: dead ? null : (desk.view.access ?? steps.mayBeOpen) });
  return (await desk.next("next", "close")).do === "close";
}

/** Shows the access and the runbook until somebody closes or AWS's deadline comes. */
async function untilClosed(
  house: House,
  flow: AccessFlowPorts,
  broken: Broken,
  incident: Incident,
  show: () => Promise<void>,
): Promise<string> {
  const { desk } = house;
  const deadline = broken.online.ask("waitDeadline", null).then(
    ({ passed }) => ({ do: passed ? "deadline" : "close" }) as const,
    // A process that is gone can't be waited for: the close says so.
    () => ({ do: "close" }) as const,
  );
  for (;;) {
    const action = await Promise.race([desk.next("showAccess", "tick", "close"), deadline]);
    if (action.do === "close") {
      // One that hangs answers nothing: the closing after this says so.
      void broken.online.ask("stop", null).catch(() => undefined);
      return "closed by hand at the station";
    }
    if (action.do === "deadline") {
      await awaitExpiry(flow, broken, incident);
      desk.amend("glass", { expired: true });
      return "the deadline";
    }
    if (action.do === "tick") tick(house, flow, broken, incident, action.step);
    if (action.do === "showAccess") {
      const shown = show();
      // The deadline waits for nobody who reads.
      if ((await Promise.race([shown.then(() => null), deadline])) !== null) house.endKeyboard();
      await shown;
    }
  }
}
