/** What may go wrong in a drill on purpose. The stage brings some about, main and the people others. */
export const DRILL_FAULTS = [
  "missing-custodian",
  "damaged-share",
  "lost-key",
  "iam-down",
  "throttled",
  "response-lost",
  "network-gone",
  "clock-wrong",
  "laptop-killed",
  "foreign-key",
  "slow-propagation",
] as const;
export type DrillFault = (typeof DRILL_FAULTS)[number];
