import { createInterface } from "node:readline/promises";
import { followUpsOf } from "../../ceremony/drill/judge.ts";
import { unfitWords } from "../drill.ts";
import type { Settings } from "./scene.ts";

interface Words {
  readonly deviations: readonly string[];
  readonly followUps: readonly string[];
  readonly alarm: string | null;
}

/**
 * What the witness adds: as it was given on the command line, and, where nothing was and somebody
 * sits at a terminal, as it is typed now. None of it is a secret.
 */
export async function askWitness(settings: Settings, json: boolean): Promise<Words> {
  const { deviations, followUps, alarm } = settings;
  const given = { deviations, alarm, followUps: [...followUpsOf(settings.faults), ...followUps] };
  const { stdin, stdout } = process;
  if (json || deviations.length > 0 || !stdin.isTTY || !stdout.isTTY) return given;
  stdout.write("\nWitness: what went otherwise than planned? A line each; an empty line ends.\n");
  const typed: string[] = [];
  for (;;) {
    const line = await lineOf("  deviation: ");
    if (line === null || line.trim() === "") break;
    const unfit = unfitWords(line);
    if (unfit === null) typed.push(line.trim());
    else stdout.write(`  ${unfit}\n`);
  }
  return { ...given, deviations: typed };
}

/** Null: they gave up. */
async function lineOf(prompt: string): Promise<string | null> {
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const { promise: gone, resolve } = Promise.withResolvers<null>();
  line.once("close", () => resolve(null));
  try {
    return await Promise.race([line.question(prompt), gone]);
  } finally {
    line.close();
  }
}
