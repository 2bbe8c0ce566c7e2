import { compareSteps } from "../../ceremony/drill/compare.ts";
import { drawFaults } from "../../ceremony/drill/fault.ts";
import { followUpsOf } from "../../ceremony/drill/judge.ts";
import { realProof } from "../../ceremony/drill/real.ts";
import {
  type DrillStep,
  type DrillTold,
  drillEntry,
  pastDrills,
  type Unfinished,
} from "../../ceremony/drill/record.ts";
import type { Subject, Written } from "../../ceremony/ports.ts";
import type { ScreenOf } from "../../contract/app.ts";
import type { DrillFault } from "../../contract/drill.ts";
import { CodedError } from "../../crypto/errors.ts";
import { readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { refuse } from "../../station/errors.ts";
import { checkOne } from "../check-act.ts";
import { Left, tell } from "../desk.ts";
import type { House } from "../house.ts";
import { standingOf } from "../standing.ts";
import type { Station } from "../station.ts";
import { beginDrill, drillEnded, recordUnfinished, unfinishedBy } from "./begun.ts";
import { rehearse, type Rehearsed } from "./rehearse.ts";

type DrillView = ScreenOf<"drill">;

interface Plan {
  readonly form: DrillView["form"];
  readonly faults: readonly DrillFault[];
  readonly seed: number | null;
}

/**
 * A drill from its plan to its signed record, whose place is answered. The full one takes in the real
 * cards and keys, each checked alone by a process that can open nothing; then the glass of a practice
 * vault is broken on practice AWS, with faults, each at its time. Once it is planned it ends with a
 * record, however it ends. `Left` when people stop.
 */
export async function drillAct(house: House, station: Station): Promise<number> {
  const { desk, clock } = house;
  const story = readStory(station.dir);
  const committed = story.findLast(({ kind }) => kind === "committed");
  if (committed === undefined) return refuse("VAULT_MISSING");
  const subject = subjectOf(committed);
  const after = story.at(-1)?.written.seq ?? 0;
  const proof = () =>
    realProof(readStory(station.dir), {
      after,
      vaultHash: subject.fileSha256,
      threshold: standingOf(station.dir).threshold,
    });
  const checks = (): DrillView["checks"] => checksOf(station.dir, proof());
  desk.screen({
    kind: "drill",
    step: "form",
    times: {},
    form: station.mode === "REAL" ? "full" : "practice",
    last: pastDrills(story).findLast(({ passed }) => passed)?.at ?? null,
    faults: [],
    clash: null,
    seed: seedOf(house),
    checks: checks(),
    told: null,
    witness: "",
    followUps: [],
  });
  const plan = await planOf(house);
  const full = plan.form === "full";
  beginDrill(house, station.dir, { ...plan, faults: [...plan.faults], after });
  let at: Unfinished["at"] = full ? "checks" : "glass";
  let known: Rehearsed | undefined;
  try {
    const steps: DrillStep[] = [];
    if (full) await realChecks(house, station, checks, steps);
    at = "glass";
    const real = full ? proof() : null;
    const screen = desk.view.screen as DrillView;
    const begun = clock.now();
    known = await rehearse(house, station, plan, { real, steps });
    at = "told";
    const { told, people } = known;
    desk.show({ notice: null });
    desk.screen({
      ...screen,
      ...toldOf(told, story),
      times: { faults: begun, ...screen.times, glass: clock.now() },
      faults: [...plan.faults],
    });
    desk.amend("drill", { witness: people.witness });
    await desk.nextOrLeave("next");
    at = "witness";
    const { seq } = await recordOf(house, station, subject, told, people);
    drillEnded(station.dir);
    return seq;
  } catch (error) {
    try {
      recordUnfinished(house, station, unfinishedBy(error, at), known);
    } catch {
      // A disk that refuses now: the next start records it. What ended the drill is said.
    }
    throw error;
  }
}

/** Four random bytes as a number that people can write down. */
const seedOf = (house: House): number =>
  new DataView(house.seed().slice(0, 4).buffer).getUint32(0) % 10_000;

/** What kind of drill, and what goes wrong in it. */
async function planOf({ desk, clock }: House): Promise<Plan> {
  const { form } = await desk.nextOrLeave("drillForm");
  desk.amend("drill", { form, step: "faults", times: { form: clock.now() } });
  for (;;) {
    const { faults: chosen, draw, seed } = await desk.nextOrLeave("drillFaults");
    desk.amend("drill", { faults: chosen, seed, clash: null });
    try {
      const faults = drawFaults([...chosen, ...(draw ? (["random"] as const) : [])], seed);
      return { form, faults, seed: draw ? seed : null };
    } catch (error) {
      const { one, other } = clashIn(error);
      desk.amend("drill", { clash: { one, other } });
    }
  }
}

function clashIn(error: unknown): { readonly one: string; readonly other: string } {
  if (!(error instanceof CodedError) || error.code !== "DRILL_FAULTS_CLASH") throw error;
  return { one: String(error.about["one"]), other: String(error.about["other"]) };
}

function checksOf(dir: string, proof: ReturnType<typeof realProof>): DrillView["checks"] {
  const { custodians, keys, openers, threshold } = standingOf(dir);
  return {
    threshold,
    shares: custodians.map((who) => ({
      who,
      record: proof.shares.find((one) => one.who === who)?.record ?? null,
    })),
    keys: keys.map((label) => ({
      label,
      opens: openers.includes(label),
      record: proof.keys.find((one) => one.label === label)?.record ?? null,
    })),
    proven: proof.proven,
  };
}

/** The real cards and keys, one person at a time, until people go on. */
async function realChecks(
  house: House,
  station: Station,
  checks: () => DrillView["checks"],
  steps: DrillStep[],
): Promise<void> {
  const { desk, clock } = house;
  const { screen } = desk.view;
  const times = screen.kind === "drill" ? screen.times : {};
  desk.amend("drill", { step: "checks", times: { ...times, faults: clock.now() } });
  for (;;) {
    const action = await desk.nextOrLeave("check", "next");
    if (action.do === "next") break;
    const from = clock.monotonic();
    const here = desk.view.screen;
    try {
      const found = await checkOne(house, station, action.what);
      const last = found.at(-1);
      if (last?.good === false) desk.show({ notice: { code: last.why, about: last.about } });
      const name = action.what === "key" ? "check.key" : "check.share";
      steps.push({ name, ms: Math.round(clock.monotonic() - from) });
    } catch (error) {
      // Who leaves the cable in comes back to the list.
      if (!(error instanceof Left)) tell(desk, error);
    }
    desk.screen(here);
    desk.amend("drill", { checks: checks() });
  }
  const now = desk.view.screen;
  if (now.kind === "drill") desk.amend("drill", { times: { ...now.times, checks: clock.now() } });
}

function toldOf(
  told: DrillTold,
  before: Parameters<typeof pastDrills>[0],
): Pick<DrillView, "step" | "told" | "followUps"> {
  const { passed, cannotOpen, faults, steps } = told;
  return {
    step: "told",
    told: {
      passed,
      opened: told.opened === true,
      cannotOpen: cannotOpen === null ? null : { ...cannotOpen, remains: [...cannotOpen.remains] },
      faults: faults.map((one) => ({ ...one, did: [...one.did] })),
      compared: [...compareSteps(steps, pastDrills(before))],
    },
    followUps: [...followUpsOf(faults.map(({ fault }) => fault))],
  };
}

/** What people add, and the record. */
async function recordOf(
  { desk, clock }: House,
  { records }: Station,
  subject: Subject,
  told: DrillTold,
  people: Rehearsed["people"],
): Promise<Written> {
  const { screen } = desk.view;
  const times = screen.kind === "drill" ? screen.times : {};
  desk.amend("drill", { step: "witness", times: { ...times, told: clock.now() } });
  const { do: _, witness, ...said } = await desk.nextOrLeave("drillRecord");
  const entry = drillEntry({ ...told, ...said }, { ...people, witness }, clock.now());
  return records.append(subject, entry);
}
