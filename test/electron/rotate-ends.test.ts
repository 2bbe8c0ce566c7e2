import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import type { Action, AppView, ScreenOf } from "../../contract/app.ts";
import { copyRequests } from "../../contract/copy.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { Desk } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";
import { isOwed, owing, tellRemains } from "../../electron/remains.ts";
import { conclude } from "../../electron/rotate-act.ts";
import type { Station } from "../../electron/station.ts";
import { serveReview } from "../../station/review-process.ts";
import { replaceFile } from "../../station/vault-file.ts";
import { views } from "../renderer/samples.ts";
import { recordsIn, sealIn, setStage } from "../station/rehearsal.ts";
import { rotateIn } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

// How a real rotation ends: everything but Electron, on a rehearsal's folder.

vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
// A stick is a folder here, and nothing is mounted there.
vi.mock("../../station/media.ts", async (original) => ({
  ...(await original<object>()),
  isStick: () => () => true,
}));
vi.mock("../../electron/processes.ts", () => ({
  inReview: async <T>(_: unknown, work: (ask: unknown) => Promise<T>): Promise<T> => {
    const [near, far] = portPair();
    serveReview(far);
    return work(connect(near, copyRequests).ask);
  },
}));

const desk = new Desk(views["upkeep"] as AppView, () => undefined);
const house = {
  desk,
  clock,
  linksUp: () => [],
  entries: {},
  keep: (file: string, text: string) => replaceFile(file, utf8(text)),
  pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
} as unknown as House;

let home: string;
let station: Station;
beforeAll(async () => {
  home = freshFolder();
  const dir = join(home, "station");
  const media = join(home, "media");
  await setStage(dir);
  await sealIn(dir);
  await rotateIn(dir, {
    wrap: (ports) => ({ ...ports, progress: owing(house, { dir }, ports.progress) }),
  });
  const records = await recordsIn(dir);
  mkdirSync(media);
  station = { mode: "REAL", dir, records, mediaRoots: [media] } as unknown as Station;
}, 120_000);
afterAll(() => remove(home));

const shown = (kind: string) => vi.waitFor(() => expect(desk.view.screen.kind).toBe(kind));
const press = (action: Action) => vi.waitFor(() => desk.act(action));
const codes = () => (desk.view.screen as ScreenOf<"remains">).remains.map(({ code }) => code);
/** At every start, and at upkeep. */
const told = () => tellRemains(house, station, { later: true });

test("the new vault is copied to a stick before anything of the old set may go", async () => {
  const concluded = conclude(house, station);
  await press({ do: "next" });
  await shown("copy");
  await press({ do: "cancel" });

  // Nobody wrote one: the list says so first, and can only be put off.
  await shown("remains");
  expect(codes().slice(0, 2)).toEqual(["COPY_FIRST", "ROTATION_OLD_SET_OPENS"]);
  await press({ do: "next" });
  await vi.waitFor(() => expect(desk.view.notice?.code).toBe("COPY_FIRST"));
  expect(codes()[0]).toBe("COPY_FIRST");
  await press({ do: "cancel" });
  await concluded;
  expect(isOwed(station)).toBe(true);
  const again = told();
  await shown("remains");
  expect(codes()[0]).toBe("COPY_FIRST");
  await press({ do: "cancel" });
  await again;

  mkdirSync(join(home, "media", "AMARA"));
  const ended = conclude(house, station);
  await press({ do: "next" });
  await vi.waitFor(() => expect(desk.view.screen).toMatchObject({ kind: "copy", epoch: 2 }));
  const [holder = ""] = (desk.view.screen as ScreenOf<"copy">).custodians;
  await press({ do: "writeCopy", holder });
  await vi.waitFor(() => expect(desk.view.screen).toMatchObject({ done: { holder } }));
  await press({ do: "cancel" });
  await shown("remains");
  expect(codes()[0]).toBe("ROTATION_OLD_SET_OPENS");
  expect(desk.view.screen).toMatchObject({ later: false });
  await press({ do: "next" });
  await ended;
  expect(isOwed(station)).toBe(false);
  expect(existsSync(join(home, "station", "remains-owed.json"))).toBe(false);
}, 60_000);

test("a rehearsal's rotation asks for no stick", async () => {
  const practice = { ...station, mode: "PRACTICE" } as Station;
  const ended = conclude(house, practice);
  await press({ do: "next" });
  await ended;
  expect(desk.view.screen.kind).not.toBe("copy");
});
