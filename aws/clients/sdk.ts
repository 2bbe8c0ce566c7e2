/** The SDK as this room uses it: loaded once, by the first cloud that is opened. */
export type Sdk = typeof import("@aws-sdk/client-iam") & typeof import("@aws-sdk/client-sts");

let loading: Promise<Sdk> | undefined;

/**
 * Loads the SDK (some 100 ms). Nothing in this room imports it at module level, so that a process
 * that only waits has no network code of Amazon's in it.
 */
export function loadSdk(): Promise<Sdk> {
  loading ??= Promise.all([import("@aws-sdk/client-iam"), import("@aws-sdk/client-sts")]).then(
    ([iam, sts]) => ({ ...iam, ...sts }),
  );
  return loading;
}
