import { expect, test, vi } from "vitest";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { Desk } from "../../electron/desk.ts";
import { tick } from "../../electron/while-open.ts";
import { views } from "../renderer/samples.ts";

vi.mock("electron", () => import("./no-electron.ts"));

const AT = "2026-06-18T02:20:00.000Z";

function open(append: (...said: unknown[]) => unknown) {
  const desk = new Desk({ ...(views["glass-access"] as AppView), notice: null }, () => undefined);
  const house = { desk, clock: { now: () => AT, monotonic: () => 0 } };
  const ticks = (step: number) =>
    tick(
      house,
      { records: { append } } as never,
      { subject: { vaultId: "v" } } as never,
      { id: "INC-7", responder: "Ivo Brandt" },
      step,
    );
  return { desk, ticks, ticked: () => (desk.view.screen as ScreenOf<"glass">).ticks };
}

test("a step is on the records, then on the screen, and taken back by the next tick", () => {
  const append = vi.fn<(...said: unknown[]) => unknown>();
  const { ticks, ticked } = open(append);
  ticks(41);
  expect(ticked()["41"]).toBe(AT);
  ticks(41);
  expect(ticked()["41"]).toBeUndefined();
  const whys = append.mock.calls.map(([, entry]) => (entry as { why: string }).why);
  expect(whys).toEqual(["step 41 is done", "the tick of step 41 was taken back"]);
});

test("a step that can't be recorded is not ticked, says why, and ends nothing", () => {
  const { desk, ticks, ticked } = open(() => {
    throw Object.assign(new Error("full"), { code: "RECORD_NOT_WRITTEN", about: { seq: 9 } });
  });
  const before = ticked();
  expect(() => ticks(41)).not.toThrow();
  expect(ticked()).toEqual(before);
  expect(desk.view.notice).toEqual({ code: "RECORD_NOT_WRITTEN", about: { seq: 9 } });
});
