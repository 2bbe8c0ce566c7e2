import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Input } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { refuse } from "../errors.ts";

type Seat = NonNullable<Input<typeof vaultRequests, "seat">>;

/** What belongs to a task. */
const MAY: Readonly<Record<Seat["task"], readonly (keyof typeof ceremonyRequests)[]>> = {
  passphrase: ["choosePassphrase"],
  card: ["card", "saveCard", "media", "reenter"],
  enrol: ["keys", "enrolKey", "enrolSlot", "cancel"],
  share: ["media", "enterShare"],
  touch: ["keys", "touch", "touchSlot", "cancel"],
  approve: ["keys", "approve", "cancel"],
};

/** Who sits at the keyboard, by main's word: a window that asks for more than its own is refused. */
export class Keyboard {
  #seat: Seat | null = null;

  take(seat: Seat | null): void {
    this.#seat = seat;
  }

  /** The same handlers, for whoever sits there: `SENDER_REFUSED` for another's task, place or key. */
  guard<H extends object>(handlers: H): H {
    const guarded = Object.entries(handlers).map(([name, handle]) => [
      name,
      (input: unknown) => {
        if (!this.#mayAsk(name, input)) refuse("SENDER_REFUSED");
        return (handle as (input: unknown) => unknown)(input);
      },
    ]);
    return Object.fromEntries(guarded) as H;
  }

  #mayAsk(name: string, input: unknown): boolean {
    const { place, key } = Object(input) as { place?: unknown; key?: unknown };
    const at = place ?? key ?? null;
    const seat = this.#seat;
    if (seat === null || !MAY[seat.task].some((own) => own === name)) return false;
    return at === null || at === seat.at;
  }
}
