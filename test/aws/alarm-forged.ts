import { as, call, emergency, type Event, iam, latch, other } from "./alarm-calls.ts";

const opening = call({
  ...as("bg-activator"),
  ...iam("DetachUserPolicy", { userName: emergency, policyArn: latch }),
});
const beginning = call({ ...as("bg-activator"), ...other("sts", "GetSessionToken", {}, true) });

/** What no rule may hear: EventBridge keeps sources that begin with `aws.` from PutEvents. */
export const FORGED: readonly (readonly [string, Event])[] = [
  ["an opening, put on the default bus by an application", { ...opening, source: "shop.orders" }],
  ["a use, put there likewise", { ...beginning, source: "shop.orders" }],
  ["a source that only looks like AWS's", { ...opening, source: "awsiam" }],
  ["an event without a source", { ...opening, source: "" }],
  ["another account's true event, forwarded here", { ...opening, account: "999900001111" }],
];

/** Rules that an administrator may make under the SCP, or another account has. */
export const FOREIGN_RULES = [
  "rule/x-breakglass-y",
  "rule/shop/breakglass-page-start",
  "rule/breakglass-page-start",
  "rule/breakglass-alarm/x-breakglass-stream",
  "rule/breakglass-alarm-2/breakglass-stream",
] as const;
