import type { Action, AppView, Screen } from "../contract/app.ts";
import { CodedError } from "../crypto/errors.ts";

/** Codes of the app's own: what a window asked and main can't do now. */
export type AppCode =
  | "NOT_NOW"
  | "CUSTODIANS_INVALID"
  | "NO_ELECTRON"
  | "REAL_NEEDS_ELECTRON"
  | "NO_LINK"
  | "IMPORT_INCOMPLETE"
  | "ACCESS_IS_OPEN"
  | "CEREMONY_RUNS"
  | "STOP_HEARD"
  | "PROCESS_SILENT"
  | "NOTHING_BEGUN"
  | "CLOSER_ALONE"
  | "KEYS_TOO_FEW"
  | "WINDOW_CRASHED"
  | "RUNBOOK_CHANGED"
  | "POLICY_CHANGED"
  | "REVIEWERS_INVALID"
  | "REVIEWERS_OPENED"
  | "REVIEW_UNEXPLAINED"
  | "REVIEW_NO_TRAIL"
  | "REVIEW_REGION_INVALID"
  | "HEAD_UNREADABLE"
  | "VAULT_ID_UNREADABLE"
  | "PDF_NOT_SAVED"
  | "RESTORE_NO_STICK"
  | "RESTORE_IS_PRACTICE"
  | "RESTORE_CHANGED"
  | "RESTORE_OLDER";

/** Busy with something that needs no words of its own. */
export const WORKING = "working";

type Kind = Action["do"];
export type Done<K extends Kind> = Extract<Action, { do: K }>;

/** A person left what was begun: nothing was changed by it. */
export class Left extends Error {
  override readonly name = "Left";
}

/**
 * What the main window shows, and what it waits for. A ceremony reads as a script: it shows a
 * screen, waits for one of the actions that this screen offers, and goes on. Any other action is
 * refused, whatever the window believes.
 */
export class Desk {
  #view: AppView;
  readonly #changed: (view: AppView) => void;
  #wanted: { readonly kinds: readonly Kind[]; readonly take: (action: Action) => void } | null =
    null;
  readonly #unlocked: (() => void)[] = [];

  constructor(view: AppView, changed: (view: AppView) => void) {
    this.#view = view;
    this.#changed = changed;
  }

  get view(): AppView {
    return this.#view;
  }

  show(change: Partial<AppView>): void {
    this.#view = { ...this.#view, ...change };
    this.#changed(this.#view);
  }

  screen(screen: Screen): void {
    this.show({ screen });
  }

  /** Changes the screen that is shown, if it is of this kind. */
  amend<K extends Screen["kind"]>(
    kind: K,
    change: Partial<Omit<Extract<Screen, { kind: K }>, "kind">>,
  ): void {
    const { screen } = this.#view;
    if (screen.kind === kind) this.show({ screen: { ...screen, ...change } as Screen });
  }

  /** Waits until a person does one of these; what went wrong before is then no longer shown. */
  next<K extends Kind>(...kinds: readonly K[]): Promise<Done<K>> {
    if (this.#view.busy !== null) this.show({ busy: null });
    return new Promise((resolve) => {
      this.#wanted = { kinds, take: (action) => resolve(action as Done<K>) };
    });
  }

  /** As `next`, where leaving is offered too: `Left` is thrown then. */
  async nextOrLeave<K extends Kind>(...kinds: readonly K[]): Promise<Done<K>> {
    const action = await this.next<K | "cancel">(...kinds, "cancel");
    if (action.do === "cancel") throw new Left();
    return action as Done<K>;
  }

  /** Says what main is busy with while `work` runs. */
  async busy<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.show({ busy: what });
    try {
      return await work();
    } finally {
      this.show({ busy: WORKING });
    }
  }

  /** Resolves when the app is not locked. */
  async unlocked(): Promise<void> {
    if (this.#view.locked) await new Promise<void>((resolve) => this.#unlocked.push(resolve));
  }

  act(action: Action): null {
    if (action.do === "unlock") {
      this.show({ locked: false });
      for (const one of this.#unlocked.splice(0)) one();
      return null;
    }
    const wanted = this.#wanted;
    if (this.#view.locked || wanted === null || !wanted.kinds.includes(action.do))
      throw new CodedError<AppCode>("NOT_NOW", { what: action.do });
    this.#wanted = null;
    // Nothing is offered from here until the script waits again.
    this.show({ notice: null, busy: WORKING });
    wanted.take(action);
    return null;
  }
}

/** What went wrong is said on the screen that was left, until somebody goes on. */
export function tell(desk: Desk, error: unknown): void {
  const { code, about } = Object(error) as { code?: unknown; about?: unknown };
  const isCoded = typeof code === "string" && typeof about === "object" && about !== null;
  desk.show({
    busy: null,
    notice: isCoded
      ? { code, about: about as Record<string, string | number> }
      : {
          code: "UNEXPECTED",
          about: { kind: error instanceof Error ? error.name : typeof error },
        },
  });
}
