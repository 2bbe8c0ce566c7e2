import { Button, type Press, pressedAtOnce } from "../key/presence.ts";

/** Whose finger is on the practice keys: the stage touches at once, people when they say so. */
export class Finger {
  readonly #button = new Button();
  #by: "stage" | "people" = "stage";
  #rests = false;

  /** A key that is asked for several touches in one task gets them from one resting finger. */
  readonly press: Press = (signal) =>
    this.#by === "stage" || this.#rests ? pressedAtOnce(signal) : this.#button.press(signal);

  /** Said before each task: a finger that rested on the key is off again. */
  isOf(by: "stage" | "people"): void {
    this.#by = by;
    this.#rests = false;
  }

  touch(): void {
    this.#rests = true;
    this.#button.push();
  }
}
