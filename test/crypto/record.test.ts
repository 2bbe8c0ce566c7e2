import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromUtf8, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { canonical, type Json } from "../../crypto/canonical.ts";
import {
  allowedSigners,
  approvalEvidence,
  approverPrincipal,
  encodeRecord,
  parseApprovalEvidence,
  parseRecord,
  parseSealEvidence,
  type RecordBody,
  recordName,
  sealEvidence,
  type SealEvidence,
  SIGNER_OF,
  vaultIdOf,
} from "../../crypto/record.ts";
import { softKey, testSigner } from "../ceremony/chain-kit.ts";

const body: RecordBody = {
  format: "pullstation-record@v1",
  mode: "REAL",
  vaultId: "ab".repeat(16),
  seq: 2,
  previous: "cd".repeat(32),
  vaultHash: "ef".repeat(32),
  epoch: 1,
  kind: "closed",
  who: { officer: "Zoë Müller", custodians: "Ana, Ben" },
  why: "expired; closed by hand",
  at: { time: "2026-03-01T02:17:00.250Z", clock: "aws" },
  evidence: { calls: [{ id: "x" }], count: 3 },
};
const bent = (more: object): Uint8Array => canonical({ ...body, ...more } as unknown as Json);

describe("a record", () => {
  it("reads back as it was written, in canonical bytes", () => {
    const bytes = encodeRecord(body);
    expect(parseRecord(bytes)).toEqual(body);
    expect(fromUtf8(bytes).startsWith('{"at":{"clock":"aws",')).toBe(true);
    expect(parseRecord(encodeRecord({ ...body, seq: 1, previous: null })).previous).toBeNull();
    expect(recordName(12)).toBe("000012.json");
  });

  it.each([
    ["another format", { format: "pullstation-record@v2" }],
    ["another mode", { mode: "TEST" }],
    ["a short vault id", { vaultId: "ab" }],
    ["an upper-case hash", { vaultHash: "EF".repeat(32) }],
    ["place 0", { seq: 0 }],
    ["a broken place", { seq: 1.5 }],
    ["a place beyond six digits", { seq: 1_000_000 }],
    ["a first record with a previous", { seq: 1 }],
    ["a later record without one", { previous: null }],
    ["epoch 0", { epoch: 0 }],
    ["an unknown kind", { kind: "opened" }],
    ["a kind that objects inherit", { kind: "toString" }],
    ["a nobody", { who: { officer: "" } }],
    ["a list of people", { who: { officer: ["Ana"] } }],
    ["an invisible character", { why: "closed\u202E" }],
    ["a second line", { why: "closed\nby Ana" }],
    ["no reason", { why: "" }],
    ["a day that no month has", { at: { time: "2026-13-01T02:17:00Z", clock: "aws" } }],
    ["another time zone", { at: { time: "2026-03-01T02:17:00+01:00", clock: "aws" } }],
    ["an unknown clock", { at: { time: "2026-03-01T02:17:00Z", clock: "wall" } }],
    ["evidence that is a list", { evidence: [] }],
    ["an unknown field", { note: "x" }],
    ["too much evidence", { evidence: { text: "x".repeat(300_000) } }],
  ])("with %s is refused", (_, more) => {
    expect(() => parseRecord(bent(more))).toThrow("RECORD_MALFORMED");
  });

  it("without any one of its fields is refused", () => {
    for (const field of Object.keys(body)) {
      const rest = Object.fromEntries(Object.entries(body).filter(([key]) => key !== field));
      expect(() => parseRecord(canonical(rest as unknown as Json))).toThrow("RECORD_MALFORMED");
    }
  });

  it("in other bytes for the same content is refused", () => {
    expect(() => parseRecord(utf8(`${fromUtf8(encodeRecord(body))}\n`))).toThrow("NOT_CANONICAL");
  });

  it("is written by one signer for each kind", () => {
    expect(Object.entries(SIGNER_OF).filter(([, signer]) => signer !== "station")).toEqual([
      ["sealed", "vault"],
      ["rotated", "vault"],
      ["glass-broken", "vault"],
      ["approval", "approver"],
    ]);
  });
});

const seal = async (): Promise<SealEvidence> => ({
  epoch: 1,
  setId: sha256(utf8("set")).subarray(0, 16),
  fileSha256: "ab".repeat(32),
  vaultKey: (await testSigner("v")).wireKey,
  stationKey: (await testSigner("s")).wireKey,
  approvers: [{ label: "Reviewer's key (blue)", wireKey: softKey("r").wireKey }],
});

describe("evidence", () => {
  it("of a seal reads back, and says more in `about` only", async () => {
    const given = await seal();
    const about = { keyboard: "us" };
    const evidence = sealEvidence(given, about);
    expect(parseSealEvidence(evidence)).toEqual({ ...given, about });
    expect(() => parseSealEvidence({ ...evidence, keyboard: "us" })).toThrow("RECORD_MALFORMED");
  });

  it("of a seal with a key of the wrong type, or two approvers of one name, is refused", async () => {
    const given = await seal();
    const [approver] = given.approvers;
    if (approver === undefined) throw new Error("the seal has one approver");
    for (const wrong of [
      { vaultKey: approver.wireKey },
      { stationKey: approver.wireKey.slice(0, 40) },
      { approvers: [{ label: "x", wireKey: given.vaultKey }] },
      { approvers: [approver, approver] },
      { setId: new Uint8Array(15) },
    ])
      expect(() => sealEvidence({ ...given, ...wrong })).toThrow("RECORD_MALFORMED");
  });

  it("of an approval reads back", () => {
    const approval = { seq: 7, sha256: "12".repeat(32), approver: "Reviewer's key" };
    expect(parseApprovalEvidence(approvalEvidence(approval))).toEqual(approval);
  });
});

describe("names", () => {
  it("of a vault are the first half of its first key's SHA-256", async () => {
    const { wireKey } = await testSigner("v");
    expect(vaultIdOf(wireKey)).toBe(hex(sha256(wireKey)).slice(0, 32));
  });

  it("of approvers are plain and distinct, whatever their labels", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        expect(approverPrincipal(a)).toMatch(/^approver:[A-Za-z0-9%._~-]+$/);
        expect(approverPrincipal(a) === approverPrincipal(b)).toBe(a === b);
      }),
    );
  });

  it("in allowed_signers each carry the mode's namespace", async () => {
    const given = await seal();
    const lines = allowedSigners("PRACTICE", [given, given]).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain(' namespaces="pullstation-drill@v1" ');
  });
});
