/**
 * Secret bytes that don't leak by accident: printing, JSON and inspection say [secret], and `wipe()`
 * zeroes the one buffer that this object owns. What a wipe can't reach (copies made by the engine,
 * the WASM heap) only process exit clears: DESIGN.md, "Memory".
 */
export class SecretBytes {
  #bytes: Uint8Array;
  #wiped = false;

  /** Takes ownership of `bytes`: the caller keeps no other reference. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The live buffer, not a copy: don't keep it past the call that needs it. */
  expose(): Uint8Array {
    if (this.#wiped) throw new Error("a wiped secret was used");
    return this.#bytes;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
