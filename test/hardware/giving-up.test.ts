import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { LIMITS } from "../../hardware/fido/channel.ts";
import { COMMAND, readReport, reportsOf } from "../../hardware/fido/frames.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { selectKey } from "../../hardware/select.ts";
import type { Timers } from "../../hardware/timers.ts";
import { means, PIN, plugIn } from "./plugged.ts";

// A person gives up at any moment, whatever the key is doing: nothing more is waited for.

const salt = new Uint8Array(randomBytes(32));

/** The real time limits, a hundred times as fast. */
const quick: Timers = { after: (ms, run) => means.timers.after(ms / 100, run) };

/** Hears nothing more of the key after its `at`th report, when `then` is called. */
function muteAfter(port: PacketPort, at: number, then: () => void): PacketPort {
  let heard = 0;
  return {
    ...port,
    listen: (take) =>
      port.listen((report) => {
        if (heard++ < at) take(report);
        else if (heard === at + 1) then();
      }),
  };
}

test("given up while the key is mute, after any of its reports: cancelled, not silent", async () => {
  const { device, key } = plugIn();
  const { credentialId } = await key.enrol({ salt, userName: "n", pin: PIN });
  const digest = salt;
  const calls = {
    touch: (one: Fido2Key, signal: AbortSignal) =>
      one.touch({ credentialId, salt, pin: PIN, signal }),
    approve: (one: Fido2Key, signal: AbortSignal) =>
      one.approve({ credentialId, digest, pin: PIN, signal }),
    enrol: (one: Fido2Key, signal: AbortSignal) =>
      one.enrol({ salt, userName: "n", pin: PIN, signal }),
    select: (one: Fido2Key, signal: AbortSignal) => one.select({ signal }),
  };
  const ends: string[] = [];
  let longest = 0;
  for (const [name, call] of Object.entries(calls))
    for (let at = 0, moments = Infinity; at < moments; at++) {
      const stop = new AbortController();
      let since = 0;
      const connect = async (): Promise<PacketPort> =>
        muteAfter(device.openPackets(), at, () => {
          since = performance.now();
          stop.abort();
        });
      const one = new Fido2Key({ label: "n", connect }, { ...means, timers: quick });
      const code = await call(one, stop.signal).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      if (code === "done") moments = at;
      else longest = Math.max(longest, performance.now() - since);
      ends.push(`${name}: ${code}`);
    }
  expect(new Set(ends)).toEqual(
    new Set(Object.keys(calls).flatMap((name) => [`${name}: TOUCH_CANCELLED`, `${name}: done`])),
  );
  expect(ends.length).toBeGreaterThan(50);
  expect(longest).toBeLessThan((LIMITS.settle * 3) / 100 + 100);
  expect((await key.info()).pinRetries).toBe(8);
}, 60_000);

test("unplugged after any of its reports: said so at once", async () => {
  const made = plugIn();
  const { credentialId } = await made.key.enrol({ salt, userName: "n", pin: PIN });
  const ends: string[] = [];
  for (let at = 0; ends.at(-1) !== "KEY_HAS_NO_CREDENTIAL"; at++) {
    const { device } = plugIn();
    const connect = async (): Promise<PacketPort> =>
      muteAfter(device.openPackets(), at, () => device.unplug());
    const one = new Fido2Key({ label: "n", connect }, means);
    // Another key's credential: after all its reports this key has said that it does not know it.
    const touch = one.touch({ credentialId, salt, pin: PIN });
    ends.push(await touch.catch((error: { code: string }) => error.code).then(String));
  }
  expect(ends.length).toBeGreaterThan(8);
  expect(new Set(ends)).toEqual(new Set(["KEY_UNPLUGGED", "KEY_HAS_NO_CREDENTIAL"]));
});

/** Gives channels, and then says for ever that it works. */
function working(): PacketPort {
  let take: ((report: Uint8Array) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    ended: new Promise(() => undefined),
    listen: (listener) => {
      take = listener;
    },
    write: async (sent) => {
      const report = readReport(sent);
      if (report?.kind !== "start") return;
      if (report.command === COMMAND.INIT) {
        const answer = Uint8Array.of(...report.data.subarray(0, 8), 1, 2, 3, 4, 2, 5, 0, 0, 5);
        for (const one of reportsOf(report.channel, COMMAND.INIT, answer))
          queueMicrotask(() => take?.(one));
        return;
      }
      const [keepalive] = reportsOf(0x01020304, COMMAND.KEEPALIVE, Uint8Array.of(1));
      timer ??= setInterval(() => keepalive !== undefined && take?.(keepalive), 5).unref();
    },
    close: async () => clearInterval(timer),
  };
}

test("a key that only works and works does not hold up the one that was touched", async () => {
  const busy = new Fido2Key({ label: "busy", connect: async () => working() }, means);
  const { key } = plugIn({}, { press: async () => undefined });
  const from = performance.now();
  expect(await selectKey([busy, key])).toBe(key);
  expect(performance.now() - from).toBeLessThan(LIMITS.settle + 500);
});
