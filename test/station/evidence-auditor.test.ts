import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reviewedEntry } from "../../ceremony/review.ts";
import { verify } from "../../ceremony/verify.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  approvalEvidence,
  type RecordBody,
  type RecordKind,
  recordName,
  sealEvidence,
  type SealEvidence,
  vaultIdOf,
} from "../../crypto/record.ts";
import { allowedSignersLine, type SshSigner } from "../../crypto/sshsig.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { readCopy } from "../../station/record-store.ts";
import { readList } from "../../station/trail/list.ts";
import { type Line, Scribe, softKey, type SoftKey, testSigner } from "../ceremony/chain-kit.ts";
import { BLUE, INCIDENT, OUTCOME, RED } from "../ceremony/use-chain.ts";
import { requireProgram } from "../requires.ts";
import { audit, layRecords, sumAgain } from "./auditor.ts";

// An auditor has the folder, a share card's id, a printed hash, and stock programs. Whoever forges has
// some keys of it, writes every file of the folder anew, and makes the sums fit.

const hasPrograms = requireProgram("ssh-keygen") && requireProgram("sha256sum");
const NAMESPACE = "pullstation-record@v1";
const REVIEW = utf8(`{"format":"pullstation-review@v1"}`);
const LOG = `{"Records":[]}`;
const LIST = readList([
  {
    file: "/media/officer/AUDIT/AWSLogs/a.json.gz",
    sha256: hex(sha256(utf8(LOG))),
    kind: "log",
    events: 0,
    oldest: null,
    newest: null,
  },
]);
const FILES: readonly [string, Uint8Array][] = [
  ["reviews/INC-7/1.json", REVIEW],
  ["reviews/INC-7/1.txt", utf8(LIST)],
];
/** With everything in it that a pattern could stumble over. */
const ODD = `Red "tag" \\ [1.*]/{2}$ & Zoë`;

let root: string;
let out: string;
let scribe: Scribe;
let seals: SealEvidence[];
let vaults: SshSigner[];
let station: SshSigner;
let fresh: SshSigner;
let red: SoftKey;

const sealOf = (
  epoch: number,
  vault: SshSigner,
  laptop: SshSigner,
  file: string,
): SealEvidence => ({
  epoch,
  setId: sha256(utf8(file)).subarray(0, 16),
  fileSha256: hex(sha256(utf8(file))),
  vaultKey: vault.wireKey,
  stationKey: laptop.wireKey,
  approvers: [
    { label: ODD, wireKey: red.wireKey },
    { label: BLUE.key, wireKey: softKey("blue").wireKey },
  ],
});
type Bend = Partial<RecordBody>;
const epoch = (number: number): SealEvidence => seals[number - 1] as SealEvidence;
const vault = (number: number): SshSigner => vaults[number - 1] as SshSigner;
const about = { evidence: { incident: INCIDENT } };
const commits = (seal: SealEvidence): Bend => ({ evidence: { fileSha256: seal.fileSha256 } });
const touched = (key: SoftKey) => ({ sign: key.approve.bind(key) });
const approves = ({ body, bytes }: Line, approver: string): Bend => ({
  evidence: approvalEvidence({ seq: body.seq, sha256: hex(sha256(bytes)), approver }),
});

/** Three epochs; the third's laptop was restored before it, and a rotation was given up on the way. */
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "evidence-auditor-"));
  out = join(root, "out");
  red = softKey("red");
  vaults = await Promise.all([1, 2, 3, 4].map((number) => testSigner(`auditor vault ${number}`)));
  station = await testSigner("auditor station");
  fresh = await testSigner("auditor fresh laptop");
  seals = [
    sealOf(1, vault(1), station, "one"),
    sealOf(2, vault(2), station, "two"),
    sealOf(3, vault(3), fresh, "three"),
  ];
  const givenUp = sealOf(2, vault(4), station, "given up");
  scribe = new Scribe("REAL", vaultIdOf(vault(1).wireKey));
  const sealed = (kind: RecordKind, by: SealEvidence, key: SshSigner, seal: SealEvidence): Line =>
    scribe.add(kind, by, key, {
      evidence: sealEvidence(seal, { name: `A "vaultKey":"${"A".repeat(68)}"` }),
    });
  sealed("sealed", epoch(1), vault(1), epoch(1));
  scribe.add("committed", epoch(1), station, commits(epoch(1)));
  scribe.add("glass-broken", epoch(1), vault(1), about);
  scribe.add("aws-calls", epoch(1), station, {
    evidence: { incident: INCIDENT, calls: [{ kind: "x", seq: 3, previous: null }] },
  });
  const closed = scribe.add("closed", epoch(1), station, about);
  scribe.add("approval", epoch(1), touched(red), approves(closed, ODD));
  sealed("rotated", epoch(1), vault(1), givenUp);
  scribe.add("cancelled", epoch(1), station, commits(givenUp));
  sealed("rotated", epoch(1), vault(1), epoch(2));
  scribe.add("share-checked", epoch(2), station);
  scribe.add("committed", epoch(2), station, commits(epoch(2)));
  scribe.add("restored", epoch(2), fresh, { evidence: { role: "primary", oldStation: "gone" } });
  sealed("rotated", epoch(2), vault(2), epoch(3));
  scribe.add("share-checked", epoch(3), fresh);
  scribe.add("committed", epoch(3), fresh, commits(epoch(3)));
  const { kind, who, why, at, evidence } = reviewedEntry(
    INCIDENT,
    { ...OUTCOME, files: FILES.map(([file, bytes]) => ({ file, sha256: hex(sha256(bytes)) })) },
    [{ ...RED, key: ODD }, BLUE],
    "",
    "2026-06-19T09:00:00Z",
    [],
  );
  const reviewed = scribe.add(kind as RecordKind, epoch(3), fresh, {
    who,
    why,
    at,
    evidence: evidence as RecordBody["evidence"],
  });
  scribe.add("approval", epoch(3), touched(red), approves(reviewed, ODD));
  const dir = join(root, "vault");
  layRecords(dir, scribe.lines);
  for (const [file, bytes] of FILES) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), bytes);
  }
  await exportEvidence({ dir, out, now: "2026-06-30T08:00:00.000Z" });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(join(out, file), "utf8");
const step = (number: number): string => audit(out).step[number] ?? "";
const objections = (): string => audit(out).objections;
const reviewed = (): Line => scribe.lines.at(-2) as Line;
const lastNumber = (): string => recordName(scribe.lines.length).slice(0, 6);

/** The record before was written last; now it stands in the folder as signed by `who`. */
function forge(who: string, kind: string, end = ""): void {
  layRecords(out, scribe.lines);
  appendFileSync(join(out, "signers.txt"), `${lastNumber()} ${who} ${kind}${end}\n`);
  for (const name of [recordName(scribe.lines.length), `${recordName(scribe.lines.length)}.sig`])
    appendFileSync(join(out, "SHA256SUMS"), `${"0".repeat(64)}  records/${name}\n`);
  sumAgain(out);
}
const verdict = (): readonly string[] =>
  verify([readCopy(out) ?? { name: "none", records: new Map() }]).findings.flatMap((one) =>
    one.severity === "error" ? [one.code] : [],
  );

describe.runIf(hasPrograms)("an auditor with the README and stock programs", () => {
  it.each(["bash", "sh"])("finds everything good in %s, and both figures on paper", (shell) => {
    const seen = audit(out, shell);
    expect(seen.blocks).toBe(7);
    expect(seen.objections).toBe("");
    expect(seen.step[2]?.trim()).toBe(scribe.vaultId);
    expect(seen.step[6]).toContain(hex(sha256(scribe.lines.at(-1)?.bytes ?? new Uint8Array())));
    expect(seen.step[7]).toContain(`${hex(sha256(REVIEW))}  reviews/INC-7/1.json`);
    expect(verdict()).toEqual([]);
  });

  it("can tell whether the trail is the one that was reviewed", () => {
    // The trail itself is elsewhere; whoever has it can tell.
    const list = join(out, "reviews/INC-7/1.txt");
    expect(read("README.txt")).toContain("reviews/INC-7/1.txt");
    expect(read("index.html")).toContain("Every file of the trail that the review read");
    writeFileSync(join(root, "a.json"), LOG);
    const check = (): string =>
      execFileSync("sha256sum", ["--check", "--quiet", list], { cwd: root, encoding: "utf8" });
    expect(check()).toBe("");
    writeFileSync(join(root, "a.json"), `${LOG} `);
    expect(check).toThrow(/FAILED|failed/i);
  });

  it("sees each file that was changed", () => {
    const files = ["records/000003.json", "index.html", "allowed_signers", "README.txt"];
    for (const file of files) appendFileSync(join(out, file), " ");
    const seen = step(1);
    for (const file of files) expect(seen).toContain(file);
  });

  it("sees a changed record, though the sums fit", () => {
    const changed = read("records/000004.json").replace("a test", "a tes7");
    writeFileSync(join(out, "records/000004.json"), changed);
    sumAgain(out);
    const seen = audit(out).step;
    expect(seen[1]).toBe("");
    expect(seen[5]).toContain("NOT SIGNED: records/000004.json");
    expect(seen[3]).toContain("NOT IN ORDER: records/000005.json");
  });

  it("sees an exchanged record and a removed one", () => {
    const [, , third] = scribe.lines;
    writeFileSync(join(out, "records/000004.json"), third?.bytes ?? "");
    writeFileSync(join(out, "records/000004.json.sig"), third?.signature ?? "");
    rmSync(join(out, "records/000008.json"));
    const seen = audit(out).step;
    expect(seen[3]).toContain("NOT IN ORDER: records/000004.json");
    expect(seen[3]).toContain("NOT IN ORDER: records/000009.json");
    expect(seen[5]).toContain("000008");
  });

  it("sees another vault by the figure from the share card", () => {
    layRecords(out, scribe.lines.slice(6, 7));
    const seen = audit(out).step;
    expect(seen[2]?.trim()).not.toBe(scribe.vaultId);
    expect(seen[3]).toContain("NOT IN ORDER");
  });
});

describe.runIf(hasPrograms)("a forger whose sums fit, and what an auditor sees", () => {
  it("an approval by a key that was slipped into allowed_signers", () => {
    const own = softKey("a forger's");
    scribe.add("approval", epoch(3), touched(own), approves(reviewed(), BLUE.key));
    const line = allowedSignersLine("approver:Blue%20tag", [NAMESPACE], own.wireKey);
    appendFileSync(join(out, "allowed_signers"), line);
    forge("approver", "approval");
    const seen = audit(out).step;
    expect(seen[4]).toContain(line.trim().split(" ").at(-1));
    expect(seen[5]).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
    expect(verdict()).toContain("SIGNER_WRONG");
  });

  it("an approval by another's key than it names", () => {
    scribe.add("approval", epoch(3), touched(red), approves(reviewed(), BLUE.key));
    forge("approver", "approval");
    expect(step(5)).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
    expect(verdict()).toContain("SIGNER_WRONG");
  });

  it("a breaking of the glass by an earlier epoch's quorum", () => {
    scribe.add("glass-broken", epoch(3), vault(1), about);
    forge("vault", "glass-broken");
    expect(objections()).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
    expect(verdict()).toContain("SIGNER_WRONG");
    scribe.lines.pop();
    scribe.add("glass-broken", epoch(1), vault(1), about);
    layRecords(out, scribe.lines);
    sumAgain(out);
    expect(objections()).toContain(`NOT OF ITS EPOCH: records/${lastNumber()}.json`);
  });

  it("a rotation by an earlier epoch's quorum, and what it would make count", () => {
    const next = sealOf(4, vault(4), fresh, "four");
    scribe.add("rotated", epoch(3), vault(1), { evidence: sealEvidence(next) });
    forge("vault", "rotated");
    scribe.add("committed", next, fresh, commits(next));
    forge("station", "committed");
    const seen = audit(out).step;
    expect(seen[5]).toContain("NOT SIGNED");
    expect(seen[4]).not.toBe("");
  });

  it.each(["share-checked", "glass-broken"])(
    "a breaking of the glass that the station signed, listed as %s",
    (listed) => {
      scribe.add("glass-broken", epoch(3), fresh, about);
      forge("station", listed);
      expect(objections()).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
      expect(verdict()).toContain("SIGNER_WRONG");
    },
  );

  it("a kind that is written twice: what is deeper in a record is not its kind", () => {
    const decoy = { format: NAMESPACE, kind: "share-checked", mode: "REAL" };
    const deep = { ...decoy, previous: null, seq: 3, vaultHash: "aa", vaultId: "bb" };
    scribe.add("glass-broken", epoch(3), fresh, {
      who: decoy,
      evidence: { ...deep, deep: { ...deep, who: {}, why: "" } },
    });
    forge("station", "share-checked");
    expect(step(5)).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
  });

  it("a record of a laptop that a later epoch took out of use", () => {
    scribe.add("share-checked", epoch(3), station);
    forge("station", "share-checked");
    expect(step(5)).toContain(`NOT SIGNED: records/${lastNumber()}.json`);
    expect(verdict()).toContain("SIGNER_WRONG");
  });

  it("a rotation that was given up, and is committed all the same", () => {
    const next = sealOf(4, vault(4), fresh, "four");
    for (const [kind, of, who, evidence] of [
      ["rotated", epoch(3), "vault", sealEvidence(next)],
      ["cancelled", epoch(3), "station", { fileSha256: next.fileSha256 }],
      ["committed", next, "station", { fileSha256: next.fileSha256 }],
    ] as const) {
      scribe.add(kind, of, kind === "rotated" ? vault(3) : fresh, { evidence });
      forge(who, kind);
    }
    expect(step(4)).toContain("NO SEAL");
    expect(verdict()).toContain("EVIDENCE_WRONG");
  });

  it.each<[string, (whole: string) => string]>([
    ["without its last record", (whole) => `${whole.split("\n").slice(0, -2).join("\n")}\n`],
    ["with one more", (whole) => `${whole}000018 vault glass-broken\n`],
    ["with another's word", (whole) => whole.replace("station reviewed", "vault reviewed")],
  ])("a list of signers %s", (_, other) => {
    writeFileSync(join(out, "signers.txt"), other(read("signers.txt")));
    sumAgain(out);
    const seen = audit(out).step;
    expect(seen[1]).toBe("");
    expect(seen[5]).not.toBe("");
  });

  it("a record that no chain leads to, though its name has no place", () => {
    const line = scribe.lines.at(-1) as Line;
    writeFileSync(join(out, "records", "extra.json"), line.bytes);
    writeFileSync(join(out, "records", "extra.json.sig"), line.signature);
    expect(step(3)).toContain("NOT IN ORDER: records/extra.json");
  });
});
