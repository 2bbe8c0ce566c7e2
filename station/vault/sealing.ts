import { dirname } from "node:path";
import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Handlers } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { fromUtf8, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { Entropy } from "../../crypto/entropy.ts";
import { CodedError } from "../../crypto/errors.ts";
import { LABEL } from "../../crypto/header-keys.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { newPassphrase } from "../../ceremony/passphrase.ts";
import { seal } from "../../ceremony/seal.ts";
import { checkShare } from "../../ceremony/share-check.ts";
import { enrolSlot, requireSlotsOn, warningsOf } from "../../ceremony/slot.ts";
import type { Mode } from "../../ceremony/subject.ts";
import { newChallenge } from "../../hardware/otp/key.ts";
import type { HardwareCode } from "../../hardware/security-key.ts";
import { outOfOrder, refuse } from "../errors.ts";
import { importInputs } from "../inputs.ts";
import { readRotation } from "../inputs-rotation.ts";
import { requireIsolation } from "../isolation.ts";
import { isStick, writeShare } from "../media.ts";
import { requireRole } from "../role-gate.ts";
import { commitCandidate, discardCandidate, readCandidate, writeCandidate } from "../vault-file.ts";
import type { Paper } from "../paper/card.ts";
import { type DrawnCard, drawCards, storeCards } from "./cards.ts";
import { type EnrolledKey, type EnrolledOtp, opens, proveKeys, stillThere } from "./prove-keys.ts";
import { prepareRotation, type Prepared } from "./rotation.ts";
import { sealRecord } from "./seal-record.ts";
import type { Touching } from "./touching.ts";
import type { Opened } from "./unsealing.ts";

type Asked = Pick<
  Handlers<typeof vaultRequests>,
  | "readInputs"
  | "readRotation"
  | "prepareSeal"
  | "prepareRotation"
  | "seal"
  | "abandon"
  | "resumeRotation"
  | "commit"
>;
type Asks = Handlers<typeof ceremonyRequests>;
type People = Pick<Asks, "enrolKey" | "enrolSlot" | "reenter"> & {
  readonly choosePassphrase: (asked: { readonly place: number }) => { passphrase: string };
  readonly card: (asked: { readonly place: number; readonly paper: Paper }) => {
    svg: string;
    payload: string;
  };
  readonly saveCard: (
    asked: { readonly place: number },
    roots: readonly string[],
  ) => { to: string };
};

/** A candidate on the disk, whose shares are proven by re-entry. */
interface Unproven {
  readonly dir: string;
  readonly vault: ParsedVault;
  readonly reentered: Set<number>;
}

/**
 * A sealing in the vault process: people choose passphrases and enrol keys, the candidate is
 * written, read back and proven, S is forgotten, and every custodian re-enters the share before the
 * candidate may become the vault. A rotation is the same from an `opened` vault; its re-entry can be
 * taken up by a later process, which needs none of this one's secrets.
 */
export function sealingCeremony(
  touching: Touching,
  entropy: Entropy,
  opened: () => Opened | null,
): Asked & People & { readonly mode: () => Mode | null } {
  let prepared: Prepared | null = null;
  let imports: readonly string[] = [];
  let unproven: Unproven | null = null;
  let cards: readonly DrawnCard[] = [];
  const passphrases = new Map<number, SecretBytes>();
  const enrolled = new Map<number, EnrolledKey | EnrolledOtp>();

  return {
    mode: () => unproven?.vault.header.mode ?? null,

    readInputs: (asked) => {
      requireIsolation(asked.mode);
      const { accounts, policy } = importInputs(asked).contents;
      const { profile, defaultDurationSeconds, maxDurationSeconds, kitExpires } = policy;
      return {
        profile,
        defaultDurationSeconds,
        maxDurationSeconds,
        kitExpires,
        regions: [...policy.regions],
        accounts: accounts.map(({ accountId }) => accountId),
        typedCodes: accounts.flatMap(({ accountId, totpSeed }) =>
          totpSeed === null ? [accountId] : [],
        ),
      };
    },

    readRotation: (asked) => {
      requireIsolation(asked.mode);
      readRotation(asked);
      return null;
    },

    prepareSeal: (asked) => {
      const links = requireIsolation(asked.mode);
      const inputs = importInputs(asked);
      imports = [asked.policyFile, asked.runbookFile, ...asked.keyFiles];
      prepared = { ...asked, inputs, previous: null };
      return {
        accounts: inputs.contents.accounts.map(({ accountId }) => accountId),
        runbookSha256: inputs.runbookSha256,
        linksUp: [...links],
      };
    },

    prepareRotation: (asked) => {
      const old = opened() ?? outOfOrder("prepareRotation", "unseal");
      const links = requireIsolation(old.vault.header.mode);
      if (readCandidate(asked.dir) !== null)
        return refuse("ROTATION_PENDING", { epoch: old.vault.epoch.epoch + 1 });
      requireRole(asked.dir, "rotate");
      const planned = prepareRotation(old, asked);
      ({ prepared } = planned);
      imports = [...asked.keyFiles, ...[asked.policyFile, asked.runbookFile].filter(isGiven)];
      return { ...planned.says, linksUp: [...links] };
    },

    choosePassphrase: ({ place }) => {
      if (prepared === null || place > prepared.custodians.length)
        return outOfOrder("choosePassphrase", "prepareSeal");
      requireIsolation(prepared.mode);
      const passphrase = newPassphrase(wordList, entropy);
      passphrases.get(place)?.wipe();
      passphrases.set(place, passphrase);
      return { passphrase: fromUtf8(passphrase.expose()) };
    },

    card: ({ place, paper }) => {
      const { svg, payload } = cards[place - 1] ?? outOfOrder("card", "seal");
      if (unproven !== null) requireIsolation(unproven.vault.header.mode);
      return { svg: svg(paper), payload };
    },

    saveCard: ({ place }, roots) => {
      const { payload } = cards[place - 1] ?? outOfOrder("saveCard", "seal");
      const { header, epoch } = (unproven ?? outOfOrder("saveCard", "seal")).vault;
      requireIsolation(header.mode);
      const name = { vaultId: hex(epoch.vaultId), epoch: epoch.epoch, place };
      const mounted = isStick(header.mode);
      return { to: writeShare(roots, imports.map(dirname), name, payload, mounted) };
    },

    enrolKey: async ({ key: index, label, use, pin }) => {
      if (prepared === null) return outOfOrder("enrolKey", "prepareSeal");
      requireIsolation(prepared.mode);
      const { name, previous } = prepared;
      const others = [...enrolled].flatMap(([at, one]) =>
        at === index || "slot" in one ? [] : [one],
      );
      if (!LABEL.test(label)) refuse("KEY_LABEL_UNFIT", { label });
      const taken = [...enrolled].find(([at, one]) => at !== index && one.label === label);
      if (taken !== undefined) refuse("KEY_LABEL_TWICE", { label });
      const again = previous?.carried.find((one) => one.label === label);
      const exclude = [
        ...others.map(({ planned }) => planned.enrolment.credentialId),
        ...(previous?.carried ?? []).flatMap((one) => (one === again ? [] : [one.credentialId])),
      ];
      return touching.meant(
        async (key, asking) => {
          const { hmacSecret, pinSet } = await key.info();
          if (!hmacSecret)
            throw new CodedError<HardwareCode>("KEY_NO_HMAC_SECRET", { label: key.label });
          if (!pinSet) throw new CodedError<HardwareCode>("KEY_PIN_NOT_SET", { label: key.label });
          // Another key under the label of one that stays would drop that one unsaid.
          if (again !== undefined && !(await key.holds(again.credentialId, pin)))
            refuse("KEY_LABEL_TWICE", { label });
          const salt = entropy(32);
          const enrolment = await key.enrol({ salt, userName: name, pin, exclude, ...asking });
          const planned = { label, use, enrolment, salt };
          const { credentialId } = enrolment;
          enrolled.set(index, { key, pin, label, credentialId, planned });
          return { label, use, aaguid: enrolment.aaguid, uvBound: enrolment.uvBound };
        },
        others.map(({ key }) => key.label),
      );
    },

    enrolSlot: async ({ key: index, label, slot }) => {
      if (prepared === null) return outOfOrder("enrolSlot", "prepareSeal");
      const { mode, inputs } = prepared;
      requireSlotsOn(inputs.contents.policy, label);
      return touching.slot(async (key, asking) => {
        const challenge = newChallenge(entropy);
        const yielded = await enrolSlot(key, mode, { slot, challenge, asking });
        enrolled.set(index, { slot: key, label, planned: { label, slot: yielded } });
        return { label, serial: yielded.serial };
      });
    },

    seal: async (asked) => {
      if (prepared === null) return outOfOrder("seal", "prepareSeal");
      const { dir, mode, threshold, inputs, previous } = prepared;
      requireIsolation(mode);
      const fresh = [...enrolled.values()];
      const labels = fresh.map(({ label }) => label);
      const carried = (previous?.carried ?? []).filter(({ label }) => !labels.includes(label));
      const opener = carried.some(
        ({ use, label }) => use === "open" && label === previous?.opener?.label,
      )
        ? (previous?.opener ?? null)
        : null;
      const here = [...(opener === null ? [] : [opener]), ...fresh];
      // Said before anything is drawn: without a key that opens nothing could be proven.
      if (!here.some(opens))
        return refuse(previous === null ? "NO_KEY_OPENS" : "ROTATION_NEEDS_KEY");
      const present = await stillThere(touching, here);
      const candidate = await seal(
        {
          mode,
          name: prepared.name,
          createdAt: asked.at,
          threshold,
          custodians: prepared.custodians.map((name, index) => ({
            name,
            passphrase: passphrases.get(index + 1) ?? outOfOrder("seal", "choosePassphrase"),
          })),
          keys: [
            ...carried.map((one) => ({ carried: one })),
            ...fresh.map(({ planned }) => planned),
          ],
          contents: inputs.contents,
          kdf: prepared.kdf,
          keyboard: prepared.keyboardLayout,
          runbookSha256: inputs.runbookSha256,
          ...(previous !== null && { previous: previous.vault.epoch }),
        },
        entropy,
      );
      const policy = utf8(JSON.stringify(inputs.contents.policy));
      let stored: ParsedVault;
      let trialOpenedWith: readonly string[];
      try {
        // What is proven is what the disk gives back, not what memory holds. The public runbook and
        // policy come with it: the header names the runbook's hash, the record the policy's; what the
        // policy file says is shown only, and what is sealed of it decides.
        const beside = { "runbook.md": utf8(inputs.runbook), "policy.json": policy };
        stored = parseVault(writeCandidate(dir, candidate.file, beside));
        const read = { ...candidate, vault: stored };
        trialOpenedWith = await proveKeys(touching, read, present, wordList);
      } catch (error) {
        // It never counted: the sealing can be tried again with what people entered.
        candidate.wipe();
        discardOwn(dir, error);
        throw error;
      }
      cards = drawCards(prepared.keyboardLayout, candidate);
      const accounts = inputs.contents.accounts.map(({ accountId }) => accountId);
      const signing =
        previous === null
          ? {
              by: stored,
              key: candidate.vaultSigningKey,
              who: {},
              about: {},
              trialOpenedWith,
              accounts,
            }
          : {
              by: previous.vault,
              key: previous.signingKey,
              who: previous.who,
              about: { ...previous.about, enrolled: labels, carried: carried.map((c) => c.label) },
              trialOpenedWith,
              accounts,
            };
      const policySha256 = hex(sha256(policy));
      const signed = await sealRecord(stored, signing, policySha256, asked);
      candidate.wipe();
      forget();
      unproven = { dir, vault: stored, reentered: new Set() };
      return {
        ...signed,
        vaultId: hex(stored.epoch.vaultId),
        epoch: stored.epoch.epoch,
        fileSha256: hex(stored.fileHash),
        // A rehearsal's people take theirs from here; real ones are printed and never stored.
        cards: mode === "PRACTICE" ? storeCards(dir, stored.epoch.epoch, cards) : [],
        trialOpenedWith: [...trialOpenedWith],
        warnings: [...warningsOf(stored)],
      };
    },

    abandon: () => {
      if (unproven === null) return outOfOrder("abandon", "seal");
      discardCandidate(unproven.dir);
      unproven = null;
      cards = [];
      return null;
    },

    resumeRotation: ({ dir, candidate, done }) => {
      const bytes = readCandidate(dir);
      if (bytes === null) return refuse("CANDIDATE_MISSING");
      const vault = parseVault(bytes);
      if (hex(vault.fileHash) !== candidate) return refuse("CANDIDATE_MISSING");
      const { header, epoch } = vault;
      const links = requireIsolation(header.mode);
      unproven = { dir, vault, reentered: new Set(done) };
      return {
        mode: header.mode,
        name: header.name,
        epoch: epoch.epoch,
        threshold: header.threshold,
        custodians: header.custodians.map(({ name }) => name),
        linksUp: [...links],
      };
    },

    reenter: async ({ card, passphrase }) => {
      if (unproven === null) return outOfOrder("reenter", "seal");
      const { vault, reentered } = unproven;
      requireIsolation(vault.header.mode);
      const secret = new SecretBytes(utf8(passphrase));
      const verdict = await checkShare(vault, card, secret, wordList);
      secret.wipe();
      if (verdict.kind === "good") reentered.add(verdict.place);
      const count = { have: reentered.size, need: vault.header.custodians.length };
      return verdict.kind === "good"
        ? { kind: "accepted", place: verdict.place, who: verdict.who, ...count }
        : { ...verdict, words: [...verdict.words], ...count };
    },

    commit: () => {
      if (unproven === null) return outOfOrder("commit", "seal");
      const { dir, vault, reentered } = unproven;
      const of = vault.header.custodians.length;
      if (reentered.size < of) return refuse("REENTRY_INCOMPLETE", { done: reentered.size, of });
      commitCandidate(dir);
      return { reentered: reentered.size };
    },
  };

  /** S is gone with `seal`; what people typed, what was sealed, and the old epoch's key go here. */
  function forget(): void {
    opened()?.wipe();
    prepared = null;
    for (const passphrase of passphrases.values()) passphrase.wipe();
    for (const { planned } of enrolled.values())
      ("slot" in planned ? planned.slot : planned.enrolment).output.fill(0);
    passphrases.clear();
    enrolled.clear();
  }
}

/** An earlier sealing's candidate is not this one's to discard; a disk that refuses does it later. */
function discardOwn(dir: string, error: unknown): void {
  if (error instanceof CodedError && error.code === "CANDIDATE_EXISTS") return;
  try {
    discardCandidate(dir);
  } catch {
    // The next start discards what no record names; the error that led here is the one to tell.
  }
}

const isGiven = (file: string | null): file is string => file !== null;
