import type { Entropy } from "../../crypto/entropy.ts";
import { hardwareError, malformed, refuse } from "../errors.ts";
import { tell } from "../fido/channel.ts";
import type { FeaturePort } from "../packets.ts";
import { sleep, type Timers } from "../timers.ts";
import {
  CRC_RESIDUAL,
  crc16,
  FLAG,
  PART_BYTES,
  PAYLOAD_BYTES,
  reportsOfCommand,
  RESET,
  SEQUENCE,
} from "./frame.ts";

/**
 * A YubiKey slot programmed for HMAC-SHA1 challenge-response. It is no SecurityKey: it has no PIN,
 * holds no credential and signs nothing. Its answer to a challenge is always the same and crosses
 * USB in the clear, so it never stands alone in a real vault.
 */
export type Slot = 1 | 2;

export interface OtpFacts {
  readonly label: string;
  /** "5.4.3". */
  readonly firmware: string;
  /** null: this key doesn't say. */
  readonly serial: number | null;
  /** Something is programmed there; whether it answers challenges only a try tells. */
  readonly programmed: readonly Slot[];
}

export interface RespondRequest {
  readonly slot: Slot;
  /** See `checkChallenge`. */
  readonly challenge: Uint8Array;
  readonly signal?: AbortSignal;
  readonly waiting?: (what: "touch" | "working") => void;
}

export interface PluggedOtp {
  readonly label: string;
  connect(): Promise<FeaturePort>;
}

const COMMAND = { serial: 0x10, hmac: { 1: 0x30, 2: 0x38 } } as const;
export const CHALLENGE_BYTES = 32;
const HMAC_BYTES = 20;
const SERIAL_BYTES = 4;
const CRC_BYTES = 2;
/** Milliseconds between looks, while the key works and while it waits for a finger. */
const PAUSE = { working: 20, touch: 100 } as const;
/** Looks before the key counts as silent: 1 s to take a report, 3 s to work. */
const LOOKS = { write: 50, working: 150, touch: 300 } as const;
/** One report, of those that a control transfer answers at once. */
const REPORT_MS = 2_000;
const REPORTS = 10;
/** The longest that a command may take, touch and all, when each report comes at once. */
export const COMMAND_MS =
  REPORTS * LOOKS.write * PAUSE.working + LOOKS.working * PAUSE.working + LOOKS.touch * PAUSE.touch;

/**
 * A slot may be set to shorten challenges (HMAC_LT64): it drops the last byte and all equal bytes
 * before it as padding. Only a challenge that ends in two different bytes, the last not zero, means
 * the same to every slot's setting, padded with zeros. OTP_CHALLENGE_UNSAFE otherwise.
 */
export function checkChallenge(challenge: Uint8Array): void {
  if (challenge.length < 2 || challenge.length >= PAYLOAD_BYTES) unsafe("its length");
  if (challenge.at(-1) === 0) unsafe("it ends in padding");
  if (challenge.at(-1) === challenge.at(-2)) unsafe("it ends in two equal bytes");
}

const unsafe = (why: string): never => refuse("OTP_CHALLENGE_UNSAFE", { why });

/** 32 random bytes in the safe form. */
export function newChallenge(entropy: Entropy): Uint8Array {
  for (;;) {
    const challenge = entropy(CHALLENGE_BYTES);
    const last = challenge.at(-1);
    if (last !== 0 && last !== challenge.at(-2)) return challenge;
  }
}

/**
 * Ends in a value or in one of: OTP_CHALLENGE_UNSAFE, OTP_SLOT_REFUSED, TOUCH_TIMEOUT,
 * TOUCH_CANCELLED, KEY_UNPLUGGED, KEY_SILENT, KEY_BUSY, KEY_ANSWER_INVALID.
 */
export class OtpKey {
  readonly label: string;
  readonly #plugged: PluggedOtp;
  readonly #timers: Timers;

  constructor(plugged: PluggedOtp, timers: Timers) {
    this.label = plugged.label;
    this.#plugged = plugged;
    this.#timers = timers;
  }

  facts(): Promise<OtpFacts> {
    return this.#open(async (port) => {
      const status = await port.read();
      const [, major = 0, minor = 0, patch = 0, , touchLevel = 0] = status;
      const slots = [1, 2] as const;
      const answer = await this.#command(port, COMMAND.serial, new Uint8Array(), {});
      return {
        label: this.label,
        firmware: `${major}.${minor}.${patch}`,
        serial: answer === null ? null : numberOf(checked(answer, SERIAL_BYTES)),
        programmed: slots.filter((slot) => (touchLevel & slot) !== 0),
      };
    });
  }

  /** HMAC-SHA1 of the challenge, 20 bytes. Secret. */
  async respond(request: RespondRequest): Promise<Uint8Array> {
    const { slot, challenge, ...interaction } = request;
    checkChallenge(challenge);
    return this.#open(async (port) => {
      const payload = new Uint8Array(PAYLOAD_BYTES);
      payload.set(challenge);
      const answer = await this.#command(port, COMMAND.hmac[slot], payload, interaction);
      if (answer === null) return refuse("OTP_SLOT_REFUSED", { label: this.label, slot });
      const output = checked(answer, HMAC_BYTES).slice();
      answer.fill(0);
      return output;
    });
  }

  async #open<T>(use: (port: FeaturePort) => Promise<T>): Promise<T> {
    const port = await this.#plugged.connect();
    try {
      return await use(this.#patient(port));
    } finally {
      await port.close();
    }
  }

  /** The port with its time limit: KEY_SILENT; and with its failures: KEY_UNPLUGGED. */
  #patient(port: FeaturePort): FeaturePort {
    const within = async <T>(work: Promise<T>): Promise<T> => {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const stop = this.#timers.after(REPORT_MS, () =>
        reject(hardwareError("KEY_SILENT", { label: this.label })),
      );
      try {
        return await Promise.race([work.catch(() => refuse("KEY_UNPLUGGED")), late]);
      } finally {
        stop();
      }
    };
    return {
      ended: port.ended,
      close: () => port.close(),
      read: async () => {
        const report = await within(port.read());
        return report.length === PART_BYTES + 1 ? report : malformed("a feature report's length");
      },
      write: (report) => within(port.write(report)),
    };
  }

  /** null: the key took the command and has no answer to it. */
  async #command(
    port: FeaturePort,
    command: number,
    payload: Uint8Array,
    interaction: Pick<RespondRequest, "signal" | "waiting">,
  ): Promise<Uint8Array | null> {
    for (const report of reportsOfCommand(command, payload)) {
      await this.#ready(port);
      await port.write(report);
    }
    try {
      return await this.#answer(port, interaction);
    } catch (error) {
      await port.write(RESET).catch(() => undefined);
      throw error;
    }
  }

  async #ready(port: FeaturePort): Promise<void> {
    for (let looks = 0; looks < LOOKS.write; looks++) {
      const status = (await port.read())[PART_BYTES] ?? 0;
      // An answer that another program left half-read is not taken for ours.
      if ((status & FLAG.response) !== 0) await port.write(RESET);
      else if (status < FLAG.write) return;
      await sleep(this.#timers, PAUSE.working);
    }
    return refuse("KEY_BUSY", { label: this.label });
  }

  async #answer(
    port: FeaturePort,
    interaction: Pick<RespondRequest, "signal" | "waiting">,
  ): Promise<Uint8Array | null> {
    const answer = new Uint8Array(PAYLOAD_BYTES + PART_BYTES);
    let parts = 0;
    let asked = false;
    let left: number = LOOKS.working;
    for (;;) {
      if (interaction.signal?.aborted === true)
        return refuse("TOUCH_CANCELLED", { label: this.label });
      const report = await port.read();
      const status = report[PART_BYTES] ?? 0;
      if ((status & FLAG.response) !== 0) {
        const sequence = status & SEQUENCE;
        if (sequence === parts) {
          if ((parts + 1) * PART_BYTES > answer.length) return malformed("an answer without end");
          answer.set(report.subarray(0, PART_BYTES), parts++ * PART_BYTES);
        } else if (sequence === 0 && parts > 0) {
          await port.write(RESET);
          return answer.subarray(0, parts * PART_BYTES);
        } else if (left-- === 0) return malformed("a part out of sequence");
        continue;
      }
      if (status === 0) {
        if (parts > 0) return malformed("an answer that broke off");
        return asked ? refuse("TOUCH_TIMEOUT", { label: this.label }) : null;
      }
      const touch = (status & FLAG.touch) !== 0;
      if (touch && !asked) {
        asked = true;
        left = LOOKS.touch;
        tell(interaction, "touch");
      }
      if (left-- === 0)
        return refuse(asked ? "TOUCH_TIMEOUT" : "KEY_SILENT", { label: this.label });
      await sleep(this.#timers, touch ? PAUSE.touch : PAUSE.working);
    }
  }
}

/** The first `length` bytes, if the inverted CRC after them fits. */
function checked(answer: Uint8Array, length: number): Uint8Array {
  const whole = answer.subarray(0, length + CRC_BYTES);
  if (whole.length < length + CRC_BYTES || crc16(whole) !== CRC_RESIDUAL)
    return malformed("the checksum of a slot's answer");
  return answer.subarray(0, length);
}

const numberOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
