import { cpSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sealIn, setStage } from "../station/rehearsal.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { EVENTS, type Event, Walk } from "./model.ts";

// Thousands of passphrases: each is hashed once here instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

/** A run that failed is run again by its seed; more steps, or longer sequences, by hand. */
const SEED = Number(process.env["PULLSTATION_MODEL_SEED"] ?? 20_261_127);
const STEPS = Number(process.env["PULLSTATION_MODEL_STEPS"] ?? 5_000);
const DEPTH = Number(process.env["PULLSTATION_MODEL_DEPTH"] ?? 2);
const HOUR = 3_600_000;

let template: string;
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
}, 60_000);
afterAll(() => remove(template));

function drawn(seed: number): (among: number) => number {
  let state = seed >>> 0;
  return (among) => {
    // The generator of Numerical Recipes; its high bits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * among);
  };
}

async function walk<T>(seed: number, work: (walk: Walk) => Promise<T>): Promise<T> {
  const dir = freshFolder();
  cpSync(template, dir, { recursive: true });
  const one = new Walk(dir, drawn(seed));
  try {
    return await work(one);
  } finally {
    await one.end();
    remove(dir);
  }
}

test(
  `every sequence of ${DEPTH} events keeps the invariants`,
  async () => {
    const sequences = Array.from({ length: DEPTH }).reduce<readonly (readonly Event[])[]>(
      (before) => before.flatMap((events) => EVENTS.map((event) => [...events, event])),
      [[]],
    );
    expect(sequences.length).toBe(EVENTS.length ** DEPTH);
    for (const [index, events] of sequences.entries())
      await walk(SEED + index, async (one) => {
        for (const event of events) await one.event(event);
      });
  },
  HOUR,
);

test(
  `${STEPS} steps drawn by the seed ${SEED} keep the invariants`,
  async () => {
    let [steps, looks, nth] = [0, 0, 0];
    const seen = new Map<Event, number>();
    for (let left = STEPS; left > 0; left = STEPS - steps)
      await walk(SEED + 1_000 * ++nth, async (one) => {
        const choose = drawn(SEED ^ nth);
        // The uses of AWS take longest: one in twelve of the events that are drawn.
        const bag = [...EVENTS.slice(0, -2), ...EVENTS.slice(0, -2), ...EVENTS.slice(-2)];
        for (let event = 0; event < 40 && steps + one.steps < STEPS; event++) {
          const next = bag[choose(bag.length)] ?? "start";
          seen.set(next, (seen.get(next) ?? 0) + 1);
          await one.event(next);
        }
        steps += one.steps;
        looks += one.looks;
      });
    process.stderr.write(
      `model: ${steps} steps in ${nth} walks, invariants looked at ${looks} times\n`,
    );
    expect([...seen.keys()].toSorted()).toEqual(EVENTS.toSorted());
  },
  HOUR,
);
