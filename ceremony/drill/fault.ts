import { DRILL_FAULTS, type DrillFault } from "../../contract/drill.ts";
import { sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";

export type DrillFaultCode = "DRILL_FAULTS_CLASH";

/** When a fault comes: among the people, at the first call to AWS, while it opens, once it is open. */
export type Moment = "people" | "calls" | "opening" | "open";

interface About {
  readonly moment: Moment;
  /** What is wrong, as the drill tells it when it comes. */
  readonly wrong: string;
  /** What has to follow if it were real; null: nothing. */
  readonly followUp: string | null;
}

export const FAULT: Readonly<Record<DrillFault, About>> = {
  "missing-custodian": {
    moment: "people",
    wrong: "a custodian can't be reached",
    followUp:
      "Ask each custodian for a second way to be reached, and where each will be next month.",
  },
  "damaged-share": {
    moment: "people",
    wrong: "a custodian's card got wet: three of its words can't be read",
    followUp: "A card that can't be read is a lost share: rotate, and destroy what is left of it.",
  },
  "lost-key": {
    moment: "people",
    wrong: "one security key is not where it should be",
    followUp: "Revoke the lost key by a rotation, and enrol a new one: two must always be there.",
  },
  "iam-down": {
    moment: "calls",
    wrong: "IAM's control plane answers every call with a failure of its own",
    followUp:
      "Write into the runbook who may use which way that does not need IAM's control plane.",
  },
  throttled: {
    moment: "calls",
    wrong: "AWS asks to slow down, again and again",
    followUp: null,
  },
  "response-lost": {
    moment: "calls",
    wrong: "answers of AWS get lost after it did what was asked",
    followUp: "Look at the connection that the station is given.",
  },
  "network-gone": {
    moment: "open",
    wrong: "the network goes away while the access is open",
    followUp: "Keep a second way into the network at the station, and try it.",
  },
  "clock-wrong": {
    moment: "calls",
    wrong: "this laptop's clock is hours away from AWS's",
    followUp: "Set the laptop's clock to UTC, and look at its battery.",
  },
  "laptop-killed": {
    moment: "opening",
    wrong: "the laptop dies in the middle of the opening, with the latch off",
    followUp: "Practise with whoever is on call that any start of the station closes first.",
  },
  "foreign-key": {
    moment: "open",
    wrong: "somebody makes a second access key for the emergency user",
    followUp: "Find out who made the key, by the trail, before anybody signs the review.",
  },
  "slow-propagation": {
    moment: "calls",
    wrong: "AWS takes seconds until a change counts everywhere",
    followUp: null,
  },
};

/** What AWS does while it can't be opened leaves nothing for what would come later. */
const clashes = (one: DrillFault, other: DrillFault): boolean =>
  one === other ||
  (one === "iam-down" && FAULT[other].moment !== "people" && other !== "clock-wrong") ||
  (one === "laptop-killed" && FAULT[other].moment === "open");

const together = (one: DrillFault, other: DrillFault): boolean =>
  !clashes(one, other) && !clashes(other, one);

/**
 * The faults of a drill, in the order asked for: each "random" is drawn from those that can come with
 * all others, evenly, by `seed`; the same seed draws the same. `DRILL_FAULTS_CLASH` names two that
 * can't come together.
 */
export function drawFaults(
  asked: readonly (DrillFault | "random")[],
  seed: number,
): readonly DrillFault[] {
  const chosen = asked.filter((one): one is DrillFault => one !== "random");
  const clash = chosen.flatMap((one, index) =>
    chosen.slice(index + 1).flatMap((other) => (together(one, other) ? [] : [[one, other]])),
  )[0];
  if (clash !== undefined) return refuseClash(clash[0] ?? "", clash[1] ?? "");
  let drawn = 0;
  for (const [index, one] of asked.entries()) {
    if (one !== "random") continue;
    const fitting = DRILL_FAULTS.filter((fault) => chosen.every((has) => together(has, fault)));
    const fault = fitting[place(seed, drawn++, fitting.length)];
    if (fault === undefined) return refuseClash("random", chosen.join(", "));
    chosen.splice(Math.min(index, chosen.length), 0, fault);
  }
  return chosen;
}

const refuseClash = (one: string, other: string): never => {
  throw new CodedError<DrillFaultCode>("DRILL_FAULTS_CLASH", { one, other });
};

/** 32 bits of a hash: of eleven places none is likelier by more than one in 10^8. */
function place(seed: number, draw: number, places: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(utf8(`pullstation drill ${seed} ${draw}`));
  return places === 0 ? 0 : (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % places;
}

/**
 * Whether a vault with these faults can be opened at all: of n shares enough are left, and AWS
 * answers. Where it can't, the drill ends well by saying so.
 */
export const canOpen = (
  faults: readonly DrillFault[],
  { custodians, threshold }: { readonly custodians: number; readonly threshold: number },
): boolean =>
  !faults.includes("iam-down") &&
  custodians -
    faults.filter((one) => one === "missing-custodian" || one === "damaged-share").length >=
    threshold;

/** Who does not come, whose card can't be read, and which key is lost: the same each time. */
export interface Afflicted {
  readonly missing: string | null;
  readonly damaged: string | null;
  readonly lost: string | null;
}

/** The last of the custodians is missing, the last but one comes with a damaged card. */
export function afflicted(
  faults: readonly DrillFault[],
  custodians: readonly string[],
  keys: readonly string[],
): Afflicted {
  const names = [...custodians];
  const missing = faults.includes("missing-custodian") ? (names.pop() ?? null) : null;
  const damaged = faults.includes("damaged-share") ? (names.pop() ?? null) : null;
  return { missing, damaged, lost: faults.includes("lost-key") ? (keys[0] ?? null) : null };
}

/** What is left to people when the glass could not be broken, by why; in the order to try it. */
export function remaining(code: string): readonly string[] {
  if (code === "DRILL_STOPPED") return [];
  const asked = code === "ACCESS_NOT_OPENED";
  return [
    asked
      ? "The emergency user is at rest: nothing was written, or it was driven back, as the record says. The cards are as good as before."
      : "Nothing was asked of AWS, and nothing that was entered is kept.",
    asked
      ? "Try again with a new quorum: an opening needs IAM's control plane, which most accounts have in one Region (us-east-1). Look at AWS's health page from another device."
      : "Call the custodians who were not asked yet; below the threshold nothing opens, by anyone.",
    "Sessions and roles that work already go on working: ask who is signed in, and what automation runs.",
    "The root user's sign-in does not go through the emergency user: see the runbook on root recovery.",
    "AWS Support, through the contact that the runbook names.",
  ];
}
