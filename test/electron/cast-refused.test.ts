import { expect, test, vi } from "vitest";
import type { TouchRefusal, Verdict } from "../../ceremony/ports.ts";
import type { Action, AppView } from "../../contract/app.ts";
import type { VaultView } from "../../contract/vault.ts";
import { AppCast } from "../../electron/cast.ts";
import type { CeremonyPorts, Ended } from "../../electron/ceremony.ts";
import { Desk, Left } from "../../electron/desk.ts";
import { views } from "../renderer/samples.ts";

// What is refused at a window is told to the ceremony, which records it, however that window ends. The
// desk and the people's side are real; what happens at the next windows is said beforehand.

const windows = vi.hoisted(() => ({ next: [] as (() => Ended)[] }));
vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/ceremony.ts", () => ({
  atTheKeyboard: async (): Promise<Ended> => (windows.next.shift() ?? (() => "left"))(),
}));

function atScreen(sample: keyof typeof views) {
  const desk = new Desk({ ...(views[sample] as AppView), mode: "REAL" }, () => undefined);
  const cast = new AppCast({
    desk,
    stage: null,
    ports: {} as CeremonyPorts,
    now: () => "2026-06-18T10:00:00.000Z",
    keyLabels: ["red", "blue"],
  });
  cast.speakOf({ name: "Acme Prod", epoch: 2, threshold: 2 }, ["Sam", "Alex"]);
  const press = (action: Action) => vi.waitFor(() => desk.act(action));
  /** What the vault process says while the next windows are open, one list each. */
  const windowsSay = (ends: Ended, ...said: readonly (readonly VaultView[])[]): void => {
    windows.next = said.map((views_) => () => {
      for (const view of views_) cast.hear(view);
      return ends;
    });
  };
  return { cast, press, windowsSay };
}

const share = (why: string | null): VaultView => ({
  kind: "share",
  verdict: why === null ? "accepted" : "rejected",
  who: "Sam",
  have: 1,
  need: 2,
  ...(why === null ? {} : { why }),
});
const touch = (why: string): VaultView => ({
  kind: "touch-refused",
  why,
  about: { label: "red", retries: 6 },
});

test("each share that is refused at a re-entry is told once, across windows", async () => {
  const { cast, press, windowsSay } = atScreen("seal-cards");
  windowsSay("done", [share("WRONG_PASSPHRASE")], [share("UNREADABLE"), share(null)]);
  const refused: (string | undefined)[] = [];
  const proven = cast.reenter(1, ({ why }: Verdict) => refused.push(why));
  await press({ do: "hand", place: 1 });
  await vi.waitFor(() => expect(refused).toEqual(["WRONG_PASSPHRASE"]));
  await press({ do: "hand", place: 1 });
  expect(await proven).toMatchObject({ kind: "accepted", who: "Sam" });
  expect(refused).toEqual(["WRONG_PASSPHRASE", "UNREADABLE"]);
});

test("whoever gives up after a refusal leaves it told", async () => {
  const { cast, press, windowsSay } = atScreen("seal-cards");
  windowsSay("left", [share("WRONG_PASSPHRASE")]);
  const refused: (string | undefined)[] = [];
  const proven = cast.reenter(1, ({ why }: Verdict) => refused.push(why));
  await press({ do: "hand", place: 1 });
  await press({ do: "cancel" });
  await expect(proven).rejects.toBeInstanceOf(Left);
  expect(refused).toEqual(["WRONG_PASSPHRASE"]);
});

test("a share that was refused before the vault process died is told all the same", async () => {
  const { cast, press, windowsSay } = atScreen("glass-custodians");
  windowsSay("left", []);
  windows.next = [
    () => {
      cast.hear(share("WRONG_PASSPHRASE"));
      throw new Error("PROCESS_ENDED");
    },
  ];
  const told: (string | undefined)[] = [];
  const gathered = (async () => {
    for await (const { why } of cast.shares(2)) told.push(why);
  })();
  await press({ do: "enterShare" });
  await expect(gathered).rejects.toThrow("PROCESS_ENDED");
  expect(told).toEqual(["WRONG_PASSPHRASE"]);
});

test("touches that are refused are told once each, to open and to approve", async () => {
  const { cast, press, windowsSay } = atScreen("glass-key");
  windowsSay("done", [touch("PIN_WRONG"), touch("PIN_WRONG"), { kind: "touched", label: "red" }]);
  const refused: TouchRefusal[] = [];
  const take = (one: TouchRefusal): void => void refused.push(one);
  const label = cast.touch(take);
  await press({ do: "touch" });
  expect(await label).toBe("red");
  windowsSay("left", [touch("KEY_IS_ANOTHER")]);
  await expect(cast.approve("blue", take)).rejects.toBeInstanceOf(Left);
  expect(refused.map(({ why }) => why)).toEqual(["PIN_WRONG", "PIN_WRONG", "KEY_IS_ANOTHER"]);
});
