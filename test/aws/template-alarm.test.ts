import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PATTERN_MOST, patternsOf } from "../../aws/documents/template/patterns.ts";
import { admin, as, call, emergency, iam, other } from "./alarm-calls.ts";
import { EVENTS } from "./alarm-events.ts";
import { FORGED } from "./alarm-forged.ts";
import { matchesEvent } from "./event-matcher.ts";
import { ACCOUNT } from "./judges.ts";
import { planFor } from "./plans.ts";
import { peerPython } from "../requires.ts";

const patterns = patternsOf(planFor(), ACCOUNT);
type Name = keyof typeof patterns;
const HEARD = [
  "use",
  "changeByOthers",
  "change",
  "refused",
  "keys",
  "start",
  "opened",
] as const satisfies Name[];
const heard = (event: Parameters<typeof matchesEvent>[1]): readonly Name[] =>
  HEARD.filter((name) => matchesEvent(patterns[name], event));

const keyMade = (rest: object) => call({ ...admin, ...iam("CreateAccessKey", rest) });

describe("what the alarm hears", () => {
  it.each(EVENTS)("%s", (_, event, expected) => {
    expect(heard(event)).toEqual(expected);
  });

  it.each(FORGED)("not %s", (_, event) => {
    expect(heard(event)).toEqual([]);
  });

  it("no forgery of anything that it hears: another source, or another account", () => {
    for (const [what, event, expected] of EVENTS) {
      expect(heard({ ...event, source: "shop.orders" }), what).toEqual([]);
      expect(heard({ ...event, account: "999900001111" }), what).toEqual([]);
      expect(heard(event), what).toEqual(expected);
    }
  });

  it("names in whatever case they are asked by", () => {
    for (const asked of ["BG-Emergency", "bg-EMERGENCY"]) {
      expect(heard(keyMade({ userName: asked }))).toEqual(["changeByOthers", "change", "opened"]);
      expect(heard(keyMade({ userName: `${asked}-2` }))).toEqual([]);
      const signIn = call(
        { userIdentity: { type: "IAMUser", userName: asked }, eventName: "ConsoleLogin" },
        "AWS Console Sign In via CloudTrail",
      );
      expect(heard(signIn)).toEqual(["use", "start"]);
      const own = { userIdentity: { ...as(emergency).userIdentity, userName: asked } };
      const both = heard(call({ ...own, ...iam("PutUserPolicy", { userName: asked }) }));
      expect(both).toEqual(["use", "change", "opened"]);
    }
    const role = call({ ...admin, ...iam("PutRolePolicy", { roleName: "breakglassREAPER" }) });
    expect(heard(role)).toEqual(["changeByOthers", "change"]);
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
        eventSource: "iam.amazonaws.com",
        userIdentity: { arn: `${arn}${ACCOUNT}:user/breakglass/bg-emergency` },
        eventName: "GetUser",
        readOnly: true,
      });
      expect(matchesEvent(theirs.use, event)).toBe(true);
      expect(matchesEvent(patterns.use, event)).toBe(false);
    },
  );
});

describe.skipIf(!peerPython("moto"))("moto's matcher, written by others", () => {
  it("hears what ours hears, nested $or and names in any case among it", () => {
    const known = [...EVENTS.map(([, event]) => event), ...FORGED.map(([, event]) => event)];
    const spelt = ["BG-Emergency", "bg-emergency-2"].flatMap((userName) => [
      keyMade({ userName }),
      call({ userIdentity: { type: "IAMUser", userName }, eventName: "GetSessionToken" }),
      call({ ...admin, userIdentity: { userName }, ...iam("TagUser", { userName }) }),
    ]);
    const cases = [...known, ...spelt].flatMap((event) =>
      HEARD.map((name) => [patterns[name], event] as const),
    );
    const python = fileURLToPath(new URL("moto_events.py", import.meta.url));
    const { stdout, stderr } = spawnSync("python3", [python], { input: JSON.stringify(cases) });
    expect(String(stderr)).toBe("");
    const theirs = JSON.parse(String(stdout)) as boolean[];
    expect(theirs).toEqual(cases.map(([pattern, event]) => matchesEvent(pattern, event)));
    expect(new Set(theirs).size).toBe(2);
  }, 60_000);
});
