import { constants, Script } from "node:vm";
import {
  hostRecord,
  declareAnswer,
  type DialogMethod,
  declareRefusedPrint,
} from "./host-record.ts";

// The channel to the test process: evaluating a function in main, and the host's own record.

export type Order =
  | {
      readonly id: number;
      readonly kind: "evaluate";
      readonly source: string;
      readonly arg: unknown;
    }
  | { readonly id: number; readonly kind: "record" }
  | {
      readonly id: number;
      readonly kind: "answer-dialog";
      readonly method: DialogMethod;
      readonly answer: unknown;
    }
  | { readonly id: number; readonly kind: "refuse-print"; readonly reason: string };

export type Report =
  | { readonly kind: "ready"; readonly endpoint: string }
  | { readonly kind: "done"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

export type Announce = (endpoint: string) => void;

let report: ((report: Report) => void) | undefined;

/** Undefined when nobody controls this process. `orphaned` is called when the controller is gone. */
export function controlled(orphaned: () => void): Announce | undefined {
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  report = (what) => {
    if (process.connected) send(what, () => undefined);
  };
  process.on("disconnect", orphaned);
  // Electron's main has no such function.
  Object.defineProperty(process, "send", { value: undefined });
  return (endpoint) => report?.({ kind: "ready", endpoint });
}

export async function answerEvaluations(): Promise<void> {
  const electron: unknown = await import("./electron.ts");
  process.on("message", (order: Order) => {
    void obey(order, electron).then(
      (value) => report?.({ kind: "done", id: order.id, value: plain(value) }),
      (error: unknown) =>
        report?.({
          kind: "failed",
          id: order.id,
          message: error instanceof Error ? error.message : String(error),
        }),
    );
  });
}

/** As with Playwright's `evaluate`, only data comes back. */
function plain(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

async function obey(order: Order, electron: unknown): Promise<unknown> {
  switch (order.kind) {
    case "evaluate": {
      const script = new Script(`(${order.source})`, {
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      const run = script.runInThisContext() as (electron: unknown, arg: unknown) => unknown;
      return await run(electron, order.arg);
    }
    case "record":
      return hostRecord;
    case "answer-dialog":
      declareAnswer(order.method, order.answer);
      return undefined;
    case "refuse-print":
      declareRefusedPrint(order.reason);
  }
}
