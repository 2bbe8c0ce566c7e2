import { dirname, join } from "node:path";
import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Handlers, Input } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { fromBase64url, fromUtf8, hex, utf8 } from "../../crypto/bytes.ts";
import { encodePayload, encodeWords } from "../../crypto/codeword.ts";
import type { Entropy } from "../../crypto/entropy.ts";
import { CodedError } from "../../crypto/errors.ts";
import { isCredential, LABEL } from "../../crypto/header-keys.ts";
import { encodeRecord, NAMESPACES, RECORD_FORMAT, sealEvidence } from "../../crypto/record.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { ed25519WireKey } from "../../crypto/ssh-wire.ts";
import { signEd25519 } from "../../crypto/sshsig.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { approverWireKey } from "../../ceremony/approve.ts";
import { newPassphrase } from "../../ceremony/passphrase.ts";
import { type Present, proveSealing } from "../../ceremony/prove.ts";
import { type Candidate, type PlannedKey, seal } from "../../ceremony/seal.ts";
import { checkShare } from "../../ceremony/share-check.ts";
import { enrolSlot, requireSlotsOn, warningsOf } from "../../ceremony/slot.ts";
import type { TouchRefused } from "../../ceremony/touch.ts";
import { newChallenge, type OtpKey } from "../../hardware/otp/key.ts";
import type { HardwareCode, SecurityKey } from "../../hardware/security-key.ts";
import { outOfOrder, refuse } from "../errors.ts";
import { type Imported, importInputs } from "../inputs.ts";
import { requireIsolation } from "../isolation.ts";
import { writeShare } from "../media.ts";
import { cardSvg } from "../paper/card.ts";
import {
  commitCandidate,
  discardCandidate,
  makeFolder,
  replaceFile,
  writeCandidate,
} from "../vault-file.ts";
import type { Asking, Touching } from "./touching.ts";

type Asked = Pick<Handlers<typeof vaultRequests>, "readInputs" | "prepareSeal" | "seal" | "commit">;
type Asks = Handlers<typeof ceremonyRequests>;
type People = Pick<Asks, "enrolKey" | "enrolSlot" | "reenter"> & {
  readonly choosePassphrase: (asked: { readonly place: number }) => { passphrase: string };
  readonly card: (asked: { readonly place: number }) => { svg: string; payload: string };
  readonly saveCard: (
    asked: { readonly place: number },
    roots: readonly string[],
  ) => { to: string };
};
type Plan = Input<typeof vaultRequests, "prepareSeal">;

interface EnrolledKey {
  readonly key: SecurityKey;
  readonly pin: string;
  readonly planned: Extract<PlannedKey, { enrolment: unknown }>;
}

interface EnrolledOtp {
  readonly slot: OtpKey;
  readonly planned: Extract<PlannedKey, { slot: unknown }>;
}

type Enrolled = EnrolledKey | EnrolledOtp;

/**
 * A sealing in the vault process: people choose passphrases and enrol keys, the candidate is
 * written, read back and proven, S is forgotten, and every custodian re-enters the share before the
 * candidate may become the vault.
 */
export function sealingCeremony(touching: Touching, entropy: Entropy): Asked & People {
  let plan: Plan | null = null;
  let imported: Imported | null = null;
  let sealed: ParsedVault | null = null;
  let cards: readonly DrawnCard[] = [];
  const passphrases = new Map<number, SecretBytes>();
  const enrolled = new Map<number, Enrolled>();
  const reentered = new Set<number>();

  return {
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

    prepareSeal: (asked) => {
      const links = requireIsolation(asked.mode);
      imported = importInputs(asked);
      // Readable while the vault is sealed: they hold no secret. The header names the runbook's hash;
      // what the policy says here is shown only, and what is sealed of it decides.
      replaceFile(join(asked.dir, "runbook.md"), utf8(imported.runbook));
      replaceFile(join(asked.dir, "policy.json"), utf8(JSON.stringify(imported.contents.policy)));
      plan = asked;
      return {
        accounts: imported.contents.accounts.map(({ accountId }) => accountId),
        runbookSha256: imported.runbookSha256,
        linksUp: [...links],
      };
    },

    choosePassphrase: ({ place }) => {
      if (plan === null || place > plan.custodians.length)
        return outOfOrder("choosePassphrase", "prepareSeal");
      const passphrase = newPassphrase(wordList, entropy);
      passphrases.get(place)?.wipe();
      passphrases.set(place, passphrase);
      return { passphrase: fromUtf8(passphrase.expose()) };
    },

    card: ({ place }) => {
      if (plan === null || sealed === null || place > plan.custodians.length)
        return outOfOrder("card", "seal");
      const { svg, payload } = cards[place - 1] ?? outOfOrder("card", "seal");
      return { svg, payload };
    },

    saveCard: ({ place }, roots) => {
      if (plan === null || cards.length === 0) return outOfOrder("saveCard", "seal");
      const { payload } = cards[place - 1] ?? outOfOrder("saveCard", "seal");
      const imports = [plan.policyFile, plan.runbookFile, ...plan.keyFiles].map(dirname);
      return { to: writeShare(roots, imports, place, payload) };
    },

    enrolKey: async ({ key: index, label, pin }) => {
      if (plan === null) return outOfOrder("enrolKey", "prepareSeal");
      const { name } = plan;
      const others = [...enrolled].flatMap(([at, one]) =>
        at === index || "slot" in one ? [] : [one],
      );
      if (!LABEL.test(label)) refuse("KEY_LABEL_UNFIT", { label });
      const taken = [...enrolled].find(([at, one]) => at !== index && one.planned.label === label);
      if (taken !== undefined) refuse("KEY_LABEL_TWICE", { label });
      const exclude = others.map(({ planned }) => planned.enrolment.credentialId);
      return touching.meant(
        async (key, asking) => {
          const { hmacSecret, pinSet } = await key.info();
          if (!hmacSecret)
            throw new CodedError<HardwareCode>("KEY_NO_HMAC_SECRET", { label: key.label });
          if (!pinSet) throw new CodedError<HardwareCode>("KEY_PIN_NOT_SET", { label: key.label });
          const salt = entropy(32);
          const enrolment = await key.enrol({ salt, userName: name, pin, exclude, ...asking });
          enrolled.set(index, { key, pin, planned: { label, use: "open", enrolment, salt } });
          return { label, aaguid: enrolment.aaguid, uvBound: enrolment.uvBound };
        },
        others.map(({ key }) => key.label),
      );
    },

    enrolSlot: async ({ key: index, label, slot }) => {
      if (plan === null || imported === null) return outOfOrder("enrolSlot", "prepareSeal");
      const { mode } = plan;
      requireSlotsOn(imported.contents.policy, label);
      return touching.slot(async (key, asking) => {
        const challenge = newChallenge(entropy);
        const yielded = await enrolSlot(key, mode, { slot, challenge, asking });
        enrolled.set(index, { slot: key, planned: { label, slot: yielded } });
        return { label, serial: yielded.serial };
      });
    },

    seal: async ({ head, stationKey, at }) => {
      if (plan === null || imported === null) return outOfOrder("seal", "prepareSeal");
      const { dir, mode, threshold } = plan;
      requireIsolation(mode);
      const keys = [...enrolled.values()];
      const present = await stillThere(keys);
      const candidate = await seal(
        {
          mode,
          name: plan.name,
          createdAt: at,
          threshold,
          custodians: plan.custodians.map((name, index) => ({
            name,
            passphrase: passphrases.get(index + 1) ?? outOfOrder("seal", "choosePassphrase"),
          })),
          keys: keys.map(({ planned }) => planned),
          contents: imported.contents,
          kdf: plan.kdf,
          keyboard: plan.keyboardLayout,
          runbookSha256: imported.runbookSha256,
        },
        entropy,
      );
      // What is proven is what the disk gives back, not what memory holds.
      const stored = parseVault(writeCandidate(dir, candidate.file));
      let trialOpenedWith: readonly string[];
      try {
        const proof = await touching.known((asks) =>
          proveSealing(
            { ...candidate, vault: stored },
            present.map((one) => presentAs(one, asks)),
            wordList,
          ),
        );
        if (proof.kind === "refused")
          throw new CodedError<TouchRefused["why"]>(proof.why, proof.about);
        trialOpenedWith = proof.trialOpenedWith;
      } catch (error) {
        // It never counted: the sealing can be tried again with what people entered.
        candidate.wipe();
        discardCandidate(dir);
        throw error;
      }
      cards = drawCards(plan, candidate);
      const signed = await sealRecord(candidate, stored, { head, stationKey, at });
      forget(candidate);
      sealed = stored;
      return {
        ...signed,
        vaultId: hex(stored.epoch.vaultId),
        epoch: stored.epoch.epoch,
        fileSha256: hex(stored.fileHash),
        // A rehearsal's people take theirs from here; real ones are printed and never stored.
        cards: mode === "PRACTICE" ? storeCards(dir, cards) : [],
        trialOpenedWith: [...trialOpenedWith],
        warnings: [...warningsOf(stored)],
      };
    },

    reenter: async ({ card, passphrase }) => {
      if (sealed === null) return outOfOrder("reenter", "seal");
      requireIsolation(sealed.header.mode);
      const secret = new SecretBytes(utf8(passphrase));
      const verdict = await checkShare(sealed, card, secret, wordList);
      secret.wipe();
      if (verdict.kind === "good") reentered.add(verdict.place);
      const count = { have: reentered.size, need: sealed.header.custodians.length };
      return verdict.kind === "good"
        ? { kind: "accepted", place: verdict.place, who: verdict.who, ...count }
        : { ...verdict, words: [...verdict.words], ...count };
    },

    commit: () => {
      if (plan === null || sealed === null) return outOfOrder("commit", "seal");
      const of = sealed.header.custodians.length;
      if (reentered.size < of) return refuse("REENTRY_INCOMPLETE", { done: reentered.size, of });
      commitCandidate(plan.dir);
      return { reentered: reentered.size };
    },
  };

  /** The keys as they are plugged in now: what was called so at its enrolment may be another. */
  async function stillThere(keys: readonly Enrolled[]): Promise<readonly Enrolled[]> {
    const fido2 = keys.filter((one): one is EnrolledKey => !("slot" in one));
    const now = await touching.again(
      fido2.map(({ key, planned }) => ({ label: key.label, name: planned.label })),
    );
    return keys.map((one) => {
      const key = "slot" in one ? undefined : now[fido2.indexOf(one)];
      return key === undefined ? one : { ...one, key };
    });
  }

  /** S is gone with `seal`; what it leaves, and what people typed, goes here. */
  function forget(candidate: Candidate): void {
    candidate.wipe();
    for (const passphrase of passphrases.values()) passphrase.wipe();
    for (const { planned } of enrolled.values())
      ("slot" in planned ? planned.slot : planned.enrolment).output.fill(0);
    passphrases.clear();
    enrolled.clear();
    imported = null;
  }
}

const presentAs = (one: Enrolled, asks: (label: string) => Asking): Present =>
  "slot" in one
    ? { slot: one.slot, label: one.planned.label, asking: asks(one.planned.label) }
    : { key: one.key, pin: one.pin, asking: asks(one.planned.label) };

interface DrawnCard {
  readonly place: number;
  readonly svg: string;
  readonly payload: string;
}

/** Each custodian's card: on paper (SVG), and what its code and its stick hold. */
const drawCards = (plan: Plan, { cards, vault }: Candidate): readonly DrawnCard[] =>
  cards.map(({ place, name, bytes }) => {
    const { header, epoch } = vault;
    const payload = encodePayload(bytes);
    const svg = cardSvg({
      mode: header.mode,
      vaultName: header.name,
      vaultId: hex(epoch.vaultId),
      epoch: epoch.epoch,
      custodian: name,
      place,
      custodians: header.custodians.length,
      sealedAt: header.createdAt,
      threshold: header.threshold,
      keyboard: plan.keyboardLayout,
      payload,
      words: encodeWords(bytes, wordList),
    });
    return { place, svg, payload };
  });

/** As files, for a rehearsal: the paths of the drawings. */
function storeCards(dir: string, cards: readonly DrawnCard[]): string[] {
  const folder = join(dir, "cards");
  makeFolder(folder, 0o700);
  return cards.map(({ place, svg, payload }) => {
    const stem = join(folder, String(place).padStart(3, "0"));
    replaceFile(`${stem}.svg`, utf8(svg));
    replaceFile(`${stem}.txt`, utf8(`${payload}\n`));
    return `${stem}.svg`;
  });
}

async function sealRecord(
  { vaultSigningKey }: Candidate,
  vault: ParsedVault,
  { head, stationKey, at }: Input<typeof vaultRequests, "seal">,
): Promise<{ record: string; signature: string }> {
  const { header, epoch, fileHash } = vault;
  const warnings = warningsOf(vault);
  const record = encodeRecord({
    format: RECORD_FORMAT,
    mode: header.mode,
    vaultId: hex(epoch.vaultId),
    ...head,
    vaultHash: hex(fileHash),
    epoch: epoch.epoch,
    kind: "sealed",
    who: {},
    why: "sealed, proven by re-reading every card and by a trial opening with each key",
    at: { time: at, clock: "station" },
    evidence: sealEvidence(
      {
        epoch: epoch.epoch,
        setId: epoch.setId,
        fileSha256: hex(fileHash),
        vaultKey: ed25519WireKey(header.vaultKey),
        stationKey: fromBase64url(stationKey),
        approvers: header.keys
          .filter(isCredential)
          .map((key) => ({ label: key.label, wireKey: approverWireKey(key) })),
      },
      {
        name: header.name,
        threshold: header.threshold,
        custodians: header.custodians.map(({ name }) => name),
        keyboard: header.keyboard,
        runbookSha256: header.runbookSha256,
        ...(warnings.length > 0 && { warnings }),
      },
    ),
  });
  const signature = await signEd25519({
    seed: vaultSigningKey.expose(),
    namespace: NAMESPACES[header.mode],
    message: record,
  });
  return { record: fromUtf8(record), signature };
}
