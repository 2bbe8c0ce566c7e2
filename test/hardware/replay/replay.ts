import { createECDH, createPublicKey, verify } from "node:crypto";
import { base64url, concat, equal, hex } from "../../../crypto/bytes.ts";
import { CodedError } from "../../../crypto/errors.ts";
import { bytesAt, type Cbor, type CborMap, mapAt, wholeAt } from "../../../hardware/fido/cbor.ts";
import { Channel, type Interaction } from "../../../hardware/fido/channel.ts";
import {
  CTAP,
  getAssertion,
  getInfo,
  keyAgreement,
  makeCredential,
  PIN,
  pinRetries,
  pinToken,
  type Session,
  type Verified,
} from "../../../hardware/fido/commands.ts";
import { BROADCAST, COMMAND } from "../../../hardware/fido/frames.ts";
import {
  hmacSecretInput,
  hmacSecretOutput,
  type Salts,
} from "../../../hardware/fido/hmac-secret.ts";
import { authenticate, type Draw, SharedSecret } from "../../../hardware/fido/pin-protocol.ts";
import { refuseStatus, STATUS } from "../../../hardware/fido/status.ts";
import { settle, VirtualTimers } from "../virtual-timers.ts";
import { ReplayDevice } from "./device.ts";
import { isCut, type Recording, type Step, stepsOf } from "./recording.ts";
import { missing, plain, prepares, protocolAt, saltsOf, typed } from "./request.ts";

export interface Verdict {
  readonly derived: number;
  /** Codes in which recorded failures ended, in order. */
  readonly codes: readonly string[];
  readonly problems: readonly string[];
}

/** What each recorded refusal must become for a person. */
const EXPECTED: Readonly<Record<number, string>> = {
  0x19: "KEY_ALREADY_ENROLLED",
  0x2d: "TOUCH_CANCELLED",
  0x2e: "KEY_HAS_NO_CREDENTIAL",
  0x2f: "TOUCH_TIMEOUT",
  0x31: "PIN_WRONG",
  0x32: "PIN_BLOCKED",
  0x34: "PIN_PAUSED",
  0x35: "KEY_PIN_NOT_SET",
  0x36: "KEY_NEEDS_PIN",
  0x37: "KEY_PIN_MUST_CHANGE",
  0x3a: "TOUCH_TIMEOUT",
};
const CANCELLED = 0x2d;
/** No firmware said these: the client gave up by itself. */
const OURS = ["KEY_ANSWER_INVALID", "KEY_SILENT", "KEY_UNPLUGGED"];

/**
 * Drives the client along a recording: it repeats each recorded request with the client's own
 * commands, under the recorded randomness and ephemeral keys, so that every packet must come out
 * as recorded and every `hmacOut` must be derived.
 */
export async function replay(recording: Recording): Promise<Verdict> {
  try {
    return await new Replay(recording).run();
  } catch (error) {
    // Packets that make no conversation.
    return { derived: 0, codes: [], problems: [String(error)] };
  }
}

class Replay {
  readonly #recording: Recording;
  readonly #steps: readonly Step[];
  readonly #device: ReplayDevice;
  readonly #timers = new VirtualTimers();
  readonly #draws: Uint8Array[];
  readonly #scalars: Uint8Array[];
  #session: Session | null = null;
  #peer: CborMap | null = null;
  #token: Uint8Array | null = null;
  #credentials = new Map<string, Uint8Array>();
  #derived = 0;
  /** Secrets with no result beside them: nothing says whether they are right. */
  #unrecorded = 0;
  #codes: string[] = [];
  #problems: string[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#steps = stepsOf(recording);
    this.#device = new ReplayDevice(recording.events);
    this.#draws = recording.events.flatMap(({ rand }) => rand ?? []);
    this.#scalars = recording.events.flatMap(({ ecdhPriv }) => ecdhPriv ?? []);
  }

  async run(): Promise<Verdict> {
    if (this.#steps.length === 0) this.#problems.push("nothing was sent");
    let failed = false;
    for (const [index, step] of this.#steps.entries()) {
      const failure = await this.#attempt(step);
      failed = failure !== null;
      if (failure !== null) this.#judge(step, failure);
      else if (step.cancelled) this.#problems.push("cancelled, and it went on");
      if (this.#device.problem !== null) this.#problems.push(this.#device.problem);
      if (step.answer === null) this.#problems.push("the key's last word is not recorded");
      if (step.unasked) this.#problems.push("an answer follows that nothing asked for");
      if (this.#problems.length > 0) {
        this.#problems[0] = `step ${index + 1}: ${this.#problems[0]}`;
        break;
      }
    }
    if (this.#problems.length === 0) this.#problems.push(...this.#ending(failed));
    return { derived: this.#derived, codes: this.#codes, problems: this.#problems };
  }

  /** A recording must end in what it shows: a run that went well in secrets, another in its failure. */
  *#ending(failed: boolean): Iterable<string> {
    const { events, exit } = this.#recording;
    if (this.#device.left > 0) yield `${this.#device.left} recorded packets were not exchanged`;
    if (exit !== 0) {
      if (!failed) yield "the recorded client failed here, and this one did not";
    } else {
      if (failed) yield "the recorded client went well, and this one failed";
      if (this.#derived === 0) yield "nothing was derived";
      if (this.#unrecorded > 0) yield `${this.#unrecorded} results are not recorded`;
      if (isCut(this.#recording) || prepares(this.#steps.at(-1)))
        yield "the recording ends before what it leads to";
    }
    const wanted = events.filter(({ hmacOut }) => hmacOut !== undefined).length;
    if (this.#derived !== wanted) yield `${this.#derived} of ${wanted} results derived`;
  }

  async #attempt(step: Step): Promise<unknown> {
    const cancel = new AbortController();
    this.#device.cancelDue = () => cancel.abort();
    try {
      await settle(this.#do(step, { signal: cancel.signal }), this.#timers);
      return null;
    } catch (error) {
      return error;
    }
  }

  /** A failure of the client is right if the recorded key refused, and the code says how. */
  #judge({ answer, cancelled }: Step, failure: unknown): void {
    if (!(failure instanceof CodedError)) {
      this.#problems.push(String(failure));
      return;
    }
    const status = answer?.command === COMMAND.CBOR ? (answer.payload[0] ?? 0) : null;
    if (cancelled !== (status === CANCELLED)) {
      this.#problems.push(
        cancelled ? "cancelled, and the key did not say so" : "no CANCEL was sent",
      );
      return;
    }
    const expected = EXPECTED[status ?? 0];
    const right =
      expected === undefined
        ? this.#recording.exit !== 0 && status !== 0 && !OURS.includes(failure.code)
        : failure.code === expected;
    if (right) this.#codes.push(failure.code);
    else this.#problems.push(`ended in ${failure.message}${expected ? `, not ${expected}` : ""}`);
  }

  async #do(step: Step, interaction: Interaction): Promise<void> {
    const { command, payload, channel } = step;
    if (command === COMMAND.INIT && channel === BROADCAST) {
      const opened = await Channel.open(this.#device, this.#draw(step).bytes, this.#timers);
      this.#session = { channel: opened, label: this.#recording.device };
      return;
    }
    const session = this.#session ?? missing("INIT");
    const request = command === COMMAND.CBOR ? typed(payload) : null;
    if (request === null) {
      const answer = await session.channel.transact(command, payload, interaction);
      if (!equal(answer.payload, step.answer?.payload ?? new Uint8Array()))
        throw new Error("another answer than recorded");
      const [status = 0] = answer.payload;
      if (command !== COMMAND.CBOR || status === STATUS.ok) return;
      const { label } = session;
      const { askedForTouch } = answer;
      return refuseStatus({ operation: "a request", label, status, askedForTouch });
    }
    const { ctap, map } = request;
    if (ctap === CTAP.getInfo) await getInfo(session);
    else if (ctap === CTAP.makeCredential) await this.#make(session, map, interaction);
    else if (ctap === CTAP.getAssertion) await this.#assert(session, step, map, interaction);
    else await this.#pin(session, step, map);
  }

  async #pin(session: Session, step: Step, map: CborMap): Promise<void> {
    const protocol = protocolAt(map, 1);
    const subcommand = wholeAt(map, 2);
    if (subcommand === PIN.retries) await pinRetries(session, protocol);
    else if (subcommand === PIN.keyAgreement) {
      this.#peer = null;
      this.#peer = await keyAgreement(session, protocol);
    } else {
      const shared = this.#agree(protocol, step);
      const pinHash = shared.decrypt(bytesAt(map, 6));
      const rpId = map.get(10);
      const use =
        subcommand === PIN.token
          ? null
          : {
              permissions: wholeAt(map, 9),
              ...(typeof rpId === "string" ? { rpId } : {}),
            };
      this.#token = await pinToken(session, shared, pinHash, use);
    }
  }

  async #make(session: Session, map: CborMap, interaction: Interaction): Promise<void> {
    const clientDataHash = bytesAt(map, 1);
    const verified = this.#verified(map, 8, 9, clientDataHash);
    const made = await makeCredential(
      session,
      {
        clientDataHash,
        rp: plain(mapAt(map, 2)) as { id: string },
        user: plain(mapAt(map, 3)) as { id: Uint8Array },
        algorithms: (map.get(4) as readonly CborMap[]).map((one) => wholeAt(one, "alg")),
        exclude: ((map.get(5) ?? []) as readonly CborMap[]).map((one) => bytesAt(one, "id")),
        extensions: map.has(6) ? plain(mapAt(map, 6)) : {},
        ...(map.has(7) ? { options: plain(mapAt(map, 7)) as Record<string, boolean> } : {}),
        ...(verified === null ? {} : { verified }),
      },
      interaction,
    );
    const { credential } = made;
    if (credential === null) throw new Error("no credential in the answer");
    this.#credentials.set(hex(credential.id), credential.publicKey);
  }

  async #assert(
    session: Session,
    step: Step,
    map: CborMap,
    interaction: Interaction,
  ): Promise<void> {
    const clientDataHash = bytesAt(map, 2);
    const asked = map.has(4) ? mapAt(map, 4) : new Map<Cbor, Cbor>();
    const extensions: Record<string, Cbor> = plain(asked);
    let shared: SharedSecret | null = null;
    let salts: Salts | null = null;
    if (asked.has("hmac-secret")) {
      const input = mapAt(asked, "hmac-secret");
      const verifiedBy = map.has(7) ? protocolAt(map, 7) : 1;
      shared = this.#agree(input.has(4) ? protocolAt(input, 4) : verifiedBy, step);
      salts = saltsOf(step, shared.decrypt(bytesAt(input, 2)));
      extensions["hmac-secret"] = hmacSecretInput(shared, salts);
    }
    const verified = this.#verified(map, 6, 7, clientDataHash);
    const allow = ((map.get(3) ?? []) as readonly CborMap[]).map((one) => bytesAt(one, "id"));
    const made = await getAssertion(
      session,
      {
        rpId: String(map.get(1)),
        clientDataHash,
        allow,
        extensions,
        ...(map.has(5) ? { options: plain(mapAt(map, 5)) as Record<string, boolean> } : {}),
        ...(verified === null ? {} : { verified }),
      },
      interaction,
    );
    const publicKey = this.#credentials.get(hex(made.credentialId));
    const signed = concat(made.authenticatorData, clientDataHash);
    if (publicKey !== undefined && !verifies(publicKey, signed, made.signature))
      throw new Error("the assertion's signature does not verify");
    if (step.credId !== null && !equal(step.credId, made.credentialId))
      throw new Error("another credential than recorded");
    if (shared === null || salts === null) {
      if (step.hmacOut !== null) throw new Error("hmacOut without hmac-secret");
      return;
    }
    const outputs = hmacSecretOutput(shared, made.data.extensions, salts);
    if (step.hmacOut === null) {
      this.#unrecorded++;
      return;
    }
    if (!equal(concat(...outputs), step.hmacOut)) throw new Error("another hmacOut than recorded");
    this.#derived++;
  }

  #verified(
    map: CborMap,
    param: number,
    protocol: number,
    clientDataHash: Uint8Array,
  ): Verified | null {
    if (!map.has(param)) return null;
    const which = protocolAt(map, protocol);
    const token = this.#token ?? missing("a PIN token");
    return { param: authenticate(which, token, clientDataHash), protocol: which };
  }

  #agree(protocol: 1 | 2, step: Step): SharedSecret {
    return SharedSecret.agree(protocol, this.#peer ?? missing("a key agreement"), this.#draw(step));
  }

  /** The recorded draw that this request carries; else the first of that length. */
  #draw({ payload }: Step): Draw {
    const message = hex(payload);
    return {
      bytes: (length) =>
        pick(this.#draws, (one) => one.length === length && message.includes(hex(one))) ??
        pick(this.#draws, (one) => one.length === length) ??
        missing(`${length} random bytes`),
      scalar: () =>
        pick(this.#scalars, (one) => message.includes(hex(pointX(one)))) ??
        missing("an ephemeral key that this request carries"),
    };
  }
}

/** Takes the first that fits out of the list: each draw is used once. */
function pick(from: Uint8Array[], fits: (one: Uint8Array) => boolean): Uint8Array | null {
  const index = from.findIndex(fits);
  return index === -1 ? null : (from.splice(index, 1)[0]?.slice() ?? null);
}

function pointX(scalar: Uint8Array): Uint8Array {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(scalar);
  return new Uint8Array(pair.getPublicKey()).subarray(1, 33);
}

function verifies(point: Uint8Array, signed: Uint8Array, signature: Uint8Array): boolean {
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: base64url(point.subarray(1, 33)),
    y: base64url(point.subarray(33)),
  };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return verify("sha256", signed, key, signature);
}
