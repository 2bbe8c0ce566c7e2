import type { CeremonyView } from "../../contract/ceremony.ts";
import { CodedError } from "../../crypto/errors.ts";
import { inspect } from "../../hardware/keys.ts";
import { type Meant, selectAgain, selectKey } from "../../hardware/select.ts";
import type { OtpKey } from "../../hardware/otp/key.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { refuse } from "../errors.ts";

/** How one touch is shown to the person and given up. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly waiting: (what: "touch" | "working") => void;
}

export interface ListedKey {
  readonly label: string;
  readonly pinSet: boolean | null;
  readonly pinRetries: number | null;
  /** The code that kept it from being asked. */
  readonly why: string | null;
}

/** A key that was meant before, and what the person calls it. */
export interface KnownKey extends Meant {
  readonly name: string;
}

/** The security keys of one ceremony: what is plugged in, which is meant, and the finger waited for. */
export interface Touching {
  /** What is plugged in, and the PIN tries that each has left. No touch is asked for. */
  keys(): Promise<readonly ListedKey[]>;
  /**
   * One thing with the key that is meant: the only one plugged in, or the one that is touched first.
   * The PIN is tried on no other. `done`: labels of keys that are meant only when no other is there.
   */
  meant<T>(
    use: (key: SecurityKey, asking: Asking) => Promise<T>,
    done?: readonly string[],
  ): Promise<T>;
  /**
   * One thing with a YubiKey's OTP slots, which take no part in that selection. `known`: the one with
   * this serial number, or the first if none has it; otherwise only one may be plugged in.
   */
  slot<T>(
    use: (key: OtpKey, asking: Asking) => Promise<T>,
    known?: { readonly serial: number | null },
  ): Promise<T>;
  /** Touches of keys that are known, by their labels. */
  known<T>(use: (asks: (label: string) => Asking) => Promise<T>): Promise<T>;
  /**
   * Keys that were meant before, as they are plugged in now: by what they were called then; where
   * that doesn't tell them apart, by what they hold, or by a touch of the one that is named.
   * KEY_UNPLUGGED: one is missing.
   */
  again(before: readonly KnownKey[]): Promise<readonly SecurityKey[]>;
  /** Gives up every touch that is waited for: TOUCH_CANCELLED. */
  cancel(): void;
}

/** `present` rejects when keys can't be reached at all. `tell`: the person's own window. */
export function touching(
  present: () => Promise<readonly SecurityKey[]>,
  tell: (view: CeremonyView) => void,
  slots: () => Promise<readonly OtpKey[]> = async () => [],
): Touching {
  const underWay = new Set<AbortController>();
  async function cancellable<T>(
    use: (asks: (label: string | null) => Asking) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    underWay.add(stop);
    try {
      return await use((label) => ({
        signal: stop.signal,
        waiting: (what) => tell({ kind: "keepalive", what, label }),
      }));
    } finally {
      underWay.delete(stop);
    }
  }
  return {
    keys: async () => Promise.all((await present()).map(listed)),
    meant: (use, done = []) =>
      cancellable(async (asks) => {
        const keys = await present();
        const others = keys.filter(({ label }) => !done.includes(label));
        const key = await selectKey(others.length > 0 ? others : keys, asks(null));
        return use(key, asks(key.label));
      }),
    slot: (use, known) =>
      cancellable(async (asks) => {
        const key = await slotMeant(await slots(), known);
        return use(key, asks(key.label));
      }),
    known: cancellable,
    again: (before) =>
      cancellable(async (asks) =>
        selectAgain(before, await present(), (index) => asks(before[index]?.name ?? null)),
      ),
    cancel: () => {
      for (const stop of underWay) stop.abort();
    },
  };
}

async function slotMeant(
  keys: readonly OtpKey[],
  known?: { readonly serial: number | null },
): Promise<OtpKey> {
  const [first, ...others] = keys;
  if (first === undefined) return refuse("KEY_NOT_PRESENT");
  if (others.length === 0) return first;
  if (known === undefined)
    return refuse("OTP_SEVERAL_PLUGGED", { labels: keys.map(({ label }) => label).join(", ") });
  for (const key of keys) {
    const asked = await inspect(key);
    if (asked.kind === "facts" && asked.facts.serial === known.serial) return key;
  }
  return first;
}

async function listed(key: SecurityKey): Promise<ListedKey> {
  const { label } = key;
  try {
    const { pinSet, pinRetries } = await key.info();
    return { label, pinSet, pinRetries, why: null };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { label, pinSet: null, pinRetries: null, why: error.code };
  }
}
