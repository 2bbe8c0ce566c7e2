import { expect, test, vi } from "vitest";
import type { Action, AppView, ScreenOf } from "../../contract/app.ts";
import type { KeyUse } from "../../contract/ceremony.ts";
import type { CeremonyTask } from "../../contract/ceremony-window.ts";
import { AppCast } from "../../electron/cast.ts";
import type { CeremonyPorts, Ended } from "../../electron/ceremony.ts";
import { Desk, Left } from "../../electron/desk.ts";
import { views } from "../renderer/samples.ts";

// Which keys a new epoch may be sealed with: two must open, and a reviewer's is none of them. The desk
// and the people's side are real; the windows say at once what was chosen there.

const windows = vi.hoisted(() => ({
  answer: null as unknown as (task: CeremonyTask) => void,
  seen: [] as CeremonyTask[],
}));
vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/ceremony.ts", () => ({
  atTheKeyboard: async (_: CeremonyPorts, task: CeremonyTask): Promise<Ended> => {
    windows.seen.push(task);
    windows.answer(task);
    return "done";
  },
}));

function sealing(given: Partial<ConstructorParameters<typeof AppCast>[0]> = {}) {
  const view = views["seal-keys"] as AppView;
  const screen = { ...view.screen, keys: [] } as unknown as ScreenOf<"seal">;
  const desk = new Desk({ ...view, mode: "REAL", screen }, () => undefined);
  const cast = new AppCast({
    desk,
    stage: null,
    ports: {} as CeremonyPorts,
    now: () => "2026-06-18T10:00:00.000Z",
    keyLabels: ["key-1", "key-2"],
    ...given,
  });
  const press = (action: Action) => vi.waitFor(() => desk.act(action));
  const enrols = async (key: number, use: KeyUse, label?: string): Promise<string> => {
    windows.answer = (task) =>
      cast.hear({
        kind: "enrolled",
        label: label ?? (task.kind === "enrol" ? task.label : ""),
        use,
      });
    const done = cast.enrolKey(key);
    await press({ do: "touch" });
    return done;
  };
  return { desk, cast, press, enrols };
}

test("one that opens and a reviewer's are too few: another that opens is asked for", async () => {
  const { desk, cast, press, enrols } = sealing();
  await enrols(0, "open");
  await enrols(1, "approve");
  const more = cast.anotherKey(2);
  await press({ do: "next" });
  await vi.waitFor(() =>
    expect(desk.view.notice).toEqual({ code: "KEYS_TOO_FEW", about: { have: 1 } }),
  );
  await press({ do: "addKey" });
  expect(await more).toBe(true);
  await enrols(2, "open");
  const enough = cast.anotherKey(3);
  await press({ do: "next" });
  expect(await enough).toBe(false);
});

test("in a rotation keys that stay count by what they are; one that is enrolled anew as it is now", async () => {
  const { desk, cast, press, enrols } = sealing({
    keyLabels: ["red", "blue", "review"],
    openers: ["red", "blue"],
    carried: () => ["red", "blue", "review"],
  });
  // “blue” becomes a reviewer's: of the three that stay one opens.
  await enrols(0, "approve", "blue");
  const more = cast.anotherKey(1);
  await press({ do: "next" });
  await vi.waitFor(() =>
    expect(desk.view.notice).toEqual({ code: "KEYS_TOO_FEW", about: { have: 1 } }),
  );
  await press({ do: "addKey" });
  expect(await more).toBe(true);
  await enrols(1, "open");
  const enough = cast.anotherKey(2);
  await press({ do: "next" });
  expect(await enough).toBe(false);
});

test("only keys that open are called for the touch", async () => {
  const { cast, press } = sealing({ keyLabels: ["red", "review"], openers: ["red"] });
  windows.answer = () => cast.hear({ kind: "touched", label: "red" });
  const touched = cast.touch(() => undefined);
  await press({ do: "touch" });
  expect(await touched).toBe("red");
  expect(windows.seen.at(-1)).toMatchObject({ kind: "touch", keys: ["red"] });
});

test("a vault process that hangs does not hold up the main screen", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const { desk, cast } = sealing();
    windows.answer = () => undefined;
    const hangs = {
      ask: () => new Promise<never>(() => undefined),
      exited: new Promise(() => undefined),
    };
    cast.facing(hangs as never);
    const done = cast.enrolKey(0).catch((error: unknown) => error);
    desk.act({ do: "touch" });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(desk.view.screen.kind).toBe("seal");
    desk.act({ do: "cancel" });
    expect(await done).toBeInstanceOf(Left);
  } finally {
    vi.useRealTimers();
  }
});
