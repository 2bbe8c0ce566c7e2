import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pgpWords } from "../../contract/pgp-words.ts";
import { fromHex } from "../../crypto/bytes.ts";
import type { RecordBody } from "../../crypto/record.ts";
import type { Recorded } from "../../station/paper/glance.ts";
import { recordCode, recordHtml, verifyLines } from "../../station/paper/record.ts";
import { duration } from "../../station/paper/record-facts.ts";
import { outsideReferences, read, readCode, record, VAULT } from "./paper-reading.ts";

const INCIDENT = "INC-2026-0618";

const broken = record(12, "glass-broken", {
  at: "02:18:56",
  who: { responder: "Ivo Brandt", officer: "Rui Tan", custodians: "Amara Obi, Jon Weiss" },
  why: "Sign-in through Identity Center is down",
  evidence: {
    incident: INCIDENT,
    purpose: "open",
    accounts: ["111122223333", "444455556666"],
  },
});
const opened = record(13, "access-open", {
  at: "02:20:09",
  aws: true,
  evidence: { incident: INCIDENT, deadline: "2026-06-18T03:05:00.000Z" },
});
const first = {
  account: "111122223333",
  latched: true,
  rejections: 3,
  confirmed: true,
  remains: [],
};
const second = { ...first, account: "444455556666" };
const dead = { incident: INCIDENT, accounts: [first, second] };
const closed = record(14, "closed", {
  at: "02:49:12",
  aws: true,
  who: { responder: "Ivo Brandt" },
  evidence: dead,
});
const incident = [broken, opened, closed];

const draw = (records: readonly Recorded[]): string =>
  recordHtml({ vaultName: "Acme Prod", records, people: { witness: "Lise Moreau" } });

const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

const refuse = (records: readonly Recorded[], field: string): void =>
  expect(() => draw(records)).toThrow(
    expect.objectContaining({ code: "RECORD_UNPRINTABLE", about: { field } }),
  );

describe("the record page", () => {
  it("says at a glance what happened, when it ended, who, and that the access is dead", () => {
    const said = read(draw(incident));
    expect(said).toContain("Glass broken, 18 June 2026");
    expect(said).toContain("The access is dead.");
    expect(said).toContain(
      "Closed by Ivo Brandt at 02:49:12 UTC, by AWS’s clock, 15 min 48 s before the deadline.",
    );
    expect(said).toContain("AWS refused the key 6 times");
    for (const fact of ["INC-2026-0618", "Identity Center is down", "Rui Tan", "111122223333"])
      expect(said).toContain(fact);
    expect(said).toContain("Open for 29 min 3 s");
    expect(said).toContain("Witness, Lise Moreau");
  });

  it("never calls an access dead without AWS's refusals in every account", () => {
    for (const evidence of [
      { ...dead, accounts: [] },
      { ...dead, accounts: [first] },
      { ...dead, accounts: [first, { ...second, rejections: 0 }] },
      { ...dead, accounts: [first, { ...second, rejections: "3" }] },
      { ...dead, accounts: [first, { ...second, remains: ["emergency key"] }] },
      { ...dead, accounts: [first, { ...second, latched: false }] },
      { ...dead, accounts: [first, { ...second, confirmed: false }] },
      { ...dead, accounts: [first, { ...second, verdict: "NOT_AT_REST" }] },
      { ...dead, accounts: [first, { ...second, deny: "ALLOWED" }] },
    ]) {
      const html = draw([broken, opened, { ...closed, evidence }]);
      expect(html).not.toContain("access is dead");
      expect(html).toContain("Not proven dead");
    }
    // A closing of another use, or of none, is no end of this one.
    for (const evidence of [
      {},
      { accounts: dead.accounts },
      { ...dead, incident: "INC-2026-0001" },
    ]) {
      const html = draw([broken, opened, { ...closed, evidence }]);
      expect(html).not.toContain("access is dead");
      expect(html).toContain("may still be open");
    }
  });

  it("says of a closing whose second look was stopped that it did not take place", () => {
    const evidence = { ...dead, accounts: [first, { ...second, confirmed: null }] };
    const said = read(draw([broken, opened, { ...closed, evidence }]));
    expect(said).toContain("Closed, but the second look did not take place.");
    expect(said).toContain("AWS refused the key 6 times since.");
    expect(said).not.toContain("access is dead");
    expect(said).not.toContain("does not prove that AWS refuses");
  });

  it("says of a latch that let calls through what an administrator must do", () => {
    for (const left of [
      { deny: "ALLOWED" },
      { remains: [{ kind: "LATCH_CHANGED", what: "arn v2" }] },
      { remains: ["LATCH_CHANGED arn v2"] },
    ]) {
      const evidence = { ...dead, accounts: [first, { ...second, ...left }] };
      const said = read(draw([broken, opened, { ...closed, evidence }]));
      expect(said).toContain("The latch did not deny everything");
      expect(said).toContain("then close once more");
    }
    expect(read(draw(incident))).not.toContain("The latch did not");
  });

  it("says of an access that stood open again after its closing what was found", () => {
    const what = "AKIAEMERGENCY0000001";
    for (const reopened of [[{ kind: "KEY_ACTIVE", what }], [`KEY_ACTIVE ${what}`]]) {
      const evidence = { ...dead, accounts: [first, { ...second, reopened }] };
      const said = read(draw([broken, opened, { ...closed, evidence }]));
      expect(said).toContain("The access is dead.");
      expect(said).toContain(
        `it stood open again, and was closed anew (444455556666: KEY_ACTIVE ${what})`,
      );
    }
    expect(read(draw(incident))).not.toContain("open again");
  });

  it("says open, in the signal colour, until a closing comes after the last opening", () => {
    const html = draw([broken, opened]);
    expect(html).toContain('class="glance open"');
    expect(read(html)).toContain("AWS ends it by itself at 03:05:00 UTC.");
    expect(read(html)).toContain("Close it: anyone at the station can.");
    const again = draw([
      ...incident,
      record(15, "resumed", { at: "02:50:00", evidence: { incident: INCIDENT, choice: "close" } }),
    ]);
    expect(again).toContain('class="glance open"');
    expect(draw(incident)).not.toContain('class="glance open"');
    const failed = (opening: RecordBody["evidence"]): string =>
      draw([broken, record(13, "access-failed", { evidence: { incident: INCIDENT, opening } })]);
    const at = { state: "FAILED", accountId: "111122223333" };
    const closing = { verdict: "CLOSED", latched: true, rejections: { count: 3 }, remains: [] };
    for (const left of [
      { ...closing, latched: false },
      { ...closing, verdict: "NOT_AT_REST" },
      { ...closing, remains: [{ kind: "KEY_ACTIVE", what: "key" }] },
    ])
      expect(failed({ kind: "OPENED", accounts: [{ ...at, closing: left }] })).toContain(
        'class="glance open"',
      );
    expect(failed({ kind: "OPENED", accounts: [{ ...at, closing }] })).toContain("did not open");
    const never = failed({ kind: "REFUSED" });
    expect(read(never)).toContain("The access did not open.");
  });

  it("names the old keys that the look before the opening found", () => {
    const before = [
      { account: "111122223333", leftOvers: ["AKIAOLD00000000001"], lastUsed: null },
      { account: "444455556666", leftOvers: [], lastUsed: "2026-03-01T00:00:00Z" },
    ];
    const found = record(13, "access-open", {
      at: "02:20:09",
      aws: true,
      evidence: { ...opened.evidence, before },
    });
    expect(read(draw([broken, found, closed]))).toContain(
      "Old keys still at AWS AKIAOLD00000000001",
    );
    expect(read(draw(incident))).not.toContain("Old keys");
  });

  it("shows each record in order with its time and whose clock", () => {
    const said = read(draw(incident));
    expect(said).toMatch(
      /02:18:56 laptop 000012 .*02:20:09 AWS 000013 .*to end at 03:05:00 UTC.*02:49:12 AWS 000014/,
    );
  });

  it("carries the hash as a code, in hex, and as sixteen words in order", async () => {
    const html = draw(incident);
    const { text } = await readCode(html);
    const HEAD = closed.written.sha256;
    expect(text).toBe(`PULLSTATION RECORD ${VAULT} 14 ${HEAD}`.toUpperCase());
    expect(text).toBe(recordCode(VAULT, 14, HEAD));
    const list = /<ol class="words"[^>]*>(.*?)<\/ol>/s.exec(html)?.[1] ?? "";
    const words = [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, word]) => word);
    expect(words).toEqual(pgpWords(fromHex(HEAD).slice(0, 16)));
    expect(read(html).replaceAll(" ", "")).toContain(HEAD);
  });

  it("gives the stock command for the signer that the last record's kind fixes", () => {
    expect(verifyLines(closed)[1]).toBe(
      "ssh-keygen -Y verify -f allowed_signers -I station -n pullstation-record@v1 -s records/000014.json.sig < records/000014.json",
    );
    expect(verifyLines(broken)[1]).toContain("-I vault ");
    const approval = record(15, "approval", {
      mode: "PRACTICE",
      evidence: { approver: "red-tag" },
    });
    expect(verifyLines(approval)[1]).toContain("-I approver:red-tag -n pullstation-drill@v1");
    const hostile = record(15, "approval", { evidence: { approver: "x'; touch pwned #" } });
    expect(verifyLines(hostile)[1]).toContain(String.raw`-I 'approver:x'\''; touch pwned #' -n`);
  });

  it("says PRACTICE on top and at the foot of every page when it was one, and never otherwise", () => {
    expect(read(draw(incident))).not.toContain("PRACTICE");
    const practice = draw(incident.map((body) => ({ ...body, mode: "PRACTICE" as const })));
    expect(read(practice).match(/PRACTICE/g)?.length).toBeGreaterThanOrEqual(6);
    expect(/<thead>.*?PRACTICE.*?<\/thead>/s.test(practice)).toBe(true);
    expect(/<tfoot>.*?PRACTICE.*?<\/tfoot>/s.test(practice)).toBe(true);
    expect(read(practice)).toContain("Practice: glass broken");
  });

  it("needs nothing from outside, runs nothing, and is the same for the same records", () => {
    const html = draw(incident);
    expect(outsideReferences(html)).toEqual([]);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("@page");
    expect(draw(incident)).toBe(html);
    expect(html.length).toBeLessThan(130_000);
  });

  it("shows hostile text as text", () => {
    const evil = "<img src=x onerror=alert(1)>&\"'\u202eevil\u0007";
    const why = "x".repeat(1900);
    const html = recordHtml({
      vaultName: evil,
      records: [
        {
          ...broken,
          why: evil,
          who: { [evil]: evil, officer: evil },
          evidence: { incident: evil, accounts: [evil] },
        },
        { ...closed, why, who: { responder: evil }, evidence: { incident: evil } },
      ],
      people: { witness: evil, reviewer: evil },
      verify: [evil],
    });
    expect(html).not.toContain("<img");
    expect(html).not.toContain("\u0007");
    expect(html).not.toContain("\u202e");
    expect(html).not.toContain("x".repeat(300));
    expect(html).toContain("&lt;img");
  });

  it("lets no text leave its place as markup", () => {
    const harmless = tags(recordHtml({ vaultName: "a", records: [closed] })).length;
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), (text) => {
        const html = recordHtml({ vaultName: `a${text}`, records: [closed] });
        expect(tags(html)).toHaveLength(harmless);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses records that are not one vault's, one mode's, or in order", () => {
    refuse([], "records");
    refuse([broken, { ...closed, vaultId: "0".repeat(32) }], "vaultId or mode");
    refuse([broken, { ...closed, mode: "PRACTICE" }], "vaultId or mode");
    refuse([closed, broken], "seq");
    refuse([{ ...closed, written: { seq: 14, sha256: "ab" } }], "sha256");
  });
});

describe("duration", () => {
  it("says hours, minutes and seconds, without those that are nought", () => {
    expect(duration("2026-06-18T00:00:00Z", "2026-06-18T01:00:05Z")).toBe("1 h 5 s");
    expect(duration("2026-06-18T00:00:00Z", "2026-06-18T00:00:00.2Z")).toBe("0 s");
  });
});
