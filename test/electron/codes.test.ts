import { beforeEach, expect, test, vi } from "vitest";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import type { AppView } from "../../contract/app.ts";
import { codesAt } from "../../electron/codes.ts";
import { Desk } from "../../electron/desk.ts";
import type { Standing } from "../../electron/glass-ports.ts";
import type { House } from "../../electron/house.ts";
import type { Joinable } from "../../electron/processes.ts";

// The windows end as this test says; what becomes of the codes is the app's own.

const { windows } = vi.hoisted(() => ({
  windows: [] as { account: string; end: (how: "done" | "left" | "taken") => void }[],
}));
vi.mock("../../electron/ceremony.ts", () => ({
  atTheKeyboard: async (
    { uncovered }: { uncovered: () => Promise<boolean> },
    { account }: { account: string },
  ) => {
    await uncovered();
    return new Promise((resolve) => windows.push({ account, end: resolve }));
  },
}));
beforeEach(() => void windows.splice(0));

const standing: Standing = {
  name: "Acme Prod",
  vaultId: "",
  epoch: 4,
  threshold: 3,
  custodians: [],
  keyboard: "",
  keys: [],
  openers: [],
};

function station() {
  const asked: string[] = [];
  const process = {
    ask: async (name: string) => void asked.push(name),
  } as unknown as OnlineProcess & Joinable;
  const desk = new Desk({ locked: false } as AppView, () => undefined);
  const house = { desk, windows: { uncovered: () => desk.unlocked() } } as unknown as House;
  return { asked, desk, wanted: codesAt(house, { mode: "REAL" }, standing, () => process) };
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("a lock that takes the window away stops nothing: the code is asked for again after it", async () => {
  const { asked, desk, wanted } = station();
  wanted("111122223333");
  wanted("444455556666");
  await turn();
  desk.show({ locked: true });
  windows[0]?.end("taken");
  await turn();
  expect([windows.length, asked]).toEqual([1, []]);
  desk.act({ do: "unlock" });
  await turn();
  expect(windows.map(({ account }) => account)).toEqual(["111122223333", "111122223333"]);
  windows[1]?.end("done");
  await turn();
  windows[2]?.end("done");
  await turn();
  expect(windows.at(-1)?.account).toBe("444455556666");
  expect(asked).toEqual([]);
});

test("who leaves the window ends what asked, and what waited behind it", async () => {
  const { asked, wanted } = station();
  wanted("111122223333");
  wanted("444455556666");
  await turn();
  windows[0]?.end("left");
  await turn();
  expect([windows.length, asked]).toEqual([1, ["stop"]]);
  wanted("777788889999");
  await turn();
  expect(windows.at(-1)?.account).toBe("777788889999");
});
