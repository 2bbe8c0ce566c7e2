import { expect, test } from "vitest";
import type { AppView } from "../../contract/app.ts";
import { cableOut, untilConnected, untilIsolated } from "../../electron/cable.ts";
import { Desk, Left } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";

// The desk is the real one; of the house these acts use its links alone.

const first: AppView = {
  mode: "REAL",
  standIn: false,
  links: { up: [], down: [] },
  awsOffsetMs: null,
  vault: null,
  access: null,
  drill: null,
  screen: { kind: "first", begun: false },
  busy: null,
  notice: null,
  locked: false,
};

function stationWith(links: string[]) {
  const desk = new Desk(first, () => undefined);
  const seen: (() => void)[] = [];
  const now = { ms: 0 };
  const house = {
    desk,
    clock: { now: () => "", monotonic: () => now.ms },
    pause: async () => turn(),
    linksUp: () => links,
    linksChanged: () => new Promise<void>((resolve) => seen.push(resolve)),
  } as unknown as House;
  return {
    desk,
    house,
    now,
    change: (to: string[]) => {
      links.splice(0, links.length, ...to);
      for (const one of seen.splice(0)) one();
    },
  };
}

const real = { mode: "REAL" } as const;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("nobody is asked for a cable that is out, nor in a rehearsal", async () => {
  const { house, desk } = stationWith([]);
  await untilIsolated(house, real, "glass");
  await untilIsolated(stationWith(["eth0"]).house, { mode: "PRACTICE" }, "glass");
  expect(desk.view.screen).toEqual({ kind: "first", begun: false });
});

test("going on with the cable in is refused by name; out, the screen that was left comes back", async () => {
  const { house, desk, change } = stationWith(["eth0", "wlan0"]);
  const isolated = untilIsolated(house, real, "seal");
  expect(desk.view.screen).toEqual({ kind: "isolate", before: "seal" });
  desk.act({ do: "next" });
  await turn();
  expect(desk.view.notice).toEqual({ code: "NOT_ISOLATED", about: { links: "eth0, wlan0" } });
  change([]);
  desk.act({ do: "next" });
  await isolated;
  expect(desk.view.screen).toEqual({ kind: "first", begun: false });
});

test("before secrets people may stop; after the access the cable may stay, and nothing is lost by it", async () => {
  const { house, desk } = stationWith(["eth0"]);
  const before = untilIsolated(house, real, "glass");
  desk.act({ do: "cancel" });
  await expect(before).rejects.toThrow(Left);
  expect(desk.view.screen).toEqual({ kind: "first", begun: false });
  const after = cableOut(house, real);
  expect(desk.view.screen).toEqual({ kind: "isolate", before: "after" });
  desk.act({ do: "cancel" });
  await after;
});

test("AWS is asked only with a link up when somebody says so, however often it came and went", async () => {
  const { house, desk, change } = stationWith([]);
  const turned: boolean[] = [];
  let isOver = false;
  const connected = untilConnected(house, real, "openAccess", (linked) => turned.push(linked)).then(
    () => (isOver = true),
  );
  desk.act({ do: "openAccess" });
  await turn();
  expect(desk.view.notice).toEqual({ code: "NO_LINK", about: {} });
  for (const links of [["eth0"], [], ["eth0"]]) {
    change(links);
    await turn();
  }
  expect(isOver).toBe(false);
  desk.act({ do: "openAccess" });
  await connected;
  expect(turned).toEqual([false, false, true, false, true, true]);
});

test("what people gave for an opening is called off when its time is over, in a cable's coming or not", async () => {
  for (const links of [[], ["eth0"]]) {
    const { house, now, change } = stationWith([]);
    const connected = untilConnected(house, real, "openAccess", () => undefined, 1_000);
    change(links);
    now.ms = 999;
    await turn();
    now.ms = 1_000;
    await expect(connected).rejects.toMatchObject({ code: "LATEST_DEADLINE_PASSED" });
  }
});
