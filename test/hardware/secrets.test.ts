import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { base64url, hex } from "../../crypto/bytes.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { pressedAtOnce } from "../../practice/key/presence.ts";
import { means, PIN, pinHashOf, plugIn } from "./plugged.ts";

// No PIN, PIN hash, ephemeral key or derived secret in anything that is thrown.

const secretForms = (secret: Uint8Array): string[] => [
  hex(secret),
  base64url(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("latin1"),
  [...secret].join(", "),
  [...secret].join(","),
];

/** Everything that a log could print of an error, causes and hidden properties too. */
const printed = (error: unknown): string =>
  [
    inspect(error, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
    JSON.stringify(error),
    String(error),
    String((error as Error).stack),
  ].join("\n");

/** A port that breaks one report on its way: how every later step fails is seen. */
function breaking(port: PacketPort, at: number, change: (report: Uint8Array) => void): PacketPort {
  let count = 0;
  return {
    ...port,
    listen: (take) =>
      port.listen((report) => {
        if (count++ === at) change(report);
        take(report);
      }),
  };
}

test("whatever fails, and wherever, no secret is in what is thrown", async () => {
  const wrongPin = "97531-wrong";
  const drawn: Uint8Array[] = [];
  const bytes = (length: number): Uint8Array => {
    const out = new Uint8Array(randomBytes(length));
    if (length === 32) drawn.push(out.slice());
    return out;
  };
  const { device, key } = plugIn();
  const salt = bytes(32);
  const { credentialId, output } = await key.enrol({ salt, userName: "n", pin: PIN });
  const thrown: string[] = [];
  const attempt = async (one: Fido2Key, pin: string): Promise<void> => {
    try {
      await one.touch({ credentialId, salt, pin });
    } catch (error) {
      thrown.push(printed(error));
    }
  };
  for (let at = 0; at < 22; at++)
    for (const change of [
      (report: Uint8Array) => void report.fill(0xff, 5),
      (report: Uint8Array) => void report.fill(0, 7),
      (report: Uint8Array) => void (report[20] = (report[20] ?? 0) ^ 1),
    ]) {
      const connect = async () => breaking(device.openPackets(), at, change);
      const timers = { after: (ms: number, run: () => void) => means.timers.after(ms / 500, run) };
      await attempt(new Fido2Key({ label: "n", connect }, { draw: drawFrom(bytes), timers }), PIN);
    }
  await attempt(key, wrongPin);
  const cancelled = AbortSignal.abort();
  await key.touch({ credentialId, salt, pin: PIN, signal: cancelled }).catch((error: unknown) => {
    thrown.push(printed(error));
  });
  const { key: noPin } = plugIn({ pinHash: null }, { press: pressedAtOnce });
  await attempt(noPin, wrongPin);
  expect(thrown.length).toBeGreaterThan(30);
  const secrets = [
    wrongPin,
    PIN.concat('"'),
    `'${PIN}'`,
    pinHashOf(PIN),
    pinHashOf(wrongPin),
    ...secretForms(output),
    ...drawn.flatMap(secretForms),
  ];
  for (const secret of secrets) expect(thrown.filter((text) => text.includes(secret))).toEqual([]);
});
