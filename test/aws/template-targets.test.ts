import { describe, expect, it } from "vitest";
import { kitFiles } from "../../aws/documents/template/files.ts";
import { PATTERN_MOST } from "../../aws/documents/template/patterns.ts";
import {
  admin,
  as,
  call,
  emergency,
  type Event,
  iam,
  KEY_ARN,
  kms,
  kmsDenied,
} from "./alarm-calls.ts";
import { matchesEvent } from "./event-matcher.ts";
import { ACCOUNT } from "./judges.ts";
import { planFor } from "./plans.ts";
import { LOG_ACCOUNT, REGION, type Rule, rulesOf } from "./template-rules.ts";

// An alarm is worth what its targets are: where each event goes, rule by rule.

const plan = planFor();
const hearing = (rules: readonly Rule[], event: Event): readonly Rule[] =>
  rules.filter(({ EventPattern }) => matchesEvent(EventPattern, event));

/** Of an alarm region: the rules of its own default bus, and those of the alarm's bus. */
const onDefault = ["3-alarm", "5-every-region"]
  .flatMap(rulesOf)
  .filter(({ EventBusName }) => EventBusName === undefined);
const onAlarm = rulesOf("3-alarm").filter(({ EventBusName }) => EventBusName !== undefined);

const arnsOf = (rules: readonly Rule[]): readonly unknown[] =>
  rules.flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn)).toSorted();
const topicsOf = (event: Event): readonly unknown[] =>
  hearing(onAlarm, event).flatMap(({ Targets }) =>
    Targets.map(({ Arn }) => (typeof Arn === "string" ? Arn : Arn.Ref)),
  );

const bus = (region: string, account: string, name: string): string =>
  `arn:aws:events:${region}:${account}:event-bus/${name}`;
const EVERYWHERE = [
  bus(plan.home, ACCOUNT, "breakglass-alarm"),
  bus(plan.second, ACCOUNT, "breakglass-alarm"),
  bus(plan.home, LOG_ACCOUNT, "breakglass-copy"),
].toSorted();

describe("where the alarm's events go", () => {
  it.each([
    ["a use", call({ ...as(emergency), ...iam("GetUser", {}, true) }), ["Stream"]],
    [
      "a change by others",
      call({ ...admin, ...iam("CreateAccessKey", { userName: emergency }) }),
      ["Page", "Stream"],
    ],
    ["the topics' key disabled", call({ ...admin, ...kms("DisableKey") }), ["Page", "Stream"]],
    [
      "the topics' key to be deleted",
      call({ ...admin, ...kms("ScheduleKeyDeletion") }),
      ["Page", "Stream"],
    ],
    ["its policy", call({ ...admin, ...kms("PutKeyPolicy") }), ["Page", "Stream"]],
    ["the same, refused", call({ ...admin, ...kmsDenied("DisableKey") }), ["Page", "Stream"]],
    [
      "refused, with the request and nothing else",
      call({ ...admin, ...kms("DisableKey"), resources: undefined, errorCode: "AccessDenied" }),
      ["Page", "Stream"],
    ],
    [
      "disabled by a kit user",
      call({ ...as(emergency), ...kms("DisableKey") }),
      ["Page", "Stream"],
    ],
  ])("%s: once to both alarm regions and to the log account", (_, event, told) => {
    expect(arnsOf(hearing(onDefault, event))).toEqual(EVERYWHERE);
    // Either region tells people by itself, though the other's key is off.
    expect(topicsOf(event).toSorted()).toEqual(told);
  });

  it("the rule of the key, with it in it, is within EventBridge's quota", () => {
    const key = onDefault.find(({ Name }) => Name === "breakglass-key");
    expect(JSON.stringify(key?.EventPattern).length).toBeLessThanOrEqual(PATTERN_MOST);
  });

  it("another key is nobody's alarm", () => {
    const other = KEY_ARN.replace("1234abcd", "ffffffff");
    for (const detail of [kms("DisableKey", other), kmsDenied("DisableKey", other)])
      expect(hearing(onDefault, call({ ...admin, ...detail }))).toEqual([]);
  });

  it("no rule of a region's own bus tells people by itself: a region that is mute would be alone", () => {
    for (const { Name, Targets } of onDefault) {
      expect(arnsOf([{ Name, Targets }]), Name).toEqual(EVERYWHERE);
      for (const { RoleArn, DeadLetterConfig } of Targets) {
        expect(RoleArn).toBe(`arn:aws:iam::${ACCOUNT}:role/breakglass/BreakGlassForward`);
        expect(DeadLetterConfig).toBeDefined();
      }
    }
  });

  it("by Terraform likewise", () => {
    const files = kitFiles(plan, "terraform", "code");
    const text = files
      .filter(({ path }) => /^terraform\/[\w-]+\.tf$/.test(path))
      .map((file) => file.text)
      .join("\n");
    const blocks = [
      ...text.matchAll(
        /^resource "aws_cloudwatch_event_(rule|target)" "(\w+)" \{\n([\s\S]*?)^\}/gm,
      ),
    ].map(([, kind = "", name = "", body = ""]) => ({ kind, name, body }));
    const own = (kind: string): readonly string[] =>
      blocks
        .filter((one) => one.kind === kind && !/event_bus_name|reaper/.test(one.body + one.name))
        .map(({ name }) => name);
    expect(own("rule").toSorted()).toEqual(["change", "key", "refused", "use"]);
    expect(own("target").toSorted()).toEqual(own("rule").toSorted());
    for (const { name, body } of blocks.filter(
      (one) => one.kind === "target" && own("target").includes(one.name),
    )) {
      expect(body, name).toMatch(/ arn\s+= local\.buses\[each\.value\.to\]/);
      expect(body, name).toMatch(/for_each\s+= (?:local\.forwards|\{ for .* in local\.forwards )/);
    }
    const filled = (files.find(({ path }) => path.endsWith("pattern-key.json"))?.text ?? "")
      .replaceAll("${account}", ACCOUNT)
      .replaceAll("${key_arn}", KEY_ARN)
      .replaceAll("${key_id}", KEY_ARN.split("/").at(-1) ?? "");
    const cloudFormation = onDefault.find(({ Name }) => Name === "breakglass-key");
    expect(JSON.parse(filled)).toEqual(cloudFormation?.EventPattern);
    expect(REGION).toBe(plan.home);
  });
});
