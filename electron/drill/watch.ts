import { type Afflicted, FAULT, type Moment } from "../../ceremony/drill/fault.ts";
import { Heard } from "../../ceremony/drill/heard.ts";
import { isUnheard } from "../../ceremony/drill/seen.ts";
import type { DrillStep } from "../../ceremony/drill/record.ts";
import type { Clock, OnlineProcess, Progress } from "../../ceremony/ports.ts";
import type { DrillFault } from "../../contract/drill.ts";
import type { Desk } from "../desk.ts";
import type { Onlooker } from "../onlooker.ts";
import type { Stage } from "../processes.ts";

/** How long the network stays away after the opening, at least. */
const GONE_MS = 20_000;

/** Whoever typed a card that can't be read: main is not told. */
const UNNAMED = "A custodian";

/**
 * Looks on while the glass of the practice vault is broken: brings each fault about at its moment,
 * says on every screen what has gone wrong, times the steps and keeps what the record is made of.
 */
export class DrillWatch implements Onlooker {
  readonly absent: Afflicted;
  readonly steps: DrillStep[] = [];
  readonly refusals: { readonly by: string; readonly code: string }[] = [];
  /** Custodians whose shares were accepted, and the key that was touched. */
  present: readonly string[] = [];
  touched: string | null = null;
  backAfterMs: number | null = null;
  readonly lostAnswers: string[] = [];
  died = false;
  /** The step after which it died, and how long until the closer had shut it. */
  death: { readonly after: string; readonly shutMs: number } | null = null;
  /** When it went; null before it was away for long enough. */
  #goneFrom: number | null = null;
  readonly #struck = new Set<DrillFault>();
  readonly #faults: readonly DrillFault[];
  readonly #custodians: readonly string[];
  readonly #desk: Desk;
  readonly #stage: Pick<Stage, "ask">;
  readonly #clock: Clock;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #heard: Heard;

  constructor(given: {
    readonly faults: readonly DrillFault[];
    readonly absent: Afflicted;
    readonly custodians: readonly string[];
    readonly desk: Desk;
    readonly stage: Pick<Stage, "ask">;
    readonly clock: Clock;
    readonly pause: (ms: number) => Promise<void>;
  }) {
    this.absent = given.absent;
    this.#faults = given.faults;
    this.#custodians = given.custodians;
    this.#desk = given.desk;
    this.#stage = given.stage;
    this.#clock = given.clock;
    this.#pause = given.pause;
    this.#heard = new Heard(() => Date.parse(given.clock.now()));
  }

  get calls(): Heard["calls"] {
    return this.#heard.calls;
  }

  /** What goes wrong from this moment on. */
  async strike(moment: Moment): Promise<void> {
    for (const fault of this.#faults) {
      if (FAULT[fault].moment !== moment || this.#struck.has(fault)) continue;
      this.#struck.add(fault);
      this.#show(fault);
      const place = this.#custodians.indexOf(this.absent.damaged ?? "") + 1;
      await this.#stage.ask("strike", { fault, ...(place > 0 ? { place } : {}) });
    }
  }

  progress(given: Progress): Progress {
    return {
      ...given,
      refused: (by, code, about) => {
        const { damaged } = this.absent;
        const typed = by === UNNAMED && code === "UNREADABLE" ? (damaged ?? by) : by;
        this.refusals.push({ by: typed, code });
        given.refused(typed, code, about);
      },
      step: async (name, work, text) => {
        // The first that AWS hears of it.
        if (name === "online.accept") await this.strike("calls");
        const from = this.#clock.monotonic();
        try {
          const value = await given.step(name, work, text);
          if (name === "glass.touch" && typeof value === "string") this.touched = value;
          this.#took(name, from);
          return value;
        } finally {
          if (name === "glass.quorum") this.present = this.#seated();
        }
      },
    };
  }

  /** A step that only this drill has. */
  async timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = this.#clock.monotonic();
    const value = await work();
    this.#took(name, from);
    return value;
  }

  heard(view: unknown): void {
    this.#heard.take(view);
    void this.#networkBack();
  }

  started(online: OnlineProcess): void {
    if (!this.#faults.includes("laptop-killed")) return;
    this.#heard.at("latch-lifted", () => {
      this.died = true;
      this.#show("laptop-killed");
      void online.end();
    });
  }

  async opened(): Promise<void> {
    await this.strike("open");
    if (!this.#faults.includes("network-gone")) return;
    const from = this.#clock.monotonic();
    void this.#pause(GONE_MS).then(() => {
      this.#goneFrom = from;
      return this.#networkBack();
    });
  }

  /** Long enough away, and felt: a call was not answered. */
  async #networkBack(): Promise<void> {
    const from = this.#goneFrom;
    if (from === null || this.backAfterMs !== null || !this.calls.some(isUnheard)) return;
    this.backAfterMs = Math.round(this.#clock.monotonic() - from);
    // The stage may be gone with the drill.
    const mended = await this.#stage.ask("mend", null).catch(() => null);
    this.lostAnswers.push(...(mended?.lostAnswers ?? []));
  }

  #seated(): readonly string[] {
    const { screen } = this.#desk.view;
    return screen.kind === "glass" ? screen.seats.map(({ name }) => name) : this.present;
  }

  #took(name: string, from: number): void {
    this.steps.push({ name, ms: Math.round(this.#clock.monotonic() - from) });
  }

  #show(fault: DrillFault): void {
    const { drill } = this.#desk.view;
    this.#desk.show({ drill: { faults: [...(drill?.faults ?? []), fault] } });
  }
}
