import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Button } from "../../practice/key/presence.ts";
import {
  type KeyState,
  memoryStore,
  newKeyState,
  type OtpSlot,
  toText,
} from "../../practice/key/store.ts";
import { device } from "./key-host.ts";

const KEY = Buffer.alloc(20, 0x0b);
const slot = (more: Partial<OtpSlot> = {}): OtpSlot => ({
  key: toText(KEY),
  variable: true,
  touch: false,
  ...more,
});
const state = (one: OtpSlot | null, two: OtpSlot | null): KeyState => ({
  ...newKeyState("Test"),
  otp: [one, two],
});

function crc(data: Uint8Array): number {
  let value = 0xffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0x8408 : value >> 1;
  }
  return value;
}

type Port = ReturnType<ReturnType<typeof device>["openFeature"]>;

/** Writes a frame as a host does: all-zero parts are skipped but for the first and the last. */
async function ask(port: Port, command: number, payload: Uint8Array, broken = 0): Promise<void> {
  const frame = Buffer.alloc(70);
  frame.set(payload);
  frame[64] = command;
  frame.writeUInt16LE(crc(frame.subarray(0, 64)) ^ broken, 65);
  for (let part = 0; part < 10; part++) {
    const data = frame.subarray(part * 7, part * 7 + 7);
    if (part % 9 !== 0 && data.every((byte) => byte === 0)) continue;
    await port.write(Uint8Array.of(...data, 0x80 | part));
  }
}

/** The answer of 20 bytes and its checksum, or null when the key refuses or still waits. */
async function answer(port: Port): Promise<string | null> {
  const got: number[] = [];
  for (;;) {
    const report = await port.read();
    const flags = report[7] ?? 0;
    if ((flags & 0x40) === 0) return null;
    if (got.length > 0 && (flags & 0x1f) === 0) break;
    got.push(...report.subarray(0, 7));
  }
  expect(crc(Uint8Array.from(got.slice(0, 22)))).toBe(0xf0b8);
  return Buffer.from(got.slice(0, 20)).toString("hex");
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const hmac = (challenge: Uint8Array): string =>
  createHmac("sha1", KEY).update(challenge).digest("hex");

describe("the software key's OTP slots", () => {
  test("answer RFC 2202's first case from either slot", async () => {
    const port = device({ store: memoryStore(state(slot(), slot())) }).openFeature();
    for (const command of [0x30, 0x38]) {
      await ask(port, command, Buffer.from("Hi There"));
      expect(await answer(port)).toBe("b617318655057264e28bc0b6fb378c8ef146be00");
    }
  });

  test("variable length takes equal last bytes for padding, fixed length does not", async () => {
    const payload = Buffer.alloc(64, 7);
    payload.fill(1, 0, 31);
    payload[31] = 7;
    const variable = device({ store: memoryStore(state(slot(), null)) }).openFeature();
    await ask(variable, 0x30, payload);
    // The trap: the challenge's own last byte is gone.
    expect(await answer(variable)).toBe(hmac(payload.subarray(0, 31)));
    const fixed = device({ store: memoryStore(state(slot({ variable: false }), null)) });
    const port = fixed.openFeature();
    await ask(port, 0x30, payload);
    expect(await answer(port)).toBe(hmac(payload));
  });

  test("a slot with touch waits, says so, and gives up when it is reset", async () => {
    const button = new Button();
    const key = device({
      store: memoryStore(state(null, slot({ touch: true }))),
      press: button.press,
      touchTimeoutMs: 60,
    });
    const port = key.openFeature();
    const flags = async (): Promise<number> => (await port.read())[7] ?? 0;
    await ask(port, 0x38, Uint8Array.of(1, 2, 3));
    expect(await flags()).toBe(0x20);
    button.push();
    await later();
    expect(await answer(port)).toBe(hmac(Uint8Array.of(1, 2, 3)));
    await ask(port, 0x38, Uint8Array.of(1));
    await port.write(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0xff));
    expect(await flags()).toBe(0);
    button.push();
    await later();
    expect(await answer(port)).toBeNull();
    await ask(port, 0x38, Uint8Array.of(1));
    await new Promise((resolve) => setTimeout(resolve, 90));
    expect(await flags()).toBe(0);
  });

  test("an empty slot and a frame with a wrong checksum are refused", async () => {
    const port = device({ store: memoryStore(state(slot(), null)) }).openFeature();
    await ask(port, 0x38, Uint8Array.of(1));
    expect(await answer(port)).toBeNull();
    await ask(port, 0x30, Uint8Array.of(1), 1);
    expect(await answer(port)).toBeNull();
    await ask(port, 0x30, Uint8Array.of(1));
    expect(await answer(port)).toBe(hmac(Uint8Array.of(1)));
  });

  test("the status tells version, program count and which slots are set", async () => {
    const store = memoryStore(state(null, slot({ touch: true })));
    const port = device({ store }).openFeature();
    expect([...(await port.read())]).toEqual([0, 5, 4, 3, 1, 2 | 8, 0, 0]);
    // Something that is no HMAC-SHA1 configuration changes nothing.
    await ask(port, 0x01, Buffer.alloc(52, 1));
    expect((await port.read())[4]).toBe(1);
    await ask(port, 0x03, Buffer.alloc(52));
    expect([...(await port.read())]).toEqual([0, 5, 4, 3, 0, 0, 0, 0]);
    expect(store.read().otp).toEqual([null, null]);
  });
});
