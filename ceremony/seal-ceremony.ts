import { explain } from "../contract/failures.ts";
import type { vaultRequests } from "../contract/vault.ts";
import type { Input } from "../contract/serve.ts";
import { fail } from "./errors.ts";
import type { Cast, Clock, Progress, Records, Subject, VaultProcess } from "./ports.ts";

export type SealPlan = Omit<Input<typeof vaultRequests, "prepareSeal">, "at">;

export interface SealPorts {
  /** A fresh vault process, joined to the people's lane. */
  readonly vault: () => Promise<VaultProcess>;
  readonly cast: Cast;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface Sealed {
  readonly subject: Subject;
  readonly accounts: readonly string[];
  readonly cards: readonly string[];
  readonly peakBytes: number;
}

/**
 * Seals a vault, from main's side: main knows files, names and steps, never a secret. The vault
 * counts only when every card was read back, every key that opens opened it and every custodian re-entered
 * the share; until then the old vault stays the vault.
 */
export async function sealCeremony(ports: SealPorts, plan: SealPlan): Promise<Sealed> {
  const { cast, records, clock, progress } = ports;
  const vault = await ports.vault();
  try {
    const prepared = await progress.step(
      "seal.inputs",
      () => vault.ask("prepareSeal", { ...plan, at: clock.now() }),
      ({ accounts }) =>
        `read keys of ${accounts.join(", ")}, policy and runbook; nothing missing or doubled`,
    );
    isolationNote(progress, plan.mode, prepared.linksUp);
    await progress.step(
      "seal.passphrases",
      async () => {
        for (const index of plan.custodians.keys()) await cast.choosePassphrase(index + 1);
      },
      () => `${plan.custodians.length} custodians each got a passphrase of their own`,
    );
    await progress.step(
      "seal.keys",
      async () => {
        const labels = [await cast.enrolKey(0), await cast.enrolKey(1)];
        while (await cast.anotherKey(labels.length))
          labels.push(await cast.enrolKey(labels.length));
        return labels;
      },
      (labels) => `security keys enrolled: ${labels.join(", ")}; without PIN they yield nothing`,
    );
    const seal = () =>
      progress.step(
        "seal.seal",
        () =>
          vault.ask("seal", {
            head: records.head(),
            stationKey: records.stationKey,
            at: clock.now(),
          }),
        ({ trialOpenedWith }) =>
          `sealed; ${plan.custodians.length} cards read back, all shares on one polynomial, ` +
          `trial-opened with ${trialOpenedWith.join(" and ")}`,
      );
    // What people entered stays in the vault process: a key that was pulled costs one more try.
    const sealed = await seal().catch(async function again(
      error: unknown,
    ): ReturnType<typeof seal> {
      if (!(await cast.sealAgain(error))) throw error;
      return seal().catch(again);
    });
    for (const code of sealed.warnings) progress.note(explain(code).what);
    const subject: Subject = { mode: plan.mode, ...sealed };
    const reentered: Reentered[] = [];
    await progress.step(
      "seal.reenter",
      async () => {
        for (const [index, custodian] of plan.custodians.entries()) {
          const place = index + 1;
          // No record comes before the seal's own: what is refused until then has none.
          const verdict = await cast.reenter(place, () => undefined);
          if (verdict.kind === "rejected")
            fail("REENTRY_REFUSED", { who: custodian, why: verdict.why ?? "" });
          if (verdict.who !== custodian)
            fail("REENTRY_REFUSED", { who: custodian, why: "another's card" });
          reentered.push({ place, custodian, at: clock.now() });
          cast.proven?.(place);
        }
      },
      () => `every one of ${plan.custodians.length} shares was re-entered and is good`,
    );
    return await progress.step(
      "seal.commit",
      async () => {
        // The record first: a crash between the two is seen (sealed, not committed) and finished.
        await records.accept(sealed);
        await vault.ask("commit", null);
        const { peakBytes } = await vault.ask("memory", null);
        commitRecord(records, subject, clock.now(), reentered);
        return { subject, accounts: prepared.accounts, cards: sealed.cards, peakBytes };
      },
      () => `the vault counts: ${subject.vaultId}, epoch ${subject.epoch}`,
    );
  } finally {
    await vault.end();
  }
}

/** A share that its custodian entered again before the vault counted. */
export interface Reentered {
  readonly place: number;
  readonly custodian: string;
  /** RFC 3339; null: a crash took the time of it along. */
  readonly at: string | null;
}

/**
 * The station's word that this epoch is live. A first seal's re-entries stand in it: no record can
 * come before the seal's own. A rotation's are `share-checked` records, each before this one.
 */
export function commitRecord(
  records: Pick<Records, "append">,
  subject: Subject,
  time: string,
  reentered?: readonly Reentered[],
): void {
  records.append(subject, {
    kind: "committed",
    who: {},
    why: "every share was re-entered; the record of the sealing names the keys that opened it",
    at: { time, clock: "station" },
    evidence: {
      fileSha256: subject.fileSha256,
      ...(reentered !== undefined && { reentered: reentered.map((one) => ({ ...one })) }),
    },
  });
}

/** A rehearsal goes on beside a network and says so; a real ceremony has stopped before. */
export function isolationNote(
  progress: Pick<Progress, "note">,
  mode: "PRACTICE" | "REAL",
  links: readonly string[],
): void {
  if (mode === "PRACTICE" && links.length > 0)
    progress.note(
      `This machine is on a network (${links.join(", ")}). A real ceremony would wait here until it is not.`,
    );
}
