import { describe, expect, it } from "vitest";
import { queuePolicy, topicPolicy } from "../../aws/documents/template/documents.ts";
import { kitFiles } from "../../aws/documents/template/files.ts";
import { NAMES } from "../../aws/documents/template/plan.ts";
import { EVENTS } from "./alarm-events.ts";
import { FOREIGN_RULES, FORGED } from "./alarm-forged.ts";
import { matchesEvent } from "./event-matcher.ts";
import { ACCOUNT } from "./judges.ts";
import { planFor } from "./plans.ts";
import { arnOf, patterned, REGION, rulesOf } from "./template-rules.ts";

const plan = planFor();

/** The sources that a policy of a topic or queue takes from EventBridge. */
function trustedIn(document: ReturnType<typeof topicPolicy>): readonly string[] {
  const allowed = document.Statement.filter(
    ({ Effect, Principal }) =>
      Effect === "Allow" &&
      JSON.stringify(Principal) === JSON.stringify({ Service: "events.amazonaws.com" }),
  );
  return allowed.flatMap(({ Condition }) => {
    const { StringEquals, ...rest } = (Condition ?? {}) as Record<string, Record<string, unknown>>;
    // Nothing wider than equality.
    expect(rest).toEqual({});
    return [StringEquals?.["aws:SourceArn"] ?? []].flat() as string[];
  });
}

describe("whom the alarm believes", () => {
  it("no rule of the kit hears a forged event, on whatever bus", () => {
    expect(patterned).toHaveLength(11);
    for (const { Name, EventPattern } of patterned) {
      for (const [what, event] of FORGED)
        expect(matchesEvent(EventPattern, event), `${Name}: ${what}`).toBe(false);
      for (const [what, event] of EVENTS)
        expect(
          matchesEvent(EventPattern, { ...event, source: "shop.orders" }),
          `${Name}: ${what}`,
        ).toBe(false);
    }
    // A use is still in the stream and in the log account.
    const [[, use] = []] = EVENTS;
    const hears = patterned.filter(({ EventPattern }) => matchesEvent(EventPattern, use));
    expect(hears.map(({ Name }) => Name)).toEqual([
      "breakglass-copy",
      "breakglass-stream",
      "breakglass-use",
    ]);
  });

  it("the key's own rules name AWS's source and the account", () => {
    for (const name of ["breakglass-page-key", "breakglass-key"]) {
      const key = patterned.find(({ Name }) => Name === name);
      expect(key?.EventPattern).toMatchObject({ source: ["aws.kms"], account: [ACCOUNT] });
    }
    const terraform = kitFiles(plan, "terraform", "code")
      .map(({ text }) => text)
      .join("\n");
    expect(terraform).toMatch(
      /jsonencode\(\{ account = \[local\.places\.account\], source = \[\{ prefix = "aws\." \}\] \}\)/,
    );
  });

  it.each([
    ["page", "Page"],
    ["stream", "Stream"],
  ] as const)("the topic %s takes what the kit's own rules bring, and nothing else", (name, id) => {
    const own = rulesOf("3-alarm").filter(({ Targets }) =>
      Targets.some(({ Arn }) => typeof Arn === "object" && Arn.Ref === id),
    );
    const trusted = trustedIn(topicPolicy(plan, ACCOUNT, REGION, NAMES[name]));
    expect(trusted.toSorted()).toEqual(own.map(arnOf).toSorted());
    for (const rule of FOREIGN_RULES)
      expect(trusted).not.toContain(`arn:aws:events:${REGION}:${ACCOUNT}:${rule}`);
  });

  it.each([
    ["undelivered", "3-alarm", "Undelivered"],
    ["unforwarded", "5-every-region", "Unforwarded"],
  ] as const)("the queue %s likewise", (name, template, id) => {
    const own = rulesOf(template).filter(({ Targets }) =>
      Targets.some(({ DeadLetterConfig }) => DeadLetterConfig?.Arn["Fn::GetAtt"][0] === id),
    );
    expect(own.length).toBeGreaterThan(2);
    const trusted = trustedIn(queuePolicy(plan, ACCOUNT, REGION, NAMES[name]));
    expect(trusted.toSorted()).toEqual(own.map(arnOf).toSorted());
  });
});
