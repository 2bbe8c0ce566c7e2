import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import type { SshSigner } from "../../crypto/sshsig.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { testSigner } from "../ceremony/chain-kit.ts";
import { DEAD, INCIDENT, type Writer, writer } from "../ceremony/use-chain.ts";
import { requireProgram } from "../requires.ts";
import { audit, layRecords } from "./auditor.ts";

// A station that was restored has no certificate yet: its evidence says so, wherever it stands.

const hasPrograms = requireProgram("ssh-keygen") && requireProgram("sha256sum");
const NOW = "2026-06-30T08:00:00.000Z";
let root: string;
let out: string;
let chain: Writer;
let fresh: SshSigner;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "evidence-restored-"));
  out = join(root, "out");
  chain = await writer({ name: "Acme Prod", threshold: 2, custodians: ["Priya Nair"] });
  fresh = await testSigner("a fresh laptop");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A record of the fresh laptop's, signed with a key that no seal names. */
const here = (kind: RecordKind, evidence: RecordBody["evidence"] = {}) =>
  chain.scribe.add(kind, { epoch: 1, fileSha256: hex(sha256(utf8("gate vault file"))) }, fresh, {
    evidence: { incident: INCIDENT, ...evidence },
    at: { time: "2026-06-18T02:17:00Z", clock: "station" },
  });

/** Restored, used, closed, approved by touch. */
function used(): void {
  here("restored", { role: "primary", oldStation: "gone" });
  chain.add("glass-broken", { purpose: "open", accounts: ["111122223333"] });
  here("access-open", { deadline: "2026-06-18T03:05:00Z" });
  chain.approve(here("closed", { accounts: [DEAD] }), "Red tag");
}

function exported() {
  const dir = join(root, "vault");
  layRecords(dir, chain.scribe.lines);
  return exportEvidence({ dir, out, now: NOW });
}
const read = (file: string): string => readFileSync(join(out, file), "utf8");
const step = (number: number): string => audit(out).step[number] ?? "";

describe.runIf(hasPrograms)("the evidence of a restored station", () => {
  it("says which records no seal's key signed, in the README, the page, and each claim of them", async () => {
    used();
    await exported();
    const said =
      "Records 3, 5 to 6 are signed by a laptop that no seal names (uncertified-1, key SHA256:";
    expect(read("README.txt")).toContain("NOT ALL OF IT IS CERTIFIED");
    expect(read("README.txt")).toContain(said);
    expect(read("index.html")).toContain(said);
    const claims = [...read("index.html").matchAll(/<li class="claim">(.*?)<\/li>/gs)].map(
      ([, text = ""]) => text,
    );
    const ofClosing = claims.filter((text) => text.includes("records/000006.json"));
    expect(ofClosing.length).toBeGreaterThan(0);
    for (const claim of claims)
      expect(claim.includes("Not certified."), claim).toBe(/00000[356]\.json/.test(claim));
    const signers = read("signers.txt").split("\n");
    expect(signers.slice(2, 7)).toEqual([
      "000003 uncertified-1 restored",
      "000004 vault glass-broken",
      "000005 uncertified-1 access-open",
      "000006 uncertified-1 closed",
      "000007 approver approval",
    ]);
    // What a quorum vouches for stays apart.
    expect(read("allowed_signers")).not.toContain("uncertified");
  });

  it("is checked with stock programs: good as it stands, and another's key is seen", async () => {
    used();
    expect(await exported()).toMatchObject({ records: 7, uncertified: 3 });
    expect(audit(out).objections).toBe("");
    const [line = ""] = read("uncertified_signers").split("\n");
    const vaults = read("allowed_signers").split("\n")[0] ?? "";
    const key = line.split(" ").at(-1) ?? "";
    writeFileSync(
      join(out, "uncertified_signers"),
      line.replace(key, vaults.split(" ").at(-1) ?? ""),
    );
    const seen = audit(out).step;
    expect(seen[5]).toContain("NOT SIGNED: records/000005.json");
    expect(seen[4]).toContain("CERTIFIED AFTER ALL");
    // Nor does it count as the station's when its line says so.
    writeFileSync(join(out, "uncertified_signers"), line.replace(/^\S+/, "station"));
    expect(step(5)).toContain("NOT SIGNED: records/000005.json");
  });

  it("tells two fresh laptops apart", async () => {
    here("restored", { role: "spare" });
    fresh = await testSigner("another one");
    here("restored", { role: "primary" });
    await exported();
    expect(read("uncertified_signers").trim().split("\n")).toHaveLength(2);
    expect(read("README.txt")).toContain("Record 4 is signed by a laptop");
    expect(audit(out).objections).toBe("");
  });

  it("is not made of a stranger's records where nothing was restored, nor of broken ones", async () => {
    here("share-checked");
    await expect(exported()).rejects.toMatchObject({
      code: "EVIDENCE_RECORDS_NOT_VALID",
      about: { code: "STATION_UNCERTIFIED" },
    });
    expect(existsSync(out)).toBe(false);
    used();
    const last = chain.scribe.lines.at(-2);
    if (last !== undefined) Object.assign(last, { signature: chain.scribe.lines[0]?.signature });
    await expect(exported()).rejects.toMatchObject({
      code: "EVIDENCE_RECORDS_NOT_VALID",
      about: { code: "SIGNATURE_REFUSED" },
    });
  });
});
