import { ceremonyRequests, type ShareVerdict } from "../contract/ceremony.ts";
import { parentLanes } from "../contract/parent.ts";
import { coded, type Port } from "../contract/port.ts";
import { serve, type Serving } from "../contract/serve.ts";
import { vaultRequests, type VaultView } from "../contract/vault.ts";
import { boxKeyPair } from "../crypto/box.ts";
import { base64url } from "../crypto/bytes.ts";
import { systemEntropy } from "../crypto/entropy.ts";
import { laneCodec } from "../crypto/lane.ts";
import { Fido2Key, type Means } from "../hardware/fido/key.ts";
import { drawFrom } from "../hardware/fido/pin-protocol.ts";
import type { Hid } from "../hardware/hid.ts";
import { fido2Keys, otpKeys } from "../hardware/keys.ts";
import { systemHid } from "../hardware/node-hid.ts";
import type { OtpKey } from "../hardware/otp/key.ts";
import type { SecurityKey } from "../hardware/security-key.ts";
import { systemTimers } from "../hardware/timers.ts";
import { approvalCeremony } from "./vault/approval.ts";
import { sealingCeremony } from "./vault/sealing.ts";
import { touching } from "./vault/touching.ts";
import { unsealingCeremony } from "./vault/unsealing.ts";
import { keysOnLane } from "./key-lane.ts";
import { sharesOnMedia } from "./media.ts";
import { outOfOrder } from "./errors.ts";

/**
 * The vault process: the only one that reads shares, and only one ceremony long. Its exit is the
 * only sure wipe, so it ends with its port. It has no network module and no practice code. The HID
 * addon is loaded by the first ceremony that asks for a key at USB, and only then (`usb`).
 */
export async function serveVault(
  port: Record<"main" | "people" | "key", Port>,
  peakBytes: () => number,
  usb: () => Promise<Hid> = systemHid,
): Promise<void> {
  const mine = await boxKeyPair();
  const entropy = await systemEntropy();
  const means: Means = { draw: drawFrom(entropy), timers: systemTimers };
  let keys: (() => Promise<readonly SecurityKey[]>) | null = null;
  const present = async (): Promise<readonly SecurityKey[]> => {
    if (keys === null) return outOfOrder("keys", "join");
    return keys();
  };
  // A rehearsal's keys have a lane for FIDO2 only.
  let slots: (() => Promise<readonly OtpKey[]>) | null = null;
  let window: Serving | null = null;
  const keysHere = touching(
    present,
    (view) => {
      window?.viewChanged(view);
      // At sealing all keys are asked while nobody has a window: the main screen says which.
      tell(view);
    },
    async () => (await slots?.()) ?? [],
  );
  const unsealing = unsealingCeremony(keysHere);
  const sealing = sealingCeremony(keysHere, entropy, unsealing.opened);
  const approval = approvalCeremony(keysHere);

  // Main hears what was done, never with what: its records name refusals, and no window reports itself.
  const tell = (view: VaultView): void => main.viewChanged(view);
  const judged = (verdict: ShareVerdict): ShareVerdict => {
    const { kind, who, have, need } = verdict;
    const why = verdict.kind === "rejected" ? { why: verdict.why, about: verdict.about } : {};
    tell({ kind: "share", verdict: kind, who, have, need, ...why });
    return verdict;
  };

  const main = serve(port.main, vaultRequests, {
    join: ({ people, practiceKeys, mediaRoots }) => {
      const codec = people === null ? null : laneCodec(mine, people);
      const privately = (lane: Port): Port =>
        codec === null ? lane : coded(lane, codec.encode, codec.decode);
      window = serve(privately(port.people), ceremonyRequests, {
        choosePassphrase: (asked) => {
          const chosen = sealing.choosePassphrase(asked);
          tell({ kind: "passphrase", place: asked.place });
          return chosen;
        },
        card: sealing.card,
        saveCard: (asked) => sealing.saveCard(asked, mediaRoots),
        keys: async () => ({ keys: [...(await keysHere.keys())] }),
        cancel: () => {
          keysHere.cancel();
          return null;
        },
        enrolKey: async (asked) => {
          const enrolled = await sealing.enrolKey(asked);
          tell({ kind: "enrolled", label: enrolled.label });
          return enrolled;
        },
        enrolSlot: async (asked) => {
          const enrolled = await sealing.enrolSlot(asked);
          tell({ kind: "enrolled", label: enrolled.label });
          return enrolled;
        },
        reenter: async (share) => judged(await sealing.reenter(share)),
        enterShare: async (share) => judged(await unsealing.enterShare(share)),
        touch: async (asked) => {
          const touched = await unsealing.touch(asked);
          tell({ kind: "touched", label: touched.label });
          return touched;
        },
        touchSlot: async (asked) => {
          const touched = await unsealing.touchSlot(asked);
          tell({ kind: "touched", label: touched.label });
          return touched;
        },
        approve: async (asked) => {
          const approved = await approval.approve(asked);
          tell({ kind: "approved", label: approved.label });
          return approved;
        },
        media: () => ({ cards: [...sharesOnMedia(mediaRoots)] }),
      });
      if (practiceKeys) {
        const plugged = keysOnLane(privately(port.key));
        keys = async () => (await plugged()).map((one) => new Fido2Key(one, means));
      } else {
        let loaded: Promise<Hid> | null = null;
        const hid = (): Promise<Hid> => {
          // Not kept when it failed: a package may be installed meanwhile.
          loaded ??= usb().catch((error: unknown) => {
            loaded = null;
            throw error;
          });
          return loaded;
        };
        keys = async () => fido2Keys(await hid(), means);
        slots = async () => otpKeys(await hid(), means);
      }
      return { publicKey: base64url(mine.publicKey) };
    },
    readInputs: sealing.readInputs,
    prepareSeal: sealing.prepareSeal,
    prepareRotation: sealing.prepareRotation,
    seal: sealing.seal,
    abandon: sealing.abandon,
    resumeRotation: sealing.resumeRotation,
    commit: sealing.commit,
    beginUnseal: unsealing.beginUnseal,
    unseal: unsealing.unseal,
    handOver: unsealing.handOver,
    beginApproval: approval.beginApproval,
    takeApproval: approval.takeApproval,
    release: () => {
      keysHere.cancel();
      return null;
    },
    memory: () => ({ peakBytes: peakBytes() }),
  });
}

if (import.meta.main)
  await serveVault(
    parentLanes(process, ["people", "key"], () => process.exit(0)),
    // maxRSS is in KiB (getrusage(2)).
    () => process.resourceUsage().maxRSS * 1024,
  );
