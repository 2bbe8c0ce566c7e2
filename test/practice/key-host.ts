import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import { decode, encode } from "cborg";
import type { PacketPort } from "../../hardware/packets.ts";
import { SoftwareKeyDevice, type DeviceOptions } from "../../practice/key/device.ts";
import { pressedAtOnce } from "../../practice/key/presence.ts";
import { memoryStore, newKeyState } from "../../practice/key/store.ts";

/** A host that says exactly what a test wants, right or wrong: it shares no code with the client. */

export const device = (options: Partial<DeviceOptions> = {}): SoftwareKeyDevice =>
  new SoftwareKeyDevice({
    store: memoryStore(newKeyState("Test")),
    press: pressedAtOnce,
    ...options,
  });

export interface Message {
  readonly channel: number;
  readonly command: number;
  readonly data: Uint8Array;
}

export type Fields = ReadonlyMap<number | string, unknown>;
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
}

const report = (channel: number, ...bytes: readonly number[]): Uint8Array => {
  const out = Buffer.alloc(64);
  out.writeUInt32BE(channel);
  out.set(bytes, 4);
  return new Uint8Array(out);
};

export class Host {
  readonly #port: PacketPort;
  readonly #reports: Uint8Array[] = [];
  #arrived: () => void = () => undefined;
  channel = 0xffffffff;
  keepalives: number[] = [];

  constructor(key: SoftwareKeyDevice) {
    this.#port = key.openPackets();
    this.#port.listen((bytes) => {
      this.#reports.push(bytes);
      this.#arrived();
    });
  }

  static async on(key: SoftwareKeyDevice): Promise<Host> {
    const host = new Host(key);
    await host.init();
    return host;
  }

  async init(): Promise<Message> {
    const nonce = [...randomBytes(8)];
    await this.raw(report(0xffffffff, 0x86, 0, 8, ...nonce));
    const answer = await this.next();
    this.channel = Buffer.from(answer.data).readUInt32BE(8);
    return answer;
  }

  raw(bytes: Uint8Array): Promise<void> {
    return this.#port.write(bytes);
  }

  /** One report: a command byte ≥ 0x80 begins with the payload's length. */
  packet(...bytes: readonly number[]): Promise<void> {
    return this.raw(report(this.channel, ...bytes));
  }

  async send(command: number, payload: Uint8Array): Promise<void> {
    await this.packet(command, payload.length >> 8, payload.length & 255, ...payload.slice(0, 57));
    for (let at = 57, sequence = 0; at < payload.length; at += 59, sequence++)
      await this.packet(sequence, ...payload.slice(at, at + 59));
  }

  /** The next message that is no keepalive; keepalives are kept aside. */
  async next(): Promise<Message> {
    for (;;) {
      const first = Buffer.from(await this.#report());
      const [channel, command] = [first.readUInt32BE(), first.readUInt8(4)];
      const length = first.readUInt16BE(5);
      const parts: Uint8Array[] = [first.subarray(7)];
      for (let have = 57; have < length; have += 59) parts.push((await this.#report()).subarray(5));
      const data = new Uint8Array(Buffer.concat(parts).subarray(0, length));
      if (command !== 0xbb) return { channel, command, data };
      this.keepalives.push(data[0] ?? 0);
    }
  }

  /** True when nothing is sent for a while. */
  async quiet(milliseconds = 30): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return this.#reports.length === 0;
  }

  async ask(command: number, fields?: Fields): Promise<Answer> {
    await this.send(0x90, Uint8Array.of(command, ...(fields === undefined ? [] : encode(fields))));
    return answerOf(await this.next());
  }

  async #report(): Promise<Uint8Array> {
    while (this.#reports.length === 0)
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    return this.#reports.shift() ?? new Uint8Array();
  }
}

export function answerOf({ data }: Message): Answer {
  const [status = -1] = data;
  const fields: Fields = data.length > 1 ? decode(data.subarray(1), { useMaps: true }) : new Map();
  return { status, fields };
}

const sha256 = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();
const hmac = (key: Uint8Array, data: Uint8Array): Buffer =>
  createHmac("sha256", key).update(data).digest();

/** The host's side of a PIN/UV auth protocol, from the specification's text. */
export interface Agreed {
  readonly cose: Fields;
  encrypt(plain: Uint8Array): Uint8Array;
  decrypt(sealed: Uint8Array): Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export async function agree(host: Host, version: 1 | 2): Promise<Agreed> {
  const { fields } = await host.ask(
    0x06,
    new Map([
      [1, version],
      [2, 2],
    ]),
  );
  const peer = fields.get(1) as Fields;
  const mine = createECDH("prime256v1");
  const point = mine.generateKeys();
  const shared = mine.computeSecret(
    Buffer.concat([Buffer.of(4), peer.get(-2) as Uint8Array, peer.get(-3) as Uint8Array]),
  );
  const derive = (info: string): Buffer =>
    Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(32), info, 32));
  const [aes, mac] =
    version === 1
      ? [sha256(shared), sha256(shared)]
      : [derive("CTAP2 AES key"), derive("CTAP2 HMAC key")];
  const part = (from: number): Uint8Array => new Uint8Array(point.subarray(from, from + 32));
  return {
    cose: new Map<number, unknown>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, part(1)],
      [-3, part(33)],
    ]),
    encrypt: (plain) => {
      const iv = version === 1 ? Buffer.alloc(16) : randomBytes(16);
      const cipher = createCipheriv("aes-256-cbc", aes, iv).setAutoPadding(false);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return new Uint8Array(version === 1 ? sealed : Buffer.concat([iv, sealed]));
    },
    decrypt: (sealed) => {
      const iv = version === 1 ? Buffer.alloc(16) : sealed.subarray(0, 16);
      const rest = version === 1 ? sealed : sealed.subarray(16);
      const cipher = createDecipheriv("aes-256-cbc", aes, iv).setAutoPadding(false);
      return new Uint8Array(Buffer.concat([cipher.update(rest), cipher.final()]));
    },
    sign: (message) => signWith(version, mac, message),
  };
}

export const signWith = (version: 1 | 2, key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(hmac(key, message).subarray(0, version === 1 ? 16 : 32));

const padded = (pin: string): Uint8Array => {
  const out = Buffer.alloc(64);
  out.write(pin);
  return new Uint8Array(out);
};

export async function setPin(host: Host, version: 1 | 2, pin: string): Promise<number> {
  const agreed = await agree(host, version);
  const sealed = agreed.encrypt(padded(pin));
  const { status } = await host.ask(
    0x06,
    new Map<number, unknown>([
      [1, version],
      [2, 3],
      [3, agreed.cose],
      [4, agreed.sign(sealed)],
      [5, sealed],
    ]),
  );
  return status;
}

/** A pinUvAuthToken, or the status that refused it. `permissions` null: the old subcommand. */
export async function token(
  host: Host,
  version: 1 | 2,
  pin: string,
  permissions: number | null,
  relyingParty = "example.test",
): Promise<{ status: number; token: Uint8Array }> {
  const agreed = await agree(host, version);
  const hash = new Uint8Array(sha256(Buffer.from(pin)).subarray(0, 16));
  const { status, fields } = await host.ask(
    0x06,
    new Map<number, unknown>([
      [1, version],
      [2, permissions === null ? 5 : 9],
      [3, agreed.cose],
      [6, agreed.encrypt(hash)],
      ...(permissions === null
        ? []
        : ([
            [9, permissions],
            [10, relyingParty],
          ] as const)),
    ]),
  );
  const sealed = fields.get(2);
  return {
    status,
    token: sealed instanceof Uint8Array ? agreed.decrypt(sealed) : new Uint8Array(),
  };
}
