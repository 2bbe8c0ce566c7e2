import { createContext, use, useCallback } from "react";
import { checkPeopleRequests } from "../../contract/check.ts";
import { ceremonyRequests, type CeremonyView, ceremonyView } from "../../contract/ceremony.ts";
import {
  accessRequests,
  aidRequests,
  CEREMONY_LANES,
  type CeremonyLane,
  ceremonyWindowRequests,
} from "../../contract/ceremony-window.ts";
import { awaited, type Port } from "../../contract/port.ts";
import { type Client, connect, type Output } from "../../contract/serve.ts";
import { ceremonyBridge } from "../bridge.ts";
import { portOfDom } from "../dom-port.ts";

export type TaskReply = Output<typeof ceremonyWindowRequests, "task">;

/** The lanes of this window: each port comes later, as a message; what is asked before it is kept. */
export interface Lanes {
  /** What a security key is doing; the newest listener hears it. */
  readonly keys: { heard: (view: CeremonyView) => void };
  readonly people: Client<typeof ceremonyRequests>;
  readonly aid: Client<typeof aidRequests>;
  readonly access: Client<typeof accessRequests>;
  readonly check: Client<typeof checkPeopleRequests>;
}

export function listenForLanes(): Lanes {
  const lanes = new Map<string, ReturnType<typeof awaited>>(
    CEREMONY_LANES.map((name) => [name, awaited()]),
  );
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const { pullstationLane: name } = Object(event.data) as { pullstationLane?: unknown };
    const [port] = event.ports;
    if (typeof name === "string" && port !== undefined) lanes.get(name)?.attach(portOfDom(port));
  });
  const lane = (name: CeremonyLane): Port => (lanes.get(name) ?? awaited()).port;
  const keys: Lanes["keys"] = { heard: () => undefined };
  const said = (view: unknown): void => {
    const read = ceremonyView.safeParse(view);
    if (read.success) keys.heard(read.data);
  };
  return {
    keys,
    people: connect(lane("people"), ceremonyRequests, said),
    aid: connect(lane("aid"), aidRequests),
    access: connect(lane("access"), accessRequests),
    check: connect(lane("check"), checkPeopleRequests, said),
  };
}

/** What a task may ask, and how it ends. */
export interface TaskWindow extends Lanes {
  readonly reply: TaskReply;
  /** A rehearsal with the stage's helper at hand. */
  readonly practice: boolean;
  /** Done: what was typed is dropped first, then the window ends. */
  finish(): void;
  /** Left undone; nothing was changed by it. */
  leave(): void;
}

const TaskContext = createContext<TaskWindow | null>(null);
export const TaskProvider = TaskContext;

export function useTask(): TaskWindow {
  const task = use(TaskContext);
  if (task === null) throw new Error("no task around this component");
  return task;
}

/** Looks at the sticks: the process that this window's cards go to does it. */
export function useSticks(): () => Promise<Output<typeof ceremonyRequests, "media">> {
  const { people, check, reply } = useTask();
  const isCheck = reply.lanes.includes("check");
  return useCallback(
    () => (isCheck ? check.ask("media", null) : people.ask("media", null)),
    [isCheck, check, people],
  );
}

/** Prints what this window shows; null when main refused. */
export async function printCard(paper: "A4" | "Letter"): Promise<boolean | null> {
  const reply = await ceremonyBridge().ask("print", { paper });
  if (!reply.ok) return null;
  const value = ceremonyWindowRequests.print.output.safeParse(reply.value);
  return value.success && value.data.printed;
}
