import { equal, utf8 } from "../../crypto/bytes.ts";
import { isCode, malformed, refuse } from "../errors.ts";
import type { PacketPort } from "../packets.ts";
import {
  type ApproveRequest,
  type Assertion,
  type EnrolRequest,
  type Enrolment,
  type KeyInfo,
  RELYING_PARTY,
  type SecurityKey,
  type TouchRequest,
} from "../security-key.ts";
import type { Timers } from "../timers.ts";
import { FLAG } from "./auth-data.ts";
import type { Cbor } from "./cbor.ts";
import { Channel, type Interaction } from "./channel.ts";
import {
  getAssertion,
  getInfo,
  type MadeAssertion,
  makeCredential,
  PERMISSION,
  pinRetries,
  type Session,
  wink,
} from "./commands.ts";
import { checkAssertion } from "./es256.ts";
import { hmacSecretInput, hmacSecretOutput, type Salts } from "./hmac-secret.ts";
import { ES256, type Info } from "./info.ts";
import { agree, protocolOf, verifyUser } from "./pin.ts";
import type { Draw } from "./pin-protocol.ts";
import { awaitSelection } from "./selection.ts";
import { type Unusable, unusable } from "./usable.ts";

/** What a key needs of the world. */
export interface Means {
  readonly draw: Draw;
  readonly timers: Timers;
}

/** A key as it is plugged in: what to call it, and how to open it. */
export interface Plugged {
  readonly label: string;
  /** Rejects with the room's codes when it can't be opened. */
  connect(): Promise<PacketPort>;
}

export interface DeriveRequest {
  readonly credentialId: Uint8Array;
  /** One or two salts of 32 bytes: one touch for both. */
  readonly salts: Salts;
  readonly pin: string;
  readonly signal?: AbortSignal;
  readonly waiting?: (what: "touch" | "working") => void;
}

/** What a key says of itself, and what keeps it from sealing a vault. */
export interface Fido2Facts extends KeyInfo {
  readonly versions: readonly string[];
  readonly extensions: readonly string[];
  readonly protocols: readonly number[];
  readonly why: readonly Unusable[];
}

const HASH_BYTES = 32;
const USER_ID_BYTES = 16;
/** userVerificationRequired (CTAP 2.1 §12.1). */
const UV_REQUIRED = 3;
/** What keys keep of a name without cutting it themselves (CTAP 2.1 §6.1). */
const NAME_BYTES = 64;

/**
 * A FIDO2 key behind packets. Each call opens the key, asks it who it is (a PIN set meanwhile
 * changes its answer), does one thing and lets go of it: between calls it may be unplugged, plugged
 * in again, or serve another program.
 */
export class Fido2Key implements SecurityKey {
  readonly label: string;
  readonly #plugged: Plugged;
  readonly #draw: Draw;
  readonly #timers: Timers;

  constructor(plugged: Plugged, { draw, timers }: Means) {
    this.label = plugged.label;
    this.#plugged = plugged;
    this.#draw = draw;
    this.#timers = timers;
  }

  async info(): Promise<KeyInfo> {
    const { label, aaguid, hmacSecret, pinSet, pinRetries: retries, firmware } = await this.facts();
    return { label, aaguid, hmacSecret, pinSet, pinRetries: retries, firmware };
  }

  facts(): Promise<Fido2Facts> {
    return this.#open(async (session, info) => {
      const pinSet = info.options.get("clientPin") === true;
      const retries = pinSet ? await pinRetries(session, protocolOf(info)) : null;
      const { aaguid, firmware, versions, extensions, protocols } = info;
      const hmacSecret = extensions.includes("hmac-secret");
      return {
        label: this.label,
        aaguid,
        hmacSecret,
        pinSet,
        pinRetries: retries?.left ?? 0,
        firmware,
        versions,
        extensions,
        protocols,
        why: unusable(info, retries),
      };
    });
  }

  async holds(credentialId: Uint8Array, pin?: string): Promise<boolean> {
    return this.#open(async (session, info) => {
      if (await this.#shows(session, info, credentialId)) return true;
      // Without a PIN of its own, a key hides nothing behind one: it is another, or was reset.
      if (pin === undefined || info.options.get("clientPin") !== true) return false;
      return this.#shows(session, info, credentialId, pin);
    });
  }

  async select(interaction: Interaction): Promise<void> {
    await this.#open(
      (session, info) => awaitSelection(session, info, interaction),
      interaction.signal,
    );
  }

  async enrol(request: EnrolRequest): Promise<Enrolment> {
    const { salt, userName, pin, exclude = [], ...interaction } = request;
    return this.#open(async (session, info) => {
      const { label } = this;
      if (!info.extensions.includes("hmac-secret")) return refuse("KEY_NO_HMAC_SECRET", { label });
      const clientDataHash = this.#draw.bytes(HASH_BYTES);
      const protect = info.extensions.includes("credProtect");
      const verified = await verifyUser(session, info, this.#draw, {
        pin,
        permissions: PERMISSION.makeCredential,
        rpId: RELYING_PARTY,
        clientDataHash,
      });
      const name = cut(userName);
      const made = await makeCredential(
        session,
        {
          clientDataHash,
          rp: { id: RELYING_PARTY, name: "Pullstation" },
          user: { id: this.#draw.bytes(USER_ID_BYTES), name, displayName: name },
          algorithms: [ES256],
          exclude,
          extensions: { ...(protect ? { credProtect: UV_REQUIRED } : {}), "hmac-secret": true },
          verified,
        },
        interaction,
      );
      const { credential, extensions, flags } = made;
      if (credential === null || (flags & FLAG.uv) === 0) return malformed("the new credential");
      if (extensions?.get("hmac-secret") !== true) return refuse("KEY_NO_HMAC_SECRET", { label });
      const { id, publicKey, aaguid } = credential;
      const asked = { id, salts: [salt], pin, interaction, publicKey } as const;
      const output = await this.#derive(session, info, asked);
      const uvBound = await this.#bindsUv(session, info, { id, salt, output, interaction });
      return { credentialId: id, publicKey, aaguid, output, uvBound };
    }, request.signal);
  }

  async touch({ salt, ...request }: TouchRequest): Promise<Uint8Array> {
    const [output] = await this.derive({ ...request, salts: [salt] });
    return output ?? malformed("no output");
  }

  /** One output of 32 bytes for each salt. Secret. */
  async derive(request: DeriveRequest): Promise<readonly Uint8Array[]> {
    const { credentialId: id, salts, pin, ...interaction } = request;
    return this.#open(
      (session, info) => this.#deriveAll(session, info, { id, salts, pin, interaction }),
      request.signal,
    );
  }

  async approve(request: ApproveRequest): Promise<Assertion> {
    const { credentialId, digest, pin, ...interaction } = request;
    return this.#open(async (session, info) => {
      const verified = await this.#verified(session, info, pin, digest);
      const wanted = { ...this.#wanted(credentialId, digest), verified };
      const made = await getAssertion(session, wanted, interaction);
      demandTouchAndPin(made);
      if ((made.data.flags & (FLAG.attested | FLAG.extensions)) !== 0)
        return malformed("an approval with extensions");
      return { authenticatorData: made.authenticatorData, signature: made.signature };
    }, request.signal);
  }

  /** The key blinks, where it can: which of several is meant. */
  async wink(): Promise<void> {
    await this.#open((session) => wink(session));
  }

  async #open<T>(
    use: (session: Session, info: Info) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { label } = this;
    const port = await this.#plugged.connect();
    try {
      const channel = await Channel.open(port, this.#draw.bytes, this.#timers, signal);
      if (!channel.speaksCtap2) return refuse("KEY_NO_FIDO2", { label });
      const session = { channel, label, signal };
      return await use(session, await getInfo(session));
    } finally {
      await port.close();
    }
  }

  #wanted(id: Uint8Array, clientDataHash: Uint8Array) {
    return { rpId: RELYING_PARTY, clientDataHash, allow: [id] } as const;
  }

  #verified(session: Session, info: Info, pin: string, clientDataHash: Uint8Array) {
    return verifyUser(session, info, this.#draw, {
      pin,
      permissions: PERMISSION.getAssertion,
      rpId: RELYING_PARTY,
      clientDataHash,
    });
  }

  /** An assertion without touch: does the key know the credential? Its answer is not kept. */
  async #shows(session: Session, info: Info, id: Uint8Array, pin?: string): Promise<boolean> {
    const hash = this.#draw.bytes(HASH_BYTES);
    const verified = pin === undefined ? null : await this.#verified(session, info, pin, hash);
    const wanted = { ...this.#wanted(id, hash), options: { up: false } };
    try {
      await getAssertion(session, verified === null ? wanted : { ...wanted, verified });
      return true;
    } catch (error) {
      if (isCode(error, "KEY_HAS_NO_CREDENTIAL")) return false;
      // It keeps silent without a PIN (alwaysUv).
      if (verified === null && isCode(error, "KEY_NEEDS_PIN", "KEY_REFUSED")) return false;
      throw error;
    }
  }

  async #derive(session: Session, info: Info, asked: Asked): Promise<Uint8Array> {
    const [output] = await this.#deriveAll(session, info, asked);
    return output ?? malformed("no output");
  }

  /** `pin` null: without user verification, as only the proof at enrolment asks. */
  async #deriveAll(session: Session, info: Info, asked: Asked): Promise<Uint8Array[]> {
    const { id, salts, pin, interaction, publicKey } = asked;
    const hash = this.#draw.bytes(HASH_BYTES);
    const verified = pin === null ? null : await this.#verified(session, info, pin, hash);
    const shared = await agree(session, info, this.#draw);
    try {
      const input: { readonly [name: string]: Cbor } = {
        "hmac-secret": hmacSecretInput(shared, salts),
      };
      const wanted = { ...this.#wanted(id, hash), extensions: input };
      const made = await getAssertion(
        session,
        verified === null ? wanted : { ...wanted, verified },
        interaction,
      );
      if (verified !== null) demandTouchAndPin(made);
      const { authenticatorData, signature } = made;
      if (publicKey !== undefined)
        checkAssertion(publicKey, { authenticatorData, clientDataHash: hash }, signature);
      return hmacSecretOutput(shared, made.data.extensions, salts);
    } finally {
      shared.wipe();
    }
  }

  /**
   * Without user verification the key must refuse, or answer from its other CredRandom (CTAP 2.1
   * §12.5). Any other failure proves nothing and is thrown.
   */
  async #bindsUv(
    session: Session,
    info: Info,
    proof: {
      readonly id: Uint8Array;
      readonly salt: Uint8Array;
      readonly output: Uint8Array;
      readonly interaction: Interaction;
    },
  ): Promise<boolean> {
    const { id, salt, output, interaction } = proof;
    try {
      const asked = { id, salts: [salt], pin: null, interaction } as const;
      const without = await this.#derive(session, info, asked);
      const same = equal(without, output);
      without.fill(0);
      return !same;
    } catch (error) {
      if (isCode(error, "KEY_HAS_NO_CREDENTIAL", "KEY_NEEDS_PIN")) return true;
      output.fill(0);
      throw error;
    }
  }
}

interface Asked {
  readonly id: Uint8Array;
  readonly salts: Salts;
  readonly pin: string | null;
  readonly interaction: Interaction;
  /** At enrolment: the key that the assertion must be signed with. */
  readonly publicKey?: Uint8Array;
}

/** Whole characters, 64 bytes at most. */
function cut(name: string): string {
  const characters = [...name];
  while (utf8(characters.join("")).length > NAME_BYTES) characters.pop();
  return characters.join("");
}

function demandTouchAndPin({ data: { flags } }: MadeAssertion): void {
  if ((flags & FLAG.up) === 0) malformed("an assertion without a touch");
  if ((flags & FLAG.uv) === 0) malformed("an assertion without the PIN");
}
