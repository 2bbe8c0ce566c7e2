export const failures = {
  TOO_FEW_SHARES: { what: "Too few.", todo: "Add one." },
  REQUEST_UNKNOWN: { what: "Unknown.", todo: "Reinstall." },
} as const;

export type FailureCode = keyof typeof failures;
