import type { Afflicted } from "../ceremony/drill/fault.ts";
import type { OnlineProcess, Progress } from "../ceremony/ports.ts";

/** Who looks on while the glass of a practice vault is broken for a drill, and what is done to it. */
export interface Onlooker {
  /** Who does not come, and whose card can't be read. */
  readonly absent: Afflicted;
  /** The same progress, timed and noted. */
  progress(given: Progress): Progress;
  heard(view: unknown): void;
  /** Told of each process that is to open. */
  started(online: OnlineProcess): void;
  /** The access is open. */
  opened(): Promise<void>;
  /** The process that opened was killed on purpose. */
  readonly died: boolean;
}
