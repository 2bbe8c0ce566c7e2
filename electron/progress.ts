import type { Progress } from "../ceremony/ports.ts";
import type { Desk } from "./desk.ts";

/** Steps in which people act at windows of their own: main is not busy then. */
const PEOPLE = new Set([
  "seal.passphrases",
  "seal.keys",
  "seal.reenter",
  "glass.quorum",
  "glass.touch",
  "approve",
  "deadline",
]);

/** A ceremony's progress on the main screen: what main is busy with; the rest is in the view. */
export const progressOn = (desk: Desk): Progress => ({
  title: () => undefined,
  note: () => undefined,
  refused: () => undefined,
  step: (name, work) => (PEOPLE.has(name) ? work() : desk.busy(name, work)),
});
