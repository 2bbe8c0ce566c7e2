import { REPORT_BYTES } from "../packets.ts";
import { malformed } from "../errors.ts";

/** CTAPHID (CTAP 2.1 §11.2): messages of up to 7,609 bytes as 64-byte reports. Pure. */

export const COMMAND = {
  PING: 0x01,
  INIT: 0x06,
  WINK: 0x08,
  CBOR: 0x10,
  CANCEL: 0x11,
  KEEPALIVE: 0x3b,
  ERROR: 0x3f,
} as const;

export const BROADCAST = 0xffffffff;

const START_DATA = REPORT_BYTES - 7;
const MORE_DATA = REPORT_BYTES - 5;
const LAST_SEQUENCE = 0x7f;
export const MAX_MESSAGE = START_DATA + (LAST_SEQUENCE + 1) * MORE_DATA;

export type Report =
  | {
      readonly kind: "start";
      readonly channel: number;
      readonly command: number;
      /** Bytes of the whole message, as its sender claims. */
      readonly length: number;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: "more";
      readonly channel: number;
      readonly sequence: number;
      readonly data: Uint8Array;
    };

/** null: not 64 bytes, so not a CTAPHID report at all. */
export function readReport(report: Uint8Array): Report | null {
  if (report.length !== REPORT_BYTES) return null;
  const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
  const channel = view.getUint32(0);
  const head = view.getUint8(4);
  return head >= 0x80
    ? {
        kind: "start",
        channel,
        command: head & 0x7f,
        length: view.getUint16(5),
        data: report.subarray(7),
      }
    : { kind: "more", channel, sequence: head, data: report.subarray(5) };
}

/** One message as reports, zero-padded, in the order to send them. */
export function reportsOf(channel: number, command: number, payload: Uint8Array): Uint8Array[] {
  if (payload.length > MAX_MESSAGE) return malformed("a request longer than CTAPHID carries");
  const report = (head: readonly number[], data: Uint8Array): Uint8Array => {
    const out = new Uint8Array(REPORT_BYTES);
    new DataView(out.buffer).setUint32(0, channel);
    out.set(head, 4);
    out.set(data, 4 + head.length);
    return out;
  };
  const { length } = payload;
  const reports = [
    report([command | 0x80, length >>> 8, length & 0xff], payload.subarray(0, START_DATA)),
  ];
  for (let at = START_DATA, sequence = 0; at < length; at += MORE_DATA, sequence++)
    reports.push(report([sequence], payload.subarray(at, at + MORE_DATA)));
  return reports;
}

/** Puts one answer together: bounded by `MAX_MESSAGE`, refuses gaps and repeats. */
export class Assembly {
  readonly #payload: Uint8Array;
  #filled: number;
  #next = 0;

  constructor(start: Report & { kind: "start" }) {
    if (start.length > MAX_MESSAGE) malformed("a message longer than CTAPHID carries");
    this.#payload = new Uint8Array(start.length);
    this.#filled = Math.min(start.length, START_DATA);
    this.#payload.set(start.data.subarray(0, this.#filled));
  }

  add(more: Report & { kind: "more" }): void {
    if (more.sequence !== this.#next++) malformed("a report out of sequence");
    const part = more.data.subarray(0, this.#payload.length - this.#filled);
    this.#payload.set(part, this.#filled);
    this.#filled += part.length;
  }

  /** The whole message, once it is there. */
  get payload(): Uint8Array | null {
    return this.#filled === this.#payload.length ? this.#payload : null;
  }
}
