import { explain } from "../contract/failures.ts";
import type { vaultRequests } from "../contract/vault.ts";
import type { Input } from "../contract/serve.ts";
import { fail } from "./errors.ts";
import { gatherShares, gatherTouch, refusedShare } from "./gather.ts";
import type { Cast, Clock, Progress, Records, Subject, VaultProcess, Verdict } from "./ports.ts";
import { type Remains, remainsAfter } from "./rotation-remains.ts";
import { commitRecord, isolationNote } from "./seal-ceremony.ts";

export type RotationPlan = Input<typeof vaultRequests, "prepareRotation">;

export interface RotatePorts {
  /** A fresh vault process, joined to the people's lane. */
  readonly vault: () => Promise<VaultProcess>;
  readonly cast: Cast;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
  /**
   * What was brought can't be taken, and people put it right: the plan to go on with. The quorum and
   * the touch stand. Without it, or where it throws, the rotation ends and changes nothing.
   */
  readonly planAgain?: (error: unknown) => Promise<RotationPlan>;
}

/** A rotation that is sealed and recorded, and counts for nothing before its shares are proven. */
export interface Unproven {
  readonly dir: string;
  /** The new epoch. */
  readonly candidate: Subject;
  /** In the order of their places. */
  readonly custodians: readonly string[];
  /** Places whose share was proven before. */
  readonly done: readonly number[];
}

export interface Rotated {
  readonly subject: Subject;
  readonly accounts: readonly string[];
  /** Files of a rehearsal's new cards. */
  readonly cards: readonly string[];
  /** What stays true, and what must be destroyed: to be shown, and ticked. */
  readonly remains: readonly Remains[];
  readonly peakBytes: number;
}

/**
 * Rotates shares, from main's side: quorum and touch of the old set open the vault, everything is
 * drawn anew for the next epoch, and the old epoch's key signs that. The candidate is on the disk and
 * in the records then; the old set stays the one that opens until every custodian has re-entered a
 * new share and the `committed` record is written. Whatever ends it before that leaves the old set
 * valid: `proveRotation` goes on from the records, `cancelRecord` gives it up.
 */
export async function rotateCeremony(ports: RotatePorts, first: RotationPlan): Promise<Rotated> {
  const { cast, records, clock, progress, planAgain } = ports;
  let plan = first;
  const vault = await ports.vault();
  try {
    const begun = await vault.ask("beginUnseal", { dir: plan.dir, committed: records.committed });
    const old: Subject = { ...begun };
    isolationNote(progress, begun.mode, begun.linksUp);
    await progress.step(
      "rotate.quorum",
      () => gatherShares(ports, old, begun.threshold, { ceremony: "rotation" }),
      (names) => `quorum of epoch ${old.epoch}: ${names.join(", ")}`,
    );
    await progress.step(
      "rotate.touch",
      () => gatherTouch(ports, old, { ceremony: "rotation" }),
      (label) => `the security key “${label}” was touched`,
    );
    const prepared = await progress.step(
      "rotate.inputs",
      async () => {
        await vault.ask("unseal", null);
        for (;;)
          try {
            return await vault.ask("prepareRotation", plan);
          } catch (error) {
            if (planAgain === undefined) throw error;
            plan = await planAgain(error);
          }
      },
      ({ newKeys, keptKeys, carried, revoked }) =>
        `the vault is open; new access keys for ${newKeys.join(", ") || "no account"}, ` +
        `kept for ${keptKeys.join(", ") || "none"}; security keys that stay: ` +
        `${carried.join(", ") || "none"}, that go: ${revoked.join(", ") || "none"}`,
    );
    await progress.step(
      "rotate.passphrases",
      async () => {
        for (const index of plan.custodians.keys()) await cast.choosePassphrase(index + 1);
      },
      () => `${plan.custodians.length} custodians each got a new passphrase`,
    );
    const enrolled = await progress.step(
      "rotate.keys",
      async () => {
        const labels: string[] = [];
        while (await cast.anotherKey(labels.length))
          labels.push(await cast.enrolKey(labels.length));
        return labels;
      },
      (labels) => `security keys enrolled: ${labels.join(", ") || "none"}`,
    );
    const seal = () =>
      progress.step(
        "rotate.seal",
        () =>
          vault.ask("seal", {
            head: records.head(),
            stationKey: records.stationKey,
            at: clock.now(),
          }),
        ({ epoch, trialOpenedWith }) =>
          `epoch ${epoch} sealed; ${plan.custodians.length} cards read back, ` +
          `trial-opened with ${trialOpenedWith.join(" and ")}`,
      );
    const sealed = await seal().catch(async function again(
      error: unknown,
    ): ReturnType<typeof seal> {
      if (!(await cast.sealAgain(error))) throw error;
      return seal().catch(again);
    });
    for (const code of sealed.warnings) progress.note(explain(code).what);
    await accept(ports, vault, sealed);
    const candidate: Subject = {
      mode: old.mode,
      vaultId: sealed.vaultId,
      epoch: sealed.epoch,
      fileSha256: sealed.fileSha256,
    };
    const { dir, custodians } = plan;
    const peakBytes = await prove(ports, vault, { dir, candidate, custodians, done: [] });
    const carried = prepared.carried.filter((label) => !enrolled.includes(label));
    const remains = remainsAfter({ ...prepared, carried, old, threshold: begun.threshold });
    for (const { code, about } of remains) progress.note(explain(code, about).what);
    return {
      subject: candidate,
      accounts: prepared.accounts,
      cards: sealed.cards,
      remains,
      peakBytes,
    };
  } finally {
    await vault.end();
  }
}

/** Goes on with the proof of a candidate's shares in a fresh vault process, and commits it. */
export async function proveRotation(ports: RotatePorts, unproven: Unproven): Promise<Subject> {
  const vault = await ports.vault();
  try {
    const { dir, candidate, done } = unproven;
    const { linksUp } = await vault.ask("resumeRotation", {
      dir,
      candidate: candidate.fileSha256,
      done: [...done],
    });
    isolationNote(ports.progress, candidate.mode, linksUp);
    await prove(ports, vault, unproven);
    return candidate;
  } finally {
    await vault.end();
  }
}

/** The old epoch's word on the new one. Without it the candidate is nobody's: it goes again. */
async function accept(
  { records }: RotatePorts,
  vault: VaultProcess,
  sealed: { readonly record: string; readonly signature: string },
): Promise<void> {
  try {
    await records.accept(sealed);
  } catch (error) {
    await vault.ask("abandon", null).catch(() => undefined);
    throw error;
  }
}

/** Every share that is not proven yet, one by one, each with its line in the records; then the commit. */
async function prove(
  { cast, records, clock, progress }: RotatePorts,
  vault: VaultProcess,
  { candidate, custodians, done }: Unproven,
): Promise<number> {
  await progress.step(
    "rotate.reenter",
    async () => {
      for (const [index, name] of custodians.entries()) {
        const place = index + 1;
        if (done.includes(place)) continue;
        const refused = (verdict: Verdict): void =>
          refusedShare({ records, clock, progress }, candidate, verdict, { ceremony: "rotation" });
        const verdict = await cast.reenter(place, refused);
        if (verdict.kind === "rejected") {
          refused(verdict);
          fail("REENTRY_REFUSED", { who: name, why: verdict.why ?? "" });
        }
        if (verdict.who !== name) fail("REENTRY_REFUSED", { who: name, why: "another's card" });
        records.append(candidate, {
          kind: "share-checked",
          who: { custodian: name },
          why: "the new share was re-entered and is good",
          at: { time: clock.now(), clock: "station" },
          evidence: { form: "full", place, ceremony: "rotation" },
        });
        cast.proven?.(place);
      }
    },
    () => `every one of ${custodians.length} new shares was re-entered and is good`,
  );
  return progress.step(
    "rotate.commit",
    async () => {
      await vault.ask("commit", null);
      const { peakBytes } = await vault.ask("memory", null);
      commitRecord(records, candidate, clock.now());
      return peakBytes;
    },
    () => `epoch ${candidate.epoch} counts: the cards of the epoch before open it no more`,
  );
}

/** Gives up a rotation, for good: the candidate is never committed, its cards must be destroyed. */
export function cancelRecord(
  records: Records,
  old: Subject,
  candidate: Subject,
  time: string,
  why: string,
): void {
  records.append(old, {
    kind: "cancelled",
    who: {},
    why,
    at: { time, clock: "station" },
    evidence: { epoch: candidate.epoch, fileSha256: candidate.fileSha256 },
  });
}
