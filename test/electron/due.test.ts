import { describe, expect, it } from "vitest";
import { dueOnHome } from "../../electron/due.ts";

const NOW = "2027-04-01T00:00:00Z";
const on = (what: string, day: string, who = "") => ({ what, who, on: `${day}T00:00:00Z` });

describe("what is due on the first screen", () => {
  it("names the kit's end from ninety days before, and when it is over", () => {
    const kit = [on("kit-expiry", "2027-06-30")];
    const line = { what: "kit-expiry", by: null, on: "2027-06-30T00:00:00Z", more: 0 };
    expect(dueOnHome(kit, NOW)).toEqual([line]);
    expect(dueOnHome(kit, "2027-08-01T00:00:00Z")).toEqual([line]);
    expect(dueOnHome(kit, "2027-03-01T00:00:00Z")).toEqual([]);
    expect(dueOnHome([{ what: "kit-expiry", who: "", on: "soon" }], NOW)).toHaveLength(1);
  });

  it("says checks and custody a month before, a review and a rotation at once", () => {
    const rows = [
      on("review", "2027-04-03", "INC-7"),
      on("card-check", "2027-04-20", "Priya Nair"),
      on("card-check", "2027-04-21", "Amara Obi"),
      on("key-check", "2027-06-01", "Red tag"),
      on("rotation", "2027-12-01"),
    ];
    expect(dueOnHome(rows, NOW).map(({ what, by, more }) => [what, by, more])).toEqual([
      ["review", "INC-7", 0],
      ["card-check", "Priya Nair", 1],
      ["rotation", null, 0],
    ]);
  });

  it("shows no more rows than fit", () => {
    const rows = ["a", "b", "c", "d", "e", "f"].map((what) => on(what, "2027-04-02"));
    expect(dueOnHome(rows, NOW)).toHaveLength(4);
  });
});
