import { sodium } from "./sodium.ts";

/** Gives `length` unpredictable bytes; ceremonies take it as an argument. */
export type Entropy = (length: number) => Uint8Array;

/** The operating system's generator, by libsodium. */
export async function systemEntropy(): Promise<Entropy> {
  const lib = await sodium();
  return (length) => lib.randombytes_buf(length);
}
