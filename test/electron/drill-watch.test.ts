import { expect, test } from "vitest";
import { afflicted } from "../../ceremony/drill/fault.ts";
import type { OnlineProcess, Progress } from "../../ceremony/ports.ts";
import type { AppView } from "../../contract/app.ts";
import type { DrillFault } from "../../contract/drill.ts";
import { Desk } from "../../electron/desk.ts";
import { DrillWatch } from "../../electron/drill/watch.ts";
import type { Stage } from "../../electron/processes.ts";

// The desk is the real one; of the stage only what it was asked is seen.

const first: AppView = {
  mode: "PRACTICE",
  standIn: false,
  links: { up: [], down: [] },
  awsOffsetMs: null,
  vault: null,
  access: null,
  drill: { faults: [] },
  screen: { kind: "first", begun: false },
  busy: null,
  notice: null,
  locked: false,
};
const CUSTODIANS = ["Priya Nair", "Amara Obi", "Sam Kjær"];
const usual: Progress = {
  title: () => undefined,
  note: () => undefined,
  refused: () => undefined,
  step: (_, work) => work(),
};

function looksOn(...faults: DrillFault[]) {
  const desk = new Desk(first, () => undefined);
  const asked: unknown[] = [];
  let ms = 0;
  const watch = new DrillWatch({
    faults,
    absent: afflicted(faults, CUSTODIANS, ["north", "south"]),
    custodians: CUSTODIANS,
    desk,
    stage: {
      ask: (async (name: string, input: unknown) => {
        asked.push(name === "strike" ? input : name);
        return name === "mend" ? { lostAnswers: ["PutUserPolicy"] } : null;
      }) as Stage["ask"],
    },
    clock: { now: () => "2027-01-01T00:00:00.000Z", monotonic: () => (ms += 100) },
    pause: async () => undefined,
  });
  return { desk, asked, watch, shown: () => desk.view.drill?.faults };
}
const step = (watch: DrillWatch, name: string, value: unknown = null): Promise<unknown> =>
  watch.progress(usual).step(
    name,
    async () => value,
    () => "",
  );

test("a fault comes at its moment, is shown from then on, and comes once", async () => {
  const { watch, asked, shown } = looksOn("throttled", "damaged-share", "foreign-key");
  expect(shown()).toEqual([]);
  await watch.strike("people");
  expect(asked).toEqual([{ fault: "damaged-share", place: 3 }]);
  await step(watch, "glass.quorum");
  expect(shown()).toEqual(["damaged-share"]);
  await step(watch, "online.accept");
  await step(watch, "online.accept");
  await watch.opened();
  expect(shown()).toEqual(["damaged-share", "throttled", "foreign-key"]);
  expect(asked).toHaveLength(3);
});

test("steps are timed, a refused one is not, and the key that was touched is noted", async () => {
  const { watch } = looksOn();
  await step(watch, "glass.touch", "south");
  await expect(
    watch.progress(usual).step(
      "activate",
      () => Promise.reject(new Error("no")),
      () => "",
    ),
  ).rejects.toThrow("no");
  expect(watch.steps).toEqual([{ name: "glass.touch", ms: 100 }]);
  expect(watch.touched).toBe("south");
});

test("a card that nobody can read is the damaged one's, where there is one", () => {
  const { watch } = looksOn("damaged-share");
  const { refused } = watch.progress(usual);
  refused("A custodian", "UNREADABLE", {});
  refused("Amara Obi", "WRONG_PASSPHRASE", {});
  expect(watch.refusals).toEqual([
    { by: "Sam Kjær", code: "UNREADABLE" },
    { by: "Amara Obi", code: "WRONG_PASSPHRASE" },
  ]);
  const other = looksOn();
  other.watch.progress(usual).refused("A custodian", "UNREADABLE", {});
  expect(other.watch.refusals[0]?.by).toBe("A custodian");
});

const call = (verdict: string): unknown => ({
  kind: "call",
  call: {
    account: "111122223333",
    as: "activator",
    action: "iam:GetUser",
    region: "us-east-1",
    requestId: null,
    serverMs: null,
    ms: 1,
    attempts: 1,
    verdict,
  },
});

test("the network comes back once a call was not answered, with what was lost meanwhile", async () => {
  const { watch, asked } = looksOn("network-gone");
  await watch.opened();
  await Promise.resolve();
  watch.heard(call("OK"));
  expect([watch.backAfterMs, asked]).toEqual([null, [{ fault: "network-gone" }]]);
  watch.heard(call("TIMED_OUT"));
  watch.heard(call("TIMED_OUT"));
  expect(watch.backAfterMs).toBe(100);
  await expect.poll(() => watch.lostAnswers).toEqual(["PutUserPolicy"]);
  expect(asked).toEqual([{ fault: "network-gone" }, "mend"]);
});

test("the laptop dies with the latch off, and only in a drill of it", () => {
  const said = { kind: "step", account: "111122223333", step: "latch-lifted" };
  let killed = 0;
  const online = { end: async () => void killed++ } as unknown as OnlineProcess;
  const dies = looksOn("laptop-killed");
  dies.watch.started(online);
  dies.watch.heard({ ...said, step: "window-written" });
  expect(killed).toBe(0);
  dies.watch.heard(said);
  expect([killed, dies.watch.died, dies.shown()]).toEqual([1, true, ["laptop-killed"]]);
  const lives = looksOn("throttled");
  lives.watch.started(online);
  lives.watch.heard(said);
  expect([killed, lives.watch.died]).toEqual([1, false]);
});
