import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { drillDue, type DrillTold } from "../../ceremony/drill/record.ts";
import type { Action, AppView } from "../../contract/app.ts";
import { clock } from "../../cli/drill/scene.ts";
import { CodedError } from "../../crypto/errors.ts";
import { Desk, Left } from "../../electron/desk.ts";
import { drillAct } from "../../electron/drill/act.ts";
import { beginDrill, recordCutOff } from "../../electron/drill/begun.ts";
import type { House } from "../../electron/house.ts";
import type { Station } from "../../electron/station.ts";
import { drillHtml } from "../../station/paper/drill.ts";
import { readStory } from "../../station/records-folder.ts";
import { replaceFile } from "../../station/vault-file.ts";
import { views } from "../renderer/samples.ts";
import { judged, recordsIn, sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";

// Every drill that was begun ends with a record. The desk, the records and the act are the real ones;
// what happens at the windows is played.

const played = vi.hoisted(() => ({
  glass: null as unknown as () => unknown,
  check: null as unknown as () => unknown,
}));
vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/drill/rehearse.ts", () => ({ rehearse: async () => played.glass() }));
vi.mock("../../electron/check-act.ts", () => ({ checkOne: async () => played.check() }));

const told: DrillTold = {
  incident: "INC-1",
  passed: true,
  opened: true,
  expiryProven: null,
  dead: true,
  resumed: false,
  cannotOpen: null,
  faults: [],
  seed: null,
  steps: [{ name: "glass.quorum", ms: 9 }],
  refusals: [],
  real: null,
  practice: null,
  deviations: [],
  followUps: [],
  alarm: null,
  unfinished: null,
};
const people = { officer: "Rui Tan", responder: "Ada Lind", witness: "Lise Moreau" };

let dir: string;
let station: Station;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  station = { mode: "PRACTICE", dir, records: await recordsIn(dir) } as unknown as Station;
}, 60_000);
afterAll(() => remove(dir));
beforeEach(() => {
  played.glass = () => ({ told, people });
  played.check = () => [];
});

/** The drill with these actions, each once the desk waits for one; what it came to. */
async function holds(
  house: House,
  ...actions: readonly Action[]
): Promise<{ readonly seq: number } | { readonly error: unknown }> {
  const done = drillAct(house, station).then(
    (seq) => ({ seq }),
    (error: unknown) => ({ error }),
  );
  for (const action of actions) {
    await vi.waitFor(() => house.desk.act(action));
  }
  return done;
}
const aHouse = (): House =>
  ({
    desk: new Desk(views["home"] as AppView, () => undefined),
    clock,
    seed: () => new Uint8Array(32),
    keep: (file: string, text: string) => replaceFile(file, new TextEncoder().encode(text)),
  }) as unknown as House;

const plan = (form: "practice" | "full"): readonly Action[] => [
  { do: "drillForm", form },
  { do: "drillFaults", faults: ["lost-key"], draw: false, seed: 1 },
];
const drills = () => readStory(dir).filter(({ kind }) => kind === "drill");
const last = () => drills().at(-1);
const owed = (): boolean => existsSync(join(dir, "drill-begun.json"));

test("a plan that is left is no drill: nothing is recorded", async () => {
  const before = readStory(dir).length;
  const [form] = plan("practice");
  const ended = await holds(aHouse(), form as Action, { do: "cancel" });
  expect(ended).toMatchObject({ error: expect.any(Left) });
  expect([readStory(dir).length, owed()]).toEqual([before, false]);
});

test("one that comes to its end has the witness's record, and owes none", async () => {
  const ended = await holds(
    aHouse(),
    ...plan("practice"),
    { do: "next" },
    { do: "drillRecord", witness: "Lise Moreau", deviations: [], followUps: [], alarm: "K7-42" },
  );
  expect(ended).toEqual({ seq: last()?.written.seq });
  expect(last()?.evidence).toMatchObject({ passed: true, unfinished: null, alarm: "K7-42" });
  expect(Object.keys(last()?.evidence ?? {})).not.toContain("do");
  expect(owed()).toBe(false);
});

test.each<readonly [string, readonly Action[], object]>([
  [
    "stopped at the checks",
    [...plan("full"), { do: "cancel" }],
    { how: "stopped", at: "checks", code: "DRILL_STOPPED" },
  ],
  [
    "left before what was seen is signed",
    [...plan("practice"), { do: "cancel" }],
    { how: "left", at: "told", code: "DRILL_LEFT" },
  ],
  [
    "left before the witness has spoken",
    [...plan("practice"), { do: "next" }, { do: "cancel" }],
    { how: "left", at: "witness", code: "DRILL_LEFT" },
  ],
])("%s: its record says so, and it stays due", async (_, actions, unfinished) => {
  const due = drillDue(readStory(dir), clock.now());
  const count = drills().length;
  expect(await holds(aHouse(), ...actions)).toMatchObject({ error: expect.any(Left) });
  expect(drills()).toHaveLength(count + 1);
  expect(last()?.evidence).toMatchObject({ passed: false, unfinished });
  expect(drillDue(readStory(dir), clock.now())).toEqual(due);
  expect(owed()).toBe(false);
});

test("what was judged, and who was there, stays in the record of one that was left", async () => {
  await holds(aHouse(), ...plan("practice"), { do: "cancel" });
  expect(last()).toMatchObject({
    who: people,
    evidence: { incident: "INC-1", dead: true, steps: [{ name: "glass.quorum", ms: 9 }] },
  });
});

test("one that fails is recorded with the code, and the error is said all the same", async () => {
  played.glass = () => {
    throw new CodedError("PROCESS_ENDED", { name: "practice" });
  };
  expect(await holds(aHouse(), ...plan("practice"))).toMatchObject({
    error: { code: "PROCESS_ENDED" },
  });
  expect(last()).toMatchObject({
    why: "a drill failed (PROCESS_ENDED): lost-key",
    evidence: {
      opened: null,
      faults: [{ fault: "lost-key", struck: null }],
      unfinished: { how: "failed", at: "glass", code: "PROCESS_ENDED" },
    },
  });
  const page = drillHtml({ vaultName: "Acme Prod", records: readStory(dir) });
  for (const said of ["failed before its end", "PROCESS_ENDED", "nobody knows what was felt"])
    expect(page).toContain(said);
});

test("one that was cut off is recorded as left at the next start, once", async () => {
  const house = aHouse();
  // The app is killed while people are at the glass.
  played.glass = () => new Promise<never>(() => undefined);
  const before = drills().length;
  void holds(house, ...plan("full"), { do: "next" });
  await vi.waitFor(() => expect(owed()).toBe(true));
  expect(drills()).toHaveLength(before);
  const written = recordCutOff(house, station);
  expect(last()?.written).toEqual(written);
  expect(last()?.evidence).toMatchObject({
    real: { proven: false, shares: [] },
    unfinished: { how: "left", at: "unknown", code: "DRILL_CUT_OFF" },
  });
  expect(recordCutOff(house, station)).toBeNull();
  expect(owed()).toBe(false);
});

test("a kill between the record and the note's end makes no second record", () => {
  const house = aHouse();
  const { seq } = last()?.written ?? { seq: 0 };
  beginDrill(house, dir, { after: seq - 1, form: "practice", faults: [], seed: null });
  expect(recordCutOff(house, station)).toBeNull();
  expect([last()?.written.seq, owed()]).toEqual([seq, false]);
});

test("a note that can't be read is a drill that was begun", () => {
  writeFileSync(join(dir, "drill-begun.json"), '{"after":');
  expect(recordCutOff(aHouse(), station)).not.toBeNull();
  expect(last()?.evidence).toMatchObject({ real: null, unfinished: { how: "left" } });
});

test("a disk that refuses the record leaves the note for the next start", async () => {
  const append = vi.fn<Station["records"]["append"]>(() => {
    throw new CodedError("DISK_REFUSED", { file: "records", reason: "ENOSPC" });
  });
  const full = { ...station, records: { append } } as unknown as Station;
  const house = aHouse();
  const done = drillAct(house, full).catch((error: unknown) => error);
  for (const action of [...plan("practice"), { do: "cancel" } as const])
    await vi.waitFor(() => house.desk.act(action));
  expect(await done).toBeInstanceOf(Left);
  expect(owed()).toBe(true);
  expect(recordCutOff(house, station)).not.toBeNull();
});

test("the chain holds with all of them in it", async () => {
  expect((await judged(dir)).verdict).toBe("VALID");
});
