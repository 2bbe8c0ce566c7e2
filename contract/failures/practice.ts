import type { Failure } from "../failures.ts";

export const practiceFailures = {} as const satisfies Record<string, Failure>;
