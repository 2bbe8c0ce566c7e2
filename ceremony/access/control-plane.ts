import type { Call, CloudCode } from "./ports.ts";

/** Answers of a service that is down, slow to death or out of reach: no word about us. */
const OUTAGE: ReadonlySet<CloudCode> = new Set([
  "SERVICE_FAILED",
  "TIMED_OUT",
  "NO_CONNECTION",
  "NAME_NOT_RESOLVED",
  "THROTTLED",
]);

/** IAM failed us, where it did not refuse us. */
export const iamOut = ({ action, verdict }: Call): boolean =>
  action.startsWith("iam:") && verdict !== "OK" && OUTAGE.has(verdict);

export interface Outage {
  readonly code: "IAM_DOWN" | "IAM_HALF_DOWN";
  readonly about: Readonly<Record<string, string | number>>;
}

/**
 * How IAM's control plane (one region for the whole partition) stands by these calls, all of one
 * account and, before an opening, made after STS had answered. Null: it answers.
 */
export function controlPlane(calls: readonly Call[]): Outage | null {
  const asked = calls.filter(({ action }) => action.startsWith("iam:"));
  const out = asked.filter(iamOut);
  const first = out[0];
  if (first === undefined) return null;
  const answered = asked.length - out.length;
  const { account, action, verdict } = first;
  return {
    code: answered === 0 ? "IAM_DOWN" : "IAM_HALF_DOWN",
    about: { account, action, verdict, answered, asked: asked.length },
  };
}
