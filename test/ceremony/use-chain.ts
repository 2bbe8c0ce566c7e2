import { reviewedEntry, type Reviewer, type ReviewOutcome } from "../../ceremony/review.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  approvalEvidence,
  type RecordBody,
  type RecordKind,
  sealEvidence,
  type SealEvidence,
  vaultIdOf,
} from "../../crypto/record.ts";
import { type Line, Scribe, softKey, type SoftKey, testSigner } from "./chain-kit.ts";

/** A real vault's chain from fixed seeds, with two reviewers' keys: sealed, and then as it is told. */

export const INCIDENT = "INC-7";
export const RED: Reviewer = { name: "Lise Moreau", key: "Red tag" };
export const BLUE: Reviewer = { name: "Tomo Aoki", key: "Blue tag" };
export const OUTCOME: ReviewOutcome = {
  verdict: "CLEAR",
  proof: "verified",
  findings: { error: 0, warning: 1, note: 2 },
  events: 12,
  files: [{ file: "reviews/INC-7/1.json", sha256: "ab".repeat(32) }],
};

/** What a closing's record says of an account that is dead: as `recordClosing` writes it. */
export const DEAD = {
  account: "111122223333",
  verdict: "CLOSED",
  latched: true,
  deny: "PROVEN",
  denials: [
    {
      account: "111122223333",
      action: "iam:GetAccountSummary",
      region: "us-east-1",
      requestId: "r-1",
      verdict: "DENIED",
    },
  ],
  rejections: 3,
  rejectedOverMs: 10_000,
  confirmed: true,
  foreign: [],
  remains: [],
};

export interface Writer {
  readonly scribe: Scribe;
  add(
    kind: RecordKind,
    evidence?: RecordBody["evidence"],
    time?: string,
    more?: Partial<RecordBody>,
  ): Line;
  approve(line: Line, label: "Red tag" | "Blue tag"): Line;
  /** `broken`: labels of the keys that broke the glass. */
  reviewed(
    reviewers: readonly Reviewer[],
    outcome?: ReviewOutcome,
    broken?: readonly string[],
  ): Line;
}

/** `about`: what the seal says in public. */
export async function writer(about: RecordBody["evidence"] = {}): Promise<Writer> {
  const vault = await testSigner("gate vault");
  const station = await testSigner("gate station");
  const keys: Record<string, SoftKey> = { "Red tag": softKey("red"), "Blue tag": softKey("blue") };
  const file = utf8("gate vault file");
  const seal: SealEvidence = {
    epoch: 1,
    setId: sha256(file).subarray(0, 16),
    fileSha256: hex(sha256(file)),
    vaultKey: vault.wireKey,
    stationKey: station.wireKey,
    approvers: Object.entries(keys).map(([label, { wireKey }]) => ({ label, wireKey })),
  };
  const scribe = new Scribe("REAL", vaultIdOf(vault.wireKey));
  scribe.add("sealed", seal, vault, { evidence: sealEvidence(seal, about) });
  scribe.add("committed", seal, station, { evidence: { fileSha256: seal.fileSha256 } });
  const add: Writer["add"] = (kind, evidence = {}, time = "2026-06-18T02:17:00Z", more = {}) =>
    scribe.add(kind, seal, kind === "glass-broken" ? vault : station, {
      evidence: { incident: INCIDENT, ...evidence },
      at: { time, clock: "station" },
      ...more,
    });
  return {
    scribe,
    add,
    approve: ({ body, bytes }, label) =>
      scribe.add(
        "approval",
        seal,
        { sign: (namespace, message) => keys[label]?.approve(namespace, message) ?? "" },
        {
          evidence: approvalEvidence({
            seq: body.seq,
            sha256: hex(sha256(bytes)),
            approver: label,
          }),
        },
      ),
    reviewed: (reviewers, outcome = OUTCOME, broken = []) => {
      const { kind, who, why, at, evidence } = reviewedEntry(
        INCIDENT,
        outcome,
        reviewers,
        "",
        "2026-06-19T09:00:00Z",
        broken,
      );
      return scribe.add(kind as RecordKind, seal, station, {
        who,
        why,
        at,
        evidence: evidence as RecordBody["evidence"],
      });
    },
  };
}
