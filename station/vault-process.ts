import { ceremonyRequests, type ShareVerdict } from "../contract/ceremony.ts";
import { parentLanes } from "../contract/parent.ts";
import type { Port } from "../contract/port.ts";
import { type Handlers, serve } from "../contract/serve.ts";
import { vaultRequests, type VaultView } from "../contract/vault.ts";
import type { Hid } from "../hardware/hid.ts";
import { isRefusedAttempt } from "../ceremony/touch.ts";
import { CodedError } from "../crypto/errors.ts";
import { approvalCeremony } from "./vault/approval.ts";
import { Keyboard } from "./vault/seat.ts";
import { sealingCeremony } from "./vault/sealing.ts";
import { unsealingCeremony } from "./vault/unsealing.ts";
import { outOfOrder } from "./errors.ts";
import { requireIsolation } from "./isolation.ts";
import { sharesOnMedia } from "./media.ts";
import { peopleAndKeys } from "./people-and-keys.ts";

/**
 * The vault process: the only one that reads shares, and only one ceremony long. Its exit is the
 * only sure wipe, so it ends with its port. It has no network module and no practice code. The HID
 * addon is loaded by the first ceremony that asks for a key at USB, and only then (`usb`).
 */
export async function serveVault(
  port: Record<"main" | "people" | "key", Port>,
  peakBytes: () => number,
  usb?: () => Promise<Hid>,
): Promise<void> {
  // Main hears what was done, never with what: its records name refusals, and no window reports itself.
  const tell = (view: VaultView): void => main.viewChanged(view);
  const people = await peopleAndKeys(port, tell, usb);
  const { entropy, touching: keysHere } = people;
  const keyboard = new Keyboard();
  const unsealing = unsealingCeremony(keysHere);
  const sealing = sealingCeremony(keysHere, entropy, unsealing.opened);
  const approval = approvalCeremony(keysHere);

  const judged = (verdict: ShareVerdict): ShareVerdict => {
    const { kind, who, have, need } = verdict;
    const why = verdict.kind === "rejected" ? { why: verdict.why, about: verdict.about } : {};
    tell({ kind: "share", verdict: kind, who, have, need, ...why });
    return verdict;
  };

  /** Main records the attempts that were refused; the person's window says them. */
  async function attempted<T>(touch: () => Promise<T>): Promise<T> {
    try {
      return await touch();
    } catch (error) {
      if (error instanceof CodedError && isRefusedAttempt(error.code))
        tell({ kind: "touch-refused", why: error.code, about: error.about });
      throw error;
    }
  }

  const asksOf = (mediaRoots: readonly string[]): Handlers<typeof ceremonyRequests> => ({
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
      tell({ kind: "enrolled", label: enrolled.label, use: enrolled.use });
      return enrolled;
    },
    enrolSlot: async (asked) => {
      const enrolled = await sealing.enrolSlot(asked);
      tell({ kind: "enrolled", label: enrolled.label, use: "open" });
      return enrolled;
    },
    reenter: async (share) => judged(await sealing.reenter(share)),
    enterShare: async (share) => judged(await unsealing.enterShare(share)),
    touch: async (asked) => {
      const touched = await attempted(async () => unsealing.touch(asked));
      tell({ kind: "touched", label: touched.label });
      return touched;
    },
    touchSlot: async (asked) => {
      const touched = await attempted(async () => unsealing.touchSlot(asked));
      tell({ kind: "touched", label: touched.label });
      return touched;
    },
    approve: async (asked) => {
      const approved = await attempted(async () => approval.approve(asked));
      tell({ kind: "approved", label: approved.label });
      return approved;
    },
    media: () => {
      requireIsolation(sealing.mode() ?? unsealing.mode() ?? outOfOrder("media", "beginUnseal"));
      return { cards: [...sharesOnMedia(mediaRoots)] };
    },
  });

  const main = serve(port.main, vaultRequests, {
    join: ({ mediaRoots, ...ends }) =>
      people.join(ends, (lane) => {
        const asks = asksOf(mediaRoots);
        // A window's lane is joined once, and its windows come and go.
        return serve(lane, ceremonyRequests, ends.people === null ? keyboard.guard(asks) : asks);
      }),
    readInputs: sealing.readInputs,
    readRotation: sealing.readRotation,
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
    seat: (seat) => {
      keyboard.take(seat);
      return null;
    },
    release: async () => {
      keyboard.take(null);
      await people.release();
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
