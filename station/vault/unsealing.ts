import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Handlers } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { base64url, fromBase64url, fromUtf8, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { isCredential, isSlot } from "../../crypto/header-keys.ts";
import { encodeRecord, NAMESPACES, RECORD_FORMAT } from "../../crypto/record.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { signEd25519 } from "../../crypto/sshsig.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { sealOrder } from "../../ceremony/access/order.ts";
import { beginUnseal, type UntrustedQuorum } from "../../ceremony/quorum.ts";
import type { ActivationOrder, Mode } from "../../ceremony/subject.ts";
import { touchSlot } from "../../ceremony/slot.ts";
import { type Touch, type TouchRefused, touchVault } from "../../ceremony/touch.ts";
import { type Unsealed, unseal } from "../../ceremony/unseal.ts";
import { outOfOrder, refuse } from "../errors.ts";
import { linksUp, requireIsolation } from "../isolation.ts";
import { requireNewIncident } from "../known-incidents.ts";
import { requireReviewed } from "../review-gate.ts";
import { leftBehindAt, requireRole } from "../role-gate.ts";
import { liveVault } from "../vault-file.ts";
import type { AtTable } from "./rotation.ts";
import type { Touching } from "./touching.ts";

type Asked = Pick<Handlers<typeof vaultRequests>, "beginUnseal" | "unseal" | "handOver">;
type People = Pick<Handlers<typeof ceremonyRequests>, "enterShare" | "touch" | "touchSlot">;

/** An open vault, for a rotation. Secret; `wipe` shuts it. */
export interface Opened extends Unsealed {
  readonly vault: ParsedVault;
  /** Names of those whose shares opened it, and the label of the key. */
  readonly who: { readonly custodians: readonly string[]; readonly key: string };
  /** The FIDO2 key that was touched; null: an OTP slot. */
  readonly opener: AtTable | null;
}

/**
 * Custodians and a touch open the vault; the activation leaves it sealed to the online process, or a
 * rotation goes on from what was `opened`.
 */
export function unsealingCeremony(
  touching: Touching,
): Asked & People & { readonly opened: () => Opened | null; readonly mode: () => Mode | null } {
  let vault: ParsedVault | null = null;
  let quorum: UntrustedQuorum | null = null;
  let touch: Touch | null = null;
  let unsealed: Unsealed | null = null;
  let folder = "";
  // Whom the record names: those whose shares and key opened it, not whom main says.
  let opened: Opened["who"] | null = null;
  let opener: AtTable | null = null;

  function taken(result: Touch | TouchRefused): { label: string } {
    if (result.kind === "refused")
      throw new CodedError<TouchRefused["why"]>(result.why, result.about);
    touch?.wipe();
    touch = result;
    opener = null;
    return { label: result.label };
  }

  return {
    opened: () => {
      if (vault === null || unsealed === null || opened === null) return null;
      const shut = unsealed;
      const wipe = (): void => {
        shut.wipe();
        if (unsealed === shut) unsealed = null;
        opener = null;
      };
      return { ...unsealed, vault, who: opened, opener, wipe };
    },
    mode: () => vault?.header.mode ?? null,
    beginUnseal: ({ dir, committed }) => {
      vault = parseVault(liveVault(dir, committed));
      folder = dir;
      quorum = beginUnseal(vault, wordList);
      const { header, epoch, fileHash } = vault;
      return {
        mode: header.mode,
        name: header.name,
        vaultId: hex(epoch.vaultId),
        epoch: epoch.epoch,
        fileSha256: hex(fileHash),
        threshold: header.threshold,
        custodians: header.custodians.map(({ place, name }) => ({ place, name })),
        keys: header.keys.map(({ label, use, kind }) => ({ label, use, kind })),
        linksUp: [...linksUp()],
      };
    },
    enterShare: async ({ card, passphrase }) => {
      if (vault === null || quorum === null) return outOfOrder("enterShare", "beginUnseal");
      requireIsolation(vault.header.mode);
      const secret = new SecretBytes(utf8(passphrase));
      try {
        const verdict = await quorum.add(card, secret);
        if (verdict.kind === "accepted") return verdict;
        return { ...verdict, words: [...verdict.words] };
      } finally {
        secret.wipe();
      }
    },
    touch: async ({ pin }) => {
      if (vault === null) return outOfOrder("touch", "beginUnseal");
      requireIsolation(vault.header.mode);
      const opening = vault;
      return touching.meant(async (key, asking) => {
        const touched = taken(await touchVault(key, opening, pin, asking));
        const { label } = touched;
        const entry = opening.header.keys.filter(isCredential).find((one) => one.label === label);
        opener = entry === undefined ? null : { key, pin, label, credentialId: entry.credentialId };
        return touched;
      });
    },
    touchSlot: async ({ label }) => {
      if (vault === null) return outOfOrder("touchSlot", "beginUnseal");
      requireIsolation(vault.header.mode);
      const opening = vault;
      const entry = opening.header.keys.filter(isSlot).find((one) => one.label === label);
      return taken(
        await touching.slot((key, asking) => touchSlot(key, opening, label, asking), entry),
      );
    },
    unseal: async () => {
      if (vault === null || quorum === null) return outOfOrder("unseal", "beginUnseal");
      if (touch === null) return outOfOrder("unseal", "touch");
      requireIsolation(vault.header.mode);
      const validated = await quorum.validate();
      if (validated.kind === "incomplete")
        return refuse("QUORUM_INCOMPLETE", {
          have: validated.have,
          need: validated.need,
        });
      opened = { custodians: validated.custodians, key: touch.label };
      unsealed = await unseal(vault, validated, touch);
      touch = null;
      return { accounts: unsealed.contents.accounts.map(({ accountId }) => accountId) };
    },
    handOver: async (asked) => {
      if (vault === null || unsealed === null || opened === null)
        return outOfOrder("handOver", "unseal");
      const { header, epoch, fileHash } = vault;
      requireIsolation(header.mode);
      const { contents, vaultSigningKey } = unsealed;
      const accounts = chosen(contents.accounts, asked.accounts);
      if (asked.durationSeconds > contents.policy.maxDurationSeconds)
        return refuse("DURATION_TOO_LONG", {
          asked: asked.durationSeconds,
          most: contents.policy.maxDurationSeconds,
        });
      if (asked.purpose === "open") requireRole(folder, "open");
      if (header.mode === "REAL" && asked.purpose === "open")
        requireReviewed(folder, asked.overrides);
      // After the records were judged, where they are: they tell of it.
      if (asked.purpose === "open") await requireNewIncident(folder, asked.incident);
      const record = encodeRecord({
        format: RECORD_FORMAT,
        mode: header.mode,
        vaultId: hex(epoch.vaultId),
        ...asked.head,
        vaultHash: hex(fileHash),
        epoch: epoch.epoch,
        kind: "glass-broken",
        who: {
          responder: asked.responder,
          officer: asked.officer,
          custodians: opened.custodians.join(", "),
          key: opened.key,
        },
        why: asked.reason,
        at: { time: asked.at, clock: "station" },
        evidence: {
          incident: asked.incident,
          purpose: asked.purpose,
          durationSeconds: asked.durationSeconds,
          latestDeadline: asked.latestDeadline,
          accounts: accounts.map(({ accountId }) => accountId),
          // No secret: what the review follows in AWS's logs, and whose use is nobody else's.
          emergencyKeys: accounts.map(({ emergency }) => emergency.accessKeyId),
          // What the window allows: the review compares it, and asks for these regions' logs.
          profile: contents.policy.profile,
          regions: [...contents.policy.regions],
          stationKey: asked.stationKey,
          // By which trail the review is made: other digests prove nothing of this access.
          ...(contents.policy.trail === undefined ? {} : { trail: { ...contents.policy.trail } }),
          ...(asked.overrides.length === 0 ? {} : { overrides: asked.overrides }),
        },
      });
      const signature = await signEd25519({
        seed: vaultSigningKey.expose(),
        namespace: NAMESPACES[header.mode],
        message: record,
      });
      const order: ActivationOrder = {
        mode: header.mode,
        purpose: asked.purpose,
        vaultId: hex(epoch.vaultId),
        epoch: epoch.epoch,
        incident: asked.incident,
        reason: asked.reason,
        responder: asked.responder,
        durationSeconds: asked.durationSeconds,
        goodForMs: goodFor(asked),
        recordSha256: hex(sha256(record)),
        policy: contents.policy,
        accounts,
        // They open with the glass; what is brought to rest needs none of them.
        secretPages: asked.purpose === "open" ? contents.secretPages : "",
        leftBehind: leftBehindAt(folder, asked.purpose),
      };
      const box = await sealOrder(fromBase64url(asked.publicKey), order);
      unsealed.wipe();
      unsealed = null;
      return { record: fromUtf8(record), signature, box: base64url(box) };
    },
  };
}

/** What was not asked for stays sealed: its keys go to no other process. */
function chosen(
  sealed: ActivationOrder["accounts"],
  asked: readonly string[] | null,
): ActivationOrder["accounts"] {
  if (asked === null) return sealed;
  const foreign = asked.find((id) => !sealed.some(({ accountId }) => accountId === id));
  if (foreign !== undefined) return refuse("ACCOUNT_NOT_SEALED", { account: foreign });
  return sealed.filter(({ accountId }) => asked.includes(accountId));
}

/** Begun later than this after the hand-over, an access would outlast what the record names. */
const goodFor = (asked: {
  readonly at: string;
  readonly latestDeadline: string;
  readonly durationSeconds: number;
}): number => {
  const most = Date.parse(asked.latestDeadline) - Date.parse(asked.at);
  return Math.max(0, most - asked.durationSeconds * 1000);
};
