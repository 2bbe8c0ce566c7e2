import { type MessagePortMain, utilityProcess } from "electron";
import { type Port, portOfMessages } from "../contract/port.ts";

export interface Utility {
  /** The process's own channel to main. */
  readonly port: Port;
  /** Hands a lane over: main keeps no end of it. */
  hand(lane: string, end: MessagePortMain): void;
  /** Resolves when the process is gone, with its exit code. */
  readonly exited: Promise<number>;
  /** Ends it: its exit is the only sure wipe. Resolves only when it was seen to be gone. */
  end(): Promise<void>;
}

/** A process that was asked to end is killed after so long. */
const KILL_MS = 5_000;

/** The app's way to start a short-lived process; its twin in a terminal is cli/fork.ts. */
export function startUtility(
  entry: string,
  serviceName: string,
  calls: "few" | "many" = "few",
): Utility {
  const child = utilityProcess.fork(entry, [], {
    serviceName,
    stdio: "inherit",
    // Nothing of main's environment: it could redirect a process or unlock something in it.
    env: {},
    execArgv: calls === "few" ? ["--max-semi-space-size=1"] : [],
  });
  const gone: (() => void)[] = [];
  const exited = new Promise<number>((resolve) => {
    child.once("exit", (code) => {
      for (const one of gone) one();
      resolve(code);
    });
  });
  const spawned = new Promise<void>((resolve) => child.once("spawn", () => resolve()));
  const port = portOfMessages({
    postMessage: (message) => child.postMessage(message),
    on: (event: "message" | "close", listener: (event: { readonly data: unknown }) => void) => {
      if (event === "close") gone.push(() => listener({ data: null }));
      else child.on("message", (data: unknown) => listener({ data }));
    },
  });
  return {
    port,
    hand: (lane, end) => child.postMessage({ lane }, [end]),
    exited,
    end: async () => {
      // Before that it has no id, and heeds nothing.
      await Promise.race([spawned, exited]);
      const { pid } = child;
      child.kill();
      // One that hangs may not heed it.
      const late = setTimeout(() => {
        try {
          if (pid !== undefined) process.kill(pid, "SIGKILL");
        } catch {
          // It ended just now, and that was not heard yet: main must not fall over it.
        }
      }, KILL_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
