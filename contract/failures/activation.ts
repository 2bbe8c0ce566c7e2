import type { Failure } from "../failures.ts";

export const activationFailures = {} as const satisfies Record<string, Failure>;
