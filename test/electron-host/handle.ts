import type { Page } from "playwright-core";
import type { DialogMethod, HostRecord } from "./host-record.ts";

export type ElectronModule = typeof import("electron");

export interface LaunchOptions {
  /** Path of main's bundle. */
  readonly main: string;
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A fresh folder when absent. */
  readonly userData?: string;
  readonly headed?: boolean;
  /** A real Electron; when absent ELECTRON_BIN, the npm package's own, or the stand-in. */
  readonly electronBin?: string;
}

/** A running app, whichever of the two runs it. */
export interface AppHandle {
  readonly kind: "electron" | "stand-in";
  readonly userData: string;
  readonly pid: number;
  /** The first window's page. */
  readonly page: Page;
  /** Resolves with main's exit code; null: ended by a signal. */
  readonly exited: Promise<number | null>;
  /** The pages of all windows that have loaded something. */
  pages(): Page[];
  /** The first page, now or later, that the predicate is true for. */
  waitForPage(
    wanted: (page: Page) => boolean | Promise<boolean>,
    timeoutMs?: number,
  ): Promise<Page>;
  /** Runs a function in main, with the electron module; only data goes in and comes out. */
  evaluate<Result, Arg = undefined>(
    run: (electron: ElectronModule, arg: Arg) => Result | Promise<Result>,
    arg?: Arg,
  ): Promise<Result>;
  /**
   * What the host saw. Of a real Electron: what was printed, and what was asked of a network, since its
   * first window stood; the rest stays empty.
   */
  hostRecord(): Promise<HostRecord>;
  /** Declares what the next dialog answers. */
  answerDialog(method: DialogMethod, answer: unknown): Promise<void>;
  /** Lets the next print fail with a reason (Electron's own words: "cancelled"). */
  cancelNextPrint(reason?: string): Promise<void>;
  stdout(): string;
  stderr(): string;
  /** Quits the app as its menu would, and waits for its end. */
  close(): Promise<void>;
  /** SIGKILL to main and to everything that it started; resolves when all of it is gone. */
  kill(): Promise<void>;
}
