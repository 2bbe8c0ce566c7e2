import type { Failure } from "../failures.ts";

export const stationFailures = {} as const satisfies Record<string, Failure>;
