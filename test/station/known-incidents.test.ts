import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { calledOff } from "../../ceremony/accept-order.ts";
import type { Broken, Incident } from "../../ceremony/break-glass.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { clock } from "../../cli/drill/scene.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { Desk, Left } from "../../electron/desk.ts";
import { glassAct } from "../../electron/glass-act.ts";
import type { House } from "../../electron/house.ts";
import type { Station } from "../../electron/station.ts";
import { createJournal } from "../../station/journal-file.ts";
import { knownIncidents } from "../../station/known-incidents.ts";
import { pullstation } from "../cli/at-pty.ts";
import { views } from "../renderer/samples.ts";
import { requireProgram } from "../requires.ts";
import { handOverIn } from "./hand-over.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// A station that was restored: its records tell of INC-7, and no journal came with them.

vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
const python = requireProgram("python3");
const MINUTES = 120_000;

let dir: string;
let subject: Subject;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  subject = await sealIn(dir);
  await handOverIn(dir, await recordsIn(dir), "INC-7");
}, MINUTES);
afterAll(() => remove(dir));

const broken = () => ({ subject }) as Broken;

test("the vault process hands nothing over for an incident that the records tell of", async () => {
  const records = await recordsIn(dir);
  const before = records.head();
  await expect(handOverIn(dir, records, "INC-7")).rejects.toMatchObject({
    code: "INCIDENT_KNOWN",
    about: { id: "INC-7" },
  });
  expect(records.head()).toEqual(before);
});

test("nor for one that a journal is of; one that was called off before AWS was asked is free again", async () => {
  const records = await recordsIn(dir);
  await createJournal(dir, "INC-8");
  await expect(handOverIn(dir, records, "INC-8")).rejects.toMatchObject({ code: "INCIDENT_KNOWN" });
  rmSync(join(dir, "journal"), { recursive: true });

  await handOverIn(dir, records, "INC-9");
  expect((await knownIncidents(dir))("INC-9")).toBe(true);
  const incident = { dir, id: "INC-9", officer: "Ben" } as Incident;
  calledOff({ records, clock }, broken(), incident);
  expect((await knownIncidents(dir))("INC-9")).toBe(false);
  await handOverIn(dir, records, "INC-9");
  expect((await knownIncidents(dir))("INC-9")).toBe(true);
});

test("the screen says so before anybody comes with a card", async () => {
  const desk = new Desk({ ...(views.home as AppView), notice: null }, () => undefined);
  const people = { officer: "Ben", responder: "Ada" };
  const station = { dir, mode: "REAL", people } as unknown as Station;
  const standing = { threshold: 2, custodians: [], openers: [] };
  const act = glassAct({ desk, clock } as unknown as House, station, standing as never);
  const said = { reason: "sign-in is down", ...people, durationSeconds: 20, accounts: [] };
  desk.act({ do: "reason", id: "INC-7", ...said });
  await vi.waitFor(() =>
    expect(desk.view.notice).toEqual({ code: "INCIDENT_KNOWN", about: { id: "INC-7" } }),
  );
  expect((desk.view.screen as ScreenOf<"glass">).step).toBe("reason");
  await vi.waitFor(() => desk.act({ do: "cancel" }));
  await expect(act).rejects.toBeInstanceOf(Left);
});

test.runIf(python)(
  "and the terminal refuses it on its command line",
  async () => {
    const { status, out } = await pullstation(
      ["break-glass", dir, "--incident", "INC-7"],
      [["there is one of that name already", ""]],
    );
    expect(status, out).toBe(2);
    expect(out).toContain("INCIDENT_UNFIT");
  },
  MINUTES,
);
