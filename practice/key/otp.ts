import { createHmac } from "node:crypto";
import { FEATURE_BYTES } from "../../hardware/packets.ts";
import { presence, type Press } from "./presence.ts";
import { fromText, type KeyStore, type OtpSlot, toText } from "./store.ts";

/** Frame: payload(64) | command | CRC-16 of the payload, little-endian | 3 zeros. */
const PAYLOAD_BYTES = 64;
const FRAME_BYTES = PAYLOAD_BYTES + 6;
const PART_BYTES = FEATURE_BYTES - 1;
const PARTS = FRAME_BYTES / PART_BYTES;

/** Flags in the last byte of a report; the low five bits number the part. */
const FLAG = { write: 0x80, response: 0x40, waiting: 0x20 } as const;
const SEQUENCE = 0x1f;

const COMMAND = {
  configure1: 0x01,
  configure2: 0x03,
  capabilities: 0x13,
  hmac1: 0x30,
  hmac2: 0x38,
} as const;

/** The configuration record that a programmer writes: 52 bytes, its own CRC last. */
const CONFIG = { bytes: 52, uid: 16, key: 22, ticketFlags: 46, configFlags: 47 } as const;
const TICKET_CHALLENGE = 0x40;
const CONFIG_HMAC = 0x22;
const CONFIG_VARIABLE = 0x04;
const CONFIG_TOUCH = 0x08;

/** Told to a programmer as what a YubiKey with OTP and FIDO2 would be; 5.4.3 has this protocol. */
const VERSION = [5, 4, 3] as const;
const CAPABILITIES = [
  [0x01, 0x02, 0x02, 0x01],
  [0x03, 0x02, 0x02, 0x01],
  [0x04, 0x01, 0x01],
  [0x05, 0x03, ...VERSION],
].flat();

/** CRC-16 of ISO 13239, reflected: initial value 0xFFFF, polynomial 0x8408, not inverted. */
function crc16(data: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}
const CRC_RESIDUAL = 0xf0b8;

/**
 * The keyboard interface's feature report of a YubiKey: HMAC-SHA1 challenge-response in two slots,
 * with or without touch, and programming them. Reading it answers at once, so hosts poll.
 */
export class OtpSlots {
  readonly #store: KeyStore;
  readonly #press: Press;
  readonly #touchTimeoutMs: number;
  #frame = new Uint8Array(FRAME_BYTES);
  /** Parts of an answer that are still to be read, the end mark among them. */
  #answer: Uint8Array[] = [];
  #waiting: AbortController | null = null;
  /** Counts writes of a slot; zero while neither holds anything. */
  #programmed: number;

  constructor(store: KeyStore, press: Press, touchTimeoutMs: number) {
    this.#store = store;
    this.#press = press;
    this.#touchTimeoutMs = touchTimeoutMs;
    this.#programmed = store.read().otp.some((slot) => slot !== null) ? 1 : 0;
  }

  read(): Uint8Array {
    if (this.#waiting !== null) return this.#status(FLAG.waiting);
    return this.#answer.shift() ?? this.#status(0);
  }

  write(report: Uint8Array): void {
    const last = report[PART_BYTES] ?? 0;
    const sequence = last & SEQUENCE;
    // 0xFF and 0x8F: the host starts over.
    if (report.length !== FEATURE_BYTES || (last & FLAG.write) === 0 || sequence >= PARTS)
      return this.close();
    if (sequence === 0) {
      this.close();
      this.#frame = new Uint8Array(FRAME_BYTES);
    }
    this.#frame.set(report.subarray(0, PART_BYTES), sequence * PART_BYTES);
    if (sequence === PARTS - 1) this.#run(this.#frame);
  }

  /** Gives up what is under way. */
  close(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#answer = [];
  }

  #run(frame: Uint8Array): void {
    const payload = frame.slice(0, PAYLOAD_BYTES);
    const view = new DataView(frame.buffer);
    if (crc16(payload) !== view.getUint16(PAYLOAD_BYTES + 1, true)) return;
    switch (frame[PAYLOAD_BYTES]) {
      case COMMAND.hmac1:
        return this.#challenge(this.#store.read().otp[0], payload);
      case COMMAND.hmac2:
        return this.#challenge(this.#store.read().otp[1], payload);
      case COMMAND.configure1:
        return this.#configure(0, payload);
      case COMMAND.configure2:
        return this.#configure(1, payload);
      case COMMAND.capabilities:
        return this.#reply(Uint8Array.of(CAPABILITIES.length, ...CAPABILITIES));
      default:
    }
  }

  #challenge(slot: OtpSlot | null, payload: Uint8Array): void {
    if (slot === null) return;
    const challenge = slot.variable ? withoutPadding(payload) : payload;
    const response = (): Uint8Array =>
      new Uint8Array(createHmac("sha1", fromText(slot.key)).update(challenge).digest());
    if (!slot.touch) return this.#reply(response());
    const waiting = new AbortController();
    this.#waiting = waiting;
    void presence(this.#press, waiting.signal, this.#touchTimeoutMs).then((shown) => {
      if (this.#waiting !== waiting) return;
      this.#waiting = null;
      if (shown === "pressed") this.#reply(response());
    });
  }

  /** All zeros empties a slot; anything but HMAC-SHA1 is refused by not counting up. */
  #configure(index: 0 | 1, payload: Uint8Array): void {
    const record = payload.subarray(0, CONFIG.bytes);
    const slot = record.every((byte) => byte === 0) ? null : slotOf(record);
    if (slot === undefined) return;
    const state = this.#store.read();
    const [one, two] = state.otp;
    const otp = index === 0 ? ([slot, two] as const) : ([one, slot] as const);
    this.#store.write({ ...state, otp });
    const empty = otp.every((each) => each === null);
    this.#programmed = empty ? 0 : (this.#programmed % 255) + 1;
  }

  #reply(data: Uint8Array): void {
    const check = Buffer.alloc(2);
    check.writeUInt16LE(~crc16(data) & 0xffff);
    const whole = Buffer.concat([data, check]);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += PART_BYTES) {
      const part = new Uint8Array(FEATURE_BYTES);
      part.set(whole.subarray(at, at + PART_BYTES));
      part[PART_BYTES] = FLAG.response | parts.length;
      parts.push(part);
    }
    const end = new Uint8Array(FEATURE_BYTES);
    end[PART_BYTES] = FLAG.response;
    this.#answer = [...parts, end];
  }

  /** 0 | version(3) | program count | slots valid and with touch | 0 | flags. */
  #status(flags: number): Uint8Array {
    const [one, two] = this.#store.read().otp;
    const touch = (one ? 1 : 0) | (two ? 2 : 0) | (one?.touch ? 4 : 0) | (two?.touch ? 8 : 0);
    return Uint8Array.of(0, ...VERSION, this.#programmed, touch, 0, flags);
  }
}

/** HMAC_LT64: the last byte, and those equal to it before it, are padding. */
function withoutPadding(payload: Uint8Array): Uint8Array {
  const padding = payload.at(-1);
  return payload.subarray(0, payload.findLastIndex((byte) => byte !== padding) + 1);
}

/** Undefined: not a whole record, or not HMAC-SHA1. */
function slotOf(record: Uint8Array): OtpSlot | undefined {
  const flags = record[CONFIG.configFlags] ?? 0;
  const ticket = record[CONFIG.ticketFlags] ?? 0;
  if (crc16(record) !== CRC_RESIDUAL) return undefined;
  if ((ticket & TICKET_CHALLENGE) === 0 || (flags & CONFIG_HMAC) !== CONFIG_HMAC) return undefined;
  // 16 bytes of the HMAC key lie where an AES key would, the last 4 where a private id would.
  const key = Buffer.concat([
    record.subarray(CONFIG.key, CONFIG.key + 16),
    record.subarray(CONFIG.uid, CONFIG.uid + 4),
  ]);
  return {
    key: toText(key),
    variable: (flags & CONFIG_VARIABLE) !== 0,
    touch: (flags & CONFIG_TOUCH) !== 0,
  };
}
