import { expect, test, vi } from "vitest";
import { kitNote } from "../../cli/glass/kit-note.ts";

const { rows } = vi.hoisted(() => ({ rows: [] as { what: string; who: string; on: string }[] }));
vi.mock("../../station/due.ts", () => ({
  dueAt: (dir: string) => {
    if (dir === "/gone") throw new Error("no vault");
    return { rows };
  },
}));

const NOW = "2027-04-01T00:00:00Z";
function said(on: string, dir = "/vault"): string | null {
  rows.splice(0, rows.length, { what: "drill", who: "", on: NOW });
  rows.push({ what: "kit-expiry", who: "", on });
  return kitNote(dir, NOW);
}

test("whoever breaks the glass at a terminal is told of the kit's end from ninety days before", () => {
  expect(said("2027-07-15T00:00:00Z")).toBeNull();
  expect(said("2027-06-30T00:00:00Z")).toContain("expires in 90 days, on 2027-06-30");
  expect(said("2027-04-03T00:00:00Z")).toContain("expires in 2 days");
  expect(said("2027-03-31T00:00:00Z")).toContain("expired on 2027-03-31");
  expect(said("soon")).toContain("expired");
});

test("what can't be read keeps nothing from opening", () => {
  expect(said("2027-04-03T00:00:00Z", "/gone")).toBeNull();
  rows.splice(0);
  expect(kitNote("/vault", NOW)).toBeNull();
});
