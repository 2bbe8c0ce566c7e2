import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { portOf, type Port } from "../contract/port.ts";

export interface Forked {
  readonly port: Port;
  /** Resolves when the process is gone, with its exit code (null: by a signal). */
  readonly exited: Promise<number | null>;
  /** Ends the process by closing its channel; it exits by itself, and within 5 s at the latest. */
  end(): Promise<number | null>;
}

/** Variables that could redirect or unlock something in a child: none of them is inherited. */
const SCRUBBED =
  /^(?:AWS_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|NODE_TLS_REJECT_UNAUTHORIZED$|SSLKEYLOGFILE$|(?:https?|all|no)_proxy$)/i;

/**
 * The terminal's way to start a short-lived process (its twin in Electron is a utility process).
 * The child ends itself when this process is gone: its channel closes.
 */
export function forkProcess(entry: URL): Forked {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !SCRUBBED.test(name)),
  );
  const child = fork(fileURLToPath(entry), [], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // A small young generation: these processes are short-lived, and the vault process's peak counts.
    execArgv: ["--max-semi-space-size=1"],
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
  };
}
