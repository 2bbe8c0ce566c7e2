import { refusedTouch } from "./gather.ts";
import type {
  Cast,
  Clock,
  Progress,
  Records,
  Subject,
  TouchRefusal,
  VaultProcess,
  Written,
} from "./ports.ts";

/**
 * A security key approves a record by touch: a vault process without shares, main's side. The
 * approval is a record of its own, signed by that key.
 */
export async function approveByTouch(
  ports: {
    readonly vault: () => Promise<VaultProcess>;
    readonly cast: Cast;
    readonly records: Records;
    readonly clock: Clock;
    readonly progress: Progress;
  },
  dir: string,
  approved: Written & { readonly kind: string },
  /** The key that is asked for; the first one enrolled unless given. */
  label?: string,
): Promise<Written> {
  const { cast, records, clock, progress } = ports;
  const vault = await ports.vault();
  let subject: Subject | null = null;
  // The approval's own place in the chain was named before the touch: what was refused comes after it.
  const refused: TouchRefusal[] = [];
  try {
    return await progress.step(
      "approve",
      async () => {
        const { approvers, ...of } = await vault.ask("beginApproval", {
          dir,
          committed: records.committed,
          approved: { seq: approved.seq, sha256: approved.sha256, kind: approved.kind },
          head: records.head(),
          at: clock.now(),
        });
        subject = of;
        await cast.approve(label ?? approvers[0] ?? "", (touch) => void refused.push(touch));
        return records.accept(await vault.ask("takeApproval", null));
      },
      ({ seq }) => `record ${approved.seq} approved by touch, in record ${seq}`,
    );
  } finally {
    try {
      await vault.end();
    } finally {
      if (subject !== null) recordRefused(ports, subject, refused, approved.seq);
    }
  }
}

/** A disk that refuses them takes nothing from an approval that is in the chain already. */
function recordRefused(
  { records, clock, progress }: Parameters<typeof refusedTouch>[0],
  subject: Subject,
  refused: readonly TouchRefusal[],
  seq: number,
): void {
  try {
    for (const touch of refused)
      refusedTouch({ records, clock, progress }, subject, touch, { approves: `${seq}` });
  } catch {
    progress.note("a refused touch could not be recorded: the disk refused it");
  }
}
