import { beforeEach, expect, test, vi } from "vitest";
import type { Broken, Incident } from "../../ceremony/break-glass.ts";
import { STILL_MS } from "../../ceremony/pulse.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { Refused } from "../../contract/serve.ts";
import { Desk } from "../../electron/desk.ts";
import { glassPorts, type Standing } from "../../electron/glass-ports.ts";
import type { House } from "../../electron/house.ts";
import type { Station } from "../../electron/station.ts";
import { whileOpen } from "../../electron/while-open.ts";
import { type FakeOnline, started } from "./fake-online.ts";
import { views } from "../renderer/samples.ts";

// The process that held the access is gone, and the one that shuts it with the closer's session hangs.

vi.mock("electron", () => import("./no-electron.ts"));
vi.mock("../../electron/processes.ts", async (original) => ({
  ...(await original<object>()),
  startOnline: (await import("./fake-online.ts")).startFake,
}));
beforeEach(() => void started.splice(0));

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const [ONE, TWO] = ["111122223333", "444455556666"] as const;

function opening() {
  const glass = views["glass-opening"] as AppView;
  const desk = new Desk(glass, () => undefined);
  const time = { ms: 0 };
  const house = {
    desk,
    clock: { now: () => "2026-06-18T02:20:00.000Z", monotonic: () => time.ms },
    pause: turn,
    windows: {},
    entries: {},
  } as unknown as House;
  const station = { mode: "REAL", stage: null, drill: undefined } as unknown as Station;
  const standing = { openers: [], custodians: [] } as unknown as Standing;
  const ports = glassPorts(house, station, standing);
  ports.steps.begin("INC-7", [ONE, TWO]);
  const incident = { dir: "/nowhere", id: "INC-7" } as Incident;
  const broken = { online: ports.glass.online() } as unknown as Broken;
  const ended = whileOpen(house, station, ports, broken, incident, standing).then(
    () => "closed",
    (error: unknown) => error,
  );
  const screen = (): ScreenOf<"glass"> => desk.view.screen as ScreenOf<"glass">;
  return { desk, time, ended, screen };
}

/** The one that held the access dies, and the closer is asked. */
async function asksTheCloser(of: ReturnType<typeof opening>): Promise<FakeOnline> {
  await vi.waitFor(() => expect(started[0]?.asked).toContain("open"));
  await started[0]?.end();
  await vi.waitFor(() => expect(started[1]?.asked).toEqual(["closeWithCloser"]));
  expect(of.screen()).toMatchObject({ step: "close", dead: null });
  return started[1] as FakeOnline;
}

test("a closer's process that hangs can be ended too, and a wish to stop goes to it", async () => {
  const at = opening();
  const closer = await asksTheCloser(at);
  at.desk.act({ do: "stop" });
  await vi.waitFor(() => expect(closer.asked).toContain("stop"));
  at.time.ms += STILL_MS;
  await vi.waitFor(() => expect(at.screen().silent).toBe(true));
  at.desk.act({ do: "endSilent" });
  expect(await at.ended).toMatchObject({ code: "PROCESS_ENDED" });
  expect(closer.ended).toBe(true);
});

test("a closer that works is not called silent, and what it does turns its line", async () => {
  const at = opening();
  await vi.waitFor(() => expect(started).toHaveLength(1));
  // Nothing was said for long before.
  at.time.ms += STILL_MS;
  const closer = await asksTheCloser(at);
  expect(at.screen().silent).toBe(false);
  at.time.ms += STILL_MS - 1;
  closer.says({ kind: "step", account: ONE, step: "latched" });
  at.time.ms += STILL_MS - 1;
  closer.says({ kind: "step", account: TWO, step: "latched" });
  await turn();
  expect(at.screen().silent).toBe(false);
  expect(at.screen().lines[0]).toMatchObject({ id: "latched", state: "done" });
  const accounts = [ONE, TWO].map((accountId) => ({ accountId, verdict: "LATCHED" }));
  closer.answers("closeWithCloser", { begun: true, accounts, without: [] });
  expect(await at.ended).toBeInstanceOf(Refused);
});
