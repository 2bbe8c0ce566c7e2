import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { scrubEnvironment } from "../aws/clients/environment.ts";
import { portOf, type Port } from "../contract/port.ts";

export interface Forked {
  readonly port: Port;
  /** Resolves when the process is gone, with its exit code (null: by a signal). */
  readonly exited: Promise<number | null>;
  /** Ends the process by closing its channel; it exits by itself, and within 5 s at the latest. */
  end(): Promise<number | null>;
  /** As a power cut would: no word to it, and none from it. */
  kill(): void;
}

/**
 * The terminal's way to start a short-lived process (its twin in Electron is a utility process).
 * The child ends itself when this process is gone: its channel closes. `keyboard` "its own": what is
 * typed goes to the child, and this process reads nothing of it. `calls` "many": AWS's, or practice
 * AWS's.
 */
export function forkProcess(
  entry: URL,
  keyboard: "none" | "its own" = "none",
  calls: "few" | "many" = "few",
): Forked {
  const env = { ...process.env };
  // None of them reaches a child: they could redirect it or unlock something in it.
  scrubEnvironment(env);
  const child = fork(fileURLToPath(entry), [], {
    serialization: "advanced",
    stdio: [keyboard === "none" ? "ignore" : "inherit", "inherit", "inherit", "ipc"],
    // A small young generation: these processes are short-lived, and the vault process's peak counts.
    // Where many AWS calls are made or answered, collecting it again and again takes a third more CPU.
    execArgv: calls === "few" ? ["--max-semi-space-size=1"] : [],
    env,
  });
  const port = portOf(child);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      port.close();
      resolve(code);
    });
  });
  return {
    port,
    exited,
    end: async () => {
      port.close();
      const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
      try {
        return await exited;
      } finally {
        clearTimeout(late);
      }
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
