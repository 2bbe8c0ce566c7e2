import secrets from "secrets.js-grempe";
import { combine as combineRaw, split as splitRaw } from "shamir-secret-sharing";
import { hex } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { combine, split } from "../../crypto/shamir.ts";
import { type Figure, median, ms, timed } from "./figure.ts";

const ROUNDS = 9;
/** Long enough for the clock, short enough for many rounds. */
const ROUND_MS = 30;

type Work = () => unknown;

/** Median milliseconds of one run of each, measured in turns. */
async function each(works: readonly Work[]): Promise<readonly number[]> {
  const counts = await Promise.all(works.map(() => 1));
  for (const [index, work] of works.entries()) {
    let took = await timed(work);
    took = await timed(work);
    counts[index] = Math.max(1, Math.round(ROUND_MS / took));
  }
  const samples = works.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, work] of works.entries()) {
      const count = counts[index] ?? 1;
      const took = await timed(async () => {
        for (let done = 0; done < count; done++) await work();
      });
      // The first round warms.
      if (round > 0) samples[index]?.push(took / count);
    }
  return samples.map(median);
}

async function size(k: number, n: number): Promise<readonly Figure[]> {
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);
  const secret = new SecretBytes(bytes.slice());
  const text = hex(bytes);
  const points = (await split(secret, n, k)).slice(0, k);
  const shares = (await splitRaw(bytes, n, k)).slice(0, k);
  const hexShares = secrets.share(text, n, k).slice(0, k);
  const splitting = await each([
    () => split(secret, n, k),
    () => splitRaw(bytes, n, k),
    () => secrets.share(text, n, k),
  ]);
  const combining = await each([
    () => combine(points, k),
    () => combineRaw(shares),
    () => secrets.combine(hexShares),
  ]);
  return [
    figure(`Shamir split, ${k} of ${n}, 32 bytes`, splitting),
    figure(`Shamir combine, ${k} of ${n}`, combining),
  ];
}

function figure(what: string, [ours = 0, raw = 0, grempe = 0]: readonly number[]): Figure {
  return {
    what,
    ours: ms(ours),
    against: `shamir-secret-sharing bare: ${ms(raw)}; secrets.js-grempe: ${ms(grempe)}`,
    goal: null,
    met: null,
    values: { oursMs: ours, bareMs: raw, grempeMs: grempe },
  };
}

export async function measureShamir(): Promise<readonly Figure[]> {
  return [...(await size(3, 5)), ...(await size(128, 255))];
}
