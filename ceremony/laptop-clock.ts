/** A note, never a refusal: the access is dated by AWS's clock alone. */
export type LaptopClockCode = "LAPTOP_CLOCK_OFF";

/** Less than this is the travel of an answer and AWS's whole seconds. */
const WORTH_TELLING_S = 60;

const UNITS = [
  ["year", 365 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** Laptop's clock minus AWS's, in whole seconds. */
export const laptopOffSeconds = (
  laptopMs: number,
  aws: { readonly earliestMs: number; readonly latestMs: number },
): number => Math.round((laptopMs - (aws.earliestMs + aws.latestMs) / 2) / 1000);

/** "7 hours behind"; null when it is right enough. */
export function offInWords(seconds: number): string | null {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, one]) => size >= one) ?? ["", 1];
  if (size < WORTH_TELLING_S || unit === "") return null;
  const count = Math.round(size / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ${seconds < 0 ? "behind" : "ahead"}`;
}

/** Null when it is right enough, or not known. */
export function clockNote(seconds: number | null) {
  const off = seconds === null ? null : offInWords(seconds);
  return off === null ? null : ({ code: "LAPTOP_CLOCK_OFF", about: { off } } as const);
}
