import { lanes, type Port } from "../../contract/port.ts";
import { practiceRequests } from "../../contract/practice.ts";
import { type Client, connect } from "../../contract/serve.ts";
import { forkProcess } from "../fork.ts";
import { type Tap, tapped } from "../tap.ts";

const PRACTICE = new URL("../../practice/stage/process.ts", import.meta.url);

/** A rehearsal's AWS and security keys; its people are whoever sits at the terminal. */
export interface Stage {
  readonly ask: Client<typeof practiceRequests>["ask"];
  readonly key: Port;
  end(): Promise<void>;
}

export function startStage(tap?: Tap): Stage {
  const child = forkProcess(PRACTICE, "none", "many");
  const { main, key } = lanes(tapped(child.port, tap), ["main", "people", "key"]);
  const { ask } = connect(main, practiceRequests);
  return { ask, key, end: async () => void (await child.end()) };
}
