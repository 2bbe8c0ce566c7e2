import { describe, expect, it } from "vitest";
import { dueOf } from "../../electron/due.ts";

describe("what is due on the first screen", () => {
  it("names the kit's end from ninety days before, and when it is over", () => {
    const kit = { kitExpires: "2027-06-30T00:00:00Z" };
    const line = { what: "Emergency kit expires", by: null, on: "2027-06-30T00:00:00Z" };
    expect(dueOf(kit, "2027-04-01T00:00:00Z")).toEqual([line]);
    expect(dueOf(kit, "2027-08-01T00:00:00Z")).toEqual([line]);
  });

  it("is quiet before, and where no policy can be read", () => {
    expect(dueOf({ kitExpires: "2027-06-30T00:00:00Z" }, "2027-03-01T00:00:00Z")).toEqual([]);
    expect(dueOf(null, "2027-06-29T00:00:00Z")).toEqual([]);
  });
});
