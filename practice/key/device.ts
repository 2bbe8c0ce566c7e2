import type { FeaturePort, PacketPort } from "../../hardware/packets.ts";
import { Authenticator } from "./ctap/authenticator.ts";
import { CtapHid } from "./ctap/hid.ts";
import type { PinProtocolVersion } from "./ctap/pin-protocol.ts";
import { OtpSlots } from "./otp.ts";
import type { Press } from "./presence.ts";
import type { KeyStore } from "./store.ts";

export interface DeviceOptions {
  readonly store: KeyStore;
  readonly press: Press;
  /** How long a touch is waited for, as keys do. */
  readonly touchTimeoutMs?: number;
  /** PIN/UV auth protocols, the best first; both by default. */
  readonly pinProtocols?: readonly PinProtocolVersion[];
  /** Which model it says it is. */
  readonly aaguid?: string;
  /** Milliseconds that only grow: the age of tokens, the time since plugging in. */
  readonly now?: () => number;
}

const TOUCH_TIMEOUT_MS = 30_000;

/**
 * A software security key, plugged in when it is made and until `unplug`: a FIDO2 authenticator and
 * the OTP slots of a YubiKey, each at its HID interface. For practice and tests only: its state is
 * in the clear, and its credentials carry the practice AAGUID, which a real vault refuses.
 */
export class SoftwareKeyDevice {
  readonly #authenticator: Authenticator;
  readonly #hid: CtapHid;
  readonly #otp: OtpSlots;
  readonly #readers = new Set<(report: Uint8Array) => void>();
  readonly #unplugged = Promise.withResolvers<void>();
  #gone = false;
  #winks = 0;

  constructor({
    store,
    press,
    touchTimeoutMs = TOUCH_TIMEOUT_MS,
    pinProtocols = [2, 1],
    aaguid,
    now,
  }: DeviceOptions) {
    this.#authenticator = new Authenticator({
      store,
      press,
      touchTimeoutMs,
      pinProtocols,
      ...(aaguid === undefined ? {} : { aaguid }),
      now: now ?? (() => performance.now()),
    });
    this.#otp = new OtpSlots(store, press, touchTimeoutMs);
    this.#hid = new CtapHid({
      send: (report) => {
        // As the kernel does: every open handle gets every report, and none before its write ends.
        queueMicrotask(() => {
          if (!this.#gone) for (const read of this.#readers) read(report);
        });
      },
      answer: (message, exchange) => this.#authenticator.answer(message, exchange),
      wink: () => {
        this.#winks += 1;
      },
    });
  }

  get winks(): number {
    return this.#winks;
  }

  /** A handle on the FIDO interface; several may be open at once. */
  openPackets(): PacketPort {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    let reader: ((report: Uint8Array) => void) | null = null;
    let open = true;
    const shut = (): void => {
      open = false;
      if (reader !== null) this.#readers.delete(reader);
      close();
    };
    void this.#unplugged.promise.then(shut);
    return {
      write: async (report) => {
        if (!open || this.#gone) throw new Error("the practice key is not plugged in");
        this.#hid.receive(report.slice());
      },
      listen: (take) => {
        if (reader !== null) this.#readers.delete(reader);
        reader = (report) => take(report.slice());
        if (open) this.#readers.add(reader);
      },
      ended: closed,
      close: async () => shut(),
    };
  }

  /** A handle on the keyboard interface's feature report. */
  openFeature(): FeaturePort {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    let open = true;
    const shut = (): void => {
      open = false;
      close();
    };
    void this.#unplugged.promise.then(shut);
    const here = (): void => {
      if (!open || this.#gone) throw new Error("the practice key is not plugged in");
    };
    return {
      read: async () => {
        here();
        return this.#otp.read();
      },
      write: async (report) => {
        here();
        this.#otp.write(report.slice());
      },
      ended: closed,
      close: async () => shut(),
    };
  }

  /** Out and in again, between two uses: the handles that are open stay. */
  replug(): void {
    this.#authenticator.powerUp();
  }

  unplug(): void {
    this.#gone = true;
    this.#hid.close();
    this.#otp.close();
    this.#readers.clear();
    this.#unplugged.resolve();
  }
}
