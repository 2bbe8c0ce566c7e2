import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, hex, utf8 } from "../../crypto/bytes.ts";
import { CRC_RESIDUAL, crc16, reportsOfCommand } from "../../hardware/otp/frame.ts";
import { checkChallenge, newChallenge, OtpKey } from "../../hardware/otp/key.ts";
import type { FeaturePort } from "../../hardware/packets.ts";
import { systemTimers } from "../../hardware/timers.ts";
import type { SoftwareKeyDevice } from "../../practice/key/device.ts";
import type { OtpSlot } from "../../practice/key/store.ts";
import { plugIn } from "./plugged.ts";
import { settle, VirtualTimers } from "./virtual-timers.ts";

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const slot = (key: Uint8Array, more: Partial<OtpSlot> = {}): OtpSlot => ({
  key: Buffer.from(key).toString("base64url"),
  variable: true,
  touch: false,
  ...more,
});
const otpOf = (device: SoftwareKeyDevice): OtpKey =>
  new OtpKey({ label: "n", connect: async () => device.openFeature() }, systemTimers);

// RFC 2202 §3 (test case 1) and FIPS 198 (2002), Appendix A.2: key and data in a slot.
test.each([
  ["0b".repeat(20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"],
  [
    "303132333435363738393a3b3c3d3e3f40414243",
    "Sample #2",
    "0922d3405faa3d194f82a45830737d5cc6c75d24",
  ],
])("known answers through a slot: key %s", async (key, data, expected) => {
  const { device } = plugIn({ otp: [null, slot(fromHex(key))] });
  const output = await otpOf(device).respond({ slot: 2, challenge: utf8(data) });
  expect(hex(output)).toBe(expected);
});

test("a challenge of 32 bytes means the same to a slot that shortens and is not lengthened", async () => {
  const key = random(20);
  const { device } = plugIn({ otp: [slot(key), slot(key, { variable: false })] });
  const otp = otpOf(device);
  for (let round = 0; round < 20; round++) {
    const challenge = newChallenge(random);
    const padded = Buffer.concat([challenge, Buffer.alloc(32)]);
    const hmac = (data: Uint8Array): string => createHmac("sha1", key).update(data).digest("hex");
    expect(hex(await otp.respond({ slot: 1, challenge }))).toBe(hmac(challenge));
    expect(hex(await otp.respond({ slot: 2, challenge }))).toBe(hmac(padded));
  }
});

test("challenges that a slot may shorten are refused before anything is sent", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 70 }), (challenge) => {
      const last = challenge.at(-1);
      const safe =
        challenge.length >= 2 && challenge.length <= 63 && last !== 0 && last !== challenge.at(-2);
      if (safe) checkChallenge(challenge);
      else
        expect(() => {
          checkChallenge(challenge);
        }).toThrow(/OTP_CHALLENGE_UNSAFE/);
    }),
  );
  for (let round = 0; round < 1000; round++) checkChallenge(newChallenge(random));
});

test("a slot that holds nothing refuses; facts say what is programmed", async () => {
  const { device } = plugIn({ otp: [null, slot(random(20))] });
  const otp = otpOf(device);
  await expect(otp.respond({ slot: 1, challenge: newChallenge(random) })).rejects.toMatchObject({
    code: "OTP_SLOT_REFUSED",
    about: { slot: 1 },
  });
  expect(await otp.facts()).toMatchObject({ firmware: "5.4.3", serial: null, programmed: [2] });
});

test("touch: asked for visibly, cancelled, and waited for in vain", async () => {
  const { device } = plugIn(
    { otp: [slot(random(20), { touch: true }), null] },
    { press: () => new Promise(() => undefined), touchTimeoutMs: 300 },
  );
  const otp = otpOf(device);
  const seen: string[] = [];
  const stop = new AbortController();
  const asked = (signal?: AbortSignal, waiting = (what: string): unknown => seen.push(what)) =>
    otp.respond({
      slot: 1,
      challenge: newChallenge(random),
      waiting,
      ...(signal === undefined ? {} : { signal }),
    });
  await expect(asked(stop.signal, () => stop.abort())).rejects.toMatchObject({
    code: "TOUCH_CANCELLED",
  });
  await expect(asked()).rejects.toMatchObject({ code: "TOUCH_TIMEOUT" });
  expect(seen).toEqual(["touch"]);
  await expect(asked(undefined, () => device.unplug())).rejects.toMatchObject({
    code: "KEY_UNPLUGGED",
  });
});

test("the CRC of data followed by its inverted CRC leaves the known residual", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      const crc = ~crc16(data) & 0xffff;
      expect(crc16(Uint8Array.of(...data, crc & 0xff, crc >>> 8))).toBe(CRC_RESIDUAL);
    }),
  );
  // ISO 13239 check value of "123456789", before the final inversion.
  expect(crc16(utf8("123456789"))).toBe(0x906e ^ 0xffff);
});

test("a frame leaves out reports of nothing but zeros, never the first and the last", () => {
  const reports = reportsOfCommand(0x30, new Uint8Array(64));
  expect(reports.map((report) => report[7])).toEqual([0x80, 0x89]);
  const full = reportsOfCommand(0x38, new Uint8Array(64).fill(1));
  expect(full.map((report) => report[7])).toEqual(
    Array.from({ length: 10 }, (_, sequence) => 0x80 | sequence),
  );
});

test("a report that is never answered ends in KEY_SILENT; an unsafe challenge in a rejection", async () => {
  const timers = new VirtualTimers();
  const hung = (reads: number): OtpKey => {
    let left = reads;
    const read = (): Promise<Uint8Array> =>
      left-- > 0 ? Promise.resolve(new Uint8Array(8)) : new Promise(() => undefined);
    const port = {
      ended: Promise.resolve(),
      read,
      write: async () => undefined,
      close: async () => undefined,
    };
    return new OtpKey({ label: "n", connect: async () => port }, timers);
  };
  const challenge = newChallenge(random);
  for (const reads of [0, 3, 11])
    await expect(settle(hung(reads).respond({ slot: 1, challenge }), timers)).rejects.toMatchObject(
      { code: reads > 10 ? "OTP_SLOT_REFUSED" : "KEY_SILENT" },
    );
  await expect(settle(hung(0).facts(), timers)).rejects.toMatchObject({ code: "KEY_SILENT" });
  await expect(hung(0).respond({ slot: 1, challenge: new Uint8Array(64) })).rejects.toMatchObject({
    code: "OTP_CHALLENGE_UNSAFE",
  });
});

test("an answer that another program left unread is not taken for ours", async () => {
  const key = random(20);
  const { device } = plugIn({ otp: [slot(key), null] });
  const challenge = newChallenge(random);
  const expected = createHmac("sha1", key).update(challenge).digest("hex");
  // A key that keeps an answer until it is read or reset, whatever is written meanwhile.
  const stale = async (): Promise<FeaturePort> => {
    const port = device.openFeature();
    let old = true;
    let part = 0;
    return {
      ...port,
      read: async () => (old ? Uint8Array.of(...random(7), 0x40 | (part++ % 4)) : port.read()),
      write: async (report) => {
        if (report[7] === 0xff) old = false;
        await port.write(report);
      },
    };
  };
  const otp = new OtpKey({ label: "n", connect: stale }, systemTimers);
  expect(hex(await otp.respond({ slot: 1, challenge }))).toBe(expected);
});

const waiting = (): never => {
  throw new Error("the window is gone");
};

test("what the caller's own callback throws does not reach the key", async () => {
  const { device } = plugIn(
    { otp: [slot(random(20), { touch: true }), null] },
    { press: () => new Promise((resolve) => setTimeout(resolve, 150)) },
  );
  const output = await otpOf(device).respond({ slot: 1, challenge: newChallenge(random), waiting });
  expect(output.length).toBe(20);
});
