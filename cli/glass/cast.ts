import type { Cast, TouchRefusal, Verdict } from "../../ceremony/ports.ts";
import { type VaultView, vaultView } from "../../contract/vault.ts";
import { outOfOrder } from "../../station/errors.ts";
import type { Keyboard } from "./keyboard.ts";
import { refuse, type Station } from "./station.ts";

const notHere = (step: string) => async () => outOfOrder(step, "the app, which seals");

/**
 * The people at a terminal: one after the other at the keyboard's process, for one task each. What
 * they did there, the vault process says.
 */
export class TerminalCast implements Cast {
  readonly #keyboard: Keyboard;
  readonly #station: Station;
  #told: VaultView[] = [];
  /** Which key a finger is meant for, where one is asked for by its label. */
  #wanted: string | null = null;

  constructor(keyboard: Keyboard, station: Station) {
    this.#keyboard = keyboard;
    this.#station = station;
  }

  readonly choosePassphrase = notHere("choosePassphrase");
  readonly enrolKey = notHere("enrolKey");
  readonly anotherKey = notHere("anotherKey");
  readonly sealAgain = notHere("sealAgain");
  readonly reenter = notHere("reenter");

  /** What the vault process says; a practice key that waits is touched. */
  readonly hear = (view: unknown): void => {
    const said = vaultView.safeParse(view);
    if (!said.success) return;
    if (said.data.kind !== "keepalive") this.#told.push(said.data);
    else if (said.data.what === "touch")
      this.#station.stage?.ask("press", { label: this.#wanted }).catch(() => undefined);
  };

  #take<K extends VaultView["kind"]>(kind: K): Extract<VaultView, { kind: K }>[] {
    const isMeant = (one: VaultView): boolean => one.kind === kind;
    const taken = this.#told.filter(isMeant);
    this.#told = this.#told.filter((one) => !isMeant(one));
    return taken as Extract<VaultView, { kind: K }>[];
  }

  async *shares(threshold: number): AsyncIterable<Verdict> {
    const { header } = this.#station;
    const seated: string[] = [];
    while (seated.length < threshold) {
      const others = header.custodians
        .map(({ name }) => name)
        .filter((name) => !seated.includes(name));
      let left = false;
      try {
        ({ left } = await this.#keyboard.ask("share", {
          vault: header.name,
          epoch: header.epoch.epoch,
          have: seated.length,
          need: threshold,
          others,
        }));
      } finally {
        // Also of a keyboard that has died: what was refused there is on record.
        for (const { verdict, who, why, about, have, need } of this.#take("share")) {
          const by = who ?? "A custodian";
          if (verdict === "accepted") seated.push(by);
          yield { by, kind: verdict, who, why, about, have, need };
        }
      }
      if (left) await this.#stay();
    }
  }

  async touch(refused: (touch: TouchRefusal) => void): Promise<string> {
    const opening = this.#station.header.keys.filter(({ use }) => use === "open");
    const keys = opening.map(({ label }) => label);
    for (;;) {
      const left = await this.#touching(this.#keyboard.ask("touch", { keys }), refused);
      if (!left) break;
      await this.#stay();
    }
    return this.#take("touched").at(-1)?.label ?? "";
  }

  /** True: they left. What was refused is told either way. */
  async #touching(
    asked: Promise<{ readonly left: boolean }>,
    refused: (touch: TouchRefusal) => void,
  ): Promise<boolean> {
    try {
      return (await asked).left;
    } finally {
      for (const touch of this.#take("touch-refused")) refused(touch);
    }
  }

  async approve(label: string, refused: (touch: TouchRefusal) => void): Promise<string> {
    this.#wanted = label;
    try {
      const asked = this.#keyboard.ask("approve", { label, record: this.record });
      if (await this.#touching(asked, refused)) refuse("LEFT_AT_TERMINAL");
    } finally {
      this.#wanted = null;
    }
    return this.#take("approved").at(-1)?.label ?? label;
  }

  /** The record that is to be approved next. */
  record = 0;

  /** Somebody left the keyboard: the next one comes, or all go. */
  async #stay(): Promise<void> {
    const { text } = await this.#keyboard.ask("line", {
      prompt: "\nEnter: the next person comes. q: stop; nothing was opened. ",
    });
    if (text === null || text.trim().toLowerCase() === "q") refuse("LEFT_AT_TERMINAL");
  }
}
