import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AppView } from "../../contract/app.ts";
import { Desk, Left } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";
import { proveAct } from "../../electron/rotate-act.ts";
import type { Station } from "../../electron/station.ts";
import { views } from "../renderer/samples.ts";
import { sealIn, setStage } from "../station/rehearsal.ts";
import { CUSTODIANS, rotateIn } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

// The proof of new shares, taken up after a restart: what the screen says is of the new set. No vault
// process comes up, so that the screen stays as it was laid.

vi.mock("electron", () => import("./no-electron.ts"));
vi.mock("../../electron/processes.ts", async (original) => ({
  ...(await original<object>()),
  startVault: () => Promise.reject(new Error("no process here")),
}));

let dir: string;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  const left = new Left();
  const plan = { custodians: [...CUSTODIANS], threshold: 3, carry: ["north"], name: "Renamed" };
  const cut = rotateIn(dir, { plan, cast: () => ({ reenter: () => Promise.reject(left) }) });
  await expect(cut).rejects.toBe(left);
}, 60_000);
afterAll(() => remove(dir));

test("names the new custodians, how many of them open it, and the keys that the new set has", async () => {
  const desk = new Desk(views.home as AppView, () => undefined);
  const house = {
    desk,
    clock: { now: () => "2026-06-18T10:00:00.000Z", monotonic: () => 0 },
    linksUp: () => [],
    windows: {},
  } as unknown as House;
  const station = { dir, mode: "PRACTICE", stage: null, mediaRoots: [] } as unknown as Station;
  await expect(proveAct(house, station)).rejects.toThrow("no process here");
  expect(desk.view.screen).toMatchObject({
    kind: "seal",
    step: "cards",
    epoch: 2,
    threshold: 3,
    custodians: [...CUSTODIANS],
    keys: [{ label: "north", use: "open" }],
  });
});
