import { createECDH, hkdfSync, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import * as bytes from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { bytesAt } from "../../hardware/fido/cbor.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { drawFrom, SharedSecret } from "../../hardware/fido/pin-protocol.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { leaksIn, printed } from "./leaks.ts";
import { means, pinHashOf, plugIn } from "./plugged.ts";

// No PIN, PIN hash, PIN token, shared secret, ephemeral key or derived secret in anything thrown;
// and the PIN's own bytes and digest are gone afterwards.

const { sha256, utf8, concat } = bytes;
const PIN = "Vau1t-Pin%7531";
const WRONG = "Wr0ng-Pin%8642";

/** What the client digests, as it was and as it is now. */
const digested = vi.hoisted((): { was: Uint8Array; input: Uint8Array; digest: Uint8Array }[] => []);
vi.mock(import("../../crypto/bytes.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    sha256: (data) => {
      const digest = real.sha256(data);
      digested.push({ was: data.slice(), input: data, digest });
      return digest;
    },
  };
});

/** Everything secret that came up in one attempt, by name; what lasts longer is noted for each. */
const secrets = new Map<string, Uint8Array[]>();
const note = (name: string, ...values: Uint8Array[]): void => {
  secrets.set(name, [...(secrets.get(name) ?? []), ...values.map((value) => value.slice())]);
};

/** The shared secret and its keys (CTAP 2.1 §6.5.6, §6.5.7), worked out here once more. */
function noteShared(scalar: Uint8Array, peer: Parameters<typeof SharedSecret.agree>[1]): void {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(scalar);
  const point = concat(Uint8Array.of(4), bytesAt(peer, -2, 32), bytesAt(peer, -3, 32));
  const z = new Uint8Array(pair.computeSecret(point));
  const derived = ["CTAP2 HMAC key", "CTAP2 AES key"].map(
    (info) => new Uint8Array(hkdfSync("sha256", z, new Uint8Array(32), info, 32)),
  );
  note("shared secret", z, sha256(z), ...derived);
}

const draw = drawFrom((length) => new Uint8Array(randomBytes(length)));
const agree = SharedSecret.agree.bind(SharedSecret);
vi.spyOn(SharedSecret, "agree").mockImplementation((protocol, peer, drawing) =>
  agree(protocol, peer, {
    ...drawing,
    scalar: () => {
      const scalar = drawing.scalar();
      note("ephemeral key", scalar);
      try {
        noteShared(scalar, peer);
      } catch {
        // A broken answer has no point on the curve.
      }
      return scalar;
    },
  }),
);
const { decrypt } = SharedSecret.prototype;
vi.spyOn(SharedSecret.prototype, "decrypt").mockImplementation(function (
  this: SharedSecret,
  text: Uint8Array,
) {
  const plain = decrypt.call(this, text);
  note("PIN token or hmac-secret", plain);
  return plain;
});

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

const CHANGES = [
  (report: Uint8Array) => void report.fill(0xff, 5),
  (report: Uint8Array) => void report.fill(0, 7),
  (report: Uint8Array) => void (report[20] = (report[20] ?? 0) ^ 1),
];
const timers = { after: (ms: number, run: () => void) => means.timers.after(ms / 500, run) };

function noteLasting(output?: Uint8Array): void {
  secrets.clear();
  digested.length = 0;
  if (output !== undefined) note("hmac-secret", output);
  note("PIN", utf8(PIN), utf8(WRONG));
  for (const pin of [PIN, WRONG]) {
    const digest = sha256(utf8(pin));
    note("PIN digest", digest, digest.subarray(0, 16));
  }
}

/** Runs all that can fail, and tells of each failure while its secrets are noted. */
async function failures(tell: (error: unknown) => void): Promise<void> {
  for (const protocol of [1, 2] as const) {
    const { device } = plugIn({ pinHash: pinHashOf(PIN) }, { pinProtocols: [protocol] });
    const key = new Fido2Key(
      { label: "n", connect: async () => device.openPackets() },
      { draw, timers: means.timers },
    );
    const salt = draw.bytes(32);
    const made = await key.enrol({ salt, userName: "n", pin: PIN });
    const { credentialId } = made;
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      noteLasting(made.output);
      await work().catch(tell);
    };
    for (let at = 0; at < 24; at++)
      for (const change of CHANGES) {
        const connect = async () => breaking(device.openPackets(), at, change);
        const broken = new Fido2Key({ label: "n", connect }, { draw, timers });
        await attempt(() => broken.touch({ credentialId, salt, pin: PIN }));
        await attempt(() => broken.enrol({ salt, userName: "n", pin: PIN }));
      }
    const signal = AbortSignal.abort();
    await attempt(() => key.touch({ credentialId, salt, pin: PIN, signal }));
    await attempt(() => key.touch({ credentialId: new Uint8Array(48), salt, pin: PIN }));
    await attempt(() => key.touch({ credentialId, salt, pin: `${WRONG}${"x".repeat(60)}` }));
    await attempt(() => key.touch({ credentialId, salt, pin: "Vé1" }));
    for (let tries = 0; tries < 4; tries++)
      await attempt(() => key.touch({ credentialId, salt, pin: WRONG }));
  }
}

test("whatever fails, and wherever, no secret is in what is thrown", async () => {
  const names = new Set<string>();
  let count = 0;
  await failures((error) => {
    count++;
    expect(error).toBeInstanceOf(CodedError);
    expect(leaksIn(printed(error), secrets)).toEqual([]);
    for (const name of secrets.keys()) names.add(name);
  });
  expect(count).toBeGreaterThan(150);
  // Every kind of secret came up: nothing is searched for in vain.
  expect(names.size).toBe(6);
}, 60_000);

test("the search finds a secret in any form and any place", () => {
  const secret = new Uint8Array(randomBytes(32));
  const found = (error: unknown): string[] => leaksIn(printed(error), new Map([["it", [secret]]]));
  const hidden = new Error("failed");
  Object.defineProperty(hidden, "request", { value: { body: secret }, enumerable: false });
  const stack = new Error("failed");
  stack.stack = `Error: ${Buffer.from(secret).toString("base64")}`;
  const leaks: readonly unknown[] = [
    new Error(Buffer.from(secret).toString("hex")),
    new Error(Buffer.from(secret).toString("hex").toUpperCase()),
    new Error(Buffer.from(secret).toString("base64url")),
    new Error(Buffer.from(secret).toString("latin1")),
    new Error([...secret].join(" ")),
    new Error(`${Buffer.from(secret).toString("hex").slice(0, 20)}…`),
    new Error(inspect(Buffer.from(secret))),
    new Error(inspect(secret)),
    new Error(JSON.stringify(secret)),
    new Error("failed", { cause: new Error("inner", { cause: secret }) }),
    new CodedError("KEY_SILENT", { what: Buffer.from(secret).toString("base64") }),
    hidden,
    stack,
    { secret },
    [...secret],
  ];
  for (const [index, leak] of leaks.entries())
    expect([index, ...found(leak)]).toEqual([index, "it"]);
  expect(leaksIn(printed(new Error(`PIN ${PIN}`)), new Map([["PIN", [utf8(PIN)]]]))).toEqual([
    "PIN",
  ]);
  expect(found(new Error(Buffer.from(randomBytes(32)).toString("hex")))).toEqual([]);
});

test("the bytes of a PIN and all of its digest are wiped, however the call ends", async () => {
  const clients: typeof digested = [];
  await failures(() => {
    // The first two are of this test's own preparation.
    const ofPins = digested.filter(({ was }) =>
      [PIN, WRONG].some((pin) => bytes.equal(was, utf8(pin))),
    );
    clients.push(...ofPins.slice(2));
  });
  expect(clients.length).toBeGreaterThan(100);
  for (const { input, digest } of clients) {
    expect(digest.length).toBe(32);
    expect([...input, ...digest].every((byte) => byte === 0)).toBe(true);
  }
}, 60_000);
