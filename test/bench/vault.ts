import { mkdtempSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { proveSealing } from "../../ceremony/prove.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { sealStretched, type SealingPlan, stretchPassphrases } from "../../ceremony/seal.ts";
import { touchVault, type TouchableKey } from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { equal } from "../../crypto/bytes.ts";
import { encodeWords } from "../../crypto/codeword.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_FLOOR, KDF_REAL, type KdfParams } from "../../crypto/kdf-bounds.ts";
import { parseVault } from "../../crypto/vault.ts";
import { commitCandidate, readVault, writeCandidate } from "../../station/vault-file.ts";
import { aKey, enrolled, PIN, planOf, words } from "../ceremony/sealing.ts";
import { type Figure, median, ms, spread } from "./figure.ts";
import { takeSpent } from "./timed-argon2.ts";

// From here on crypto/ gets the addon with a stopwatch around it: what is left of a ceremony's time
// is exactly what our code took.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "@node-rs/argon2" && context.parentURL?.endsWith("/crypto/kdf.ts") === true
      ? { url: new URL("timed-argon2.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});

const WARMING = 30;
const ROUNDS = 5;

/** A key that answers at once: fingers and USB are not ours to measure. */
interface Instant {
  readonly key: TouchableKey;
  readonly pin: string;
}

async function plan(): Promise<{ plan: SealingPlan; present: readonly Instant[] }> {
  const keys = await Promise.all(["a", "b"].map((label) => enrolled(aKey(label), label)));
  const present = keys.flatMap((planned): Instant[] => {
    if (!("enrolment" in planned)) return [];
    const { credentialId, output } = planned.enrolment;
    return [
      {
        pin: PIN,
        key: {
          info: async () => ({ label: planned.label }),
          holds: async (id) => equal(id, credentialId),
          touch: async () => Uint8Array.from(output),
        },
      },
    ];
  });
  return { plan: planOf(keys, { count: 5, threshold: 3, kdf: KDF_REAL }), present };
}

interface Round {
  /** From stretched passphrases to a vault file that is fsynced, read back and parsed. */
  readonly seal: number;
  /** Of it, on the disk: three fsyncs, a rename, read back. */
  readonly disk: number;
  /** The cards read back as words and payload, one polynomial, a trial opening with each key. */
  readonly proof: number;
  readonly sealKdf: number;
  /** From the file to the contents, without the KDF. */
  readonly unseal: number;
  readonly unsealKdf: number;
}

async function round(
  sealing: SealingPlan,
  present: readonly Instant[],
  dir: string,
): Promise<Round> {
  const entropy = await systemEntropy();
  takeSpent();
  const stretched = await stretchPassphrases(sealing, entropy);
  const sealKdf = takeSpent();
  const began = performance.now();
  const candidate = await sealStretched(sealing, stretched, entropy);
  const writes = performance.now();
  const readBack = writeCandidate(dir, candidate.file);
  const written = performance.now();
  const stored = parseVault(readBack);
  const sealed = performance.now();
  const proof = await proveSealing({ ...candidate, vault: stored }, present, words);
  const proven = performance.now();
  if (proof.kind !== "proved") throw new Error(`the proof ended with ${proof.why}`);
  commitCandidate(dir);
  const cards = candidate.cards.slice(0, sealing.threshold).map(({ place, bytes }) => ({
    typed: encodeWords(bytes, words),
    passphrase: sealing.custodians[place - 1]?.passphrase,
  }));
  candidate.wipe();

  const from = performance.now();
  const vault = parseVault(readVault(dir));
  const entered = beginUnseal(vault, words);
  for (const { typed, passphrase } of cards)
    if (passphrase !== undefined) await entered.add({ words: typed }, passphrase);
  const touched = await touchVault(present[0]?.key ?? never(), vault, PIN);
  const quorum = await entered.validate();
  if (quorum.kind !== "quorum" || touched.kind !== "touch") return never();
  const opened = await unseal(vault, quorum, touched);
  const total = performance.now() - from;
  opened.wipe();
  const unsealKdf = takeSpent();
  return {
    seal: sealed - began,
    disk: written - writes,
    proof: proven - sealed,
    sealKdf,
    unseal: total - unsealKdf,
    unsealKdf,
  };
}

const never = (): never => {
  throw new Error("the vault that was just sealed does not open");
};

const params = ({ memoryKiB, passes, lanes }: KdfParams): string =>
  `Argon2id ${memoryKiB / 1024} MiB, t=${passes}, p=${lanes}`;

/** `dir`: where the vault files go, on a disk whose fsync is a real one. */
export async function measureVault(dir: string): Promise<readonly Figure[]> {
  const { plan: sealing, present } = await plan();
  const fresh = (): string => mkdtempSync(join(dir, "vault-"));
  for (let count = 0; count < WARMING; count++)
    await round({ ...sealing, kdf: KDF_FLOOR }, present, fresh());
  const rounds: Round[] = [];
  for (let count = 0; count < ROUNDS; count++) rounds.push(await round(sealing, present, fresh()));
  const all = (name: keyof Round): number[] => rounds.map((one) => one[name]);
  const of = (name: keyof Round): number => median(all(name));
  const whole = of("seal") + of("proof");
  return [
    {
      what: "seal beyond the KDF, 3 of 5, fsynced",
      ours: ms(of("seal")),
      against: `KDF 5 × ${params(KDF_REAL)}: ${ms(of("sealKdf"))}; disk ${ms(of("disk"))}; ${spread(all("seal"))}`,
      goal: "< 10 ms",
      met: of("seal") < 10,
      values: { sealMs: of("seal"), diskMs: of("disk"), kdfMs: of("sealKdf") },
    },
    {
      what: "  the same with its proof (cards, polynomial, 2 keys)",
      ours: ms(whole),
      against: `the proof alone: ${ms(of("proof"))}`,
      goal: null,
      met: null,
      values: { sealAndProofMs: whole },
    },
    {
      what: "unseal beyond the KDF, 3 of 5, cards as words",
      ours: ms(of("unseal")),
      against: `KDF 3 × the same: ${ms(of("unsealKdf"))}; ${spread(all("unseal"))}`,
      goal: "< 5 ms",
      met: of("unseal") < 5,
      values: { unsealMs: of("unseal"), kdfMs: of("unsealKdf") },
    },
  ];
}
