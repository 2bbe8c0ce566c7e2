import { equal } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import {
  approverPrincipal,
  parseApprovalEvidence,
  parseCommittedEvidence,
  parseSealEvidence,
  type RecordBody,
  type RecordMode,
  recordName,
  SIGNER_OF,
  type TellingSeal,
  vaultIdOf,
} from "../crypto/record.ts";
import { fingerprint } from "../crypto/ssh-wire.ts";
import type { Verified } from "../crypto/sshsig.ts";
import { type Entry, error, type Finding, type Judged, note } from "./finding.ts";

interface Seal extends TellingSeal {
  readonly seq: number;
  /** Shares whose re-entry its commit must show; null: of before seals said how they were proven. */
  readonly places: number | null;
}

export interface Chain {
  readonly mode: RecordMode | null;
  /** Of the first seal's vault key: computed, not only claimed. */
  readonly vaultId: string | null;
  readonly head: { readonly seq: number; readonly sha256: string } | null;
  readonly first: Seal | null;
  readonly live: Seal | null;
  /** Oldest first; the last one is live. */
  readonly committed: readonly Seal[];
  readonly records: readonly Judged[];
  readonly findings: readonly Finding[];
}

/** Judges entries in the order of their seq, each by what the ones before it established. */
export class ChainWalk {
  #mode: RecordMode | null = null;
  #vaultId: string | null = null;
  #before: Entry | null = null;
  #seals: readonly Seal[] = [];
  readonly #committed: Seal[] = [];
  readonly #hashes = new Map<number, string>();
  /** Places whose share was entered with its passphrase, by the vault file that it was proven of. */
  readonly #entered = new Map<string, Set<number>>();
  readonly #records: Judged[] = [];
  readonly #findings: Finding[] = [];
  #wrong = false;
  #seq = 0;

  /** Entries must come by rising seq; gives the findings that this one adds. */
  take(entry: Entry): readonly Finding[] {
    const known = this.#findings.length;
    const { seq, body, signed } = entry;
    const expected = (this.#before?.seq ?? 0) + 1;
    this.#seq = seq;
    this.#wrong = body === null || signed === null;
    if (expected < seq) {
      const missing = expected === seq - 1 ? expected : `${expected} to ${seq - 1}`;
      this.#findings.push(error("RECORD_MISSING", { seq: missing }, { seq: expected }));
    }

    let principal: string | null = null;
    if (body !== null) {
      if (seq === expected && body.previous !== (this.#before?.sha256 ?? null))
        this.#refuse("CHAIN_BROKEN", { file: recordName(seq) });
      this.#identity(body);
      const fits = this.#evidence(body);
      principal = signed === null ? null : this.#signer(body, signed, fits);
      // What a record establishes counts only if the record itself is good; but what a laptop that no
      // seal names gave up stays given up, as it will once it is certified.
      const isUncertified = this.#findings
        .slice(known)
        .every(({ code }) => code === "STATION_UNCERTIFIED");
      if (!this.#wrong || (body.kind === "cancelled" && signed !== null && isUncertified))
        this.#establish(body, fits);
    }
    this.#records.push({
      seq,
      file: recordName(seq),
      sha256: entry.sha256,
      kind: body?.kind ?? null,
      epoch: body?.epoch ?? null,
      time: body?.at.time ?? null,
      signer: body === null ? null : SIGNER_OF[body.kind],
      principal,
      fingerprint: signed === null ? null : fingerprint(signed.wireKey),
      good: !this.#wrong,
    });
    this.#hashes.set(seq, entry.sha256);
    this.#before = entry;
    return this.#findings.slice(known);
  }

  get head(): Chain["head"] {
    return this.#before === null ? null : { seq: this.#before.seq, sha256: this.#before.sha256 };
  }

  result(): Chain {
    const first = this.#seals[0] ?? null;
    const { records, findings } = this.#certifiedLater();
    const open =
      first !== null && this.#live === null
        ? [note("SEAL_NOT_COMMITTED", {}, { seq: first.seq })]
        : [];
    return {
      mode: this.#mode,
      vaultId: this.#vaultId,
      head: this.head,
      first,
      live: this.#live,
      committed: this.#committed,
      records,
      findings: [...findings, ...open],
    };
  }

  get #live(): Seal | null {
    return this.#committed.at(-1) ?? null;
  }

  #refuse(code: Parameters<typeof error>[0], about: Finding["about"] = {}): void {
    this.#wrong = true;
    this.#findings.push(error(code, about, { seq: this.#seq }));
  }

  /** One vault and one mode from the first record to the last. */
  #identity(body: RecordBody): void {
    this.#mode ??= body.mode;
    this.#vaultId ??= body.vaultId;
    if (body.mode !== this.#mode) this.#refuse("MODE_MIXED", { mode: body.mode });
    if (body.vaultId !== this.#vaultId) this.#refuse("VAULT_ID_MIXED", { vaultId: body.vaultId });
  }

  /** The seal that a record makes, commits or speaks of; refuses what doesn't fit the epochs. */
  #evidence(body: RecordBody): Seal | null {
    const live = this.#live;
    try {
      switch (body.kind) {
        case "sealed":
          return this.#sealed(body, sealIn(body));
        case "rotated":
          return this.#rotated(body, sealIn(body));
        case "committed":
          return this.#commits(body, parseCommittedEvidence(body.evidence));
        case "approval": {
          const { seq, sha256 } = parseApprovalEvidence(body.evidence);
          if (this.#hashes.get(seq) !== sha256)
            this.#refuse("EVIDENCE_WRONG", { kind: body.kind, field: "approved" });
          break;
        }
        case "share-checked": {
          // One of a station that no seal names yet counts: were it never named, that is an error itself.
          const { form, place } = body.evidence;
          const places = this.#entered.get(body.vaultHash) ?? new Set();
          if (form === "full" && typeof place === "number")
            this.#entered.set(body.vaultHash, places.add(place));
          break;
        }
        case "glass-broken":
          if (live === null) this.#refuse("KIND_MISPLACED", { kind: body.kind });
          break;
        default:
      }
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      this.#refuse("EVIDENCE_WRONG", { kind: body.kind, field: cause.about["field"] ?? "?" });
      return null;
    }
    return this.#speaksOf(body);
  }

  #sealed(body: RecordBody, seal: Seal): Seal {
    if (body.seq !== 1) this.#refuse("KIND_MISPLACED", { kind: body.kind });
    if (seal.epoch !== 1 || body.epoch !== 1)
      this.#refuse("EPOCH_WRONG", { epoch: seal.epoch, expected: 1 });
    if (body.vaultHash !== seal.fileSha256) this.#refuse("VAULT_HASH_WRONG");
    if (body.vaultId !== vaultIdOf(seal.vaultKey)) this.#refuse("VAULT_ID_NOT_ITS_KEY");
    return seal;
  }

  #rotated(body: RecordBody, seal: Seal): Seal {
    const live = this.#live;
    if (live === null) this.#refuse("KIND_MISPLACED", { kind: body.kind });
    else {
      if (body.epoch !== live.epoch || seal.epoch !== live.epoch + 1)
        this.#refuse("EPOCH_WRONG", { epoch: seal.epoch, expected: live.epoch + 1 });
      if (body.vaultHash !== live.fileSha256) this.#refuse("VAULT_HASH_WRONG");
    }
    return seal;
  }

  #commits(body: RecordBody, fileSha256: string): Seal | null {
    const live = this.#live;
    const seal = this.#seals.findLast((candidate) => candidate.fileSha256 === fileSha256);
    if (seal === undefined) {
      this.#refuse("EVIDENCE_WRONG", { kind: body.kind, field: "evidence.fileSha256" });
      return null;
    }
    if (live !== null && seal.epoch <= live.epoch) {
      if (seal !== live)
        this.#refuse("FORK", { at: `epoch ${seal.epoch}`, one: live.seq, other: seal.seq });
      else this.#refuse("KIND_MISPLACED", { kind: body.kind });
    }
    if (body.epoch !== seal.epoch)
      this.#refuse("EPOCH_WRONG", { epoch: body.epoch, expected: seal.epoch });
    if (body.vaultHash !== seal.fileSha256) this.#refuse("VAULT_HASH_WRONG");
    const shown = live === null ? reenteredIn(body) : this.#entered.get(fileSha256);
    const left = Array.from({ length: seal.places ?? 0 }, (_, index) => index + 1).filter(
      (place) => shown?.has(place) !== true,
    );
    if (left.length > 0)
      this.#refuse("COMMIT_UNPROVEN", { epoch: seal.epoch, places: left.join(", ") });
    return seal;
  }

  /** Every other record speaks of the live epoch, the station's also of a candidate being proven. */
  #speaksOf(body: RecordBody): Seal | null {
    const live = this.#live;
    const next = (live?.epoch ?? 0) + 1;
    const candidates = this.#seals.filter(({ epoch }) => epoch === next);
    const open = SIGNER_OF[body.kind] === "station" || live === null ? candidates : [];
    const known = live === null ? open : [live, ...open];
    const ofEpoch = known.filter(({ epoch }) => epoch === body.epoch);
    if (ofEpoch.length === 0)
      this.#refuse("EPOCH_WRONG", { epoch: body.epoch, expected: live?.epoch ?? 1 });
    else if (!ofEpoch.some(({ fileSha256 }) => fileSha256 === body.vaultHash))
      this.#refuse("VAULT_HASH_WRONG");
    return live ?? candidates[0] ?? null;
  }

  /** The principal whose key this is, by the seal that certifies it. */
  #signer(body: RecordBody, { wireKey, keyType }: Verified, seal: Seal | null): string | null {
    const signer = SIGNER_OF[body.kind];
    const wrong = (code: "SIGNER_WRONG" | "STATION_UNCERTIFIED"): null => {
      this.#refuse(code, { kind: body.kind, signer, key: fingerprint(wireKey) });
      return null;
    };
    // A rotation is the old epoch's word; everything else is certified by the seal it speaks of.
    const by = body.kind === "rotated" ? this.#live : seal;
    if (by === null) return wrong("SIGNER_WRONG");
    switch (signer) {
      case "vault":
        return equal(wireKey, by.vaultKey) ? signer : wrong("SIGNER_WRONG");
      case "station": {
        if (equal(wireKey, by.stationKey)) return signer;
        // A candidate's own station is certified once the candidate is committed, and not before.
        const known =
          this.#seals.some(({ vaultKey }) => equal(wireKey, vaultKey)) ||
          this.#committed.some(({ stationKey }) => equal(wireKey, stationKey));
        const stranger = keyType === "ssh-ed25519" && !known && body.kind !== "committed";
        return wrong(stranger ? "STATION_UNCERTIFIED" : "SIGNER_WRONG");
      }
      case "approver": {
        const label = body.evidence["approver"];
        const approver = by.approvers.find((candidate) => candidate.label === label);
        return approver !== undefined && equal(wireKey, approver.wireKey)
          ? approverPrincipal(approver.label)
          : wrong("SIGNER_WRONG");
      }
    }
  }

  #establish(body: RecordBody, seal: Seal | null): void {
    if (seal === null) return;
    if (body.kind === "sealed" || body.kind === "rotated") this.#seals = [...this.#seals, seal];
    // What was given up is never committed: its shares count nowhere again.
    const given = body.kind === "cancelled" ? body.evidence["fileSha256"] : undefined;
    this.#seals = this.#seals.filter(
      (one) => one.fileSha256 !== given || this.#committed.includes(one),
    );
    if (body.kind === "committed") this.#committed.push(seal);
  }

  /**
   * A fresh laptop's records before the next epoch, and while it proves that epoch's shares: once a
   * committed seal names that laptop's key, the quorum has vouched for it.
   */
  #certifiedLater(): Pick<Chain, "records" | "findings"> {
    const later = new Set<number>();
    const findings = this.#findings.map((finding) => {
      if (finding.code !== "STATION_UNCERTIFIED") return finding;
      const { seq = 0, about } = finding;
      const seal = this.#committed.find(
        ({ stationKey }) => fingerprint(stationKey) === about["key"],
      );
      if (seal === undefined) return finding;
      later.add(seq);
      return note("STATION_CERTIFIED_LATER", { ...about, by: seal.seq }, { seq });
    });
    const onlyThat = (seq: number): boolean =>
      later.has(seq) && !findings.some((f) => f.seq === seq && f.severity === "error");
    const records = this.#records.map((record) =>
      onlyThat(record.seq) ? { ...record, good: true, principal: "station" } : record,
    );
    return { records, findings };
  }
}

/** A seal that names the keys that opened it, names its custodians too: each has to be proven. */
function sealIn({ seq, evidence }: RecordBody): Seal {
  const seal = parseSealEvidence(evidence);
  const { custodians, trialOpenedWith } = seal.about;
  const said = Array.isArray(trialOpenedWith) && Array.isArray(custodians);
  return { ...seal, seq, places: said ? custodians.length : null };
}

/** Places that a first seal's commit says were re-entered. */
function reenteredIn({ evidence: { reentered } }: RecordBody): ReadonlySet<unknown> {
  const all = Array.isArray(reentered) ? (reentered as readonly unknown[]) : [];
  return new Set(all.map((one) => (Object(one) as { place?: unknown }).place));
}
