import { expect, test } from "vitest";
import { Channel, LIMITS } from "../../hardware/fido/channel.ts";
import { BROADCAST, COMMAND, readReport, reportsOf } from "../../hardware/fido/frames.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { settle, VirtualTimers } from "./virtual-timers.ts";

// CTAPHID (CTAP 2.1 §11.2) against a key that misbehaves in one chosen way.

const OURS = 0x0a0b0c0d;
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** Answers INIT, then each whole request by `says`; remembers the commands that it got. */
class Key implements PacketPort {
  readonly ended: Promise<void>;
  readonly got: number[] = [];
  readonly #unplug: () => void;
  #take: (report: Uint8Array) => void = () => undefined;

  constructor(says: (key: Key, command: number, count: number) => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#unplug = resolve;
    this.#says = says;
  }
  readonly #says: (key: Key, command: number, count: number) => void;

  listen(take: (report: Uint8Array) => void): void {
    this.#take = take;
  }

  async write(sent: Uint8Array): Promise<void> {
    const report = readReport(sent);
    if (report?.kind !== "start") return;
    this.got.push(report.command);
    const count = this.got.length;
    queueMicrotask(() => {
      if (report.command === COMMAND.INIT) this.init(report.data.slice(0, 8), report.channel);
      else this.#says(this, report.command, count);
    });
  }

  init(nonce: Uint8Array, to = BROADCAST, given = OURS): void {
    const id = [given >>> 24, (given >>> 16) & 0xff, (given >>> 8) & 0xff, given & 0xff];
    this.say(COMMAND.INIT, Uint8Array.of(...nonce, ...id, 2, 5, 0, 0, 0x05), to);
  }

  say(command: number, payload: Uint8Array, channel = OURS): void {
    for (const report of reportsOf(channel, command, payload)) this.#take(report);
  }

  raw(report: Uint8Array): void {
    this.#take(report);
  }

  unplug(): void {
    this.#unplug();
  }

  async close(): Promise<void> {
    this.#unplug();
  }
}

const answer = Uint8Array.of(0, 0xa0);
const well = (key: Key): void => key.say(COMMAND.CBOR, answer);

const busy = (key: Key): void => key.say(COMMAND.ERROR, Uint8Array.of(0x06));

/** The first report of a message that claims `length` bytes, and a later one. */
const start = (length: number): Uint8Array =>
  Uint8Array.of(10, 11, 12, 13, 0x90, length >>> 8, length & 0xff, ...new Uint8Array(57));
const more = (sequence: number): Uint8Array =>
  Uint8Array.of(10, 11, 12, 13, sequence, ...new Uint8Array(59));

function talk(says: (key: Key, command: number, count: number) => void) {
  const timers = new VirtualTimers();
  const key = new Key(says);
  const open = () => Channel.open(key, () => NONCE.slice(), timers);
  return {
    key,
    timers,
    ask: (signal?: AbortSignal, waiting?: (what: string) => void, length = 1) =>
      settle(
        open().then((channel) =>
          channel.transact(COMMAND.CBOR, new Uint8Array(length), { signal, waiting }),
        ),
        timers,
      ),
    open: () => settle(open(), timers),
  };
}

test("an INIT of another program, with another nonce, is not ours", async () => {
  const { key, ask } = talk(well);
  const init = key.init.bind(key);
  key.init = (nonce, to) => {
    init(Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9), to, 0x77777777);
    init(nonce, to);
  };
  expect((await ask()).payload).toEqual(answer);
});

test("reports of other channels, stray continuations and half reports are skipped", async () => {
  const { ask } = talk((key) => {
    key.say(COMMAND.CBOR, Uint8Array.of(0x31), 0x55555555);
    key.raw(Uint8Array.of(0x0a, 0x0b, 0x0c, 0x0d, 0, ...new Uint8Array(59)));
    key.raw(new Uint8Array(63));
    key.say(COMMAND.PING, Uint8Array.of(1));
    well(key);
  });
  expect((await ask()).payload).toEqual(answer);
});

test("a long answer in many reports, up to 7,609 bytes", async () => {
  const long = new Uint8Array(7609).map((_, at) => at & 0xff);
  const { ask } = talk((key) => key.say(COMMAND.CBOR, long));
  expect((await ask(undefined, undefined, 7609)).payload).toEqual(long);
  await expect(ask(undefined, undefined, 7610)).rejects.toMatchObject({
    code: "KEY_ANSWER_INVALID",
  });
});

test("a longer message, a gap and a second answer inside the first are refused", async () => {
  for (const reports of [
    [start(7610)],
    [start(200), more(1)],
    [start(200), more(0), more(0)],
    [start(200), start(200)],
  ])
    await expect(
      talk((key) => {
        for (const report of reports) key.raw(report);
      }).ask(),
    ).rejects.toMatchObject({ code: "KEY_ANSWER_INVALID" });
});

test("keepalives are told once each and prolong the wait, to a limit", async () => {
  const seen: string[] = [];
  const waits = talk((key) => {
    for (const status of [1, 1, 2, 2, 2, 1]) key.say(COMMAND.KEEPALIVE, Uint8Array.of(status));
    well(key);
  });
  const { askedForTouch } = await waits.ask(undefined, (what) => seen.push(what));
  expect(seen).toEqual(["working", "touch", "working"]);
  expect(askedForTouch).toBe(true);

  const { ask, timers, key } = talk((one, command) => {
    const keepAlive = (): void => {
      one.say(COMMAND.KEEPALIVE, Uint8Array.of(2));
      if (timers.now < 200_000) timers.after(100, keepAlive);
    };
    if (command === COMMAND.CBOR) keepAlive();
  });
  await expect(ask()).rejects.toMatchObject({ code: "TOUCH_TIMEOUT" });
  expect(timers.now).toBeLessThanOrEqual(LIMITS.transaction + LIMITS.settle + 100);
  expect(key.got).toContain(COMMAND.CANCEL);
});

test("a silent key is given up, and the channel is cleared before it is used again", async () => {
  let asked = 0;
  const { key, timers, open } = talk((one, command) => {
    if (command === COMMAND.CBOR && ++asked > 1) well(one);
  });
  const channel = await open();
  const ask = () => settle(channel.transact(COMMAND.CBOR, new Uint8Array(1)), timers);
  await expect(ask()).rejects.toMatchObject({ code: "KEY_SILENT" });
  expect(timers.now).toBeLessThanOrEqual(LIMITS.silence + 1);
  expect((await ask()).payload).toEqual(answer);
  const { INIT, CBOR, CANCEL } = COMMAND;
  expect(key.got).toEqual([INIT, CBOR, CANCEL, INIT, CBOR]);
});

test("cancelling sends CANCEL once and ends in its own code, whatever the key says then", async () => {
  for (const last of [Uint8Array.of(0x2d), answer, null]) {
    const stop = new AbortController();
    const { key, ask } = talk((one, command) => {
      if (command === COMMAND.CBOR) one.say(COMMAND.KEEPALIVE, Uint8Array.of(2));
      else if (last !== null) one.say(COMMAND.CBOR, last);
    });
    const cancelled = ask(stop.signal, () => {
      stop.abort();
      stop.abort();
    });
    await expect(cancelled).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
    expect(key.got.filter((command) => command === COMMAND.CANCEL).length).toBe(1);
  }
  const { key, ask } = talk(well);
  await expect(ask(AbortSignal.abort())).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  expect(key.got).toEqual([COMMAND.INIT]);
});

test("busy with another program: tried again, and given up after two seconds", async () => {
  const { ask } = talk((key, _, count) => (count < 5 ? busy(key) : well(key)));
  expect((await ask()).payload).toEqual(answer);
  const never = talk(busy);
  await expect(never.ask()).rejects.toMatchObject({ code: "KEY_BUSY" });
  expect(never.timers.now).toBeLessThanOrEqual(LIMITS.busyTries * LIMITS.busyPause);
});

test("any other CTAPHID error is named", async () => {
  const { ask } = talk((key) => key.say(COMMAND.ERROR, Uint8Array.of(0x0b)));
  await expect(ask()).rejects.toMatchObject({
    code: "KEY_REFUSED",
    about: { operation: "CTAPHID", status: "0x0b" },
  });
});

test("unplugged: at once, also when it happened before", async () => {
  const { ask, timers } = talk((one) => one.unplug());
  await expect(ask()).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  await expect(ask()).rejects.toMatchObject({ code: "KEY_UNPLUGGED" });
  expect(timers.now).toBe(0);
});

test("a key that keeps alive and is busy again, without end, has one minute in all", async () => {
  const { ask, timers } = talk((key, command) => {
    if (command !== COMMAND.CBOR) return;
    for (let at = 0; at < 59_000; at += 1_000)
      timers.after(at, () => key.say(COMMAND.KEEPALIVE, Uint8Array.of(2)));
    timers.after(59_000, () => busy(key));
  });
  await expect(ask()).rejects.toMatchObject({ code: "TOUCH_TIMEOUT" });
  expect(timers.now).toBeLessThanOrEqual(LIMITS.transaction + LIMITS.settle);
});

test("an INIT that is never answered with our nonce ends in two seconds", async () => {
  const { key, timers, open } = talk(well);
  const init = key.init.bind(key);
  key.init = (_, to) => {
    const again = (): void => {
      init(Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9), to);
      if (timers.now < 60_000) timers.after(100, again);
    };
    again();
  };
  await expect(open()).rejects.toMatchObject({ code: "KEY_SILENT" });
  expect(timers.now).toBeLessThanOrEqual(LIMITS.init);
  expect(key.got).toEqual([COMMAND.INIT]);
});

const throws = (): never => {
  throw new Error("the window is gone");
};

test("what the caller's own callback throws does not reach the transaction", async () => {
  const { ask } = talk((key) => {
    key.say(COMMAND.KEEPALIVE, Uint8Array.of(2));
    well(key);
  });
  expect((await ask(undefined, throws)).payload).toEqual(answer);
});
