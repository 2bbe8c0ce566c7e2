import type { Failure } from "../failures.ts";

export const vaultFailures = {} as const satisfies Record<string, Failure>;
