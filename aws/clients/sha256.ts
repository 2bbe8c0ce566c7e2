import { hash } from "node:crypto";

type Source = string | ArrayBuffer | ArrayBufferView;

const BLOCK = 64;

const bytesOf = (data: Source): Uint8Array =>
  typeof data === "string"
    ? Buffer.from(data, "utf8")
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

/**
 * SHA-256, with a secret HMAC-SHA-256 (RFC 2104), in the form in which the SDK takes one. Node's
 * one-shot hash: its HMAC objects cost four times as much, which counts when fifty accounts sign.
 */
export class Sha256 {
  readonly #inner: Uint8Array | null;
  readonly #outer: Uint8Array | null;
  #parts: Uint8Array[];

  constructor(secret?: Source) {
    if (secret === undefined) {
      this.#inner = this.#outer = null;
      this.#parts = [];
      return;
    }
    const given = bytesOf(secret);
    const key = given.length > BLOCK ? hash("sha256", given, "buffer") : given;
    const inner = new Uint8Array(BLOCK).fill(0x36);
    const outer = new Uint8Array(BLOCK).fill(0x5c);
    for (const [at, byte] of key.entries()) {
      inner[at] = byte ^ 0x36;
      outer[at] = byte ^ 0x5c;
    }
    this.#inner = inner;
    this.#outer = outer;
    this.#parts = [inner];
  }

  update(data: Source): void {
    this.#parts.push(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    const inner = hash("sha256", Buffer.concat(this.#parts), "buffer");
    return Promise.resolve(
      this.#outer === null ? inner : hash("sha256", Buffer.concat([this.#outer, inner]), "buffer"),
    );
  }

  reset(): void {
    this.#parts = this.#inner === null ? [] : [this.#inner];
  }
}
