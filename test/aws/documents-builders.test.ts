import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { activatorPolicy } from "../../aws/documents/activator.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { checkRegion, endpointsOf, unknownRegions } from "../../aws/documents/partition.ts";
import { policyText } from "../../aws/documents/policy.ts";
import { PROFILES } from "../../aws/documents/profiles.ts";
import { policyDate, windowPolicy } from "../../aws/documents/window.ts";

const ACCOUNT = "111122223333";
const kit = kitOf(ACCOUNT, "aws", ["us-east-1", "eu-west-1"], "2027-06-30T00:00:00Z", {
  profiles: ["restore-service"],
  evidenceBuckets: ["org-trail-bucket"],
});
const WINDOW = {
  nbf: "2026-06-18T02:18:00Z",
  until: "2026-06-18T03:05:00Z",
  tokensFrom: "2026-06-18T02:20:00Z",
  incident: "INC-2026-0618",
  regions: kit.regions,
  profile: "restore-service",
};
const boundary = boundaryPolicy(kit);

it("knows every region that the SDK knows, and puts those of other partitions nowhere", () => {
  const require = createRequire(import.meta.resolve("@aws-sdk/client-iam"));
  const source = readFileSync(require.resolve("@aws-sdk/core/client"), "utf8");
  const names = [...source.matchAll(/"([a-z]{2}(?:-[a-z]+)+-\d)": \{/g)].map(
    ([, name]) => name ?? "",
  );
  expect(names.length).toBeGreaterThan(40);
  const isolated = names.filter((name) => /^(?:us|eu)-iso/.test(name));
  expect(unknownRegions(names)).toEqual(isolated);
  for (const name of isolated)
    for (const partition of ["aws", "aws-cn", "aws-us-gov"] as const)
      expect(() => checkRegion(partition, name), name).toThrow("REGION_INVALID");
});

describe("what the builders refuse, and what AWS takes", () => {
  it("fits AWS's quotas for every profile", () => {
    for (const profile of Object.keys(PROFILES))
      expect(policyText(windowPolicy({ ...WINDOW, profile })).length).toBeLessThanOrEqual(2048);
    expect(policyText(boundary).length).toBeLessThanOrEqual(6144);
    expect(policyText(activatorPolicy(kit)).length).toBeLessThanOrEqual(6144);
  });

  it.each([
    [{ incident: "INC ${aws:username}" }, "INCIDENT_UNFIT"],
    [{ incident: "" }, "INCIDENT_UNFIT"],
    [{ until: WINDOW.nbf }, "WINDOW_DATES_INVALID"],
    [{ until: "2026-06-18T03:05:00.500Z" }, "WINDOW_DATES_INVALID"],
    [{ until: "tomorrow" }, "WINDOW_DATES_INVALID"],
    [{ nbf: "2026-02-31T25:00:00Z" }, "WINDOW_DATES_INVALID"],
    [{ profile: "toString" }, "PROFILE_UNKNOWN"],
    [{ regions: [] }, "REGION_INVALID"],
    [{ regions: Array.from({ length: 90 }, () => "eu-west-1") }, "POLICY_TOO_LARGE"],
  ])("a window of %j is %s", (edit, code) => {
    expect(() => windowPolicy({ ...WINDOW, ...edit })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it("a kit of another partition names its own ARNs and endpoints", () => {
    const china = kitOf(ACCOUNT, "aws-cn", ["cn-north-1"], "2027-06-30T00:00:00Z");
    expect(china.latchArn).toBe(`arn:aws-cn:iam::${ACCOUNT}:policy/breakglass/BreakGlassClosed`);
    expect(endpointsOf("aws-cn").sts("cn-north-1").url).toBe(
      "https://sts.cn-north-1.amazonaws.com.cn",
    );
    expect(endpointsOf("aws-us-gov").iam.signingRegion).toBe("us-gov-west-1");
    expect(() => endpointsOf("aws").sts("cn-north-1")).toThrow("REGION_INVALID");
    expect(() => kitOf(ACCOUNT, "aws-cn", ["us-east-1"], "2027-06-30T00:00:00Z")).toThrow(
      "REGION_INVALID",
    );
    expect(() => kitOf("1111-2222-3333", "aws", [], "2027-06-30T00:00:00Z")).toThrow(
      "ACCOUNT_ID_INVALID",
    );
  });

  it("cuts AWS time to the whole second, never up", () => {
    expect(policyDate(Date.parse("2026-06-18T03:05:00.999Z"))).toBe("2026-06-18T03:05:00Z");
  });
});
