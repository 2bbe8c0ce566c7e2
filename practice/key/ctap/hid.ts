import { randomBytes } from "node:crypto";
import { REPORT_BYTES } from "../../../hardware/packets.ts";
import type { Exchange } from "./authenticator.ts";

/** CTAP 2.1 §11.2.9: commands, with the bit that marks a first packet. */
const COMMAND = {
  ping: 0x81,
  init: 0x86,
  wink: 0x88,
  cbor: 0x90,
  cancel: 0x91,
  keepalive: 0xbb,
  error: 0xbf,
} as const;

/** CTAP 2.1 §11.2.9.1.6. */
const ERROR = {
  invalidCommand: 0x01,
  invalidLength: 0x03,
  invalidSequence: 0x04,
  messageTimeout: 0x05,
  channelBusy: 0x06,
  invalidChannel: 0x0b,
} as const;

const KEEPALIVE = { processing: 1, upNeeded: 2 } as const;
const KEEPALIVE_MS = 100;

const BROADCAST = 0xffffffff;
const FIRST_DATA = REPORT_BYTES - 7;
const NEXT_DATA = REPORT_BYTES - 5;
/** A first packet and 128 more (CTAP 2.1 §11.2.4). */
const MAX_MESSAGE_BYTES = FIRST_DATA + 128 * NEXT_DATA;

/** CTAPHID 2, firmware 1.0.0; WINK and CBOR, no U2F messages. */
const VERSION_AND_CAPABILITIES = [2, 1, 0, 0, 0x01 | 0x04 | 0x08];
const CHANNELS = 256;

interface Receiving {
  readonly channel: number;
  readonly command: number;
  readonly message: Uint8Array;
  have: number;
  next: number;
  /** Runs anew with each report: a slow bus is not a host that went away. */
  readonly late: NodeJS.Timeout;
}

interface Answering {
  readonly channel: number;
  readonly abort: AbortController;
  readonly keepalive: NodeJS.Timeout;
}

export interface HidOptions {
  readonly send: (report: Uint8Array) => void;
  readonly answer: (message: Uint8Array, exchange: Exchange) => Promise<Uint8Array>;
  readonly wink: () => void;
  /** How long the next report of a message may take (CTAP 2.1 §11.2.5.1). */
  readonly messageTimeoutMs?: number;
}

/** The device's side of CTAPHID: channels, one transaction at a time, keepalives, cancelling. */
export class CtapHid {
  readonly #options: HidOptions;
  /** Oldest first; a host that forgot its channel takes a new one, and the oldest is given up. */
  readonly #channels = new Set<number>();
  #receiving: Receiving | null = null;
  #answering: Answering | null = null;

  constructor(options: HidOptions) {
    this.#options = options;
  }

  /** A report of another size is no report of this interface and is dropped. */
  receive(report: Uint8Array): void {
    if (report.length !== REPORT_BYTES) return;
    const view = new DataView(report.buffer, report.byteOffset, report.length);
    const channel = view.getUint32(0);
    const kind = view.getUint8(4);
    if (kind < 0x80) this.#more(channel, kind, report.subarray(5));
    else this.#first(channel, kind, view.getUint16(5), report.subarray(7));
  }

  /** Ends what is under way, unanswered: the key was unplugged. */
  close(): void {
    this.#drop();
    this.#abandon();
  }

  #first(channel: number, command: number, length: number, data: Uint8Array): void {
    if (command === COMMAND.init && (channel === BROADCAST || this.#channels.has(channel))) {
      if (length !== 8) this.#fail(channel, ERROR.invalidLength);
      else this.#init(channel, data.subarray(0, 8));
      return;
    }
    if (!this.#channels.has(channel)) return this.#fail(channel, ERROR.invalidChannel);
    if (command === COMMAND.cancel) {
      if (this.#answering?.channel === channel) this.#answering.abort.abort();
      return;
    }
    if (this.#receiving?.channel === channel) {
      this.#drop();
      return this.#fail(channel, ERROR.invalidSequence);
    }
    if (this.#receiving !== null || this.#answering !== null)
      return this.#fail(channel, ERROR.channelBusy);
    if (length > MAX_MESSAGE_BYTES) return this.#fail(channel, ERROR.invalidLength);
    const message = new Uint8Array(length);
    message.set(data.subarray(0, Math.min(length, FIRST_DATA)));
    if (length <= FIRST_DATA) return this.#take(channel, command, message);
    const late = setTimeout(() => {
      this.#receiving = null;
      this.#fail(channel, ERROR.messageTimeout);
    }, this.#options.messageTimeoutMs ?? 500);
    this.#receiving = { channel, command, message, have: FIRST_DATA, next: 0, late };
  }

  #more(channel: number, sequence: number, data: Uint8Array): void {
    const receiving = this.#receiving;
    // Spurious: nothing was begun on this channel.
    if (receiving === null || receiving.channel !== channel) return;
    if (sequence !== receiving.next) {
      this.#drop();
      return this.#fail(channel, ERROR.invalidSequence);
    }
    const { message, command } = receiving;
    message.set(data.subarray(0, message.length - receiving.have), receiving.have);
    receiving.have += NEXT_DATA;
    receiving.next += 1;
    receiving.late.refresh();
    if (receiving.have < message.length) return;
    this.#drop();
    this.#take(channel, command, message);
  }

  /** On the broadcast channel: a new channel. On one's own: whatever was under way ends. */
  #init(channel: number, nonce: Uint8Array): void {
    let given = channel;
    if (channel === BROADCAST) {
      given = this.#freshChannel();
    } else {
      if (this.#receiving?.channel === channel) this.#drop();
      if (this.#answering?.channel === channel) this.#abandon();
    }
    const body = Buffer.alloc(17);
    body.set(nonce);
    body.writeUInt32BE(given, 8);
    body.set(VERSION_AND_CAPABILITIES, 12);
    this.#send(channel, COMMAND.init, body);
  }

  #freshChannel(): number {
    for (;;) {
      const channel = randomBytes(4).readUInt32BE();
      if (channel === 0 || channel === BROADCAST || this.#channels.has(channel)) continue;
      const [oldest] = this.#channels;
      if (oldest !== undefined && this.#channels.size >= CHANNELS) this.#channels.delete(oldest);
      this.#channels.add(channel);
      return channel;
    }
  }

  #take(channel: number, command: number, message: Uint8Array): void {
    switch (command) {
      case COMMAND.ping:
        return this.#send(channel, COMMAND.ping, message);
      case COMMAND.wink:
        if (message.length !== 0) return this.#fail(channel, ERROR.invalidLength);
        this.#options.wink();
        return this.#send(channel, COMMAND.wink, message);
      case COMMAND.cbor:
        if (message.length === 0) return this.#fail(channel, ERROR.invalidLength);
        return void this.#answer(channel, message);
      default:
        return this.#fail(channel, ERROR.invalidCommand);
    }
  }

  async #answer(channel: number, message: Uint8Array): Promise<void> {
    const abort = new AbortController();
    let touch = false;
    const keepalive = setInterval(() => {
      const status = touch ? KEEPALIVE.upNeeded : KEEPALIVE.processing;
      this.#send(channel, COMMAND.keepalive, Uint8Array.of(status));
    }, KEEPALIVE_MS);
    const mine: Answering = { channel, abort, keepalive };
    this.#answering = mine;
    const reply = await this.#options.answer(message, {
      cancel: abort.signal,
      wantsTouch: (wanted) => {
        touch = wanted;
      },
    });
    clearInterval(keepalive);
    // Given up meanwhile: nobody waits for this answer.
    if (this.#answering !== mine) return;
    this.#answering = null;
    this.#send(channel, COMMAND.cbor, reply);
  }

  #drop(): void {
    if (this.#receiving !== null) clearTimeout(this.#receiving.late);
    this.#receiving = null;
  }

  #abandon(): void {
    if (this.#answering === null) return;
    clearInterval(this.#answering.keepalive);
    this.#answering.abort.abort();
    this.#answering = null;
  }

  #fail(channel: number, error: number): void {
    this.#send(channel, COMMAND.error, Uint8Array.of(error));
  }

  #send(channel: number, command: number, message: Uint8Array): void {
    let sent = 0;
    for (let sequence = -1; sequence < 0 || sent < message.length; sequence++) {
      const report = Buffer.alloc(REPORT_BYTES);
      report.writeUInt32BE(channel);
      if (sequence < 0) {
        report.writeUInt8(command, 4);
        report.writeUInt16BE(message.length, 5);
      } else report.writeUInt8(sequence, 4);
      const from = sequence < 0 ? 7 : 5;
      const part = message.subarray(sent, sent + REPORT_BYTES - from);
      report.set(part, from);
      sent += part.length;
      this.#options.send(new Uint8Array(report));
    }
  }
}
