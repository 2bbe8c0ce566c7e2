import { acceptOrder } from "../ceremony/accept-order.ts";
import { breakGlass, type Incident } from "../ceremony/break-glass.ts";
import type { Written } from "../ceremony/ports.ts";
import type { ScreenOf } from "../contract/app.ts";
import { knownIncidents } from "../station/known-incidents.ts";
import { sealedAccounts } from "../station/sealed-accounts.ts";
import { maybeOpen } from "../station/unfinished.ts";
import { cableOut, untilIsolated } from "./cable.ts";
import { glassPorts, type Standing, step } from "./glass-ports.ts";
import type { House } from "./house.ts";
import { durationsOf, policyBeside } from "../station/policy-beside.ts";
import { runbookOf, type Station } from "./station.ts";
import { whileOpen } from "./while-open.ts";

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
  const policy = policyBeside(dir);
  const { usual, most } = durationsOf(policy);
  const { markdown, sound } = runbookOf(dir);
  const sealed = sealedAccounts(dir);
  const stamp = clock.now().slice(0, 19).replaceAll(/[-:]/g, "");
  const screen: ScreenOf<"glass"> = {
    kind: "glass",
    purpose: "open",
    asking: false,
    silent: false,
    step: "reason",
    times: {},
    incident: {
      id: mode === "PRACTICE" ? `INC-DRILL-${stamp}` : "",
      reason: "",
      ...people,
      durationSeconds: usual,
      accounts: [...sealed],
      maxDurationSeconds: most,
      overrides: [...overrides],
    },
    sealed: [...sealed],
    seats: [],
    threshold: standing.threshold,
    others: standing.custodians.filter((name) => name !== station.drill?.absent.missing),
    refused: null,
    keys: [...standing.openers],
    lines: [],
    accounts: [],
    notOpened: [],
    untilMs: null,
    ticks: {},
    markdown,
    expired: false,
    onSticks: [],
    dead: null,
  };
  desk.screen(screen);
  if (policy === null) desk.show({ notice: { code: "POLICY_CHANGED", about: {} } });
  if (!sound) desk.show({ notice: { code: "RUNBOOK_CHANGED", about: {} } });
  const incident = { ...(await reasonOf(house, dir)), overrides };
  await untilIsolated(house, station, "glass");
  const ports = glassPorts(house, station, standing);
  const { glass, flow, steps } = ports;
  const broken = await breakGlass(glass, incident, "open");
  try {
    const { accounts } = await acceptOrder(flow, broken, incident);
    steps.begin(incident.id, accounts);
    const { dead, record } = await whileOpen(house, station, ports, broken, incident, standing);
    if (dead) await cableOut(house, station);
    return record;
  } finally {
    await broken.online.end();
    desk.show({ awsOffsetMs: null, busy: null });
    // What may be open stays in sight until it is at rest.
    if (!(await maybeOpen(dir)).includes(incident.id)) desk.show({ access: null });
  }
}

async function reasonOf(house: House, dir: string): Promise<Incident> {
  const { desk } = house;
  for (;;) {
    const said = await desk.nextOrLeave("reason");
    const { screen } = desk.view;
    if (screen.kind !== "glass") continue;
    const { id, reason, officer, responder, durationSeconds } = said;
    const { sealed } = screen;
    const accounts = sealed.filter((one) => said.accounts.includes(one));
    const incident = {
      ...screen.incident,
      id,
      reason,
      officer,
      responder,
      durationSeconds,
      accounts: accounts.length === 0 ? sealed : accounts,
    };
    desk.amend("glass", { incident });
    const most = incident.maxDurationSeconds;
    if (most !== null && durationSeconds > most) {
      desk.show({ notice: { code: "DURATION_TOO_LONG", about: { asked: durationSeconds, most } } });
      continue;
    }
    if ((await knownIncidents(dir))(id)) {
      desk.show({ notice: { code: "INCIDENT_KNOWN", about: { id } } });
      continue;
    }
    step(house, "reason", "custodians", {});
    const isPart = accounts.length > 0 && accounts.length < sealed.length;
    const only = isPart ? { accounts } : {};
    return { dir, id, reason, responder, officer, durationSeconds, ...only };
  }
}
