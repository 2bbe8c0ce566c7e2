import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";
import { accountsIn } from "../../ceremony/rotation-remains.ts";
import { clock } from "../../cli/drill/scene.ts";
import type { Action, AppView, ScreenOf } from "../../contract/app.ts";
import { Desk } from "../../electron/desk.ts";
import { isOwed, owe, owing, takeUp, tellRemains } from "../../electron/remains.ts";
import type { Station } from "../../electron/station.ts";
import { utf8 } from "../../crypto/bytes.ts";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import { readStory } from "../../station/records-folder.ts";
import { cancelRotation } from "../../station/recover-sealing.ts";
import { discardCandidate, replaceFile } from "../../station/vault-file.ts";
import { views } from "../renderer/samples.ts";
import { progress, recordsIn, sealIn, setStage } from "../station/rehearsal.ts";
import { proveIn, rotateIn } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

// What a sealing leaves behind is told until it is ticked, whatever ended the app between.

const MINUTES = 120_000;
let template: string;
let dir: string;
let station: Station;
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
}, MINUTES);
afterAll(() => remove(template));
beforeEach(async () => {
  dir = freshFolder();
  cpSync(template, dir, { recursive: true });
  station = { mode: "PRACTICE", dir, records: await recordsIn(dir) } as unknown as Station;
});
afterEach(() => remove(dir));

const keep = (file: string, text: string): void => replaceFile(file, utf8(text));
const house = { clock, keep, desk: new Desk(views.home as AppView, () => undefined) };
const full = (): never => {
  throw new Error("full");
};

/** What people are told; each screen is left by the next of these. */
async function told(...actions: readonly Action[]): Promise<readonly ScreenOf<"remains">[]> {
  const left = [...actions];
  const screens: ScreenOf<"remains">[] = [];
  const desk: Desk = new Desk(views.home as AppView, ({ screen, busy }) => {
    if (screen.kind !== "remains" || busy !== null || screens.at(-1) === screen) return;
    screens.push(screen);
    const action = left.shift() ?? { do: "next" };
    setImmediate(() => desk.act(action));
  });
  await tellRemains({ desk, keep }, station, { later: true });
  return screens;
}
const codes = ({ remains }: ScreenOf<"remains">): readonly string[] =>
  remains.map(({ code }) => code);

/** Sealed, recorded, its cards begun; then the laptop dies. */
const waiting = (): Promise<void> =>
  expect(
    rotateIn(dir, {
      cast: () => ({ reenter: () => Promise.reject(new Error("died")) }),
      wrap: (ports) => ({ ...ports, progress: owing(house, station, ports.progress) }),
    }),
  ).rejects.toThrow("died");

test("nothing is owed where nothing was made", async () => {
  // Whoever only sealed it has named its accounts to nobody.
  expect(accountsIn(readStory(dir))).toBeNull();
  expect(isOwed(station)).toBe(false);
  expect(await told()).toEqual([]);
});

test(
  "a rotation that was proven is told until it is ticked, by the records alone",
  async () => {
    await waiting();
    // It waits: nothing ended yet.
    expect(await told()).toEqual([]);
    await proveIn(dir);
    station = { ...station, records: await recordsIn(dir) };
    takeUp(house, station);
    expect(isOwed(station)).toBe(true);
    const [put] = await told({ do: "cancel" });
    expect(put).toMatchObject({ epoch: 2, after: "rotation", later: true });
    expect(put?.remains[0]).toEqual({
      code: "ROTATION_OLD_SET_OPENS",
      about: { epoch: 1, threshold: 2 },
    });
    const again = await told();
    expect(again.map(codes)).toEqual([
      ["ROTATION_OLD_SET_OPENS", "ROTATION_KEYS_KEPT", "ROTATION_KEY_CARRIED"],
    ]);
    expect(isOwed(station)).toBe(false);
    expect(await told()).toEqual([]);
    expect(accountsIn(readStory(dir))).toEqual(["111122223333"]);
  },
  MINUTES,
);

test(
  "a rotation whose file is gone, as in a copy, is cancelled and told",
  async () => {
    await waiting();
    rmSync(join(dir, "remains-owed.json"));
    discardCandidate(dir);
    station = { ...station, records: await recordsIn(dir) };
    takeUp(house, station);
    expect(readStory(dir).at(-1)?.kind).toBe("cancelled");
    const screens = await told();
    expect(screens).toMatchObject([{ epoch: 2, after: "cancelled" }]);
    expect(screens.map(codes)).toEqual([["ROTATION_CANCELLED_OPENS"]]);
    expect(await told()).toEqual([]);
  },
  MINUTES,
);

test(
  "what was put off stays owed beside what ends later",
  async () => {
    await waiting();
    cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
    expect(await told({ do: "cancel" })).toHaveLength(1);
    await waiting();
    const [first, ...others] = await told();
    expect(first).toMatchObject({ after: "cancelled" });
    expect(others).toEqual([]);
    // The second waits, and how it ends is still owed.
    cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
    expect((await told()).map(({ after }) => after)).toEqual(["cancelled"]);
    expect(existsSync(join(dir, "remains-owed.json"))).toBe(false);
  },
  MINUTES,
);

const one = (kind: RecordKind, vaultHash: string, evidence: RecordBody["evidence"]) => ({
  kind,
  epoch: 1,
  vaultHash,
  evidence,
  written: { seq: 1 },
});

test("a use names every account of its vault, and of no other", () => {
  const used = one("glass-broken", "a", { accounts: ["222222222222", "111111111111"] });
  const committed = (fileSha256: string) => one("committed", fileSha256, { fileSha256 });
  expect(accountsIn([committed("a"), used])).toEqual(["111111111111", "222222222222"]);
  expect(accountsIn([committed("a"), used, committed("b")])).toBeNull();
});

test("cards of a sealing that no record knows are told to be shredded", async () => {
  remove(dir);
  dir = freshFolder();
  station = { mode: "REAL", dir } as unknown as Station;
  await owing(house, station, progress).step("seal.keys", async () => undefined, String);
  expect(await told()).toEqual([]);
  await owing(house, station, progress).step("seal.reenter", async () => undefined, String);
  const screens = await told();
  expect(screens).toMatchObject([{ after: "cut-off" }]);
  expect(screens.map(codes)).toEqual([
    ["SEALING_CUT_OFF", "LEFT_IN_SPOOL", "LEFT_MISPRINTS", "LEFT_IMPORT"],
  ]);
  expect(await told()).toEqual([]);
});

test("a first seal's left-overs are told in earnest, and no card is made where that can't be kept", async () => {
  owe(house, dir);
  writeFileSync(join(dir, "remains-owed.json"), "torn");
  expect((await told()).map(({ after }) => after)).toEqual([]);
  owe(house, dir);
  writeFileSync(join(dir, "remains-owed.json"), "torn");
  station = { ...station, mode: "REAL" };
  expect((await told()).map(({ after }) => after)).toEqual(["seal"]);
  let made = 0;
  const step = owing({ keep: full }, station, progress).step(
    "rotate.reenter",
    async () => (made += 1),
    String,
  );
  await expect(step).rejects.toThrow("full");
  expect(made).toBe(0);
});
