import { resolve } from "node:path";
import { explain } from "../contract/failures.ts";
import { practiceAwsRequests } from "../contract/practice-aws.ts";
import { connect, Refused } from "../contract/serve.ts";
import { forkProcess } from "./fork.ts";
import type { PracticeAwsOptions } from "./practice-aws.ts";

const PROCESS = new URL("../practice/stage/aws-process.ts", import.meta.url);

/** Codes that the user's own options cause. */
const UNUSABLE = [
  "PRACTICE_AWS_FOLDER_UNUSABLE",
  "PRACTICE_AWS_ADDRESS_TAKEN",
  "PRACTICE_FAULT_UNKNOWN",
  "PRACTICE_STATE_UNREADABLE",
];

/** Serves practice AWS until Ctrl-C or until its process ends; the exit status. */
export async function servePracticeAws(options: PracticeAwsOptions): Promise<number> {
  const child = forkProcess(PROCESS, "none", "many");
  const client = connect(child.port, practiceAwsRequests);
  try {
    const { port, accounts, fault } = options;
    const faults = [...fault];
    const aws = await client.ask("serve", { dir: resolve(options.dir), port, accounts, faults });
    say(`practice AWS: ${aws.endpoint}`);
    say(`accounts: ${aws.accounts.join(" ")}`);
    for (const file of aws.keyFiles) say(`keys: ${file}`);
    say(`MFA seeds: ${aws.mfaFile}`);
    say(`faults: POST ${aws.endpoint}/__practice/faults with`);
    say(`  x-pullstation-practice-token: ${aws.token}`);
  } catch (error) {
    await child.end();
    if (!(error instanceof Refused)) throw error;
    const { what, todo } = explain(error.code, error.about);
    process.stderr.write(`${what}\n${todo}\n`);
    return UNUSABLE.includes(error.code) ? 2 : 1;
  }
  const stopped = Promise.withResolvers<"stopped">();
  const stop = (): void => stopped.resolve("stopped");
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const ended = await Promise.race([stopped.promise, child.exited]);
  await child.end();
  return ended === "stopped" ? 0 : 1;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
