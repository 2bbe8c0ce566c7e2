import { expect, test, vi } from "vitest";
import type { Verdict } from "../../ceremony/ports.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import type { VaultView } from "../../contract/vault.ts";
import { AppCast } from "../../electron/cast.ts";
import type { CeremonyPorts, Ended } from "../../electron/ceremony.ts";
import { Desk } from "../../electron/desk.ts";
import { views } from "../renderer/samples.ts";

// Whose share the vault process holds has a seat, also when the window went as it was accepted. The
// desk and the people's side are real; each window is taken away at once.

const windows = vi.hoisted(() => ({ heard: () => undefined as void }));
vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/ceremony.ts", () => ({
  atTheKeyboard: async (): Promise<Ended> => {
    windows.heard();
    return "taken";
  },
}));

const [ANA, BEN] = ["Ana Costa", "Ben Adler"] as const;
const accepted = (who: string, have: number): VaultView => ({
  kind: "share",
  verdict: "accepted",
  who,
  have,
  need: 2,
});
const already = (who: string, have: number): VaultView => ({
  kind: "share",
  verdict: "rejected",
  who,
  have,
  need: 2,
  why: "ALREADY_ENTERED",
  about: { who },
});

/** Two shares are gathered; `release`: what the vault process tells before it answers that. */
function gathering(release: () => void = () => undefined) {
  const view = views["glass-custodians"] as AppView;
  const desk = new Desk(view, () => undefined);
  const cast = new AppCast({
    desk,
    stage: null,
    ports: {} as CeremonyPorts,
    now: () => "2026-06-18T10:00:00.000Z",
    keyLabels: ["key-1"],
  });
  cast.speakOf({ name: "Acme", epoch: 1, threshold: 2 }, [ANA, BEN, "Cleo Diaz"]);
  const asked: unknown[] = [];
  const ask = async (name: string, input: unknown): Promise<void> => {
    asked.push([name, input]);
    if (name === "release") release();
  };
  const vault = { ask, exited: new Promise(() => undefined) };
  cast.facing(vault as never);
  const shares = cast.shares(2)[Symbol.asyncIterator]();
  /** The next window; `says`: what the vault process tells while it is there. */
  const window = async (says: readonly VaultView[] = []): Promise<Verdict> => {
    windows.heard = () => says.forEach((one) => cast.hear(one));
    const verdict = shares.next();
    await vi.waitFor(() => desk.act({ do: "enterShare" }));
    return (await verdict).value as Verdict;
  };
  const seats = (): readonly string[] =>
    (desk.view.screen as ScreenOf<"glass">).seats.map(({ name }) => name);
  return { asked, cast, window, seats };
}

test("a share that is accepted while its window goes is heard", async () => {
  const { asked, cast, window, seats } = gathering(() => cast.hear(accepted(ANA, 1)));
  expect(await window()).toMatchObject({ kind: "accepted", who: ANA });
  expect(asked).toEqual([
    ["seat", { task: "share", at: null }],
    ["release", null],
  ]);
  expect(seats()).toEqual([ANA]);
});

test("one that nobody heard accepted is seated when its custodian comes again", async () => {
  const { window, seats } = gathering();
  expect(await window([already(ANA, 1)])).toMatchObject({ kind: "accepted", by: ANA, have: 1 });
  expect(seats()).toEqual([ANA]);
  // Who has a seat is refused, as ever.
  expect(await window([already(ANA, 1)])).toMatchObject({ why: "ALREADY_ENTERED" });
  expect(await window([accepted(BEN, 2)])).toMatchObject({ kind: "accepted" });
  expect(seats()).toEqual([ANA, BEN]);
});
