import { expect, test } from "vitest";
import type { JournalState } from "../../ceremony/access/journal.ts";
import type { Records, StationEntry } from "../../ceremony/ports.ts";
import { closingRecord, type Told } from "../../ceremony/rest.ts";

const CLOCK = { now: () => "2026-06-18T03:00:00.000Z", monotonic: () => 0 };
const SUBJECT = { mode: "PRACTICE", vaultId: "ab".repeat(16), epoch: 1, fileSha256: "" } as const;
/** Closed and confirmed in its one account. */
const JOURNAL = {
  phase: "closed",
  accounts: [
    { accountId: "111122223333", phase: "closed", rejections: 3, remains: [], reopened: [] },
  ],
} as unknown as JournalState;

const told = (
  seq: number,
  kind: string,
  evidence: Readonly<Record<string, unknown>> = {},
): Told => ({
  kind,
  evidence: { incident: "INC-7", ...evidence },
  written: { seq, sha256: `${seq}`.repeat(64) },
});
const AT_REST = { accounts: [{ account: "111122223333", confirmed: true, remains: [] }] };
const failed = (verdict: string): Told =>
  told(2, "access-failed", {
    opening: { kind: "OPENED", accounts: [{ state: "FAILED", closing: { verdict } }] },
  });

function entries(journal: JournalState, ...story: readonly Told[]) {
  const written: StationEntry[] = [];
  const records = {
    append: (_: unknown, entry: StationEntry) => {
      written.push(entry);
      return { seq: 9, sha256: "9".repeat(64) };
    },
  } as unknown as Records;
  const closed = closingRecord(records, CLOCK, SUBJECT, "INC-7", story, journal);
  return { closed, written };
}
function recorded(...story: readonly Told[]) {
  const { closed, written } = entries(JOURNAL, ...story);
  return { seq: closed.seq, late: closed.late, written: written.map(({ kind }) => kind) };
}

test("a closing that has its record gets no other", () => {
  expect(recorded(told(1, "access-open"), told(2, "closed", AT_REST))).toEqual({
    seq: 2,
    late: false,
    written: [],
  });
});

test("a closing that ended later than an earlier one's record says has a record of its own", () => {
  for (const story of [
    [told(2, "closed", { accounts: [{ account: "111122223333", confirmed: null }] })],
    [told(2, "closed", { accounts: [{ ...AT_REST.accounts[0], remains: ["KEY_ACTIVE k"] }] })],
    [told(2, "closed", AT_REST), told(3, "resumed")],
  ])
    expect(recorded(told(1, "access-open"), ...story)).toMatchObject({
      late: true,
      written: ["closed"],
    });
});

test("an opening that failed and closed every account told of it itself", () => {
  expect(recorded(failed("CLOSED"))).toEqual({ seq: 2, late: false, written: [] });
  expect(recorded(failed("CLOSED"), told(3, "resumed")).late).toBe(true);
});

test("a closing keeps its record when the glass was broken once more to bring it to rest", () => {
  const rest = told(3, "glass-broken", { purpose: "rest" });
  const use = [told(1, "glass-broken", { purpose: "open" }), told(2, "closed", AT_REST)];
  expect(recorded(...use, rest)).toEqual({ seq: 2, late: false, written: [] });
});

test.each([
  [
    "the record is of an earlier use under the same id",
    [
      told(1, "glass-broken", { purpose: "open" }),
      told(2, "access-open"),
      told(3, "closed"),
      told(4, "glass-broken", { purpose: "open" }),
      told(5, "access-open"),
    ],
  ],
  [
    "an earlier use under the same id failed and was closed",
    [failed("CLOSED"), told(3, "glass-broken", { purpose: "open" })],
  ],
  ["nothing told of it", [told(1, "glass-broken")]],
  ["the failed opening left it open", [failed("NOT_AT_REST")]],
  ["other accounts opened", [failed("CLOSED"), told(3, "access-open")]],
  ["the record is another incident's", [told(2, "closed", { incident: "INC-6" })]],
])("a closing is recorded late where %s", (_, story) => {
  expect(recorded(...story)).toEqual({ seq: 9, late: true, written: ["closed"] });
});

test("a closing that is recorded late says what was found after it had been closed", () => {
  const [account] = JOURNAL.accounts;
  if (account === undefined) throw new Error("no account");
  const reopened = ["KEY_ACTIVE AKIAEMERGENCY0000001"];
  const { written } = entries({ ...JOURNAL, accounts: [{ ...account, reopened }] });
  expect(written.at(-1)?.evidence).toMatchObject({ accounts: [{ confirmed: true, reopened }] });
});

test("a closing that is recorded late names each stick that keys were meant for", () => {
  const line = { kind: "to-stick", file: "RESPONDER/access-INC-7.txt" } as const;
  const { written } = entries({ ...JOURNAL, lines: [line] }, told(1, "glass-broken"));
  expect(written.at(-1)?.evidence).toMatchObject({ sticks: ["RESPONDER/access-INC-7.txt"] });
});

test("a closing that is recorded late has the time of its last confirmation, not of the next start", () => {
  const [account] = JOURNAL.accounts;
  if (account === undefined) throw new Error("no account");
  const { written } = entries(
    {
      ...JOURNAL,
      accounts: [
        { ...account, closedAt: "2026-06-15T18:10:00.000Z" },
        { ...account, closedAt: "2026-06-15T18:04:00.000Z" },
      ],
    },
    told(1, "glass-broken"),
  );
  expect(written.at(-1)).toMatchObject({
    kind: "closed",
    at: { time: "2026-06-15T18:10:00.000Z", clock: "station" },
  });
});
