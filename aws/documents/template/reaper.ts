import type { Kit } from "../kit.ts";
import type { Arns, KitPlan } from "./plan.ts";
import { NAMES } from "./plan.ts";

/** How the reaper (reaper.py) is run. */
export const reaperSettings = {
  runtime: "python3.13",
  /** Every call may hang for its own timeout, and the rest is done all the same. */
  timeoutSeconds: 300,
  memoryMb: 256,
  schedule: "rate(5 minutes)",
} as const;

/** Bytes of zip that a template takes as code inline (until 2022: 4,096 characters). */
export const CODE_MOST = 4_194_304;

export const reaperEnvironment = (
  plan: KitPlan,
  kit: Kit,
  arns: Arns,
): Readonly<Record<string, string>> => ({
  ACCOUNT: kit.accountId,
  ACTIVATOR: kit.activatorUser.name,
  BOUNDARY: kit.boundaryArn,
  DENY: arns.awsDenyAll,
  EMERGENCY: kit.emergencyUser.name,
  EXPIRES: plan.kitExpires,
  HOURS: String(plan.maxHours),
  LATCH: kit.latchArn,
  MEMORY: NAMES.memory,
  TOPIC: arns.topic(plan.home, NAMES.page),
  // Of one call; a lock that was refused anything begins anew, for a minute.
  AWS_MAX_ATTEMPTS: "2",
  AWS_RETRY_MODE: "standard",
});
