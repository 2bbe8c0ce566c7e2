import { beforeAll, describe, expect, it } from "vitest";
import type { StationEntry, Subject } from "../../ceremony/ports.ts";
import { leftBehindEntry } from "../../ceremony/left-behind.ts";
import { reviewedEntry } from "../../ceremony/review.ts";
import { cancelRecord } from "../../ceremony/rotate-ceremony.ts";
import { seal } from "../../ceremony/seal.ts";
import { commitRecord } from "../../ceremony/seal-ceremony.ts";
import { base64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { Json } from "../../crypto/canonical.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import {
  approvalEvidence,
  parseRecord,
  type RecordBody,
  type RecordKind,
} from "../../crypto/record.ts";
import type { Recorded } from "../../station/paper/glance.ts";
import { recordHtml } from "../../station/paper/record.ts";
import { sealRecord } from "../../station/vault/seal-record.ts";
import { testSigner } from "../ceremony/chain-kit.ts";
import { aKey, aVault, enrolled, planOf } from "../ceremony/sealing.ts";
import { BLUE, DEAD, OUTCOME, RED } from "../ceremony/use-chain.ts";
import { read, record } from "./paper-reading.ts";

// What a page says of one use or one sealing, of records as the station and its vaults write them.

const page = (records: readonly Recorded[], of?: number): string =>
  read(recordHtml({ vaultName: "Acme Prod", records, ...(of === undefined ? {} : { of }) }));

/** What stands in the page's box, and what is due. */
const glance = (records: readonly Recorded[], of?: number): string =>
  page(records, of).split("What happened")[0] ?? "";
const due = (records: readonly Recorded[], of?: number): string =>
  (page(records, of).split(" Due ")[1] ?? "").split(" Timeline")[0] ?? "";

interface Sealed {
  readonly record: Recorded;
  readonly subject: Subject;
}
/** The first epoch; the second with new AWS keys; the second with the old ones. */
let one: Sealed;
let two: Sealed;
let keeping: Sealed;
beforeAll(async () => {
  const { candidate } = await aVault();
  const { vaultId, epoch } = candidate.vault.epoch;
  const keys = await Promise.all(["c", "d"].map((label) => enrolled(aKey(label), label)));
  const next = await seal(
    planOf(keys, { keyboard: "de", previous: { vaultId, epoch } }),
    await systemEntropy(),
  );
  const stationKey = base64url((await testSigner("station")).wireKey);
  const key = candidate.vaultSigningKey;
  const told = async ({ vault }: typeof candidate, seq: number, kept: readonly string[]) => {
    const rotates = vault !== candidate.vault;
    const signed = await sealRecord(
      vault,
      {
        by: candidate.vault,
        key,
        who: rotates ? { custodians: "Custodian 1, Custodian 2", key: "key-a" } : {},
        about: rotates ? { newKeys: [], added: [], keptKeys: [...kept], dropped: [] } : {},
        trialOpenedWith: [],
        accounts: ["111122223333"],
      },
      "ef".repeat(32),
      {
        head: { seq, previous: seq === 1 ? null : "b".repeat(64) },
        stationKey,
        at: `2026-06-1${rotates ? 9 : 7}T12:00:00.000Z`,
      },
    );
    const bytes = utf8(signed.record);
    return {
      record: { ...parseRecord(bytes), written: { seq, sha256: hex(sha256(bytes)) } },
      subject: {
        mode: "PRACTICE" as const,
        vaultId: hex(vaultId),
        epoch: vault.epoch.epoch,
        fileSha256: hex(vault.fileHash),
      },
    };
  };
  one = await told(candidate, 1, []);
  two = await told(next, 30, []);
  keeping = await told(next, 30, [DEAD.account]);
});

const commit = (seq: number, { subject }: Sealed): Recorded =>
  appended(seq, (records) => commitRecord(records, subject, "2026-06-19T12:30:00.000Z"));

/** What a ceremony appends, as a record of that vault's. */
function appended(
  seq: number,
  write: (records: {
    append: (subject: Subject, entry: StationEntry) => { seq: number; sha256: string };
  }) => void,
): Recorded {
  let found: Recorded | undefined;
  write({
    append: ({ mode, vaultId, epoch, fileSha256 }, { kind, who, why, at, evidence }) => {
      const { time, clock } = at;
      found = record(seq, kind as RecordKind, {
        mode,
        vaultId,
        epoch,
        who,
        why,
        vaultHash: fileSha256,
        evidence: evidence as Record<string, Json>,
        at: time.slice(11, 19),
        aws: clock === "aws",
      });
      return found.written;
    },
  });
  if (found === undefined) throw new Error("nothing was appended");
  return found;
}

const cancel = (): Recorded =>
  appended(31, (records) =>
    cancelRecord(
      records as Parameters<typeof cancelRecord>[0],
      one.subject,
      two.subject,
      "2026-06-18T13:00:00.000Z",
      "cancelled before its shares were proven; the old set stays valid",
    ),
  );

describe("the page of a sealing", () => {
  it("says who can open it, on which keyboard, with which runbook, once it counts", () => {
    expect(page([one.record])).toContain("Epoch 1 is sealed, but it does not count yet");
    const said = page([one.record, commit(2, one)]);
    expect(said).toContain("Vault sealed, 17 June 2026");
    expect(said).toContain("The vault is sealed and counts: epoch 1.");
    expect(said).toContain("Any 2 of 3 shares and one touch");
    expect(said).toContain("Custodians Custodian 1, Custodian 2, Custodian 3");
    expect(said).toContain("Keyboard us");
    expect(said).toContain(`Runbook ${"cd".repeat(32)}`);
  });

  it("is of the rotation, after one, and says which epoch counts", () => {
    const before = [one.record, commit(2, one)];
    const waiting = page([...before, two.record]);
    expect(waiting).toContain("Shares rotated, vault sealed anew, 19 June 2026");
    expect(waiting).toContain("Epoch 2 is sealed, but it does not count yet");
    expect(waiting).toContain("Until then epoch 1 counts.");
    const said = page([...before, two.record, commit(31, two)]);
    expect(said).toContain("The vault is sealed and counts: epoch 2.");
    expect(said).toContain("Acme Prod, epoch 2");
    expect(said).toContain("Keyboard de");
  });

  it("says of one that was given up that the epoch before counts", () => {
    const said = page([one.record, commit(2, one), two.record, cancel()]);
    expect(said).toContain("The rotation to epoch 2 was given up: epoch 1 counts.");
    expect(said).toContain("Destroy every card and stick of that set");
    expect(said).not.toContain("is sealed and counts");
  });

  it("stays of a rotation after a use, and of the use where that is asked for", () => {
    const { vaultId, mode } = one.record;
    const used = useOf("INC-7", 10, { vaultId, mode });
    const story = [one.record, commit(2, one), ...used, two.record, commit(31, two)];
    expect(page(story)).toContain("The vault is sealed and counts: epoch 2.");
    expect(page(story, 12)).toContain("The access is dead.");
  });
});

/** From the broken glass to the closing, in three records. */
function useOf(
  incident: string,
  seq: number,
  change: Partial<Omit<RecordBody, "at">> = {},
  account: Json = DEAD,
): readonly [Recorded, Recorded, Recorded] {
  const of = (evidence: RecordBody["evidence"]) => ({
    ...change,
    evidence: { incident, ...evidence },
  });
  return [
    record(seq, "glass-broken", {
      ...of({ purpose: "open", accounts: [DEAD.account] }),
      why: `why of ${incident}`,
      who: { officer: `officer of ${incident}`, key: RED.key },
    }),
    record(seq + 1, "access-open", of({ deadline: "2026-06-18T03:05:00.000Z" })),
    record(seq + 2, "closed", of({ accounts: [account] })),
  ];
}

const approval = (seq: number, { written }: Recorded, approver: string): Recorded =>
  record(seq, "approval", { evidence: approvalEvidence({ ...written, approver }) });

const entered = (seq: number, { kind, who, why, evidence }: StationEntry): Recorded =>
  record(seq, kind as RecordKind, { who, why, evidence: evidence as Record<string, Json> });

const reviewed = (seq: number, incident: string, ...broken: readonly string[]): Recorded =>
  entered(seq, reviewedEntry(incident, OUTCOME, [RED], "", "2026-06-18T03:00:00.000Z", broken));

describe("the page of a use", () => {
  const unproven = useOf("INC-A", 10, {}, { ...DEAD, verdict: "NOT_AT_REST" });
  const proven = useOf("INC-B", 13);

  it("rests on no other use's closing, though that lies among its records", () => {
    const story = [...unproven, ...proven, reviewed(16, "INC-A")];
    for (const of of [10, 12, 16]) {
      const said = page(story, of);
      expect(said).toContain("Not proven dead.");
      expect(said).not.toContain("access is dead");
      expect(said).toContain("Incident INC-A");
      expect(said).toContain("Reason why of INC-A");
      expect(said).toContain("Officer, officer of INC-A");
      expect(said).toContain("of another use, INC-B");
    }
    expect(page(story, 15)).toContain("The access is dead.");
  });

  it("ends with what a station that took its place closed under its id, and not under another", () => {
    const left = { incident: "INC-A", untilMs: 0 } as Parameters<typeof leftBehindEntry>[0];
    const by = { id: "INC-B", officer: "Mia Roth" };
    const at = { time: "2026-06-18T02:50:00.000Z", clock: "aws" } as const;
    const [broken, opened] = useOf("INC-A", 10);
    const [other] = useOf("INC-B", 12);
    const story = [broken, opened, other, entered(13, leftBehindEntry(left, by, [DEAD], at))];
    expect(glance(story, 10)).toContain("The access is dead.");
    expect(glance(story, 12)).toContain("The access may still be open.");
  });

  it("tells what was opened, though the quorum came once more to bring it to rest", () => {
    const [broken, opened, closed] = useOf("INC-A", 10);
    const rest = record(12, "glass-broken", {
      evidence: { incident: "INC-A", purpose: "rest", accounts: [DEAD.account] },
    });
    const end = { ...closed, seq: 13, written: { ...closed.written, seq: 13 } };
    const said = page([broken, opened, rest, end]);
    expect(said).toContain("Reason why of INC-A");
    expect(said).toContain("Deadline 03:05:00 UTC");
    expect(said).not.toContain("no record of it");
  });

  it("says of one that was called off that it did not open, and that nothing is to be reviewed", () => {
    const [broken] = useOf("INC-A", 10);
    const off = record(11, "cancelled", { evidence: { incident: "INC-A" } });
    expect(glance([broken, off])).toContain("The access did not open.");
    expect(due([broken, off])).not.toContain("Review");
    // An earlier one under that id, which AWS was asked for, is not ended by it.
    const again = useOf("INC-A", 20);
    const open = again.slice(0, 2);
    const later = [record(22, "glass-broken", { evidence: { ...broken.evidence } })];
    const off2 = record(23, "cancelled", { evidence: { incident: "INC-A" } });
    expect(glance([...open, ...later, off2])).toContain("The access may still be open.");
  });
});

describe("what is due after a use", () => {
  const closing = "Approval of the closing record";
  const review = "Review of every action";
  const epoch = "New AWS keys and a new epoch";
  const used = useOf("INC-A", 10);
  const [, , closed] = used;

  it("is the closing's approval, until a key approved that very record", () => {
    expect(due(used)).toContain(closing);
    const [broken] = used;
    expect(due([...used, approval(13, broken, "Red tag")])).toContain(closing);
    expect(due([...used, approval(13, closed, "Red tag")])).not.toContain(closing);
  });

  it("is the review, until each reviewer of this use signed", () => {
    expect(due(used)).toContain(review);
    const record13 = reviewed(13, "INC-A", RED.key);
    const unsigned = [...used, record13];
    expect(due(unsigned)).toContain(review);
    expect(glance(unsigned)).not.toContain("no other key");
    expect(due([...unsigned, approval(14, record13, BLUE.key)])).toContain(review);
    const signed = [...unsigned, approval(14, record13, RED.key)];
    expect(due(signed)).not.toContain(review);
    expect(glance(signed)).toContain("Its review is signed by no other key");
    const other = reviewed(16, "INC-B");
    const both = [...used, ...useOf("INC-B", 13), other];
    expect(due([...both, approval(17, other, RED.key)], 10)).toContain(review);
  });

  it("is a new epoch, until one counts that gave up the keys that were used", () => {
    const vault = { vaultId: one.record.vaultId, mode: "PRACTICE" as const };
    const own = useOf("INC-A", 10, vault);
    const of = (rotated: Sealed, ...more: readonly Recorded[]): string =>
      due([...own, rotated.record, ...more], 12);
    const counts = commit(31, two);
    expect(due(own)).toContain(epoch);
    expect(of(two)).toContain(epoch);
    expect(of(two, record(31, "cancelled", { ...vault, evidence: counts.evidence }))).toContain(
      epoch,
    );
    expect(of(two, counts)).not.toContain("New AWS keys");
    expect(of(keeping, counts)).toContain(`New AWS keys in ${DEAD.account}`);
  });
});
