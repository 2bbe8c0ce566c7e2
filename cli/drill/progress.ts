import { explain } from "../../contract/failures.ts";
import type { Progress } from "../../ceremony/ports.ts";
import type { Terminal } from "../terminal.ts";

export interface Step {
  readonly name: string;
  readonly ms: number;
  readonly text: string;
}
export interface Refusal {
  readonly by: string;
  readonly code: string;
  readonly what: string;
  readonly todo: string;
}

/** A ceremony's progress on the terminal, kept for the summary. */
export function progressOn(terminal: Terminal): Progress & {
  readonly steps: readonly Step[];
  readonly refusals: readonly Refusal[];
  fault(name: string, text: string): void;
} {
  const steps: Step[] = [];
  const refusals: Refusal[] = [];
  return {
    steps,
    refusals,
    fault: (name, text) => terminal.fault(name, text),
    title: (text) => terminal.title(text),
    note: (text) => terminal.note(text),
    refused: (by, code, about) => {
      const { what, todo } = explain(code, about);
      refusals.push({ by, code, what, todo });
      terminal.refused(`${by}: ${what}`, todo);
    },
    step: async (name, work, text) => {
      const from = performance.now();
      const value = await work();
      const ms = performance.now() - from;
      const said = text(value);
      steps.push({ name, ms: Math.round(ms * 10) / 10, text: said });
      terminal.done(said, ms);
      return value;
    },
  };
}
