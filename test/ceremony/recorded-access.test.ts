import { beforeEach, describe, expect, it } from "vitest";
import { recordedAccesses } from "../../ceremony/recorded-access.ts";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { INCIDENT, type Writer, writer } from "./use-chain.ts";

let chain: Writer;
beforeEach(async () => {
  chain = await writer();
});

const BROKEN = "2026-06-18T10:05:00Z";
const LATEST = "2026-06-18T11:20:00Z";
const ms = (time: string): number => Date.parse(time);
const breakGlass = (more = {}): void => {
  chain.add("glass-broken", { purpose: "open", latestDeadline: LATEST, ...more }, BROKEN);
};
const told = () =>
  recordedAccesses(
    chain.scribe.lines.map(({ body, bytes }) => ({ body, sha256: hex(sha256(bytes)) })),
  );

describe("what records tell of an access", () => {
  it("called off before AWS was asked, it is none", () => {
    breakGlass();
    chain.add("cancelled", {}, "2026-06-18T10:06:00Z");
    expect(told()).toEqual([]);
  });

  it.each([
    ["REFUSED", ms("2026-06-18T10:07:00Z")],
    ["TAMPERED", null],
  ])("%s, it has no window: it ends with the asking", (kind, closedMs) => {
    breakGlass();
    chain.add("access-failed", { opening: { kind } }, "2026-06-18T10:07:00Z");
    expect(told()).toMatchObject([
      {
        windows: [],
        tries: [{ from: ms(BROKEN), to: ms("2026-06-18T10:07:00Z") }],
        deadlineMs: ms("2026-06-18T10:07:00Z"),
        closedMs,
      },
    ]);
  });

  it("refused, and opened under the same id with fewer accounts, it is those that were opened", () => {
    breakGlass({ accounts: ["111122223333", "444455556666"] });
    chain.add("access-failed", { opening: { kind: "REFUSED" } }, "2026-06-18T10:07:00Z");
    breakGlass({ accounts: ["111122223333"] });
    const deadline = "2026-06-18T11:10:00Z";
    chain.add("access-open", { deadline, accounts: ["111122223333"] }, "2026-06-18T10:10:00Z");
    expect(told()).toMatchObject([
      { accounts: ["111122223333", "444455556666"], opened: ["111122223333"] },
    ]);
  });

  it("a crash leaves it open to the latest deadline", () => {
    breakGlass();
    const window = { fromMs: ms(BROKEN), untilMs: ms(LATEST), exact: false };
    expect(told()).toMatchObject([{ windows: [window], deadlineMs: ms(LATEST), closedMs: null }]);
  });

  it("failed in every account, its window and its end stand in that record", () => {
    breakGlass();
    const deadline = { fromMs: ms("2026-06-18T10:06:00Z"), untilMs: ms("2026-06-18T11:06:00Z") };
    const closed = { state: "FAILED", closing: { verdict: "CLOSED" } };
    const opening = { kind: "OPENED", deadline, accounts: [closed] };
    chain.add("access-failed", { opening }, "2026-06-18T10:08:00Z");
    expect(told()).toMatchObject([
      { windows: [{ ...deadline, exact: true }], closedMs: ms("2026-06-18T10:08:00Z") },
    ]);
  });

  it("refused, called off, then opened: the window is the last one's, and bringing to rest adds none", () => {
    const regions = ["eu-west-1"];
    breakGlass();
    chain.add("access-failed", { opening: { kind: "REFUSED" } }, "2026-06-18T10:06:00Z");
    breakGlass();
    chain.add("cancelled");
    breakGlass({ durationSeconds: 3600, regions, profile: "restore-service" });
    const deadline = "2026-06-18T11:10:00Z";
    chain.add("access-open", { deadline }, "2026-06-18T10:10:00Z");
    chain.add("glass-broken", { purpose: "rest" }, "2026-06-18T12:00:00Z");
    chain.add("closed", {}, "2026-06-18T12:05:00Z");
    const [access, ...more] = told();
    expect(more).toEqual([]);
    expect(access).toMatchObject({
      incident: INCIDENT,
      openedMs: ms("2026-06-18T10:10:00Z"),
      deadlineMs: ms(deadline),
      closedMs: ms("2026-06-18T12:05:00Z"),
      windows: [{ exact: true }],
      tries: [{ from: ms(BROKEN) }],
      durationMs: 3_600_000,
      regions,
      profile: "restore-service",
    });
    expect(access?.recordSha256s).toHaveLength(2);
  });
});
