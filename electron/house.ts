import type { Clock } from "../ceremony/ports.ts";
import type { CeremonyPorts } from "./ceremony.ts";
import type { Desk } from "./desk.ts";
import type { Entries } from "./processes.ts";

/** What every act of the app needs: one of each, wired in main.ts. */
export interface House {
  readonly desk: Desk;
  readonly entries: Entries;
  readonly clock: Clock;
  readonly seed: () => Uint8Array;
  /** The folder of the app's own files. */
  readonly home: string;
  readonly windows: Omit<CeremonyPorts, "mode">;
  /** Pages on paper that the main window may show and print, by path. */
  readonly papers: Map<string, string>;
  /** Network links that are up now. */
  readonly linksUp: () => readonly string[];
  /** Writes one of the app's own small files, whole or not at all. */
  readonly keep: (file: string, text: string) => void;
  /** Resolves when a link comes up or goes down. */
  readonly linksChanged: () => Promise<void>;
  /** Ends the window at the keyboard, if one is open. */
  readonly endKeyboard: () => void;
  /** Electron is stood in for: practice only. */
  readonly standIn: boolean;
  readonly pause: (ms: number) => Promise<void>;
}
