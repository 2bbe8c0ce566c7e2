import fc from "fast-check";
import { expect, test } from "vitest";
import { leftBehindOf, roleOf } from "../../ceremony/role.ts";
import type { Kept } from "../../ceremony/review.ts";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";

const EVENTS = {
  spare: ["restored", { role: "spare" }],
  primary: ["restored", { role: "primary" }],
  unreachable: ["took-over", { primary: "unreachable" }],
  gone: ["took-over", { primary: "gone" }],
  open: ["glass-broken", { purpose: "open", incident: "INC-1" }],
  opened: ["access-open", { incident: "INC-1" }],
  closed: ["closed", { incident: "INC-2" }],
  rest: ["glass-broken", { purpose: "rest" }],
  other: ["share-checked", {}],
} as const satisfies Record<string, readonly [RecordKind, RecordBody["evidence"]]>;
type Event = keyof typeof EVENTS;

const storyOf = (events: readonly Event[]): readonly Kept[] =>
  events.map((event, index) => {
    const [kind, evidence] = EVENTS[event];
    return {
      kind,
      evidence,
      who: {},
      at: { time: `2026-06-18T02:${String(index).padStart(2, "0")}:00Z`, clock: "station" },
      written: { seq: index + 1, sha256: "ab".repeat(32) },
    };
  });
const role = (...events: readonly Event[]) => roleOf(storyOf(events));

test("a station is the primary unless it was restored beside one", () => {
  expect(role()).toEqual({ role: "primary" });
  expect(role("other", "primary", "other")).toEqual({ role: "primary" });
  expect(role("other", "spare", "other")).toEqual({
    role: "spare",
    since: "2026-06-18T02:01:00Z",
    upTo: 1,
    answered: false,
  });
});

test("“unreachable” is good for one opening; bringing to rest doesn't use it up", () => {
  expect(role("spare", "unreachable")).toMatchObject({ answered: true });
  expect(role("spare", "unreachable", "rest", "other")).toMatchObject({ answered: true });
  expect(role("spare", "unreachable", "open")).toMatchObject({ answered: false });
  expect(role("spare", "unreachable", "open", "unreachable")).toMatchObject({ answered: true });
});

test("“gone” makes it the primary for good, until it is restored anew", () => {
  expect(role("spare", "gone", "open", "unreachable")).toEqual({ role: "primary" });
  expect(role("spare", "gone", "spare")).toMatchObject({ role: "spare", answered: false });
  // What was said before it was restored was said elsewhere.
  expect(role("unreachable", "gone", "spare")).toMatchObject({ role: "spare", answered: false });
});

const closes = (...events: readonly Event[]) => leftBehindOf(storyOf(events)).close;
const notOf = (...events: readonly Event[]) => leftBehindOf(storyOf(events)).notOf;

test("what another station left is closed here only until this one has opened", () => {
  expect(closes("open", "opened", "closed")).toBe("none");
  expect(closes("open", "opened", "primary")).toBe("any");
  expect(closes("primary", "open", "opened")).toBe("none");
  // A primary that is only out of reach may be at work.
  expect(closes("spare", "unreachable")).toBe("expired");
  expect(closes("spare", "gone")).toBe("any");
  expect(closes("spare", "unreachable", "open", "opened")).toBe("none");
  expect(closes("spare", "unreachable", "open", "opened", "gone")).toBe("any");
});

test("an incident of this station's own, or closed on the records, is no left-over", () => {
  expect(notOf("open", "primary")).toEqual([]);
  expect(notOf("closed", "primary", "open", "open")).toEqual(["INC-2", "INC-1"]);
});

test("a spare never opens twice on one word", () => {
  const events = fc.array(fc.constantFrom(...(Object.keys(EVENTS) as Event[])), { maxLength: 20 });
  fc.assert(
    fc.property(events, (before) => {
      const opened = role(...before, "open");
      if (opened.role === "spare") expect(opened.answered).toBe(false);
    }),
  );
});
