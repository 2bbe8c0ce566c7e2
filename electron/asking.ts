import { mendable } from "../ceremony/access/trouble.ts";
import type { OnlineProcess, Progress } from "../ceremony/ports.ts";
import type { Pulse } from "../ceremony/pulse.ts";
import type { LineView } from "../contract/app.ts";
import { onlineView } from "../contract/online.ts";
import type { House } from "./house.ts";
import { progressOn } from "./progress.ts";
import { type Stands, withWaysOut } from "./ways-out.ts";

/** What the main screen shows while AWS is asked, and how people end the asking. */

/** Lines that turn in place, in their order. `awaited` comes by the online process's own steps. */
export const CONNECT = ["wiped", "ended", "link", "identified", "inspected"] as const;
export const OPENING = ["window-read-back", "latch-lifted", "active"] as const;
const CLOSING = ["latched", "deny-proven", "keys-off", "dead", "confirmed"] as const;

export const CLOSING_BEGUN: LineView[] = CLOSING.map((id, index) => ({
  id,
  state: index === 0 ? "now" : "later",
  at: null,
  about: {},
}));

export const later = (ids: readonly string[]): LineView[] =>
  ids.map((id) => ({ id, state: "later", at: null, about: {} }));

/** The first line that is not done is the one that is worked on. */
export function turned(lines: readonly LineView[], id: string, at: string): LineView[] {
  const done = lines.map((line) =>
    line.id === id ? { ...line, state: "done" as const, at } : line,
  );
  const now = done.findIndex(({ state }) => state !== "done");
  return done.map((line, index) =>
    line.state === "done" ? line : { ...line, state: index === now ? "now" : "later" },
  );
}

/** Which accounts made which step: a line turns when every one of them has. */
export class Steps {
  #accounts: readonly string[] = [];
  #incident = "";
  #untilMs: number | null = null;
  /** Somebody wished to stop while AWS was asked to open. */
  stopped = false;
  readonly #made = new Map<string, Set<string>>();

  /** From here on these accounts are asked for this incident, each from its first step. */
  begin(incident: string, accounts: readonly string[]): void {
    this.#incident = incident;
    this.#accounts = accounts;
    this.stopped = false;
    this.again();
  }

  /** The same accounts are asked anew. */
  again(): void {
    this.#made.clear();
  }

  deadline(untilMs: number): void {
    this.#untilMs = untilMs;
  }

  /** True when that account was the last to make it; never where nobody knows which there are. */
  made(account: string, step: string): boolean {
    const made = this.#made.get(step) ?? new Set();
    this.#made.set(step, made.add(account));
    return this.#accounts.length > 0 && this.#accounts.every((one) => made.has(one));
  }

  /** What may be open once something is written: the band says so until it is proven dead. */
  get mayBeOpen() {
    return {
      incident: this.#incident,
      untilMs: this.#untilMs,
      accounts: [...this.#accounts],
    };
  }
}

/** Steps that ask AWS, each for as long as it can't be reached. */
const ASKING = new Set(["activate", "deadline", "expired", "close", "resume.close"]);

/** Of those, the ones that end in something else than rest: the screen says that AWS is being asked. */
const NOT_CLOSING = new Set(["activate", "deadline", "expired"]);

/**
 * While AWS is asked to open or to close, people may end the asking; what was reached by then is told,
 * and what may be open is brought to rest before anything else. A process that has fallen silent hears no
 * wish: it may be ended instead, and what it held open is shut with the closer's session.
 */
export function stoppable(
  house: House,
  online: () => OnlineProcess | null,
  steps: Steps,
  pulse: Pulse,
): Progress {
  const { desk } = house;
  const progress = progressOn(desk);
  return {
    ...progress,
    step: (name, work, text) => {
      if (!ASKING.has(name)) return progress.step(name, work, text);
      desk.amend("glass", { asking: NOT_CLOSING.has(name) });
      const asked = {
        online,
        pulse,
        stands: (how: Stands) => desk.amend("glass", { silent: how === "silent" }),
        wished: () => {
          if (name === "activate") steps.stopped = true;
        },
      };
      return withWaysOut(house, asked, work).finally(() =>
        desk.amend("glass", { silent: false, ...(name === "activate" ? {} : { asking: false }) }),
      );
    },
  };
}

/** What the online process tells turns lines; a step counts when every account has made it. */
export function heard(
  { desk, clock }: House,
  view: unknown,
  codes: (account: string) => void,
  steps: Steps,
): void {
  const said = onlineView.safeParse(view);
  if (!said.success) return;
  if (said.data.kind === "codeWanted") codes(said.data.account);
  const { screen } = desk.view;
  if (screen.kind !== "glass" && screen.kind !== "left") return;
  if (said.data.kind === "call" && said.data.call.serverMs !== null)
    // The laptop's clock and AWS's, at the same moment; the line's own travel is left out.
    desk.show({ awsOffsetMs: said.data.call.serverMs - Date.parse(clock.now()) });
  // What keeps the way to AWS, or AWS itself, is said while it lasts.
  if (said.data.kind === "call") {
    const { notice } = desk.view;
    const { verdict } = said.data.call;
    if (mendable(verdict))
      desk.show({ notice: { code: verdict, about: { ...said.data.call.about } } });
    else if (notice !== null && mendable(notice.code)) desk.show({ notice: null });
  }
  if (said.data.kind === "left-behind") {
    const { incident, untilMs } = said.data;
    const about = { incident, until: new Date(untilMs).toISOString() };
    desk.show({ notice: { code: "LEFT_BEHIND", about } });
  }
  if (said.data.kind === "deadline") steps.deadline(said.data.untilMs);
  if (said.data.kind !== "step" || !steps.made(said.data.account, said.data.step)) return;
  // What comes next is written at AWS.
  if (said.data.step === "inspected" && screen.kind === "glass" && screen.purpose === "open")
    desk.show({ access: steps.mayBeOpen });
  desk.amend(screen.kind, { lines: turned(screen.lines, said.data.step, clock.now()) });
}
