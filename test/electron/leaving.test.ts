import { expect, test, vi } from "vitest";
import type { AppView } from "../../contract/app.ts";
import { Desk, Left } from "../../electron/desk.ts";
import { Leaving } from "../../electron/leaving.ts";
import { views } from "../renderer/samples.ts";

// The desk is the real one: what closing the main window does while something is going on.

function at(name: keyof typeof views, more: Partial<AppView> = {}) {
  const desk = new Desk({ ...(views[name] as AppView), notice: null, ...more }, () => undefined);
  const now = { ms: 0 };
  const clock = { now: () => "", monotonic: () => now.ms };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      now.ms += ms;
      setTimeout(resolve, 2);
    });
  const close = vi.fn<() => void>();
  return { desk, now, close, leaving: new Leaving({ desk, clock, pause }, close) };
}

test("at home it closes at once; with an access open it stays, however often it is wished", () => {
  expect(at("home").leaving.mayClose()).toBe(true);
  const { desk, leaving, close } = at("glass-access");
  for (let wish = 0; wish < 3; wish++) expect(leaving.mayClose()).toBe(false);
  expect(desk.view.notice?.code).toBe("ACCESS_IS_OPEN");
  expect(close).not.toHaveBeenCalled();
});

test("in a ceremony it asks; a second wish goes the ceremony's own way out, and closes after it", async () => {
  const { desk, leaving, close } = at("glass-connect");
  let tidied = false;
  const ceremony = desk.nextOrLeave("openAccess").catch(async (error: unknown) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(close).not.toHaveBeenCalled();
    tidied = true;
    desk.screen(views.home.screen);
    return error;
  });
  expect(leaving.mayClose()).toBe(false);
  expect(desk.view.notice?.code).toBe("CEREMONY_RUNS");
  expect(leaving.mayClose()).toBe(false);
  expect(await ceremony).toBeInstanceOf(Left);
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
  expect(tidied).toBe(true);
});

test("a wish long after the first is a first one", () => {
  const { desk, now, leaving } = at("seal-custodians");
  void desk.next("cancel");
  leaving.mayClose();
  now.ms = 60_000;
  desk.show({ notice: null });
  expect(leaving.mayClose()).toBe(false);
  expect(desk.view.notice?.code).toBe("CEREMONY_RUNS");
});

test("where AWS is asked already it is wished to stop; what opened all the same is not left", async () => {
  const { desk, leaving, close } = at("glass-opening", { access: null });
  const asking = desk.next("stop").then(() => desk.show({ access: views["glass-access"].access }));
  leaving.mayClose();
  leaving.mayClose();
  await asking;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(close).not.toHaveBeenCalled();
});

test("what is under way is waited for, and left by the way out that comes after it", async () => {
  const { desk, leaving, close } = at("glass-custodians", { busy: "glass.hand-over" });
  leaving.mayClose();
  leaving.mayClose();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(close).not.toHaveBeenCalled();
  desk.show({ busy: null });
  const ceremony = desk.nextOrLeave("openAccess").catch((error: unknown) => {
    desk.screen(views.home.screen);
    return error;
  });
  expect(await ceremony).toBeInstanceOf(Left);
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});

test("where nothing is offered just now it closes at the second wish", async () => {
  const { leaving, close } = at("away");
  leaving.mayClose();
  leaving.mayClose();
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
});
