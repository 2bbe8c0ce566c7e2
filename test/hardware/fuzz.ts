import fc from "fast-check";
import { CodedError } from "../../crypto/errors.ts";
import { readAuthenticatorData } from "../../hardware/fido/auth-data.ts";
import { type Cbor, decode, encode } from "../../hardware/fido/cbor.ts";
import { Channel, LIMITS } from "../../hardware/fido/channel.ts";
import { BROADCAST, COMMAND, MAX_MESSAGE, reportsOf } from "../../hardware/fido/frames.ts";
import { readInfo } from "../../hardware/fido/info.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { COMMAND_MS, OtpKey } from "../../hardware/otp/key.ts";
import type { FeaturePort, PacketPort } from "../../hardware/packets.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { settle, VirtualTimers } from "./virtual-timers.ts";

/**
 * Random and mutated input against the client: each case must end in a value or a coded error, in
 * bounded time. The shares add up to one; a run of N has N cases in all.
 */
export const SHARES = { cbor: 0.5, channel: 0.4, key: 0.07, otp: 0.03 } as const;

const OURS = 0x01020304;
/** The longest that a transaction may take: clearing the channel, itself, the answer to a CANCEL. */
const TRANSACTION_MS = LIMITS.init + LIMITS.transaction + LIMITS.settle + LIMITS.busyPause;

const zeros = (length: number): Uint8Array => new Uint8Array(length);

async function coded(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
  }
}

const mutated = (valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
      fc.boolean(),
    )
    .map(([bytes, changes, cut, shorten]) => {
      const out = shorten ? bytes.slice(0, cut % (bytes.length + 1)) : bytes.slice();
      for (const [at, value] of changes) if (out.length > 0) out[at % out.length] = value;
      return out;
    });

const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 40 }),
);
const cborValue: fc.Arbitrary<Cbor> = fc.letrec<{ node: Cbor }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("node"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: -8, max: 32 }), tie("node")), {
        maxLength: 5,
        selector: ([key]) => key,
      })
      .map((entries) => new Map(entries)),
  ),
})).node;
const cborBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated(cborValue.map(encode)));

const report = fc
  .tuple(
    fc.constantFrom(OURS, OURS, OURS, BROADCAST, 7),
    fc.oneof(
      fc
        .constantFrom(COMMAND.CBOR, COMMAND.KEEPALIVE, COMMAND.ERROR, COMMAND.INIT, COMMAND.PING)
        .map((command) => command | 0x80),
      fc.nat(5),
      fc.nat(255),
    ),
    fc.constantFrom(0, 1, 17, 57, 58, 120, MAX_MESSAGE, MAX_MESSAGE + 1, 0xffff),
    fc.uint8Array({ maxLength: 57 }),
    fc.constantFrom(64, 64, 64, 64, 64, 63, 65, 0),
  )
  .map(([channel, head, length, data, size]) => {
    const out = zeros(64);
    new DataView(out.buffer).setUint32(0, channel);
    out.set([head, length >>> 8, length & 0xff, ...data], 4);
    return size <= 64 ? out.slice(0, size) : Uint8Array.of(...out, 0);
  });
const script = fc.array(fc.tuple(fc.constantFrom(0, 1, 90, 4_000, 59_000), report), {
  maxLength: 12,
});

/** Answers INIT properly, then says what the script says, whatever it is asked. */
class Scripted implements PacketPort {
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #timers: VirtualTimers;
  readonly #script: readonly (readonly [number, Uint8Array])[];
  #take: (report: Uint8Array) => void = () => undefined;
  #begun = false;

  constructor(timers: VirtualTimers, says: readonly (readonly [number, Uint8Array])[]) {
    this.#timers = timers;
    this.#script = says;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  listen(take: (report: Uint8Array) => void): void {
    this.#take = take;
  }

  async write(sent: Uint8Array): Promise<void> {
    if (sent[4] === (COMMAND.INIT | 0x80)) {
      const answer = Uint8Array.of(...sent.subarray(7, 15), 1, 2, 3, 4, 2, 5, 0, 0, 5);
      const channel = new DataView(sent.buffer).getUint32(0);
      for (const one of reportsOf(channel, COMMAND.INIT, answer))
        this.#timers.after(0, () => this.#take(one));
    } else if (!this.#begun) {
      this.#begun = true;
      let at = 0;
      for (const [wait, says] of this.#script) {
        at += wait;
        this.#timers.after(at, () => this.#take(says));
      }
    }
  }

  async close(): Promise<void> {
    this.#end();
  }
}

/** One piece of work, in virtual time: a value or a coded error, within `limit`. */
async function inTime(
  timers: VirtualTimers,
  limit: () => number,
  work: () => Promise<unknown>,
): Promise<void> {
  const begun = timers.now;
  await coded(() => settle(work(), timers));
  const took = timers.now - begun;
  if (took > limit()) throw new Error(`took ${took} ms of ${limit()}`);
}

const cborCases = (numRuns: number, seed: number) =>
  fc.assert(
    fc.asyncProperty(cborBytes, async (bytes) => {
      await coded(() => {
        const value = decode(bytes);
        // What is accepted is canonical: it is written the same again.
        if (Buffer.compare(encode(value), bytes) !== 0) throw new Error("not canonical");
        if (value instanceof Map) readInfo(value);
      });
      await coded(() => readAuthenticatorData(bytes, bytes.subarray(0, 32)));
    }),
    { numRuns, seed },
  );

const channelCases = (numRuns: number, seed: number) =>
  fc.assert(
    fc.asyncProperty(script, fc.option(fc.nat(70_000)), async (says, abortAt) => {
      const timers = new VirtualTimers();
      const stop = new AbortController();
      let channel: Channel | null = null;
      await inTime(
        timers,
        () => LIMITS.init,
        async () => {
          channel = await Channel.open(new Scripted(timers, says), zeros, timers);
        },
      );
      if (abortAt !== null) timers.after(abortAt, () => stop.abort());
      const ask = (length: number, signal?: AbortSignal) => async () =>
        channel?.transact(COMMAND.CBOR, zeros(length), { signal });
      // Once it is given up, only the key's last word is waited for.
      const givenUp = (abortAt ?? Infinity) + LIMITS.settle + LIMITS.busyPause;
      await inTime(timers, () => Math.min(TRANSACTION_MS, givenUp), ask(70, stop.signal));
      // Whatever was left over: the channel still serves or fails in a coded way.
      await inTime(timers, () => TRANSACTION_MS, ask(1));
    }),
    { numRuns, seed },
  );

/** Whole answers to whatever is asked, some of them real ones with a few bytes changed. */
const answers = (real: readonly Uint8Array[]) =>
  fc.array(
    fc.oneof(
      mutated(fc.constantFrom(...real)),
      fc.constantFrom(...real),
      cborBytes.map((bytes) => Uint8Array.of(0, ...bytes)),
      fc.nat(255).map((status) => Uint8Array.of(status)),
    ),
    { minLength: 1, maxLength: 8 },
  );

class Answering extends Scripted {
  asked = 0;
  readonly #timers: VirtualTimers;
  readonly #answers: readonly Uint8Array[];
  #next = 0;
  #heard: (report: Uint8Array) => void = () => undefined;
  #expected = 0;

  constructor(timers: VirtualTimers, says: readonly Uint8Array[]) {
    super(timers, []);
    this.#timers = timers;
    this.#answers = says;
  }

  override listen(take: (report: Uint8Array) => void): void {
    super.listen(take);
    this.#heard = take;
  }

  override async write(sent: Uint8Array): Promise<void> {
    await super.write(sent);
    const head = sent[4] ?? 0;
    if (head === (COMMAND.CBOR | 0x80))
      this.#expected = Math.max(0, (((sent[5] ?? 0) << 8) | (sent[6] ?? 0)) - 57);
    else if (head < 0x80) this.#expected -= 59;
    else return;
    if (this.#expected > 0) return;
    this.asked++;
    const answer = this.#answers[this.#next++ % this.#answers.length] ?? zeros(1);
    for (const one of reportsOf(OURS, COMMAND.CBOR, answer))
      this.#timers.after(0, () => this.#heard(one));
  }
}

const keyCases = (numRuns: number, seed: number, real: readonly Uint8Array[]) =>
  fc.assert(
    fc.asyncProperty(answers(real), fc.nat(5), async (says, which) => {
      const timers = new VirtualTimers();
      let draws = 1;
      const bytes = (length: number): Uint8Array => zeros(length).fill(draws++ & 0x7f);
      const port = new Answering(timers, says);
      const connect = async (): Promise<PacketPort> => port;
      const key = new Fido2Key({ label: "n", connect }, { draw: drawFrom(bytes), timers });
      const salt = zeros(32);
      const asked = { credentialId: zeros(32), salt, digest: salt, pin: "1234" };
      const call = [
        () => key.facts(),
        () => key.enrol({ salt, userName: "n", pin: "1234" }),
        () => key.touch(asked),
        () => key.approve(asked),
        () => key.holds(asked.credentialId, "1234"),
        () => key.select({}),
      ][which];
      await inTime(
        timers,
        () => LIMITS.init + port.asked * TRANSACTION_MS,
        async () => call?.(),
      );
    }),
    { numRuns, seed },
  );

const otpCases = (numRuns: number, seed: number) =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.constantFrom(0x00, 0x20, 0x40, 0x41, 0x42, 0x43, 0x80), { maxLength: 20 }),
      async (reports, flags) => {
        const timers = new VirtualTimers();
        let at = 0;
        const port: FeaturePort = {
          ended: Promise.resolve(),
          read: async () => {
            const flag = flags[at % Math.max(1, flags.length)];
            const now = (reports[at++ % reports.length] ?? zeros(8)).slice();
            if (flag !== undefined) now[7] = flag;
            return now;
          },
          write: async () => undefined,
          close: async () => undefined,
        };
        const key = new OtpKey({ label: "n", connect: async () => port }, timers);
        const challenge = Uint8Array.of(1, 2, 3);
        await inTime(
          timers,
          () => COMMAND_MS,
          async () => key.respond({ slot: 1, challenge }),
        );
        await inTime(
          timers,
          () => COMMAND_MS,
          async () => key.facts(),
        );
      },
    ),
    { numRuns, seed },
  );

/** `real`: payloads that keys have answered. */
export async function fuzz(
  cases: number,
  seed: number,
  real: readonly Uint8Array[],
): Promise<void> {
  await cborCases(Math.ceil(cases * SHARES.cbor), seed);
  await channelCases(Math.ceil(cases * SHARES.channel), seed);
  await keyCases(Math.ceil(cases * SHARES.key), seed, real);
  await otpCases(Math.ceil(cases * SHARES.otp), seed);
}
