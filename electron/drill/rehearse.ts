import { afflicted, canOpen } from "../../ceremony/drill/fault.ts";
import { type Ended, isAtRest, judgeDrill, tellFaults } from "../../ceremony/drill/judge.ts";
import type { RealProof } from "../../ceremony/drill/real.ts";
import type { DrillStep, DrillTold } from "../../ceremony/drill/record.ts";
import { isWholeSinceRestored } from "../../ceremony/restore.ts";
import { verify } from "../../ceremony/verify.ts";
import type { DrillFault } from "../../contract/drill.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { Left } from "../desk.ts";
import { glassAct } from "../glass-act.ts";
import type { House } from "../house.ts";
import { restAct, shutFirst } from "../left-act.ts";
import { standingOf, vaultView } from "../standing.ts";
import type { Practice, Station } from "../station.ts";
import { type Group, openPracticeVault } from "./practice-vault.ts";
import { DrillWatch } from "./watch.ts";

type Story = ReturnType<typeof readStory>;

export interface Rehearsed {
  readonly told: DrillTold;
  readonly people: {
    readonly officer: string;
    readonly responder: string;
    readonly witness: string;
  };
}

/**
 * Breaks the glass of the practice vault with people at their windows, and judges what came of it.
 * Where the faults leave no way to open it, saying so is an end too.
 */
export async function rehearse(
  house: House,
  { dir, mode }: Pick<Station, "dir" | "mode">,
  { faults, seed }: { readonly faults: readonly DrillFault[]; readonly seed: number | null },
  before: { readonly real: RealProof | null; readonly steps: readonly DrillStep[] },
): Promise<Rehearsed> {
  const { desk } = house;
  const { custodians: own, threshold } = standingOf(dir);
  const group: Group = { custodians: own.length, threshold };
  const practice = await desk.busy("drill.stage", () => openPracticeVault(house, group));
  const { stage, scene } = practice;
  try {
    const watch = new DrillWatch({
      faults,
      absent: afflicted(faults, scene.custodians, scene.keyLabels),
      custodians: scene.custodians,
      desk,
      stage,
      clock: house.clock,
      pause: house.pause,
    });
    // In earnest nobody's name is made up.
    const people = mode === "REAL" ? { officer: "", responder: "" } : practice.people;
    const after = readStory(practice.dir).at(-1)?.written.seq ?? 0;
    // Those of earlier drills are told of in their own records.
    await stage.ask("calls", null);
    desk.show({ mode: "PRACTICE", vault: vaultView(practice.dir), drill: { faults: [] } });
    await watch.strike("people");
    const code = await broken(house, { ...practice, people, drill: watch }, watch, {
      faults,
      group,
    });
    const said = peopleAt(house, people);
    const { lostAnswers } = await stage.ask("mend", null);
    const answered = await stage.ask("calls", null);
    const standing = await stage.ask("standing", null);
    const story = readStory(practice.dir).filter(({ written }) => written.seq > after);
    const copy = readCopy(practice.dir);
    const { vaultId } = standingOf(practice.dir);
    const found = verify(copy === null ? [] : [copy], { vaultId });
    const told = judgeDrill({
      ended: endedBy(story, code),
      isWhole: isWholeSinceRestored(found),
      atRest: isAtRest(standing),
      asked: faults,
      faults: tellFaults(
        faults,
        {
          refusals: watch.refusals,
          heard: watch.calls,
          answered,
          lostAnswers: [...watch.lostAnswers, ...lostAnswers],
          backAfterMs: watch.backAfterMs,
          death: watch.death,
          touched: watch.touched,
          present: watch.present,
          need: threshold,
          afflicted: watch.absent,
          closed: story.findLast(({ kind }) => kind === "closed"),
        },
        false,
      ),
      group,
      seed,
      steps: [...before.steps, ...watch.steps],
      refusals: watch.refusals,
      real: before.real,
      practice: found.head === null ? null : { vaultId, head: found.head },
    });
    return { told, people: { ...said, witness: mode === "REAL" ? "" : scene.people.witness } };
  } finally {
    await practice.end();
    desk.show({ mode, vault: vaultView(dir), drill: null, access: null, awsOffsetMs: null });
  }
}

/** Null: it opened, and was closed. Otherwise the code that kept it shut. */
async function broken(
  house: House,
  station: Practice,
  watch: DrillWatch,
  about: { readonly faults: readonly DrillFault[]; readonly group: Group },
): Promise<string | null> {
  try {
    await glassAct(house, station, standingOf(station.dir));
    return null;
  } catch (error) {
    if (watch.died) return startedAgain(house, station, watch);
    if (error instanceof Left) {
      // Those who are left may see by themselves that they are too few.
      const few = !canOpen(
        about.faults.filter((fault) => fault !== "iam-down"),
        about.group,
      );
      return few ? "QUORUM_INCOMPLETE" : "DRILL_STOPPED";
    }
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === "ACCESS_NOT_OPENED" || code === "QUORUM_INCOMPLETE") return code;
    throw error;
  }
}

/** What a start does after the laptop died: the closer first, then quorum and touch. */
async function startedAgain(house: House, station: Practice, watch: DrillWatch): Promise<null> {
  const { dir, endpoint } = station;
  const from = house.clock.monotonic();
  await watch.timed("resume.latch", () => shutFirst(house, dir, endpoint));
  watch.death = { after: "latch-lifted", shutMs: house.clock.monotonic() - from };
  await restAct(house, station, standingOf(dir)).catch((error: unknown) => {
    // Left as it is: the closer has shut it, and the drill says that it is not at rest.
    if (!(error instanceof Left)) throw error;
  });
  return null;
}

/** Who was named at the reason; nobody, where it was not reached. */
function peopleAt(
  { desk }: House,
  given: { readonly officer: string; readonly responder: string },
): { readonly officer: string; readonly responder: string } {
  const { screen } = desk.view;
  const { officer, responder } = screen.kind === "glass" ? screen.incident : given;
  return { officer: officer || "not named", responder: responder || "not named" };
}

/** How it ended, by the records that this drill wrote in the practice vault's chain. */
function endedBy(story: Story, cannotOpen: string | null): Ended {
  const last = (kind: string) => story.findLast((one) => one.kind === kind);
  const accountsOf = (one: Story[number] | undefined): readonly Record<string, unknown>[] => {
    const accounts = one?.evidence["accounts"];
    return Array.isArray(accounts) ? accounts.map((account) => Object(account)) : [];
  };
  const expired = last("access-expired");
  const closings = accountsOf(last("closed"));
  const touched = last("access-open") !== undefined || last("closed") !== undefined;
  const incident = story.find(({ kind }) => kind === "glass-broken")?.evidence["incident"];
  return {
    incident: typeof incident === "string" ? incident : null,
    opened: cannotOpen === null,
    expiryProven:
      expired === undefined ? null : accountsOf(expired).every(({ proven }) => proven === true),
    dead:
      !touched || (closings.length > 0 && closings.every(({ confirmed }) => confirmed === true)),
    resumed: false,
    cannotOpen,
  };
}
