import { cpSync } from "node:fs";
import { expect } from "vitest";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { Died, Disk, type Trouble } from "./disk.ts";

/**
 * One flow of the station on a disk that fails at one of its operations, and the start after it. A
 * flow says what it does, what it told people on the way, and what has to hold afterwards.
 */
export interface Flow<Seen = unknown> {
  /** What each case works on a copy of. */
  readonly template: () => string;
  /** The folder of that copy that is on the failing disk, and what of it is not. */
  readonly disk: (home: string) => { readonly dir: string; readonly except: readonly string[] };
  /** `tell`: this much was said to be written. */
  readonly run: (home: string, tell: (what: string) => void) => Promise<unknown>;
  /** Looked at while the disk still refuses: nothing that opens needs to write. */
  readonly inTrouble?: (home: string) => Promise<Seen>;
  /** The next start on a disk that is well, and what must hold then. Answers how it ended. */
  readonly after: (
    home: string,
    told: readonly string[],
    nth: number,
    seen: Seen,
  ) => Promise<string>;
}

export interface Case {
  readonly name: string;
  readonly trouble: Trouble;
  /** What an unsynced state loses; null: the power stays. */
  readonly cut: ((among: number) => number) | null;
}

function copyOf(flow: Pick<Flow, "template">): string {
  const home = freshFolder();
  cpSync(flow.template(), home, { recursive: true });
  return home;
}

/** The operations of the flow when nothing fails. */
export async function operationsOf<Seen>(flow: Flow<Seen>): Promise<readonly string[]> {
  const home = copyOf(flow);
  const { dir, except } = flow.disk(home);
  const disk = new Disk(dir, ...except);
  try {
    await flow.run(home, () => undefined);
    return disk.operations;
  } finally {
    disk.end();
    remove(home);
  }
}

/** The flow in trouble, and the way out of it. */
export async function survived<Seen>(
  flow: Flow<Seen>,
  { trouble, cut }: Case,
  nth: number,
): Promise<string> {
  const home = copyOf(flow);
  const { dir, except } = flow.disk(home);
  const disk = new Disk(dir, ...except);
  const told: string[] = [];
  try {
    disk.arm(trouble);
    const end = await flow
      .run(home, (what) => told.push(what))
      .then(
        () => "done",
        (error: unknown) => {
          if (trouble.kind === "none") throw error;
          return disk.dead || error instanceof Died ? "died" : "refused";
        },
      );
    if (cut !== null) disk.cutPower(cut);
    const seen = (await flow.inTrouble?.(home)) as Seen;
    disk.lift();
    return `${end}: ${await flow.after(home, told, nth, seen)}`;
  } finally {
    disk.end();
    remove(home);
  }
}

/** How often each end came. Every case that does not hold is named. */
export async function all<Seen>(
  flow: Flow<Seen>,
  cases: readonly Case[],
): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>();
  const broken: string[] = [];
  for (const [nth, one] of cases.entries())
    try {
      const end = await survived(flow, one, nth);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    } catch (error) {
      broken.push(`${one.name}: ${String(error)}`);
    }
  expect(broken).toEqual([]);
  return ends;
}

/** A fixed sequence that looks like none: what of the unsynced is kept differs from case to case. */
export function drawn(seed: number): (among: number) => number {
  let state = seed >>> 0;
  return (among) => {
    // The generator of Numerical Recipes; its high bits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * among);
  };
}

const LOSE_ALL = (): number => 0;

type Make = (at: number, verb: string) => readonly Omit<Case, "name">[];

const each = (operations: readonly string[], make: Make): Case[] =>
  operations.flatMap((operation, index) =>
    make(index + 1, operation.split(" ")[0] ?? "").map((one) => ({
      ...one,
      name: `${JSON.stringify(one.trouble)}${one.cut === null ? "" : " and a power cut"} ${operation}`,
    })),
  );

/** The process dies before each operation, and within each write. */
export const deaths = (operations: readonly string[]): readonly Case[] =>
  each(operations, (at, verb) => [
    // To the death of a process a sync is nothing.
    ...(verb === "fsync"
      ? []
      : [{ trouble: { kind: "die", at, torn: false } as const, cut: null }]),
    ...(verb === "write" ? [{ trouble: { kind: "die", at, torn: true } as const, cut: null }] : []),
  ]);

/** All was told, and then the power is cut. */
export const END: Case = {
  name: "a power cut after the last of them",
  trouble: { kind: "none" },
  cut: LOSE_ALL,
};

/** The power is cut before each operation and after the last: all that was unsynced is lost, or some. */
export const cuts = (operations: readonly string[]): readonly Case[] => [
  ...each(operations, (at) => [
    { trouble: { kind: "die", at, torn: false }, cut: LOSE_ALL },
    { trouble: { kind: "die", at, torn: true }, cut: drawn(at) },
  ]),
  END,
];

const refusal = (code: "ENOSPC" | "EROFS" | "EIO", at: number, stays: boolean) => ({
  trouble: { kind: "refuse", code, at, stays } as const,
  cut: null,
});

/** Full, read-only or broken, for once or for good. A rename that fails is among these. */
export const refusals = (operations: readonly string[]): readonly Case[] =>
  each(operations, (at, verb) => [
    ...(["open", "write", "mkdir"].includes(verb)
      ? [refusal("ENOSPC", at, false), refusal("ENOSPC", at, true)]
      : []),
    ...(verb === "fsync" ? [] : [refusal("EROFS", at, true)]),
    refusal("EIO", at, false),
  ]);

/** Every one of them. */
export const everyCase = (operations: readonly string[]): readonly Case[] => [
  ...deaths(operations),
  ...cuts(operations),
  ...refusals(operations),
];

/** Every death and every power cut; of the refusals one in four, by a fixed seed. */
export const mostCases = (operations: readonly string[]): readonly Case[] => [
  ...deaths(operations),
  ...cuts(operations),
  ...sampled(refusals(operations), 4, 20_261_127),
];

/** One in `of` of them, which is drawn by the seed. */
export function sampled<T>(cases: readonly T[], of: number, seed: number): readonly T[] {
  const choose = drawn(seed);
  return cases.filter(() => choose(of) === 0);
}
