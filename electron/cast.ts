import type { Afflicted } from "../ceremony/drill/fault.ts";
import type { Cast, TouchRefusal, Verdict, VaultProcess } from "../ceremony/ports.ts";
import type { Action, ScreenOf } from "../contract/app.ts";
import type { KeyUse } from "../contract/ceremony.ts";
import type { CeremonyTask, TaskOf } from "../contract/ceremony-window.ts";
import { type VaultView, vaultView } from "../contract/vault.ts";
import { refuse } from "../station/errors.ts";
import { released } from "./ways-out.ts";
import { atTheKeyboard, type CeremonyPorts, type Takers } from "./ceremony.ts";
import { type Desk, type Done, Left, tell } from "./desk.ts";
import { type Joinable, type Stage, untilDead } from "./processes.ts";

/** Of a real vault: one can break, or be lost. */
const KEYS_LEAST = 2;

/** What people do at a vault process. */
type VaultTask = TaskOf<"passphrase" | "card" | "enrol" | "share" | "touch" | "approve">;

type Doing = ScreenOf<"away">["doing"];

/**
 * The people of a ceremony at the app: each is called on the main screen, gets a window of their own
 * for one task, and the vault process says what they did there. A window that was left without its
 * deed changes nothing, and the main screen waits again.
 */
export class AppCast implements Cast {
  readonly #desk: Desk;
  readonly #stage: Stage | null;
  readonly #ports: CeremonyPorts;
  readonly #now: () => string;
  readonly #keyLabels: readonly string[];
  readonly #carried: () => readonly string[];
  readonly #openers: readonly string[];
  /** Keys that were enrolled in this ceremony, by their index. */
  readonly #enrolled = new Map<number, { readonly label: string; readonly use: KeyUse }>();
  readonly #printed: boolean;
  readonly #absent: Afflicted | null;
  readonly #isolated: () => Promise<void>;
  #vault: (VaultProcess & Joinable) | null = null;
  #about = { name: "", epoch: 1, threshold: 2, of: 0 };
  #custodians: readonly string[] = [];
  #heard: (view: VaultView) => void = (view) => this.#asks(view);

  constructor(given: {
    readonly desk: Desk;
    readonly stage: Stage | null;
    readonly ports: CeremonyPorts;
    readonly now: () => string;
    readonly keyLabels: readonly string[];
    /** The cards were printed before: the process that drew them is gone. */
    readonly printed?: boolean;
    /** Labels of keys that the new epoch takes over: the first that is enrolled comes after them. */
    readonly carried?: () => readonly string[];
    /** Which of `keyLabels` open; without it, all. */
    readonly openers?: readonly string[];
    /** In a drill: who does not come, and whose card can't be read. */
    readonly absent?: Afflicted | null;
    /** Resolves while nothing is connected; before what was prepared is sealed. */
    readonly isolated?: () => Promise<void>;
  }) {
    this.#desk = given.desk;
    this.#stage = given.stage;
    this.#ports = given.ports;
    this.#now = given.now;
    this.#keyLabels = given.keyLabels;
    this.#printed = given.printed ?? false;
    this.#openers = given.openers ?? given.keyLabels;
    this.#carried = given.carried ?? (() => []);
    this.#absent = given.absent ?? null;
    this.#isolated = given.isolated ?? (async () => undefined);
  }

  /** The vault that the windows name. */
  speakOf(
    about: { name: string; epoch: number; threshold: number },
    custodians: readonly string[],
  ): void {
    this.#about = { ...about, of: custodians.length };
    this.#custodians = custodians;
  }

  /** The process that the next windows are joined to. */
  facing<P extends VaultProcess & Joinable>(vault: P): P {
    this.#vault = vault;
    return vault;
  }

  /** Takes what the vault process says; to be passed to it when it is started. */
  readonly hear = (view: unknown): void => {
    const said = vaultView.safeParse(view);
    if (said.success) this.#heard(said.data);
  };

  async choosePassphrase(place: number): Promise<void> {
    const who = this.#custodians[place - 1] ?? "";
    await this.#until(
      () => this.#press("hand"),
      { kind: "passphrase", place, who, vault: this.#about },
      ({ kind }) => kind === "passphrase",
    );
    this.#ready(place);
  }

  async enrolKey(key: number): Promise<string> {
    const place = this.#carried().length + key;
    let enrolled: { readonly label: string; readonly use: KeyUse } = {
      label: this.#freeLabel(key),
      use: "open",
    };
    this.#step("keys");
    await this.#until(
      () => this.#press("touch"),
      { kind: "enrol", key, label: enrolled.label, vault: this.#about },
      (view) => {
        if (view.kind === "enrolled") enrolled = { label: view.label, use: view.use };
        return view.kind === "enrolled";
      },
    );
    this.#enrolled.set(key, enrolled);
    const { screen } = this.#desk.view;
    if (screen.kind === "seal")
      this.#desk.amend("seal", {
        keys: screen.keys.map((one, index) =>
          index === place ? { ...enrolled, enrolled: true } : one,
        ),
      });
    return enrolled.label;
  }

  /** A name for the key of this index that no key of the old epoch or the new one has. */
  #freeLabel(key: number): string {
    const carried = this.#carried();
    const planned = this.#keyLabels[key];
    if (carried.length === 0 && planned !== undefined) return planned;
    const taken = new Set([...this.#keyLabels, ...carried, ...this.#labels()]);
    for (let number = carried.length + key + 1; ; number++)
      if (!taken.has(`key-${number}`)) return `key-${number}`;
  }

  #labels(): readonly string[] {
    return [...this.#enrolled.values()].map(({ label }) => label);
  }

  /** How many keys of the new epoch open; one that is enrolled anew counts once, as it is now. */
  #opening(): number {
    const anew = this.#labels();
    const stay = this.#carried().filter(
      (label) => this.#openers.includes(label) && !anew.includes(label),
    );
    return stay.length + [...this.#enrolled.values()].filter(({ use }) => use === "open").length;
  }

  /** A rehearsal has its two keys; in earnest there may be more. */
  async anotherKey(count: number): Promise<boolean> {
    if (this.#stage !== null) return false;
    while ((await this.#press("next", "addKey")).do === "next") {
      const have = this.#opening();
      if (have >= KEYS_LEAST) {
        await this.#isolated();
        return false;
      }
      this.#desk.show({ notice: { code: "KEYS_TOO_FEW", about: { have } } });
    }
    const { screen } = this.#desk.view;
    if (screen.kind === "seal")
      this.#desk.amend("seal", {
        keys: [...screen.keys, { label: this.#freeLabel(count), enrolled: false, use: "open" }],
      });
    return true;
  }

  /** The keys screen says what went wrong; people put it right and seal again, or stop. */
  async sealAgain(error: unknown): Promise<boolean> {
    if (this.#stage !== null) return false;
    tell(this.#desk, error);
    await this.#press("next");
    await this.#isolated();
    return true;
  }

  async reenter(place: number, refused: (verdict: Verdict) => void): Promise<Verdict> {
    const by = this.#custodians[place - 1] ?? "";
    this.#step("cards");
    let verdict: Verdict | null = null;
    const told = (view: VaultView): void => {
      if (view.kind === "share" && view.verdict === "rejected") refused(verdictOf(by, view));
    };
    await this.#until(
      () => this.#press("hand"),
      { kind: "card", place, who: by, printed: this.#printed, vault: this.#about },
      (view) => {
        if (view.kind === "share") verdict = verdictOf(by, view);
        // Another custodian's card, typed back well, is not this one's proof.
        return view.kind === "share" && view.verdict === "accepted" && view.who === by;
      },
      told,
    );
    return verdict ?? { by, kind: "accepted", who: by, have: place, need: place };
  }

  proven(place: number): void {
    this.#ready(place);
  }

  async *shares(threshold: number): AsyncIterable<Verdict> {
    const seated: { name: string; at: string }[] = [];
    const gone = new Set([this.#absent?.missing]);
    const awaited = (): string[] =>
      this.#custodians.filter(
        (name) => !gone.has(name) && !seated.some((seat) => seat.name === name),
      );
    while (seated.length < threshold) {
      // In a drill everybody who comes may have come; in earnest somebody always may.
      if (this.#absent !== null && awaited().length === 0)
        refuse("QUORUM_INCOMPLETE", { have: seated.length, need: threshold });
      await this.#press("enterShare");
      const others = this.#custodians
        .map((name, index) => ({ place: index + 1, name }))
        .filter(({ name }) => name !== this.#absent?.missing)
        .filter(({ name }) => !seated.some((seat) => seat.name === name));
      const told: Verdict[] = [];
      try {
        await this.#at(
          {
            kind: "share",
            vault: this.#about,
            seats: seated.map(({ name }) => name),
            others,
          },
          (view) => view.kind === "share" && view.verdict === "accepted",
          (view) => {
            if (view.kind === "share") told.push(verdictOf(view.who ?? "A custodian", view));
          },
        );
      } finally {
        // Also of a window whose process has died: what was refused there is on record.
        for (const one of told) {
          const verdict = seated.some(({ name }) => name === one.by) ? one : asHeld(one);
          const { kind, by, why, about } = verdict;
          if (kind === "accepted") seated.push({ name: by, at: this.#now() });
          else if (why === "UNREADABLE") gone.add(this.#absent?.damaged);
          this.#desk.amend("glass", {
            seats: [...seated],
            others: awaited(),
            refused:
              kind === "accepted"
                ? null
                : { by, failure: { code: why ?? "UNREADABLE", about: { ...about } } },
          });
          yield verdict;
        }
      }
    }
  }

  async touch(refused: (touch: TouchRefusal) => void): Promise<string> {
    this.#desk.amend("glass", { step: "key", refused: null, times: this.#stamp("custodians") });
    let label = "";
    await this.#until(
      () => this.#press("touch"),
      { kind: "touch", keys: [...this.#openers], vault: this.#about },
      (view) => {
        if (view.kind === "touched") ({ label } = view);
        return view.kind === "touched";
      },
      ofTouch(refused),
    );
    return label;
  }

  async approve(label: string, refused: (touch: TouchRefusal) => void): Promise<string> {
    const { screen } = this.#desk.view;
    const record =
      screen.kind === "record" ? screen.seq : screen.kind === "review" ? (screen.record ?? 0) : 0;
    let by = label;
    const done = await this.#at(
      { kind: "approve", label, record, vault: this.#about },
      (view) => {
        if (view.kind === "approved") by = view.label;
        return view.kind === "approved";
      },
      ofTouch(refused),
    );
    if (!done) throw new Left();
    return by;
  }

  /** Nobody has a window, and a key blinks: the main screen names it. */
  #asks(view: VaultView): void {
    if (view.kind !== "keepalive") return;
    const asked = view.what === "touch" ? view.label : null;
    const { screen } = this.#desk.view;
    if (screen.kind === "seal" && screen.asked !== asked) this.#desk.amend("seal", { asked });
  }

  #stamp(step: string): Record<string, string> {
    const { screen } = this.#desk.view;
    const times = screen.kind === "glass" || screen.kind === "seal" ? screen.times : {};
    return { ...times, [step]: this.#now() };
  }

  /** The screen turns to this step, unless it is there already: a proof may be taken up in its middle. */
  #step(step: "keys" | "cards"): void {
    const { screen } = this.#desk.view;
    if (screen.kind !== "seal" || screen.step === step) return;
    this.#desk.amend("seal", { step, ready: [], times: this.#stamp(screen.step) });
  }

  #ready(place: number): void {
    const { screen } = this.#desk.view;
    if (screen.kind === "seal") this.#desk.amend("seal", { ready: [...screen.ready, place] });
  }

  /** What a person presses at the main screen. A vault process that dies meanwhile is said at once. */
  #press<K extends Action["do"]>(...kinds: readonly K[]): Promise<Done<K>> {
    const asked = this.#desk.nextOrLeave(...kinds);
    return this.#vault === null
      ? asked
      : Promise.race([asked, untilDead(this.#vault, kinds.join(", "))]);
  }

  /** Calls a person until the deed was seen. */
  async #until(
    call: () => Promise<unknown>,
    task: VaultTask,
    isDeed: (view: VaultView) => boolean,
    told?: (view: VaultView) => void,
  ): Promise<void> {
    do await call();
    while (!(await this.#at(task, isDeed, told)));
  }

  /**
   * One person at the keyboard; true when the vault process saw the deed. `told` gets all that it said
   * of them once they are gone, however that was.
   */
  async #at(
    task: VaultTask,
    isDeed: (view: VaultView) => boolean,
    told: (view: VaultView) => void = () => undefined,
  ): Promise<boolean> {
    const said: VaultView[] = [];
    this.#heard = (view) => void said.push(view);
    const before = this.#desk.view.screen;
    const vault = this.#vault;
    const takers: Takers = {
      ...(vault === null ? {} : { people: [vault, "people"] }),
      ...(this.#stage === null ? {} : { aid: [this.#stage, "aid"] }),
    };
    // Said before the lane is handed over, and so heard before anything of it; else nothing is answered.
    void vault?.ask("seat", { task: task.kind, at: ownIn(task) }).catch(() => undefined);
    await this.#stage?.ask("fingers", { by: "people" });
    this.#desk.screen({ kind: "away", who: whoIn(task), doing: DOING[task.kind] });
    let finished = false;
    try {
      finished = (await atTheKeyboard(this.#ports, task, takers)) === "done";
    } finally {
      // What is accepted while the window goes counts: until then it is heard.
      await released(vault);
      this.#heard = (view) => this.#asks(view);
      await this.#stage?.ask("fingers", { by: "stage" }).catch(() => undefined);
      this.#desk.screen(before);
      for (const view of said) told(view);
    }
    // A passphrase that was only shown is nobody's yet: whoever left it gets a new one.
    const isDone = said.filter(isDeed).length > 0;
    return isDone && (finished || task.kind !== "passphrase");
  }
}

const DOING: Readonly<Record<VaultTask["kind"], Doing>> = {
  passphrase: "passphrase",
  card: "card",
  share: "share",
  enrol: "key",
  touch: "key",
  approve: "approve",
};

/** A share of nobody who has a seat is “already entered” when its acceptance was not heard: it counts. */
const asHeld = ({ why, ...verdict }: Verdict): Verdict =>
  why === "ALREADY_ENTERED" ? { ...verdict, kind: "accepted" } : { ...verdict, why };

const ofTouch =
  (refused: (touch: TouchRefusal) => void) =>
  (view: VaultView): void => {
    if (view.kind === "touch-refused") refused(view);
  };

/** The person's place, or the number of the key that is enrolled. */
const ownIn = (task: VaultTask): number | null =>
  "place" in task ? task.place : "key" in task ? task.key : null;

const whoIn = (task: CeremonyTask): string => ("who" in task ? task.who : "");

const verdictOf = (
  by: string,
  { verdict, who, why, about, have, need }: Extract<VaultView, { kind: "share" }>,
): Verdict => ({ by, kind: verdict, who, why, about, have, need });
