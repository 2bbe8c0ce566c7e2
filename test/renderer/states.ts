import type { Page } from "playwright-core";
import type { Stage } from "./in-page.ts";

/** A state of a screen: how it is staged, and what is done to reach it. */
export interface State {
  readonly window: "app" | "ceremony";
  readonly stage: Stage;
  readonly reach?: (page: Page) => Promise<void>;
  /** A document that may be longer than the screen. */
  readonly scrolls?: boolean;
  /** Actions filled with ink; none where something is awaited. Without it: one. */
  readonly primaries?: number;
}
