import { beforeEach, expect, test, vi } from "vitest";
import type { Action, AppView } from "../../contract/app.ts";
import { Desk, Left } from "../../electron/desk.ts";
import type { Standing } from "../../electron/glass-ports.ts";
import type { House } from "../../electron/house.ts";
import { approve } from "../../electron/left-act.ts";
import type { Station } from "../../electron/station.ts";
import { views } from "../renderer/samples.ts";

// A record of a real station is approved at its key's PIN: the cable comes out before. The desk is the
// real one, the approval itself says only that it began.

const began = vi.hoisted(() => ({ with: [] as unknown[] }));
vi.mock("electron", () => import("./no-electron.ts"));
vi.mock("../../ceremony/approval.ts", () => ({
  approveByTouch: async (_: unknown, __: unknown, ...asked: unknown[]) => {
    began.with.push(asked);
    return { seq: 13, sha256: "" };
  },
}));
vi.mock("../../electron/glass-ports.ts", () => ({ glassPorts: () => ({ glass: {} }) }));

const record = { seq: 12, sha256: "ab".repeat(32), kind: "closed" };
beforeEach(() => {
  began.with = [];
});

function approving(mode: "REAL" | "PRACTICE", links: string[]) {
  const desk = new Desk(views.record as AppView, () => undefined);
  const house = { desk, linksUp: () => links } as unknown as House;
  const done = approve(house, { mode, dir: "" } as Station, {} as Standing, record, "blue");
  const press = (action: Action) => vi.waitFor(() => desk.act(action));
  return { desk, done, press };
}

test("nobody is called to the key while a link is up; once it is out the record stands there again", async () => {
  const links = ["eth0"];
  const { desk, done, press } = approving("REAL", links);
  expect(desk.view.screen).toEqual({ kind: "isolate", before: "approve" });
  await press({ do: "next" });
  await vi.waitFor(() => expect(desk.view.notice?.code).toBe("NOT_ISOLATED"));
  expect(began.with).toEqual([]);
  links.pop();
  await press({ do: "next" });
  expect(await done).toMatchObject({ seq: 13 });
  expect(began.with).toEqual([[record, "blue"]]);
  expect(desk.view.screen.kind).toBe("record");
});

test("whoever leaves the cable in approves nothing, and is back where they were", async () => {
  const { desk, done, press } = approving("REAL", ["eth0"]);
  await press({ do: "cancel" });
  await expect(done).rejects.toBeInstanceOf(Left);
  expect(began.with).toEqual([]);
  expect(desk.view.screen.kind).toBe("record");
});

test("with the cable out, or in a rehearsal, nobody is asked for it", async () => {
  await approving("REAL", []).done;
  await approving("PRACTICE", ["eth0"]).done;
  expect(began.with).toHaveLength(2);
});
