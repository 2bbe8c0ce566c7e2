import { expect, test } from "vitest";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { heard, later, Steps, stoppable } from "../../electron/asking.ts";
import { STILL_MS, Pulse } from "../../ceremony/pulse.ts";
import { Desk } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";
import { answeringAtOnce } from "../../electron/ways-out.ts";
import { FakeOnline } from "./fake-online.ts";
import { views } from "../renderer/samples.ts";

// Two accounts, as no rehearsal has: what is said of both must be true of both.

const [ONE, TWO] = ["111122223333", "444455556666"] as const;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
/** Until something is so, other work between. */
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await turn();
};
const UNTIL = Date.UTC(2026, 5, 18, 3);

function asked(purpose: ScreenOf<"glass">["purpose"]) {
  const glass = views["glass-connect"] as AppView;
  const lines = later(["inspected", "window-read-back", "latch-lifted", "active", "dead"]);
  const screen = { ...glass.screen, purpose, lines } as ScreenOf<"glass">;
  const desk = new Desk({ ...glass, access: null, screen }, () => undefined);
  const time = { ms: 0 };
  const pulse = new Pulse({ monotonic: () => time.ms });
  const house = {
    desk,
    clock: { now: () => "2026-06-18T02:20:00.000Z" },
    pause: turn,
  } as unknown as House;
  const steps = new Steps();
  steps.begin("INC-7", [ONE, TWO]);
  const tell = (view: unknown): void => heard(house, view, () => undefined, steps);
  const makes = (account: string, step: string): void => tell({ kind: "step", account, step });
  const done = (): string[] =>
    (desk.view.screen as ScreenOf<"glass">).lines.flatMap(({ id, state }) =>
      state === "done" ? [id] : [],
    );
  return { desk, house, steps, pulse, time, tell, makes, done };
}

test("a line turns when every account has made its step, and anew when they are asked again", () => {
  const { steps, makes, done } = asked("rest");
  makes(ONE, "dead");
  makes(ONE, "dead");
  expect(done()).toEqual([]);
  makes(TWO, "dead");
  expect(done()).toEqual(["dead"]);
  steps.again();
  makes(TWO, "latch-lifted");
  expect(done()).toEqual(["dead"]);
});

test("the band says that access may be open before the first write, with AWS's deadline", () => {
  const { desk, tell, makes } = asked("open");
  tell({ kind: "deadline", untilMs: UNTIL });
  makes(ONE, "inspected");
  expect(desk.view.access).toBeNull();
  makes(TWO, "inspected");
  expect(desk.view.access).toEqual({ incident: "INC-7", untilMs: UNTIL, accounts: [ONE, TWO] });
});

test("bringing to rest opens nothing, and does not say so", () => {
  const { desk, makes } = asked("rest");
  for (const account of [ONE, TWO]) makes(account, "inspected");
  expect(desk.view.access).toBeNull();
});

test("each wish to stop is passed on, and none once the asking is over", async () => {
  const { desk, house, steps, pulse } = asked("open");
  const asks: string[] = [];
  const online = {
    ask: (name: string) => {
      asks.push(name);
      return Promise.resolve(null);
    },
  } as unknown as OnlineProcess;
  const { promise: work, resolve: end } = Promise.withResolvers<null>();
  const over = stoppable(house, () => online, steps, pulse).step(
    "activate",
    () => work,
    () => "",
  );
  expect((desk.view.screen as ScreenOf<"glass">).asking).toBe(true);
  for (let wish = 0; wish < 2; wish++) {
    desk.act({ do: "stop" });
    // Offered again after a while.
    await turn();
    await turn();
  }
  expect(asks).toEqual(["stop", "stop"]);
  expect(desk.view.notice?.code).toBe("STOP_HEARD");
  end(null);
  await over;
  // The answer may have been an open access: whoever asked knows that it is to be closed.
  expect(steps.stopped).toBe(true);
  expect(desk.view).toMatchObject({ notice: null, busy: "working" });
});

test("a process that has fallen silent can be ended, and not before; a wish that it can't hear holds nobody", async () => {
  const { desk, house, steps, pulse, time } = asked("open");
  const { promise: gone, reject: end } = Promise.withResolvers<null>();
  let ended = 0;
  const online = {
    // It hangs: it answers nothing.
    ask: () => new Promise(() => undefined),
    end: () => {
      ended++;
      end(new Error("gone"));
      return Promise.resolve();
    },
  } as unknown as OnlineProcess;
  const over = stoppable(house, () => online, steps, pulse).step(
    "close",
    () => gone,
    () => "",
  );
  const glass = (): ScreenOf<"glass"> => desk.view.screen as ScreenOf<"glass">;
  time.ms = STILL_MS - 1;
  await turn();
  await turn();
  expect(glass().silent).toBe(false);
  expect(() => desk.act({ do: "endSilent" })).toThrow("NOT_NOW");
  desk.act({ do: "stop" });
  time.ms = STILL_MS;
  await until(() => glass().silent);
  // A word from it takes the offer back.
  pulse.heard({ kind: "step", account: ONE, step: "latched" });
  await until(() => !glass().silent);
  expect(() => desk.act({ do: "endSilent" })).toThrow("NOT_NOW");
  time.ms += STILL_MS;
  await until(() => glass().silent);
  desk.act({ do: "endSilent" });
  await expect(over).rejects.toThrow("gone");
  expect(ended).toBe(1);
  expect(glass().silent).toBe(false);
});

test("the proof that AWS ended it can be stopped as well, and its process ended once it is silent", async () => {
  const { desk, house, steps, pulse, time } = asked("open");
  const online = new FakeOnline(() => undefined);
  const work = (): Promise<unknown> => online.ask("proveExpired");
  const progress = stoppable(house, () => online as unknown as OnlineProcess, steps, pulse);
  const over = progress.step("expired", work, () => "");
  const glass = (): ScreenOf<"glass"> => desk.view.screen as ScreenOf<"glass">;
  expect([glass().asking, desk.view.busy]).toEqual([true, null]);
  desk.act({ do: "stop" });
  await until(() => online.asked.includes("stop"));
  time.ms = STILL_MS;
  await until(() => glass().silent);
  desk.act({ do: "endSilent" });
  await expect(over).rejects.toMatchObject({ code: "PROCESS_ENDED" });
  expect([glass().asking, glass().silent]).toEqual([false, false]);
});

test("what a process answers without AWS is not waited for when it hangs", async () => {
  const online = new FakeOnline(() => undefined);
  const late: (() => void)[] = [];
  const process = answeringAtOnce(
    online as unknown as OnlineProcess,
    () => new Promise((resolve) => void late.push(resolve)),
  );
  for (const name of ["offer", "calls", "awsTime"] as const) {
    const answer = process.ask(name, null);
    late.at(-1)?.();
    await expect(answer).rejects.toMatchObject({ code: "PROCESS_SILENT", about: { name } });
  }
  const order = { box: "", vaultProcessExited: true, practiceEndpoint: null, dir: "" } as const;
  const accepting = process.ask("accept", order);
  online.answers("accept", { accounts: [ONE] });
  expect(await accepting).toEqual({ accounts: [ONE] });
  // AWS may take its time.
  void process.ask("open", null);
  expect(late).toHaveLength(4);
});
