import { describe, expect, it } from "vitest";
import { kitExpiry } from "../../ceremony/kit-expiry.ts";

const EXPIRES = "2027-06-30T00:00:00Z";

describe("the kit's expiry", () => {
  it.each([
    ["2027-01-01T00:00:00Z", { kind: "far", days: 180 }],
    ["2027-03-31T23:59:59Z", { kind: "far", days: 90 }],
    ["2027-04-01T00:00:00Z", { kind: "near", days: 90, within: 90 }],
    ["2027-05-31T00:00:00Z", { kind: "near", days: 30, within: 30 }],
    ["2027-06-01T00:00:00Z", { kind: "near", days: 29, within: 30 }],
    ["2027-06-23T00:00:00Z", { kind: "near", days: 7, within: 7 }],
    ["2027-06-29T23:59:59Z", { kind: "near", days: 0, within: 7 }],
    ["2027-06-30T00:00:00Z", { kind: "over" }],
    ["2031-01-01T00:00:00Z", { kind: "over" }],
  ] as const)("on %s: %j", (now, expected) => {
    expect(kitExpiry(EXPIRES, now)).toEqual(expected);
  });

  it("a date that can't be read is over", () => {
    expect(kitExpiry("soon", "2027-01-01T00:00:00Z")).toEqual({ kind: "over" });
  });
});
