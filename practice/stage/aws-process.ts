import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { portToParent, type Port } from "../../contract/port.ts";
import { practiceAwsRequests } from "../../contract/practice-aws.ts";
import { serve } from "../../contract/serve.ts";
import { failPractice } from "../aws/errors.ts";
import { readFault } from "../aws/faults.ts";
import type { PracticeAws } from "../aws/server.ts";
import { openAws, setUp } from "../kit/stage.ts";

const DURATION_SECONDS = 900;

/** One folder, whose parent is there: Node's recursive way never returns where none can be made (/proc). */
function makeOne(dir: string): void {
  try {
    if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    failPractice(
      "PRACTICE_AWS_FOLDER_UNUSABLE",
      { dir, reason: String(Object(cause).code) },
      cause,
    );
  }
}

/** Practice AWS by itself, for other clients: opened by main's request, closed when the port ends. */
export function servePracticeAws(port: Port): { close(): Promise<void> } {
  let aws: PracticeAws | null = null;
  serve(port, practiceAwsRequests, {
    serve: async ({ dir, port: wanted, accounts, faults: given }) => {
      if (aws !== null) return failPractice("PRACTICE_OUT_OF_ORDER");
      // Before anything is made: a fault that is none changes nothing.
      const faults = given.map(readFault);
      const stands = existsSync(join(dir, "practice", "scene.json"));
      if (!stands) for (const folder of [dir, join(dir, "practice")]) makeOne(folder);
      const scene = setUp(
        dir,
        stands
          ? null
          : {
              custodians: 3,
              accounts,
              keyFiles: [],
              runbookFile: null,
              policyFile: null,
              durationSeconds: DURATION_SECONDS,
            },
      );
      aws = await openAws(dir, 0, wanted);
      for (const fault of faults) aws.faults.add(fault);
      const { endpoint, token } = aws;
      const { keyFiles, mfaFile } = scene;
      return { endpoint, token, accounts: scene.accounts, keyFiles, mfaFile };
    },
  });
  return { close: async () => void (await aws?.close()) };
}

if (import.meta.main) {
  const port = portToParent(process);
  const aws = servePracticeAws(port);
  port.ended(() => void aws.close().finally(() => process.exit(0)));
}
