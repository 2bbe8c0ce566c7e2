import { type ChildProcess, fork } from "node:child_process";
import type { Readable } from "node:stream";
import type { UtilityProcess as ElectronUtilityProcess } from "electron";
import { app } from "./app.ts";
import { withCompileCache } from "./compile-cache.ts";
import { StrictEmitter } from "./emitter.ts";
import { HeldPorts, takePorts } from "./ports.ts";
import { strict } from "./strict.ts";
import type { FromUtility, ToUtility } from "./utility-messages.ts";

const SHIM = new URL("./utility.ts", import.meta.url).href;

const OPTIONS = new Set<string>([
  "cwd",
  "env",
  "execArgv",
  "serviceName",
  "stdio",
] satisfies (keyof Electron.ForkOptions)[]);

class UtilityProcess
  extends StrictEmitter
  implements Pick<ElectronUtilityProcess, "kill" | "postMessage" | "pid" | "stdout" | "stderr">
{
  pid: number | undefined = undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  readonly #child: ChildProcess;
  readonly #serviceName: string;
  readonly #ports: HeldPorts;
  #killed = false;

  constructor(child: ChildProcess, serviceName: string) {
    super(["message", "exit", "spawn"]);
    this.#child = child;
    this.#serviceName = serviceName;
    this.stdout = readable(child.stdout);
    this.stderr = readable(child.stderr);
    this.#ports = new HeldPorts((name, what) => {
      if (what === "closed") this.#send({ kind: "port-closed", name });
      else {
        const ports = what.ports.map((end) => this.#ports.give(end));
        this.#send({ kind: "port", name, data: what.data, ports });
      }
    });
    child.on("spawn", () => {
      this.pid = child.pid;
      this.emit("spawn");
    });
    child.on("message", (message) => this.#heard(message as FromUtility));
    // What the process said before it ended is heard before its end.
    const exited = new Promise<number>((resolve) =>
      child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 0 : 1))),
    );
    const silent = new Promise<void>((resolve) => child.once("disconnect", () => resolve()));
    void Promise.all([exited, silent]).then(([code]) => this.#exited(code));
  }

  postMessage(message: unknown, transfer: readonly Electron.MessagePortMain[] = []): void {
    const data: unknown = structuredClone(message);
    const ports = takePorts(transfer).map((end) => this.#ports.give(end));
    this.#send({ kind: "message", data, ports });
  }

  kill(): boolean {
    if (this.pid === undefined) return false;
    this.#killed = true;
    return this.#child.kill();
  }

  #send(message: ToUtility): void {
    // A process that died under the message says so by its exit.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #heard(message: FromUtility): void {
    if (message.kind === "message") this.emit("message", message.data);
    else if (message.kind === "port") this.#ports.post(message.name, message.data, []);
    else this.#ports.close(message.name);
  }

  #exited(code: number): void {
    this.pid = undefined;
    this.#ports.closeAll();
    this.emit("exit", code);
    if (code === 0) return;
    app.emit(
      "child-process-gone",
      {},
      {
        type: "Utility",
        reason: this.#killed ? "killed" : "abnormal-exit",
        exitCode: code,
        serviceName: "node.mojom.NodeService",
        name: this.#serviceName,
      },
    );
  }
}

const readable = (stream: Readable | null): NodeJS.ReadableStream | null => stream;

const stdioOf = (stdio: Electron.ForkOptions["stdio"]): "inherit" | "pipe" | "ignore" => {
  if (stdio === undefined || stdio === "inherit") return "inherit";
  if (stdio === "pipe" || stdio === "ignore") return stdio;
  throw new Error("stand-in: a list for stdio is not implemented");
};

export const utilityProcess = strict("utilityProcess", {
  fork(
    modulePath: string,
    args: readonly string[] = [],
    options: Electron.ForkOptions = {},
  ): UtilityProcess {
    if (!app.isReady())
      throw new Error("utilityProcess.fork() cannot be called before the app is ready");
    const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
    if (unknown !== undefined)
      throw new Error(`stand-in: utilityProcess.fork's option ${unknown} is not implemented`);
    const output = stdioOf(options.stdio);
    const child = fork(modulePath, args, {
      serialization: "advanced",
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        "--import",
        SHIM,
        ...(options.execArgv ?? []),
      ],
      stdio: ["ignore", output, output, "ipc"],
      // Nothing but what is asked for: a child's environment is part of what the app's tests check.
      env: withCompileCache((options.env ?? process.env) as NodeJS.ProcessEnv),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    return new UtilityProcess(child, options.serviceName ?? "Node Utility Process");
  },
});
