import { expect, it } from "vitest";
import { drillEntry, type DrillTold } from "../../ceremony/drill/record.ts";
import type { RealProof } from "../../ceremony/drill/real.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { drillHtml } from "../../station/paper/drill.ts";

const proof: RealProof = {
  vaultHash: "bb".repeat(32),
  threshold: 2,
  shares: [
    { who: "Priya <b>Nair</b>", record: 21 },
    { who: "Amara Obi", record: 22 },
  ],
  keys: [{ label: "Red tag", opens: true, record: 23 }],
  refused: [
    { check: "share", who: "Sam Kjær", code: "WRONG_PASSPHRASE", record: 20 },
    { check: "key", who: null, code: "PIN_WRONG", record: 19 },
  ],
  proven: true,
};

function pageOf(change: Partial<DrillTold>): string {
  const told: DrillTold = {
    incident: "INC-DRILL-1",
    passed: true,
    opened: true,
    expiryProven: null,
    dead: true,
    resumed: false,
    cannotOpen: null,
    faults: [],
    seed: null,
    steps: [{ name: "check.share", ms: 61_000 }],
    refusals: [],
    real: null,
    practice: null,
    deviations: [],
    followUps: [],
    alarm: null,
    unfinished: null,
    ...change,
  };
  const record = {
    ...drillEntry(told, { witness: "Lise Moreau" }, "2026-06-18T10:00:00.000Z"),
    seq: 24,
    mode: "REAL",
    vaultId: "aa".repeat(16),
    vaultHash: proof.vaultHash,
    epoch: 4,
    previous: null,
  } as unknown as RecordBody;
  const written = { seq: 24, sha256: "cc".repeat(32) };
  return drillHtml({ vaultName: "Acme Prod", records: [{ ...record, written }] });
}

it("names each real share and key with its record, and the practice chain that was used", () => {
  const head = { seq: 14, sha256: "36c0".repeat(16) };
  const page = pageOf({ real: proof, practice: { vaultId: "7f3a".repeat(8), head } });
  for (const said of [
    "A quorum of 2 and a key are proven",
    "Amara Obi: card and passphrase give the share, record 000022",
    "Red tag: answers as at its enrolment, record 000023",
    "Sam Kjær: refused, WRONG_PASSPHRASE, record 000020",
    "a security key: refused, PIN_WRONG, record 000019",
    "7f3a".repeat(8),
    head.sha256,
    "share checks",
  ])
    expect(page).toContain(said);
  expect(page).not.toContain("<b>Nair");
});

it("says what was not proven, and nothing of real cards where none was asked for", () => {
  expect(pageOf({ real: { ...proof, shares: [], keys: [], refused: [], proven: false } })).toMatch(
    /NOT proven: 2 shares and a key.*None was checked/s,
  );
  expect(pageOf({})).not.toContain("Real cards and keys");
});

it("tells a drill on a fresh laptop from an ordinary one, and how long the restore took", () => {
  const page = pageOf({
    restored: { record: 12, ms: 2_500 },
    steps: [{ name: "restore", ms: 2_500 }],
  });
  for (const said of [
    "a drill on a fresh laptop passed",
    "restored from a stick first, record 000012",
    ">restore</text>",
    "2.50 s",
  ])
    expect(page).toContain(said);
  expect(pageOf({})).not.toMatch(/[Ff]resh laptop|restore/);
});
