import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Copy, type Verdict, verify, verifyAside } from "../../ceremony/verify.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  approvalEvidence,
  recordName,
  sealEvidence,
  SIGNER_OF,
  type RecordKind,
} from "../../crypto/record.ts";
import {
  filesOf,
  type Line,
  makeStory,
  Scribe,
  softKey,
  type Story,
  testSigner,
} from "./chain-kit.ts";
import { requireProgram } from "../requires.ts";

let story: Story;
let lines: readonly Line[];
beforeAll(async () => {
  story = await makeStory();
  lines = story.scribe.lines;
});

const errors = ({ findings }: Verdict): string[] =>
  findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
const notes = ({ findings }: Verdict): string[] =>
  findings.filter(({ severity }) => severity === "note").map(({ code }) => code);
const ofLines = (some: readonly Line[]): Verdict => verify([{ name: "a", records: filesOf(some) }]);
/** The chain up to record `seq`, to go on from there with a fault. */
const upTo = (seq: number): Scribe => new Scribe("REAL", story.scribe.vaultId, lines.slice(0, seq));
const [one, two] = [() => story.seals[0] ?? never(), () => story.seals[1] ?? never()];
const never = (): never => {
  throw new Error("the story has two seals");
};

describe("a whole chain", () => {
  it("is UNANCHORED without the vault's id, VALID with it", () => {
    const copy = story.scribe.copy("a", {
      vault: story.vault,
      allowedSigners: story.allowedSigners,
    });
    const free = verify([copy]);
    expect(free.findings).toEqual([]);
    expect(free).toMatchObject({ verdict: "UNANCHORED", epoch: 2, mode: "REAL" });
    expect(free.head).toEqual({ seq: 14, sha256: hex(sha256(lines[13]?.bytes ?? utf8(""))) });
    expect(free.records.map(({ principal }) => principal)).toEqual([
      "vault",
      "station",
      "station",
      "station",
      "vault",
      "station",
      "station",
      "station",
      "approver:Reviewer%27s%20key",
      "vault",
      "station",
      "vault",
      "station",
      "station",
    ]);
    expect(verify([copy], { vaultId: story.scribe.vaultId })).toMatchObject({ verdict: "VALID" });
  });

  it("gets the same verdict with its signatures checked aside, whatever is wrong with it", async () => {
    const records = new Map(story.scribe.copy().records)
      .set("000002.json.sig", utf8("no signature"))
      .set("000003.json.sig", Uint8Array.of(0xff))
      .set("000004.json", utf8("{}"))
      .set("000005.json.sig", utf8(lines[5]?.signature ?? ""))
      .set("000009.json.sig", utf8(lines[7]?.signature ?? ""));
    records.delete("000007.json.sig");
    for (const copies of [[story.scribe.copy()], [{ name: "b", records }, story.scribe.copy()]])
      expect(await verifyAside(copies)).toEqual(verify(copies));
    expect(errors(verify([{ name: "b", records }]))).toContain("SIGNATURE_REFUSED");
  });

  it("of another vault than asked for is INVALID", () => {
    expect(errors(verify([story.scribe.copy()], { vaultId: "0".repeat(32) }))).toEqual([
      "ANCHOR_DIFFERS",
    ]);
  });

  it("is judged up to one record alone", () => {
    const broken = new Map(story.scribe.copy().records);
    broken.set(recordName(9), utf8("{}"));
    const ask = (seq: number) => verify([{ name: "a", records: broken }], { upTo: seq }).verdict;
    expect([ask(8), ask(9)]).toEqual(["UNANCHORED", "INVALID"]);
  });

  it("says when its first seal was never committed", () => {
    const verdict = ofLines(lines.slice(0, 2));
    expect(notes(verdict)).toEqual(["SEAL_NOT_COMMITTED"]);
    expect(verdict).toMatchObject({ verdict: "UNANCHORED", epoch: null });
  });
});

describe("changes", () => {
  it("any changed byte of any record or signature is refused", () => {
    const files = [...story.scribe.copy().records];
    const change = fc.record({
      file: fc.nat(files.length - 1),
      at: fc.nat(4096),
      mask: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(change, ({ file, at, mask }) => {
        const [name, bytes] = files[file] ?? never();
        const changed = bytes.slice();
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ mask;
        const records = new Map(files).set(name, changed);
        expect(verify([{ name: "a", records }]).verdict).toBe("INVALID");
      }),
      { numRuns: 400 },
    );
  });

  it("every single changed byte of a signature is refused", () => {
    const files = story.scribe.copy().records;
    for (const seq of [3, 9]) {
      const name = `${recordName(seq)}.sig`;
      const bytes = files.get(name) ?? never();
      const record = files.get(recordName(seq)) ?? never();
      for (let index = 0; index < bytes.length; index++) {
        const changed = bytes.slice();
        changed[index] = (changed[index] ?? 0) ^ 1;
        const copy: Copy = {
          name: "a",
          records: new Map([
            [recordName(seq), record],
            [name, changed],
          ]),
        };
        expect(errors(verify([copy]))).toContain("SIGNATURE_REFUSED");
      }
    }
  });

  it("reordering, dropping or repeating records is refused", () => {
    const places = fc.tuple(fc.nat(13), fc.nat(13)).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(places, fc.constantFrom("swap", "drop", "insert"), ([a, b], what) => {
        const bent = [...lines];
        const [x, y] = [bent[a] ?? never(), bent[b] ?? never()];
        if (what === "swap") [bent[a], bent[b]] = [y, x];
        // The last one dropped leaves a whole, shorter chain: only another copy shows that.
        else if (what === "drop") bent.splice(Math.min(a, 12), 1);
        else bent.splice(a, 0, y);
        expect(ofLines(bent).verdict).toBe("INVALID");
      }),
      { numRuns: 150 },
    );
  });

  it("a record without its neighbours' links is named", () => {
    const records = new Map(story.scribe.copy().records);
    records.delete(recordName(7));
    records.delete(`${recordName(7)}.sig`);
    records.delete(`${recordName(4)}.sig`);
    const verdict = verify([{ name: "a", records }]);
    expect(errors(verdict).toSorted()).toEqual(["RECORD_MISSING", "SIGNATURE_MISSING"]);
    expect(verdict.findings.find(({ code }) => code === "RECORD_MISSING")?.seq).toBe(7);
  });

  it("an inserted record that the station signed breaks the chain after it", () => {
    const scribe = upTo(4);
    const inserted = scribe.add("refused", one(), story.signers.station);
    expect(errors(ofLines([...lines.slice(0, 4), inserted, ...lines.slice(4)]))).toContain(
      "CHAIN_BROKEN",
    );
  });

  it("unknown files and an unfinished append are noted, not hidden", () => {
    const records = new Map(story.scribe.copy().records)
      .set("notes.txt", utf8("x"))
      .set("000015.json.sig", utf8("x"));
    const verdict = verify([{ name: "a", records }]);
    expect(verdict.verdict).toBe("UNANCHORED");
    expect(notes(verdict)).toEqual(["FILE_UNKNOWN", "FILE_UNKNOWN"]);
  });
});

/** A fresh laptop goes on with the story; `three`: the next seal, which names it. */
async function onLaptop() {
  const laptop = await testSigner("fresh laptop");
  const { wireKey: vaultKey } = await testSigner("vault 3");
  const next = { epoch: 3, fileSha256: "ab".repeat(32), vaultKey, stationKey: laptop.wireKey };
  const scribe = upTo(14);
  scribe.add("restored", two(), laptop);
  return { laptop, three: { ...two(), ...next }, scribe };
}

describe("signers", () => {
  it("a kind signed by a signer of another kind is refused, whatever the pair", () => {
    const kinds = (Object.keys(SIGNER_OF) as RecordKind[]).filter(
      (kind) => !["sealed", "rotated", "committed", "approval"].includes(kind),
    );
    for (const kind of kinds)
      for (const wrong of ["vault", "station", "approver"] as const) {
        if (SIGNER_OF[kind] === wrong) continue;
        const scribe = upTo(8);
        const sign = { vault: story.signers.vault1.sign, station: story.signers.station.sign };
        scribe.add(kind, one(), { sign: wrong === "approver" ? story.key.approve : sign[wrong] });
        expect(errors(ofLines(scribe.lines)), `${kind} by ${wrong}`).toEqual(["SIGNER_WRONG"]);
      }
  });

  it("seals, commits and approvals by another signer are refused", () => {
    const { station, vault1 } = story.signers;
    const rotated = upTo(8);
    rotated.add("rotated", one(), station, { evidence: sealEvidence(two()) });
    expect(errors(ofLines(rotated.lines))).toEqual(["SIGNER_WRONG"]);
    const committed = upTo(13);
    committed.add("committed", two(), vault1, { evidence: { fileSha256: two().fileSha256 } });
    expect(errors(ofLines(committed.lines))).toEqual(["SIGNER_WRONG"]);
    const approved = upTo(8);
    const evidence = approvalEvidence({
      seq: 8,
      sha256: hex(sha256(lines[7]?.bytes ?? utf8(""))),
      approver: "Reviewer's key",
    });
    approved.add("approval", one(), { sign: softKey("stranger").approve }, { evidence });
    expect(errors(ofLines(approved.lines))).toEqual(["SIGNER_WRONG"]);
  });

  it("another epoch's vault key is refused, before and after the commit", () => {
    const early = upTo(13);
    early.add("glass-broken", one(), story.signers.vault2);
    expect(errors(ofLines(early.lines))).toEqual(["SIGNER_WRONG"]);
    const late = upTo(14);
    late.add("glass-broken", two(), story.signers.vault1);
    expect(errors(ofLines(late.lines))).toEqual(["SIGNER_WRONG"]);
    const good = upTo(14);
    good.add("glass-broken", two(), story.signers.vault2);
    expect(errors(ofLines(good.lines))).toEqual([]);
  });

  it("a fresh laptop is UNCERTIFIED until a committed seal names it", async () => {
    const { laptop, three, scribe } = await onLaptop();
    expect(errors(ofLines(scribe.lines))).toEqual(["STATION_UNCERTIFIED"]);
    scribe.add("rotated", two(), story.signers.vault2, { evidence: sealEvidence(three) });
    // It proves that epoch's shares with a key that this very seal names.
    scribe.add("share-checked", three, laptop);
    expect(new Set(errors(ofLines(scribe.lines)))).toEqual(new Set(["STATION_UNCERTIFIED"]));
    scribe.add("committed", three, laptop, { evidence: { fileSha256: three.fileSha256 } });
    const verdict = ofLines(scribe.lines);
    expect(errors(verdict)).toEqual([]);
    expect(new Set(notes(verdict))).toEqual(new Set(["STATION_CERTIFIED_LATER"]));
    scribe.add("drill", three, story.signers.station);
    expect(errors(ofLines(scribe.lines))).toEqual(["SIGNER_WRONG"]);
  });

  it("what a fresh laptop gave up is never committed, and it is as uncertified as before", async () => {
    const { laptop, three, scribe } = await onLaptop();
    scribe.add("rotated", two(), story.signers.vault2, { evidence: sealEvidence(three) });
    const { epoch, fileSha256 } = three;
    scribe.add("cancelled", two(), laptop, { evidence: { epoch, fileSha256 } });
    scribe.add("drill", two(), laptop);
    expect(new Set(errors(ofLines(scribe.lines)))).toEqual(new Set(["STATION_UNCERTIFIED"]));
    scribe.add("committed", three, laptop, { evidence: { fileSha256 } });
    expect(errors(ofLines(scribe.lines))).toContain("EVIDENCE_WRONG");
  });

  it("an approval of a record that isn't there is refused", () => {
    const scribe = upTo(8);
    scribe.add(
      "approval",
      one(),
      { sign: story.key.approve },
      {
        evidence: approvalEvidence({ seq: 8, sha256: "0".repeat(64), approver: "Reviewer's key" }),
      },
    );
    expect(errors(ofLines(scribe.lines))).toEqual(["EVIDENCE_WRONG"]);
  });

  it("a signature for practice never counts for a real record", async () => {
    const { station } = story.signers;
    const scribe = upTo(8);
    scribe.add("drill", one(), { sign: (_, bytes) => station.sign("pullstation-drill@v1", bytes) });
    expect(errors(ofLines(scribe.lines))).toEqual(["SIGNATURE_REFUSED"]);
    const mixed = upTo(8);
    mixed.add("drill", one(), station, { mode: "PRACTICE" });
    expect(errors(ofLines(mixed.lines))).toEqual(["MODE_MIXED"]);
    expect((await makeStory("PRACTICE")).scribe.lines[0]?.signature).not.toBe(lines[0]?.signature);
  });
});

describe("epochs and forks", () => {
  it("two committed successors of one epoch are a fork", () => {
    const scribe = upTo(14);
    const abandoned = hex(sha256(utf8("story file abandoned")));
    scribe.add("committed", { epoch: 2, fileSha256: abandoned }, story.signers.station, {
      evidence: { fileSha256: abandoned },
    });
    expect(errors(ofLines(scribe.lines))).toContain("FORK");
  });

  it("two different records of one place in two copies are a fork", () => {
    const other = upTo(13);
    other.add("cancelled", one(), story.signers.station);
    const verdict = verify([story.scribe.copy("a"), other.copy("b")]);
    expect(errors(verdict)).toEqual(["FORK"]);
    expect(verdict.findings[0]).toMatchObject({
      seq: 14,
      about: { one: "a", other: "b" },
    });
  });

  it("an older copy with its older vault is behind, not wrong", () => {
    const old = upTo(11).copy("old", { vault: utf8("story file 1") });
    const verdict = verify([old, story.scribe.copy("new", { vault: story.vault })]);
    expect(errors(verdict)).toEqual([]);
    expect(notes(verdict)).toEqual(["COPY_BEHIND"]);
  });

  it("a vault file that the chain didn't make live is named", () => {
    const old = story.scribe.copy("a", { vault: utf8("story file 1") });
    expect(errors(verify([old]))).toEqual(["VAULT_FILE_DIFFERS"]);
    const cut = upTo(13).copy("a", { vault: story.vault });
    expect(errors(verify([cut]))).toEqual(["VAULT_FILE_DIFFERS"]);
  });

  it("records of another epoch, file or vault are refused", () => {
    const { station, vault1 } = story.signers;
    const faults = [
      ["EPOCH_WRONG", { epoch: 3 }],
      ["VAULT_HASH_WRONG", { vaultHash: "0".repeat(64) }],
      ["VAULT_ID_MIXED", { vaultId: "0".repeat(32) }],
    ] as const;
    for (const [code, bend] of faults) {
      const scribe = upTo(8);
      scribe.add("closed", one(), station, bend);
      expect(errors(ofLines(scribe.lines))).toEqual([code]);
    }
    const skipped = upTo(9);
    skipped.add("rotated", one(), vault1, { evidence: sealEvidence({ ...two(), epoch: 3 }) });
    expect(errors(ofLines(skipped.lines))).toEqual(["EPOCH_WRONG"]);
    const early = upTo(2);
    early.add("glass-broken", one(), vault1);
    expect(errors(ofLines(early.lines))).toEqual(["KIND_MISPLACED"]);
  });

  it("a first seal that names another vault than its key is refused", () => {
    const scribe = new Scribe("REAL", "0".repeat(32));
    scribe.add("sealed", one(), story.signers.vault1, { evidence: sealEvidence(one()) });
    expect(errors(ofLines(scribe.lines))).toEqual(["VAULT_ID_NOT_ITS_KEY"]);
  });
});

describe("allowed_signers", () => {
  it("is only compared: a foreign or missing line is named, the verdict stays", () => {
    const text = new TextDecoder().decode(story.allowedSigners);
    for (const [bent, line] of [
      [`${text}vault namespaces="x" ssh-ed25519 AAAA\n`, 5],
      [text.split("\n").slice(1).join("\n"), "missing"],
    ] as const) {
      const verdict = verify([story.scribe.copy("a", { allowedSigners: utf8(bent) })]);
      expect(verdict.verdict).toBe("UNANCHORED");
      expect(verdict.findings).toMatchObject([{ code: "SIGNERS_FILE_DIFFERS", about: { line } }]);
    }
  });
});

describe.runIf(requireProgram("ssh-keygen"))("stock ssh-keygen with allowed_signers", () => {
  it("says Good to every record's signer, and to no other principal", () => {
    const dir = mkdtempSync(join(tmpdir(), "chain-"));
    try {
      writeFileSync(join(dir, "allowed_signers"), story.allowedSigners);
      const judged = verify([story.scribe.copy()]).records;
      for (const [index, { bytes, signature }] of lines.entries()) {
        writeFileSync(join(dir, "sig"), signature);
        const ask = (principal: string): boolean => {
          const file = ["-f", join(dir, "allowed_signers"), "-s", join(dir, "sig")];
          const args = ["-Y", "verify", "-n", "pullstation-record@v1", "-I", principal, ...file];
          return spawnSync("ssh-keygen", args, { input: bytes }).status === 0;
        };
        const principal = judged[index]?.principal ?? "none";
        expect(ask(principal), `record ${index + 1} by ${principal}`).toBe(true);
        expect(ask(principal === "vault" ? "station" : "vault")).toBe(false);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
