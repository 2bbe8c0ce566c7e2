import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lastCopy } from "../ceremony/copied.ts";
import type { Progress } from "../ceremony/ports.ts";
import { endingsIn } from "../ceremony/rotation-remains.ts";
import type { ScreenOf } from "../contract/app.ts";
import { CodedError } from "../crypto/errors.ts";
import { readStory } from "../station/records-folder.ts";
import { callOffUnasked } from "../station/unasked.ts";
import { isSealingOpen, recoverSealing } from "../station/recover-sealing.ts";
import { tell } from "./desk.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";

/** What lies about after cards were made, as codes of the catalogue, and what is done before it goes. */
export type LeftOverCode =
  | "COPY_FIRST"
  | "LEFT_IN_SPOOL"
  | "LEFT_MISPRINTS"
  | "LEFT_IMPORT"
  | "SEALING_CUT_OFF";

type Ground = Pick<Station, "dir" | "mode">;
type Line = ScreenOf<"remains">["remains"][number];

const LEFT_OVERS: readonly LeftOverCode[] = ["LEFT_IN_SPOOL", "LEFT_MISPRINTS", "LEFT_IMPORT"];

const line = (code: LeftOverCode): Line => ({ code, about: {} });

/** Only people can clear these away; a rehearsal's are worth nothing. */
const leftOvers = ({ mode }: Ground): readonly Line[] =>
  mode === "PRACTICE" ? [] : LEFT_OVERS.map(line);

/**
 * Kept from before the first card is made until people ticked what the sealing left behind: a laptop
 * that dies between tells them at its next start. `after`: the head of the chain when it was written;
 * what ended later is what they have to hear.
 */
const FILE = "remains-owed.json";

const fileIn = (dir: string): string => join(dir, FILE);

const keepSince = ({ keep }: Pick<House, "keep">, dir: string, after: number): void =>
  keep(fileIn(dir), JSON.stringify({ after }));

/** From here on people are told how a sealing ends. What they have not heard yet stays owed. */
export function owe(house: Pick<House, "keep">, dir: string): void {
  if (!existsSync(fileIn(dir))) keepSince(house, dir, readStory(dir).at(-1)?.written.seq ?? 0);
}

/** Steps that begin with the first card. */
const CARDS: ReadonlySet<string> = new Set(["seal.reenter", "rotate.reenter"]);

/** The same, as soon as cards are made; where it can't be kept none is. */
export const owing = (
  house: Pick<House, "keep">,
  { dir }: Pick<Station, "dir">,
  progress: Progress,
): Progress => ({
  ...progress,
  step: async (name, work, text) => {
    if (CARDS.has(name)) owe(house, dir);
    return progress.step(name, work, text);
  },
});

/**
 * Takes up a sealing that was cut off; what becomes of it is owed to people before it is done. And an
 * opening that was cut off before AWS was asked: it is called off, and said.
 */
export function takeUp(
  house: Pick<House, "keep" | "clock" | "desk">,
  { dir, records }: Pick<Station, "dir" | "records">,
): void {
  const story = readStory(dir);
  if (isSealingOpen(story)) owe(house, dir);
  recoverSealing(dir, story, records, house.clock.now());
  const incident = callOffUnasked(dir, records, house.clock);
  if (incident !== null)
    house.desk.show({ notice: { code: "NOTHING_BEGUN", about: { incident } } });
}

interface Owed extends Pick<ScreenOf<"remains">, "epoch" | "after"> {
  /** The record up to which it tells. */
  readonly seq: number;
  readonly remains: readonly Line[];
}

/** What ended and was not ticked, the oldest first; none while a rotation waits for its proof. */
function owedIn(dir: string): readonly Owed[] {
  if (!existsSync(fileIn(dir))) return [];
  const story = readStory(dir);
  const all = endingsIn(story);
  const since = readSince(fileIn(dir)) ?? (all.at(-1)?.seq ?? 1) - 1;
  const ended = all.filter(({ seq }) => seq > since);
  if (ended.length > 0 || isSealingOpen(story))
    return ended.map((one) => ({
      ...one,
      remains: one.remains.map(({ code, about }) => ({ code, about: { ...about } })),
    }));
  // Cards were made, and no record knows of them: it never counted.
  const seq = story.at(-1)?.written.seq ?? 0;
  return [{ seq, epoch: 1, after: "cut-off", remains: [line("SEALING_CUT_OFF")] }];
}

/**
 * A real vault's new epoch lies on this laptop alone: if it dies, the old set is all that opens anything.
 * So nothing of that goes before a stick holds the new one.
 */
const copyFirst = ({ dir, mode }: Ground, after: Owed["after"]): readonly Line[] =>
  mode === "REAL" && after === "rotation" && lastCopy(readStory(dir)) === null
    ? [line("COPY_FIRST")]
    : [];

/** Something that a sealing left behind is not ticked yet. */
export const isOwed = (station: Ground): boolean =>
  owedIn(station.dir).some(({ remains }) => [...remains, ...leftOvers(station)].length > 0);

/**
 * What a sealing left behind, line by line, until people say that each is seen to. `later`: they may put
 * it off, and it stays owed. While a copy has to be written first they can do nothing else.
 */
export async function tellRemains(
  house: Pick<House, "desk" | "keep">,
  station: Ground,
  { later }: { readonly later: boolean } = { later: false },
): Promise<void> {
  const { desk } = house;
  const { dir } = station;
  for (let [first] = owedIn(dir); first !== undefined; [first] = owedIn(dir)) {
    const { seq, epoch, after } = first;
    const before = copyFirst(station, after);
    const remains = [...before, ...first.remains, ...leftOvers(station)];
    if (remains.length > 0) {
      const waits = later || before.length > 0;
      desk.screen({ kind: "remains", seq, epoch, after, remains, later: waits });
      const { do: done } = await (waits ? desk.next("next", "cancel") : desk.next("next"));
      if (done === "cancel") return;
      if (before.length > 0) {
        tell(desk, new CodedError<LeftOverCode>("COPY_FIRST"));
        continue;
      }
    }
    const story = readStory(dir);
    if (isSealingOpen(story) || endingsIn(story).some((one) => one.seq > seq))
      keepSince(house, dir, seq);
    else rmSync(fileIn(dir), { force: true });
  }
}

/** Null: it can't be read; then the last that ended is owed. */
function readSince(file: string): number | null {
  try {
    const { after } = Object(JSON.parse(readFileSync(file, "utf8"))) as { after?: unknown };
    return typeof after === "number" ? after : null;
  } catch {
    return null;
  }
}
