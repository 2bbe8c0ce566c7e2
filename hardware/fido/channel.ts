import { equal } from "../../crypto/bytes.ts";
import type { Entropy } from "../../crypto/entropy.ts";
import { hardwareError, isCode, malformed, refuse } from "../errors.ts";
import type { PacketPort } from "../packets.ts";
import type { HardwareCode } from "../security-key.ts";
import { sleep, type Timers } from "../timers.ts";
import { Assembly, BROADCAST, COMMAND, readReport, type Report, reportsOf } from "./frames.ts";

/** What a person sees of a transaction, and how it is given up. */
export interface Interaction {
  /** Aborting sends CTAPHID_CANCEL; the call ends in `TOUCH_CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the key begins to wait for a touch ("touch") or works on ("working"). */
  readonly waiting?: ((what: "touch" | "working") => void) | undefined;
}

/** Milliseconds. Keys send a keepalive every 100 ms while they work (CTAP 2.1 §11.2.9.1.7). */
export const LIMITS = {
  /** INIT is answered by the transport alone: this long in all. */
  init: 2_000,
  /** No report at all for this channel. */
  silence: 5_000,
  /**
   * One transaction in all, keepalives and tries of a busy key among it; a key gives up on a touch
   * before. Then its answer to a CANCEL is awaited.
   */
  transaction: 60_000,
  /** For the answer to a CANCEL. */
  settle: 1_000,
  /** Between tries while another program's transaction runs; and how many. */
  busyPause: 100,
  busyTries: 20,
} as const;

const NONCE_BYTES = 8;
const INIT_BYTES = 17;
const CAPABILITY = { wink: 0x01, cbor: 0x04 } as const;
const ERROR_BUSY = 0x06;
const TOUCH_NEEDED = 2;

export interface Answer {
  readonly payload: Uint8Array;
  /** The key asked for a touch before it answered. */
  readonly askedForTouch: boolean;
}

interface Exchange {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
  readonly silence: number;
  /** In all, whatever the key says meanwhile. */
  readonly limit: number;
  readonly interaction: Interaction;
  /** False: this message is not the answer to this exchange (INIT with another nonce). */
  readonly mine: (payload: Uint8Array) => boolean;
}

/** When an exchange has taken all its time, over all its tries. */
interface Deadline {
  passed: boolean;
  tell: () => void;
}

/** What the caller's own callback throws changes nothing here: the key still waits for its touch. */
export function tell({ waiting }: Interaction, what: "touch" | "working"): void {
  try {
    waiting?.(what);
  } catch {
    // its own affair
  }
}

/**
 * One CTAPHID channel of an open key: one transaction at a time, each bounded in time and size.
 * Reports of other channels, stale replies and stray continuations are skipped: a HID device
 * speaks to every program that has it open.
 *
 * Ends in a value or in one of: KEY_UNPLUGGED, KEY_SILENT, KEY_BUSY, KEY_ANSWER_INVALID,
 * KEY_REFUSED, TOUCH_CANCELLED, TOUCH_TIMEOUT.
 */
export class Channel {
  readonly #port: PacketPort;
  readonly #entropy: Entropy;
  readonly #timers: Timers;
  #id = BROADCAST;
  #capabilities = 0;
  #take: (report: Report) => void = () => undefined;
  #gone: () => void = () => undefined;
  #ended = false;
  /** The last transaction got no final answer: INIT clears what may still come (§11.2.9.1.3). */
  #unsettled = false;

  private constructor(port: PacketPort, entropy: Entropy, timers: Timers) {
    this.#port = port;
    this.#entropy = entropy;
    this.#timers = timers;
    port.listen((bytes) => {
      const report = readReport(bytes);
      if (report !== null) this.#take(report);
    });
    void port.ended.then(() => {
      this.#ended = true;
      this.#gone();
    });
  }

  /** Asks the key for a channel of our own. */
  static async open(
    port: PacketPort,
    entropy: Entropy,
    timers: Timers,
    signal?: AbortSignal,
  ): Promise<Channel> {
    const channel = new Channel(port, entropy, timers);
    await channel.#init(BROADCAST, signal);
    return channel;
  }

  get speaksCtap2(): boolean {
    return (this.#capabilities & CAPABILITY.cbor) !== 0;
  }

  get winks(): boolean {
    return (this.#capabilities & CAPABILITY.wink) !== 0;
  }

  async transact(
    command: number,
    payload: Uint8Array,
    interaction: Interaction = {},
  ): Promise<Answer> {
    if (this.#unsettled) await this.#init(this.#id, interaction.signal);
    return this.#patiently({
      channel: this.#id,
      command,
      payload,
      silence: LIMITS.silence,
      limit: LIMITS.transaction,
      interaction,
      mine: () => true,
    });
  }

  async #init(channel: number, signal: AbortSignal | undefined): Promise<void> {
    const nonce = this.#entropy(NONCE_BYTES);
    const { payload } = await this.#patiently({
      channel,
      command: COMMAND.INIT,
      payload: nonce,
      silence: LIMITS.init,
      limit: LIMITS.init,
      interaction: { signal },
      mine: (answer) =>
        answer.length >= INIT_BYTES && equal(answer.subarray(0, NONCE_BYTES), nonce),
    });
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const id = view.getUint32(NONCE_BYTES);
    if (id === 0 || id === BROADCAST) malformed("the channel that INIT gave");
    this.#id = id;
    this.#capabilities = view.getUint8(INIT_BYTES - 1);
  }

  /** Tries again while another program's transaction occupies the key. */
  async #patiently(exchange: Exchange): Promise<Answer> {
    const deadline: Deadline = { passed: false, tell: () => undefined };
    const stop = this.#timers.after(exchange.limit, () => {
      deadline.passed = true;
      deadline.tell();
    });
    try {
      for (let tries = 1; ; tries++) {
        try {
          return await this.#exchange(exchange, deadline);
        } catch (error) {
          if (!isCode(error, "KEY_BUSY") || tries === LIMITS.busyTries) throw error;
        }
        await sleep(this.#timers, LIMITS.busyPause);
        if (deadline.passed) return refuse("KEY_BUSY");
      }
    } finally {
      stop();
    }
  }

  async #exchange(exchange: Exchange, deadline: Deadline): Promise<Answer> {
    if (exchange.interaction.signal?.aborted === true) return refuse("TOUCH_CANCELLED");
    if (this.#ended) return refuse("KEY_UNPLUGGED");
    const { channel, command, silence, interaction } = exchange;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const fail = (code: HardwareCode): void => reject(hardwareError(code));
    let assembly: Assembly | null = null;
    let status = 0;
    let askedForTouch = false;
    let sent = false;
    let givenUp: HardwareCode | null = null;
    const stops = new Map<string, () => void>();
    const limit = (name: string, ms: number, run: () => void): void => {
      stops.get(name)?.();
      stops.set(name, this.#timers.after(ms, run));
    };
    const cancel = (): void => {
      for (const report of reportsOf(channel, COMMAND.CANCEL, new Uint8Array()))
        this.#port.write(report).catch(() => fail("KEY_UNPLUGGED"));
    };
    // Once only. The key's own last word is awaited, so that the channel is clean afterwards.
    const giveUp = (code: HardwareCode): void => {
      if (givenUp !== null) return;
      givenUp = code;
      // A channel that was not given yet has nothing to cancel.
      if (command === COMMAND.INIT) return fail(code);
      if (sent) cancel();
      limit("settle", LIMITS.settle, () => fail(code));
    };
    const abort = (): void => giveUp("TOUCH_CANCELLED");
    const quiet = (): void =>
      limit("silence", silence, () => {
        if (givenUp === null && sent && command !== COMMAND.INIT) cancel();
        fail(givenUp ?? "KEY_SILENT");
      });

    const finish = (payload: Uint8Array): void => {
      if (!exchange.mine(payload)) {
        assembly = null;
        return;
      }
      this.#unsettled = false;
      if (givenUp === null) return resolve({ payload, askedForTouch });
      payload.fill(0);
      fail(givenUp);
    };

    this.#take = (report) => {
      if (report.channel !== channel) return;
      try {
        if (report.kind === "more") {
          if (assembly === null) return;
          quiet();
          assembly.add(report);
        } else if (report.command === COMMAND.KEEPALIVE && assembly === null) {
          quiet();
          const now = report.data[0] ?? 0;
          if (now === status) return;
          status = now;
          askedForTouch ||= now === TOUCH_NEEDED;
          tell(interaction, now === TOUCH_NEEDED ? "touch" : "working");
          return;
        } else if (report.command === COMMAND.ERROR && report.length === 1) {
          const code = report.data[0] ?? 0;
          if (givenUp === null && code === ERROR_BUSY) this.#unsettled = false;
          if (givenUp !== null) return fail(givenUp);
          if (code === ERROR_BUSY) return fail("KEY_BUSY");
          refuse("KEY_REFUSED", { operation: "CTAPHID", status: hexByte(code) });
        } else if (report.command === command) {
          quiet();
          if (assembly !== null) malformed("a second answer inside the first");
          assembly = new Assembly(report);
        } else {
          // A late answer to something else, from before our INIT.
          return;
        }
        if (assembly.payload !== null) finish(assembly.payload);
      } catch (error) {
        reject(error);
      }
    };
    this.#gone = () => fail("KEY_UNPLUGGED");
    this.#unsettled = true;
    const { signal } = interaction;
    signal?.addEventListener("abort", abort, { once: true });
    quiet();
    deadline.tell = () => giveUp(askedForTouch ? "TOUCH_TIMEOUT" : "KEY_SILENT");
    try {
      void this.#send(reportsOf(channel, command, exchange.payload)).then(
        () => {
          sent = true;
          if (givenUp !== null) cancel();
        },
        () => fail("KEY_UNPLUGGED"),
      );
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
      for (const stop of stops.values()) stop();
      this.#take = () => undefined;
      this.#gone = () => undefined;
      deadline.tell = () => undefined;
    }
  }

  async #send(reports: readonly Uint8Array[]): Promise<void> {
    for (const report of reports) await this.#port.write(report);
  }
}

export const hexByte = (value: number): string => `0x${value.toString(16).padStart(2, "0")}`;
