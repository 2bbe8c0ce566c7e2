import { equal, fromHex } from "../../../crypto/bytes.ts";
import { CTAP } from "../../../hardware/fido/commands.ts";
import { Assembly, COMMAND, readReport } from "../../../hardware/fido/frames.ts";

/** A recorded conversation with a key: what each event says, in order. Bytes are hex. */
export interface Recording {
  readonly device: string;
  readonly exit: number;
  readonly args: readonly string[];
  readonly events: readonly Event[];
}

export interface Event {
  readonly tx?: Uint8Array;
  readonly rx?: Uint8Array;
  /** Random bytes that the recorded client drew. */
  readonly rand?: Uint8Array;
  /** An ephemeral P-256 private key of the recorded client. */
  readonly ecdhPriv?: Uint8Array;
  readonly salt1?: Uint8Array;
  readonly salt2?: Uint8Array;
  readonly credId?: Uint8Array;
  /** What a client must derive: 32 bytes a salt. */
  readonly hmacOut?: Uint8Array;
}

/** One request and what the key said to it. */
export interface Step {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
  /** It asks for an assertion. */
  readonly touch: boolean;
  /** The client cancelled it. */
  readonly cancelled: boolean;
  /** The key's final answer; null if the recording ends without one. */
  readonly answer: { readonly command: number; readonly payload: Uint8Array } | null;
  /** Another answer followed it: what was asked for that one is missing. */
  readonly unasked: boolean;
  /** What a touch was asked with, as recorded beside the packets. */
  readonly salt1: Uint8Array | null;
  readonly salt2: Uint8Array | null;
  readonly credId: Uint8Array | null;
  readonly hmacOut: Uint8Array | null;
}

type Results = Pick<Step, "salt1" | "salt2" | "credId" | "hmacOut">;
const NO_RESULTS: Results = { salt1: null, salt2: null, credId: null, hmacOut: null };

const NAMES = ["tx", "rx", "rand", "ecdhPriv", "salt1", "salt2", "credId", "hmacOut"] as const;

export function readRecording(text: string): Recording {
  const { device, exit, args, events } = JSON.parse(text) as Record<string, unknown>;
  if (!Array.isArray(events)) throw new Error("no list of events");
  return {
    device: String(device ?? "unnamed"),
    exit: Number(exit ?? 0),
    args: Array.isArray(args) ? args.map(String) : [],
    // One event may carry several values: each is an event of its own, in the order given.
    events: events.flatMap((event: Readonly<Record<string, unknown>>) =>
      Object.entries(event)
        .filter(([name]) => (NAMES as readonly string[]).includes(name))
        .map(([name, value]) => ({ [name]: fromHex(String(value).toLowerCase()) })),
    ),
  };
}

/** Something was drawn after the last packet, and nothing was sent with it: the rest is missing. */
export const isCut = ({ events }: Recording): boolean =>
  events.findLastIndex(({ rand, ecdhPriv }) => (rand ?? ecdhPriv) !== undefined) >
  events.findLastIndex(({ tx, rx }) => (tx ?? rx) !== undefined);

/** The channel that an INIT was answered with: the first word on it is the client's. */
const given = ({ command, answer }: Step): number | undefined =>
  command === COMMAND.INIT && answer !== null && answer.payload.length >= 12
    ? new DataView(answer.payload.buffer, answer.payload.byteOffset).getUint32(8)
    : undefined;

/**
 * Packets put together to requests and answers. What stands beside the packets belongs to the touch
 * before it, or, where the request before it was none, to the next; in which order does not matter.
 */
export function stepsOf({ events }: Recording): Step[] {
  const steps: { -readonly [K in keyof Step]: Step[K] }[] = [];
  let request: Assembly | null = null;
  let answer: { command: number; assembly: Assembly; first: Uint8Array } | null = null;
  let ahead: Results = NO_RESULTS;
  for (const { tx, rx, rand, ecdhPriv, ...results } of events) {
    const step = steps.at(-1);
    if (tx !== undefined) {
      const report = readReport(tx);
      if (report === null) throw new Error("a sent packet is not 64 bytes");
      if (report.kind === "more") {
        request?.add(report);
        if (step !== undefined && request?.payload) step.payload = request.payload;
      } else if (report.command === COMMAND.CANCEL) {
        if (step !== undefined) step.cancelled = true;
      } else {
        request = new Assembly(report);
        answer = null;
        steps.push({
          channel: report.channel,
          command: report.command,
          payload: request.payload ?? new Uint8Array(),
          touch: report.command === COMMAND.CBOR && report.data[0] === CTAP.getAssertion,
          cancelled: false,
          answer: null,
          unasked: false,
          ...NO_RESULTS,
        });
        const added = steps.at(-1);
        if (added?.touch === true) {
          Object.assign(added, ahead);
          ahead = NO_RESULTS;
        }
      }
    } else if (rx !== undefined && step !== undefined) {
      const report = readReport(rx);
      if (report === null || ![step.channel, given(step)].includes(report.channel)) continue;
      const begins = report.kind === "start" && report.command !== COMMAND.KEEPALIVE;
      if (step.answer !== null) {
        // A key may repeat itself; it says nothing else unasked.
        if (begins && (answer === null || !equal(rx, answer.first))) step.unasked = true;
        continue;
      }
      if (report.kind === "more") answer?.assembly.add(report);
      else if (begins)
        answer = { command: report.command, assembly: new Assembly(report), first: rx };
      if (answer?.assembly.payload)
        step.answer = { command: answer.command, payload: answer.assembly.payload };
    } else if (rand === undefined && ecdhPriv === undefined && rx === undefined) {
      if (step !== undefined && step.touch) Object.assign(step, results);
      else ahead = { ...ahead, ...results };
    }
  }
  return steps;
}
