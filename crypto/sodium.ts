import { fail } from "./errors.ts";

export type Sodium = (typeof import("libsodium-wrappers-sumo"))["default"];

const load = async (): Promise<Sodium> => {
  try {
    const { default: library } = await import("libsodium-wrappers-sumo");
    await library.ready;
    return library;
  } catch (cause) {
    return fail("SODIUM_MISSING", {}, cause);
  }
};

let loading: Promise<Sodium> | undefined;

/** The ready libsodium (WebAssembly), loaded at first use: a process that never asks never pays. */
export async function sodium(): Promise<Sodium> {
  loading ??= load();
  return loading;
}
