import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Action, AppView, ScreenOf } from "../../contract/app.ts";
import { copyRequests } from "../../contract/copy.ts";
import { clock } from "../../cli/drill/scene.ts";
import { copyAct } from "../../electron/copy-act.ts";
import { Desk } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";
import type { Station } from "../../electron/station.ts";
import { dueAt } from "../../station/due.ts";
import { readStory } from "../../station/records-folder.ts";
import { readRestorable } from "../../station/restorable.ts";
import { serveReview } from "../../station/review-process.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { views } from "../renderer/samples.ts";
import { judged, recordsIn, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

// Everything but Electron: the review process serves in this process.

vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/processes.ts", () => ({
  inReview: async <T>(_: unknown, work: (ask: unknown) => Promise<T>): Promise<T> => {
    const [near, far] = portPair();
    serveReview(far);
    return work(connect(near, copyRequests).ask);
  },
}));

let home: string;
let dir: string;
let station: Station;
beforeAll(async () => {
  home = freshFolder();
  dir = join(home, "station");
  await setStage(dir);
  await sealIn(dir);
  mkdirSync(join(home, "media"));
  const records = await recordsIn(dir);
  station = {
    mode: "PRACTICE",
    dir,
    records,
    mediaRoots: [join(home, "media")],
  } as unknown as Station;
}, 60_000);
afterAll(() => remove(home));

const stick = (name: string): string => join(home, "media", name);
const dueCopy = () =>
  dueAt(dir, clock.now()).rows.filter(({ what }) => what === "copy")[0]?.on ?? "";

test("a stick goes in, takes the copy, and it is on the records; home asks for none until it is old", async () => {
  const desk = new Desk(views["upkeep"] as AppView, () => undefined);
  const house = {
    desk,
    clock,
    linksUp: () => [],
    entries: {},
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
  } as unknown as House;
  const screen = () => desk.view.screen as ScreenOf<"copy">;
  const press = (action: Action) => vi.waitFor(() => desk.act(action));
  const asked = dueCopy();

  const left = copyAct(house, station);
  await vi.waitFor(() => expect(screen()).toMatchObject({ kind: "copy", sticks: [], last: null }));
  const [holder = ""] = screen().custodians;
  await press({ do: "writeCopy", holder });
  await vi.waitFor(() => expect(desk.view.notice?.code).toBe("STICK_MISSING"));

  // A stick with a share is refused by name; nothing is recorded of it.
  mkdirSync(stick("AMARA"));
  cpSync(join(dir, "cards", "001.txt"), join(stick("AMARA"), "share.txt"));
  await vi.waitFor(() => expect(screen().sticks).toEqual(["AMARA"]));
  const before = readStory(dir).length;
  await press({ do: "writeCopy", holder });
  await vi.waitFor(() =>
    expect(desk.view.notice).toEqual({ code: "STICK_HOLDS_SHARE", about: { stick: "AMARA" } }),
  );
  expect(readStory(dir).length).toBe(before);
  rmSync(join(stick("AMARA"), "share.txt"));

  mkdirSync(stick("SAM"));
  await vi.waitFor(() => expect(screen().sticks).toHaveLength(2));
  await press({ do: "writeCopy", holder });
  await vi.waitFor(() => expect(desk.view.notice?.code).toBe("STICKS_SEVERAL"));
  renameSync(stick("SAM"), join(home, "taken-out"));
  await vi.waitFor(() => expect(screen().sticks).toEqual(["AMARA"]));

  await press({ do: "writeCopy", holder });
  await vi.waitFor(() => expect(screen().done).toMatchObject({ holder, stick: "AMARA" }));
  const last = readStory(dir).at(-1);
  expect(last).toMatchObject({
    kind: "copied",
    who: { custodian: holder },
    evidence: { stick: "AMARA", upTo: { seq: before } },
  });
  expect(screen()).toMatchObject({ last: last?.at.time, done: { record: last?.written.seq } });
  expect(readRestorable([stick("AMARA")], {}).verdict.head?.seq).toBe(before);
  expect(Date.parse(dueCopy())).toBeGreaterThan(Date.parse(asked));
  expect((await judged(dir)).verdict).toBe("VALID");

  await press({ do: "cancel" });
  expect(await left).toEqual({ do: "go", to: "upkeep" });
}, 30_000);
