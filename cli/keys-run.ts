import { randomBytes } from "node:crypto";
import { explain } from "../contract/failures.ts";
import { jsonText } from "./json-text.ts";
import { CodedError } from "../crypto/errors.ts";
import type { Means } from "../hardware/fido/key.ts";
import { drawFrom } from "../hardware/fido/pin-protocol.ts";
import type { Hid } from "../hardware/hid.ts";
import { findKeys } from "../hardware/keys.ts";
import { systemHid } from "../hardware/node-hid.ts";
import { systemTimers } from "../hardware/timers.ts";
import type { KeysOptions } from "./keys.ts";
import { describe, type Described, textOf } from "./keys-list.ts";
import { readPin } from "./keys-pin.ts";
import { tryKey } from "./keys-try.ts";

/** What the command needs of the world; tests plug software keys in here. */
export interface KeysWorld {
  readonly hid: () => Promise<Hid>;
  readonly means: Means;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks for a PIN without showing it; null: the person gave up. */
  readonly pin: (prompt: string) => Promise<string | null>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

const systemWorld = (interrupted: AbortSignal): KeysWorld => ({
  hid: systemHid,
  means: { draw: drawFrom((length) => new Uint8Array(randomBytes(length))), timers: systemTimers },
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  pin: readPin,
  interrupted,
});

/** The exit status as the command's help gives it. */
export async function keys(options: KeysOptions): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  // A listing has nothing to cancel: Ctrl-C ends it at once.
  if (options.try) process.on("SIGINT", stop);
  try {
    return await runKeys(options, systemWorld(interrupt.signal));
  } finally {
    process.off("SIGINT", stop);
  }
}

export async function runKeys(options: KeysOptions, world: KeysWorld): Promise<number> {
  let hid: Hid;
  try {
    hid = await world.hid();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    if (options.json) world.out(jsonText({ code: error.code, what, todo }));
    else world.err(`${what}\n${todo}\n`);
    return 2;
  }
  const found = await findKeys(hid, world.means);
  if (options.try) return tryKey(hid, found, options, world);
  const described = await Promise.all(found.map(describe));
  world.out(options.json ? jsonText({ keys: described }, 2) : page(described));
  return described.some(({ usable }) => usable) ? 0 : 1;
}

const page = (described: readonly Described[]): string =>
  described.length === 0
    ? "No security key is plugged in.\n"
    : `${described.map(textOf).join("\n")}\n`;
