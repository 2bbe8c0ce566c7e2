import { type Press, pressedAtOnce } from "../key/presence.ts";

interface Waiting {
  readonly label: string;
  readonly pressed: () => void;
}

/**
 * Whose finger is on the practice keys, and on which of them: when several wait, only the one that
 * is meant is touched. The stage touches at once, people when they say so.
 */
export class Finger {
  #waiting: readonly Waiting[] = [];
  #by: "stage" | "people" = "stage";
  /** The one key that the stage's finger is for; null: whichever waits. */
  #meant: string | null = null;
  /** A key that is asked for several touches in one task gets them from one resting finger. */
  #rests: string | null = null;
  /** It was lowered before any key waited: on the next that does. */
  #lowered = false;

  press(label: string): Press {
    return (signal) => {
      if (this.#lowered) this.#rests = label;
      this.#lowered = false;
      const here =
        this.#by === "stage"
          ? this.#meant === null || this.#meant === label
          : this.#rests === label;
      if (here) return pressedAtOnce(signal);
      const { promise, resolve: pressed } = Promise.withResolvers<void>();
      const waiting = { label, pressed };
      this.#waiting = [...this.#waiting, waiting];
      signal.addEventListener(
        "abort",
        () => {
          this.#waiting = this.#waiting.filter((one) => one !== waiting);
        },
        { once: true },
      );
      return promise;
    };
  }

  /** Said before each task: a finger that rested on a key is off again. */
  isOf(by: "stage" | "people"): void {
    this.#by = by;
    this.#rests = null;
    this.#lowered = false;
  }

  /** A task of the stage's own people, with the finger at that key. */
  async at<T>(label: string, task: () => Promise<T>): Promise<T> {
    this.#meant = label;
    try {
      return await task();
    } finally {
      this.#meant = null;
    }
  }

  /** The person touches the key of that label; null: of those that wait, the first by label. */
  touch(label: string | null): void {
    const key = label ?? this.#waiting.map((one) => one.label).toSorted()[0] ?? null;
    this.#rests = key;
    this.#lowered = key === null;
    for (const one of this.#waiting) if (one.label === key) one.pressed();
  }
}
