import { type ResourceLimits, Worker } from "node:worker_threads";
import type { TrailPart } from "../../aws/documents/trail/part.ts";
import { CodedError } from "../../crypto/errors.ts";

/** What a trail is read for: whose access, and with which keys beside those of its accounts. */
export interface Sought {
  readonly accounts: readonly string[];
  readonly keys: readonly string[];
}

/** Files that another thread reads, and the number of the first. */
export interface PartAsked extends Sought {
  readonly files: readonly string[];
  readonly first: number;
}

/** What the thread says when it is done: it says nothing else. */
export type PartTold =
  | { readonly part: TrailPart }
  | { readonly code: string; readonly about: CodedError["about"] };

export interface Beside {
  /** An error that would have ended the reading here too; null: the thread is gone, and read nothing. */
  readonly part: Promise<TrailPart | CodedError | null>;
  stop(): Promise<void>;
}

/** Beside this file, from source and in the bundle alike. */
const THREAD = new URL(
  `part-thread${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`,
  import.meta.url,
);

/** What it makes is short-lived: a small young generation takes no more time and a fifth less memory. */
const LIMITS = { maxYoungGenerationSizeMb: 6 };

/**
 * Reads files in a thread of its own. It may not start, or end early (its memory, a file that the
 * package lacks): then nothing of it is used.
 */
export function readBeside(
  asked: PartAsked,
  thread = THREAD,
  resourceLimits: ResourceLimits = LIMITS,
): Beside {
  let worker: Worker;
  try {
    // No option of this process's own: it runs what it is given and nothing before it.
    worker = new Worker(thread, { workerData: asked, execArgv: [], resourceLimits });
  } catch {
    return { part: Promise.resolve(null), stop: async () => {} };
  }
  const part = new Promise<TrailPart | CodedError | null>((resolve) => {
    worker.once("message", (told: PartTold) => {
      resolve("part" in told ? told.part : new CodedError(told.code, told.about));
    });
    for (const end of ["error", "messageerror", "exit"]) worker.once(end, () => resolve(null));
  });
  return { part, stop: async () => void (await worker.terminate()) };
}
