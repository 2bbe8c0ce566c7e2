import { describe, expect, it } from "vitest";
import { PATTERN_MOST, patternsOf } from "../../aws/documents/template/patterns.ts";
import { as, call, emergency, EVENTS, iam, other } from "./alarm-events.ts";
import { matchesEvent } from "./event-matcher.ts";
import { ACCOUNT } from "./judges.ts";
import { planFor } from "./plans.ts";

const patterns = patternsOf(planFor(), ACCOUNT);
type Name = keyof typeof patterns;
const HEARD = [
  "use",
  "changeByOthers",
  "change",
  "refused",
  "start",
  "opened",
] as const satisfies Name[];
const heard = (event: Parameters<typeof matchesEvent>[1]): readonly Name[] =>
  HEARD.filter((name) => matchesEvent(patterns[name], event));

describe("what the alarm hears", () => {
  it.each(EVENTS)("%s", (_, event, expected) => {
    expect(heard(event)).toEqual(expected);
  });

  it("once per region: what kit users do is forwarded by one rule, what others change by the other", () => {
    for (const name of ["bg-emergency", "bg-activator", "bg-closer"])
      for (const event of [
        call({ ...as(name), ...iam("PutUserPolicy", { userName: emergency }) }),
        call({ ...as(name), ...other("events", "DisableRule", { name: "breakglass-use" }) }),
      ])
        expect(heard(event).filter((one) => one === "use" || one === "changeByOthers")).toEqual([
          "use",
        ]);
  });

  it.each([
    ["aws-cn", ["cn-north-1"], "arn:aws-cn:iam::"],
    ["aws-us-gov", ["us-gov-east-1"], "arn:aws-us-gov:iam::"],
  ] as const)(
    "in %s it listens to that partition's ARNs, within EventBridge's quota",
    (partition, regions, arn) => {
      const theirs = patternsOf(planFor({ partition, regions }), ACCOUNT);
      for (const one of Object.values(theirs))
        expect(JSON.stringify(one).length).toBeLessThanOrEqual(PATTERN_MOST);
      const event = call({
        userIdentity: { arn: `${arn}${ACCOUNT}:user/breakglass/bg-emergency` },
        eventName: "GetUser",
        readOnly: true,
      });
      expect(matchesEvent(theirs.use, event)).toBe(true);
      expect(matchesEvent(patterns.use, event)).toBe(false);
    },
  );
});
