import { createInterface } from "node:readline";
import { explain } from "../contract/failures.ts";
import { practiceKeyRequests, practiceKeyView } from "../contract/practice-key.ts";
import { connect, Refused } from "../contract/serve.ts";
import { forkProcess } from "./fork.ts";
import type { PracticeKeyOptions } from "./practice-key.ts";

const PROCESS = new URL("../practice/key/process.ts", import.meta.url);

/** Codes that the user's own options cause. */
const UNUSABLE = [
  "PRACTICE_KEY_ADDRESS_TAKEN",
  "PRACTICE_KEY_STATE_UNREADABLE",
  "PRACTICE_KEY_STATE_UNWRITABLE",
  "PRACTICE_KEY_STATE_TAKEN",
];

/** Serves the key until Ctrl-C or until its process ends; the exit status. */
export async function servePracticeKey(options: PracticeKeyOptions): Promise<number> {
  const child = forkProcess(PROCESS);
  const client = connect(child.port, practiceKeyRequests, (view) => {
    const shown = practiceKeyView.safeParse(view);
    if (shown.success && shown.data.touchWanted) say("touch wanted: press Enter");
  });
  try {
    const ports = await client.ask("plugIn", {
      stateFile: options.state ?? null,
      pin: options.pin ?? null,
      touch: options.touch === "auto" ? "auto" : "button",
      touchTimeoutMs: options.touchTimeout * 1000,
      pinProtocols: options.pinProtocol === "both" ? [2, 1] : [options.pinProtocol === "1" ? 1 : 2],
      packets: options.listen,
      feature: options.listenOtp ?? null,
    });
    say(`FIDO packets: 127.0.0.1:${ports.packets}`);
    if (ports.feature !== null) say(`OTP feature report: 127.0.0.1:${ports.feature}`);
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
  const lines = options.touch === "enter" ? createInterface({ input: process.stdin }) : null;
  // A press that comes too late, when the key has ended, presses nothing.
  lines?.on("line", () => void client.ask("press", null).catch(() => undefined));
  const ended = await Promise.race([stopped.promise, child.exited]);
  lines?.close();
  await child.end();
  return ended === "stopped" ? 0 : 1;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
