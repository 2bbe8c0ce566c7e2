/** Answers that say nothing about what happened: asking again is right. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "THROTTLED",
  "SERVICE_FAILED",
  "TIMED_OUT",
  "NAME_NOT_RESOLVED",
  "NO_CONNECTION",
  "UNEXPECTED_ANSWER",
  "CAPTIVE_PORTAL",
  "PROXY_REFUSED",
]);
export const transient = (code: string): boolean => TRANSIENT.has(code);

/** And what people can put right at the station, while AWS is asked again. */
const MENDABLE: ReadonlySet<string> = new Set([
  ...TRANSIENT,
  "CLOCK_REFUSED",
  "TLS_REFUSED",
  "TLS_CLOCK_WRONG",
  "TLS_OTHER_SERVER",
  "TLS_INTERCEPTED",
  "TLS_UNKNOWN_ROOT",
]);
export const mendable = (code: string): boolean => MENDABLE.has(code);
