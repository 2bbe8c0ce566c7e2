import { expect, it } from "vitest";
import { acceptOrder } from "../../ceremony/accept-order.ts";
import { rootsDue, rootsOld } from "../../ceremony/roots-age.ts";

const AS_OF = "2026-09-08";

it("calls a list of roots old after twelve months, or when its date can't be read", () => {
  expect(rootsDue(AS_OF)).toBe("2027-09-08T00:00:00.000Z");
  expect(rootsOld(AS_OF, "2027-09-08T00:00:00Z")).toBe(false);
  expect(rootsOld(AS_OF, "2027-09-08T00:00:01Z")).toBe(true);
  expect(rootsOld(AS_OF, "soon")).toBe(true);
});

it.each([
  ["2027-09-01T00:00:00Z", AS_OF, 0],
  ["2027-10-01T00:00:00Z", AS_OF, 1],
  // Practice trusts no roots.
  ["2027-10-01T00:00:00Z", null, 0],
])("says so once the order is taken, on %s with a list of %s", async (now, rootsAsOf, told) => {
  const notes: string[] = [];
  const ports = {
    practiceEndpoint: null,
    clock: { now: () => now, monotonic: () => 0 },
    progress: {
      step: (_: string, work: () => Promise<unknown>) => work(),
      note: (text: string) => void notes.push(text),
    },
  } as unknown as Parameters<typeof acceptOrder>[0];
  const online = { ask: () => Promise.resolve({ accounts: [], proxy: null, rootsAsOf }) };
  await acceptOrder(ports, { online, box: "" } as unknown as Parameters<typeof acceptOrder>[1], {
    dir: "",
    id: "INC-1",
    officer: "Ben",
  });
  expect(notes.filter((text) => text.includes(AS_OF))).toHaveLength(told);
});
