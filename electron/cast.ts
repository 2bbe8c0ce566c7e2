import type { Cast, Verdict, VaultProcess } from "../ceremony/ports.ts";
import type { ScreenOf } from "../contract/app.ts";
import type { CeremonyTask } from "../contract/ceremony-window.ts";
import { type VaultView, vaultView } from "../contract/vault.ts";
import { atTheKeyboard, type CeremonyPorts, type Takers } from "./ceremony.ts";
import { type Desk, Left, tell } from "./desk.ts";
import type { Joinable, Stage } from "./processes.ts";

/** Of a real vault: one can break, or be lost. */
const KEYS_LEAST = 2;

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
  readonly #carried: number;
  readonly #printed: boolean;
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
    /** Keys that the new epoch takes over: the first that is enrolled comes after them. */
    readonly carried?: number;
    /** Resolves while nothing is connected; before what was prepared is sealed. */
    readonly isolated?: () => Promise<void>;
  }) {
    this.#desk = given.desk;
    this.#stage = given.stage;
    this.#ports = given.ports;
    this.#now = given.now;
    this.#keyLabels = given.keyLabels;
    this.#printed = given.printed ?? false;
    this.#carried = given.carried ?? 0;
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
      () => this.#desk.nextOrLeave("hand"),
      { kind: "passphrase", place, who, vault: this.#about },
      ({ kind }) => kind === "passphrase",
    );
    this.#ready(place);
  }

  async enrolKey(key: number): Promise<string> {
    const place = this.#carried + key;
    let label = this.#keyLabels[place] ?? `key-${place + 1}`;
    this.#step("keys");
    await this.#until(
      () => this.#desk.nextOrLeave("touch"),
      { kind: "enrol", key, label, vault: this.#about },
      (view) => {
        if (view.kind === "enrolled") ({ label } = view);
        return view.kind === "enrolled";
      },
    );
    const { screen } = this.#desk.view;
    if (screen.kind === "seal")
      this.#desk.amend("seal", {
        keys: screen.keys.map((one, index) => (index === place ? { label, enrolled: true } : one)),
      });
    return label;
  }

  /** A rehearsal has its two keys; in earnest there may be more. */
  async anotherKey(count: number): Promise<boolean> {
    if (this.#stage !== null) return false;
    const have = this.#carried + count;
    while ((await this.#desk.nextOrLeave("next", "addKey")).do === "next") {
      if (have >= KEYS_LEAST) {
        await this.#isolated();
        return false;
      }
      this.#desk.show({ notice: { code: "KEYS_TOO_FEW", about: { have } } });
    }
    const { screen } = this.#desk.view;
    if (screen.kind === "seal")
      this.#desk.amend("seal", {
        keys: [...screen.keys, { label: `key-${this.#carried + count + 1}`, enrolled: false }],
      });
    return true;
  }

  /** The keys screen says what went wrong; people put it right and seal again, or stop. */
  async sealAgain(error: unknown): Promise<boolean> {
    if (this.#stage !== null) return false;
    tell(this.#desk, error);
    await this.#desk.nextOrLeave("next");
    await this.#isolated();
    return true;
  }

  async reenter(place: number): Promise<Verdict> {
    const by = this.#custodians[place - 1] ?? "";
    this.#step("cards");
    let verdict: Verdict | null = null;
    await this.#until(
      () => this.#desk.nextOrLeave("hand"),
      { kind: "card", place, who: by, printed: this.#printed, vault: this.#about },
      (view) => {
        if (view.kind === "share") verdict = verdictOf(by, view);
        // Another custodian's card, typed back well, is not this one's proof.
        return view.kind === "share" && view.verdict === "accepted" && view.who === by;
      },
    );
    this.#ready(place);
    return verdict ?? { by, kind: "accepted", who: by, have: place, need: place };
  }

  async *shares(threshold: number): AsyncIterable<Verdict> {
    const seated: { name: string; at: string }[] = [];
    while (seated.length < threshold) {
      await this.#desk.nextOrLeave("enterShare");
      const others = this.#custodians
        .map((name, index) => ({ place: index + 1, name }))
        .filter(({ name }) => !seated.some((seat) => seat.name === name));
      const told: Verdict[] = [];
      await this.#at(
        {
          kind: "share",
          vault: this.#about,
          seats: seated.map(({ name }) => name),
          others,
        },
        (view) => {
          if (view.kind !== "share") return false;
          const verdict = verdictOf(view.who ?? "A custodian", view);
          told.push(verdict);
          return view.verdict === "accepted";
        },
      );
      for (const verdict of told) {
        const { kind, by, why, about } = verdict;
        if (kind === "accepted") seated.push({ name: by, at: this.#now() });
        this.#desk.amend("glass", {
          seats: [...seated],
          others: this.#custodians.filter((name) => !seated.some((seat) => seat.name === name)),
          refused:
            kind === "accepted"
              ? null
              : { by, failure: { code: why ?? "UNREADABLE", about: { ...about } } },
        });
        yield verdict;
      }
    }
  }

  async touch(): Promise<string> {
    this.#desk.amend("glass", { step: "key", refused: null, times: this.#stamp("custodians") });
    let label = "";
    await this.#until(
      () => this.#desk.nextOrLeave("touch"),
      { kind: "touch", keys: [...this.#keyLabels], vault: this.#about },
      (view) => {
        if (view.kind === "touched") ({ label } = view);
        return view.kind === "touched";
      },
    );
    return label;
  }

  async approve(label: string): Promise<string> {
    const { screen } = this.#desk.view;
    const record =
      screen.kind === "record" ? screen.seq : screen.kind === "review" ? (screen.record ?? 0) : 0;
    let by = label;
    const done = await this.#at({ kind: "approve", label, record, vault: this.#about }, (view) => {
      if (view.kind === "approved") by = view.label;
      return view.kind === "approved";
    });
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

  /** Calls a person until the deed was seen. */
  async #until(
    call: () => Promise<unknown>,
    task: CeremonyTask,
    isDeed: (view: VaultView) => boolean,
  ): Promise<void> {
    do await call();
    while (!(await this.#at(task, isDeed)));
  }

  /** One person at the keyboard; true when the vault process saw the deed. */
  async #at(task: CeremonyTask, isDeed: (view: VaultView) => boolean): Promise<boolean> {
    let done = false;
    this.#heard = (view) => {
      if (isDeed(view)) done = true;
    };
    const before = this.#desk.view.screen;
    const vault = this.#vault;
    const takers: Takers = {
      ...(vault === null ? {} : { people: (end) => vault.hand("people", end) }),
      ...(this.#stage === null ? {} : { aid: (end) => this.#stage?.hand("aid", end) }),
    };
    await this.#stage?.ask("fingers", { by: "people" });
    this.#desk.screen({ kind: "away", who: whoIn(task), doing: DOING[task.kind] });
    let finished = false;
    try {
      finished = await atTheKeyboard(this.#ports, task, takers);
    } finally {
      this.#heard = (view) => this.#asks(view);
      // A process that is gone meanwhile waits for no touch.
      await vault?.ask("release", null).catch(() => undefined);
      await this.#stage?.ask("fingers", { by: "stage" }).catch(() => undefined);
      this.#desk.screen(before);
    }
    // A passphrase that was only shown is nobody's yet: whoever left it gets a new one.
    return done && (finished || task.kind !== "passphrase");
  }
}

const DOING: Readonly<Record<CeremonyTask["kind"], Doing>> = {
  passphrase: "passphrase",
  card: "card",
  share: "share",
  enrol: "key",
  touch: "key",
  approve: "approve",
  access: "access",
  code: "code",
  check: "check",
  "check-key": "key",
};

const whoIn = (task: CeremonyTask): string => ("who" in task ? task.who : "");

const verdictOf = (
  by: string,
  { verdict, who, why, about, have, need }: Extract<VaultView, { kind: "share" }>,
): Verdict => ({ by, kind: verdict, who, why, about, have, need });
