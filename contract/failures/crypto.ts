import type { Failure } from "../failures.ts";

export const cryptoFailures = {} as const satisfies Record<string, Failure>;
