import { FEATURE_BYTES } from "../packets.ts";

/** A YubiKey's keyboard interface: one 70-byte frame in ten feature reports of 7 bytes. Pure. */

export const PAYLOAD_BYTES = 64;
export const PART_BYTES = FEATURE_BYTES - 1;
const FRAME_BYTES = PAYLOAD_BYTES + 6;

/** Flags in the last byte of a report; the low five bits number the part. */
export const FLAG = { write: 0x80, response: 0x40, touch: 0x20 } as const;
export const SEQUENCE = 0x1f;

/** Written alone: whatever is under way is given up. */
export const RESET = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0xff);

/** What the CRC of data followed by its inverted CRC leaves. */
export const CRC_RESIDUAL = 0xf0b8;

/** CRC-16 of ISO 13239, reflected: initial value 0xFFFF, polynomial 0x8408, not inverted. */
export function crc16(data: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/**
 * A command as the reports to write, in order. Reports of nothing but zeros are left out, as the
 * key expects; the first and the last are always sent.
 */
export function reportsOfCommand(command: number, payload: Uint8Array): Uint8Array[] {
  const frame = new Uint8Array(FRAME_BYTES);
  frame.set(payload.subarray(0, PAYLOAD_BYTES));
  frame[PAYLOAD_BYTES] = command;
  const crc = crc16(frame.subarray(0, PAYLOAD_BYTES));
  frame[PAYLOAD_BYTES + 1] = crc & 0xff;
  frame[PAYLOAD_BYTES + 2] = crc >>> 8;
  const parts = FRAME_BYTES / PART_BYTES;
  return Array.from({ length: parts }, (_, sequence) => {
    const report = new Uint8Array(FEATURE_BYTES);
    report.set(frame.subarray(sequence * PART_BYTES, (sequence + 1) * PART_BYTES));
    report[PART_BYTES] = FLAG.write | sequence;
    return report;
  }).filter(
    (report, sequence) =>
      sequence === 0 || sequence === parts - 1 || report.subarray(0, PART_BYTES).some((b) => b > 0),
  );
}
