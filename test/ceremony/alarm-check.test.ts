import { describe, expect, it } from "vitest";
import { ALARM_WITHIN_MS, alarmVerdict, type Receipt } from "../../ceremony/alarm-check.ts";
import { dueUses } from "../../ceremony/due-uses.ts";

const got = (code: string | null, afterMs = 1_000): Receipt => ({ channel: "x", code, afterMs });

const told = (kind: string, time: string, evidence = {}) =>
  ({ kind, at: { time, clock: "station" }, evidence }) as unknown as Parameters<
    typeof dueUses
  >[0][number];

describe("a live alarm check", () => {
  it.each<[string, readonly Receipt[]]>([
    ["RECEIVED", [got("0a1b2c3d"), got("0a1b2c3d", ALARM_WITHIN_MS)]],
    ["LATE", [got("0a1b2c3d"), got("0a1b2c3d", ALARM_WITHIN_MS + 1)]],
    ["MISSING", [got("0a1b2c3d"), got(null)]],
    ["MISSING", [got(null, ALARM_WITHIN_MS + 1), got(null)]],
    ["DIFFERENT", [got("0a1b2c3d"), got("0a1b2c3e")]],
    ["MISSING", [got("0a1b2c3d")]],
    ["MISSING", []],
  ])("is %s", (verdict, receipts) => {
    expect(alarmVerdict(receipts)).toBe(verdict);
  });

  it("is due a quarter after the last that was received; one that was not counts for nothing", () => {
    const story = [told("committed", "2026-01-01T00:00:00Z")];
    const due = () =>
      dueUses(story, null, "2026-06-01T00:00:00Z").find(({ what }) => what === "alarm");
    expect(due()).toMatchObject({ last: null, on: "2026-04-02T00:00:00.000Z", overdue: true });
    story.push(told("alarm-checked", "2026-05-01T00:00:00Z", { verdict: "MISSING" }));
    expect(due()).toMatchObject({ last: null, overdue: true });
    story.push(told("alarm-checked", "2026-05-02T00:00:00Z", { verdict: "RECEIVED" }));
    expect(due()).toMatchObject({ last: "2026-05-02T00:00:00Z", overdue: false });
  });

  it("counts for nothing where it is dated later than now", () => {
    const story = [
      told("committed", "2026-01-01T00:00:00Z"),
      told("alarm-checked", "2036-01-01T00:00:00Z", { verdict: "RECEIVED" }),
    ];
    const [due] = dueUses(story, null, "2026-06-01T00:00:00Z").filter(
      ({ what }) => what === "alarm",
    );
    expect(due).toMatchObject({ last: null, on: "2026-04-02T00:00:00.000Z" });
  });
});
