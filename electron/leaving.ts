import type { AppView } from "../contract/app.ts";
import type { Desk } from "./desk.ts";
import type { House } from "./house.ts";
import { mustStay } from "./live.ts";

/** Screens on which people are in the middle of something that leaving takes back. */
const CEREMONY: ReadonlySet<AppView["screen"]["kind"]> = new Set([
  "seal",
  "glass",
  "isolate",
  "away",
]);

const isCeremony = ({ screen }: AppView): boolean => CEREMONY.has(screen.kind);

/** A second wish to close counts for so long. */
const MEANT_MS = 15_000;
/** What was left tidies up, and writes its record, within this; the next start does it otherwise. */
const ENDS_MS = 10_000;
const LOOK_MS = 100;

/**
 * Whether the main window may close when somebody wishes it. While an access is open, or may be, it stays.
 * In the middle of a ceremony it asks: a second wish leaves the ceremony as its own way out does, and then
 * closes.
 */
export class Leaving {
  readonly #house: Pick<House, "desk" | "clock" | "pause">;
  readonly #close: () => void;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isLeaving = false;

  constructor(house: Pick<House, "desk" | "clock" | "pause">, close: () => void) {
    this.#house = house;
    this.#close = close;
  }

  mayClose(): boolean {
    const { desk, clock } = this.#house;
    if (mustStay(desk.view)) {
      desk.show({ notice: { code: "ACCESS_IS_OPEN", about: {} } });
      return false;
    }
    if (!isCeremony(desk.view)) return true;
    const now = clock.monotonic();
    if (now - this.#askedMs > MEANT_MS) {
      this.#askedMs = now;
      desk.show({ notice: { code: "CEREMONY_RUNS", about: {} } });
    } else if (!this.#isLeaving) void this.#leave();
    return false;
  }

  async #leave(): Promise<void> {
    const { desk, clock, pause } = this.#house;
    this.#isLeaving = true;
    const until = clock.monotonic() + ENDS_MS;
    let isLeft = left(desk);
    // What is under way offers no way out; the step after it does.
    while (
      (isLeft || desk.view.busy !== null) &&
      isCeremony(desk.view) &&
      !mustStay(desk.view) &&
      clock.monotonic() < until
    ) {
      await pause(LOOK_MS);
      if (!mustStay(desk.view) && isCeremony(desk.view)) isLeft ||= left(desk);
    }
    this.#isLeaving = false;
    // It opened in that moment: then it is closed first.
    if (!mustStay(desk.view)) this.#close();
  }
}

/** Takes the way out that the screen offers; false: there is none just now. */
function left(desk: Desk): boolean {
  for (const way of ["cancel", "stop"] as const)
    try {
      desk.act({ do: way });
      return true;
    } catch {
      // Not offered now.
    }
  return false;
}
