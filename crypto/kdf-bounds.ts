import { fail } from "./errors.ts";

/** Argon2id, version 0x13 (RFC 9106). */
export interface KdfParams {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

export const KDF_FLOOR: KdfParams = { memoryKiB: 19 * 1024, passes: 2, lanes: 1 };
export const KDF_CEILING: KdfParams = { memoryKiB: 1024 * 1024, passes: 10, lanes: 4 };
/** What a real vault takes at least, and what a seal takes by default. */
export const KDF_REAL: KdfParams = { memoryKiB: 256 * 1024, passes: 3, lanes: 1 };
export const KDF_SALT_BYTES = 16;

const within = (params: KdfParams, floor: KdfParams, name: keyof KdfParams): boolean =>
  Number.isInteger(params[name]) &&
  params[name] >= floor[name] &&
  params[name] <= KDF_CEILING[name];

/** `KDF_OUT_OF_BOUNDS` for parameters that are too weak, or that could exhaust the machine. */
export function checkKdf(params: KdfParams, floor: KdfParams = KDF_FLOOR): void {
  for (const name of ["memoryKiB", "passes", "lanes"] as const)
    if (!within(params, floor, name)) fail("KDF_OUT_OF_BOUNDS", { parameter: name });
}
