import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Recording, readRecording } from "./replay/recording.ts";
import { replay, type Verdict } from "./replay/replay.ts";

// npm run replay -- DIR: every recorded conversation of a folder against the client.
// Exit status: 0 all as recorded, 1 one is not, 2 nothing to replay.

async function verdictOn(file: string): Promise<Verdict & { readonly device: string }> {
  let recording: Recording;
  try {
    recording = readRecording(readFileSync(file, "utf8"));
    return { device: recording.device, ...(await replay(recording)) };
  } catch (error) {
    return { device: "", derived: 0, codes: [], problems: [String(error)] };
  }
}

const out = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(dir: string | undefined): Promise<number> {
  if (dir === undefined) {
    out("Usage: npm run replay -- DIR   (a folder of recorded conversations, *.json)");
    return 2;
  }
  let names: string[];
  try {
    names = readdirSync(dir)
      .filter((name) => name.endsWith(".json"))
      .toSorted();
  } catch (error) {
    out(`${dir} can't be read as a folder (${(error as NodeJS.ErrnoException).code}).`);
    return 2;
  }
  let failed = 0;
  for (const name of names) {
    const { device, derived, codes, problems } = await verdictOn(join(dir, name));
    const results = [`${derived} derived`, ...codes].join(", ");
    out(`${problems.length === 0 ? "as recorded" : "DIFFERS    "}  ${name}  ${device}  ${results}`);
    for (const problem of problems) out(`             ${problem}`);
    if (problems.length > 0) failed++;
  }
  if (names.length === 0) {
    out("No *.json there.");
    return 2;
  }
  out(`${names.length - failed} of ${names.length} conversations as recorded`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv[2]);
