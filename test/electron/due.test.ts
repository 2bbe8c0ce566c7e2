import { describe, expect, it } from "vitest";
import { dueAtUpkeep, dueOnHome } from "../../electron/due.ts";

const NOW = "2027-04-01T00:00:00Z";
const on = (what: string, day: string, who = "") => ({ what, who, on: `${day}T00:00:00Z` });

describe("what is due on the first screen", () => {
  it("names the kit's end from ninety days before, and when it is over", () => {
    const kit = [on("kit-expiry", "2027-06-30")];
    const line = { what: "kit-expiry", by: null, on: "2027-06-30T00:00:00Z", more: 0 };
    expect(dueOnHome(kit, NOW).due).toEqual([line]);
    expect(dueOnHome(kit, "2027-08-01T00:00:00Z").due).toEqual([line]);
    expect(dueOnHome(kit, "2027-03-01T00:00:00Z").due).toEqual([]);
    expect(dueOnHome([{ what: "kit-expiry", who: "", on: "soon" }], NOW).due).toHaveLength(1);
  });

  it("says checks and custody a month before, a review and a rotation at once", () => {
    const rows = [
      on("review", "2027-04-03", "INC-7"),
      on("card-check", "2027-04-20", "Priya Nair"),
      on("card-check", "2027-04-21", "Amara Obi"),
      on("key-check", "2027-06-01", "Red tag"),
      on("rotation", "2027-12-01"),
    ];
    expect(dueOnHome(rows, NOW).due.map(({ what, by, more }) => [what, by, more])).toEqual([
      ["review", "INC-7", 0],
      ["rotation", null, 0],
      ["card-check", "Priya Nair", 1],
    ]);
  });

  it("shows no more rows than fit", () => {
    const rows = ["a", "b", "c", "d", "e", "f"].map((what) => on(what, "2027-04-02"));
    const four = dueOnHome(rows.slice(0, 4), NOW);
    expect([four.due.length, four.moreDue]).toEqual([4, 0]);
    const six = dueOnHome(rows, NOW);
    expect([six.due.length, six.moreDue]).toEqual([3, 3]);
  });

  it("hides nothing that blocks behind a missed quarter, and counts what has no row", () => {
    const names = ["Priya Nair", "Amara Obi", "Sam Kjær", "Lucía Ortiz", "Jon Weiss"];
    const rows = [
      ...names.map((who) => on("card-check", "2027-02-01", who)),
      on("drill", "2027-02-02"),
      on("copy", "2027-02-02"),
      on("alarm", "2027-02-02"),
      on("kit-expiry", "2027-03-31"),
      { what: "rotation", who: "", on: NOW },
      on("review", "2027-04-03", "INC-7"),
    ];
    const { due, moreDue } = dueOnHome(rows, NOW);
    expect(due.map(({ what }) => what)).toEqual(["kit-expiry", "rotation", "review"]);
    expect(moreDue).toBe(8);
    // What is owed at once comes next, as it is given.
    const owed = dueOnHome([{ what: "remains", who: "", on: NOW }, ...rows.slice(0, -3)], NOW);
    expect(owed.due[0]?.what).toBe("remains");
    // From a month before its end on a kit waits no turn: no missed quarter hides it.
    const order = (day: string): string[] =>
      dueOnHome([on("drill", "2027-02-02"), on("kit-expiry", day)], NOW).due.map(
        ({ what }) => what,
      );
    expect(order("2027-04-30")).toEqual(["kit-expiry", "drill"]);
    expect(order("2027-05-02")).toEqual(["drill", "kit-expiry"]);
    const listed = dueAtUpkeep([...rows, on("key-check", "2027-06-01", "Red tag")], NOW);
    expect(listed).toHaveLength(rows.length);
    expect(listed.flatMap(({ by }) => by ?? [])).toEqual([...names, "INC-7"]);
  });
});
