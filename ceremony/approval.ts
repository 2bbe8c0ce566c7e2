import type { Cast, Clock, Progress, Records, VaultProcess, Written } from "./ports.ts";

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
  try {
    return await progress.step(
      "approve",
      async () => {
        const { approvers } = await vault.ask("beginApproval", {
          dir,
          committed: records.committed,
          approved: { seq: approved.seq, sha256: approved.sha256, kind: approved.kind },
          head: records.head(),
          at: clock.now(),
        });
        await cast.approve(label ?? approvers[0] ?? "");
        return records.accept(await vault.ask("takeApproval", null));
      },
      ({ seq }) => `record ${approved.seq} approved by touch, in record ${seq}`,
    );
  } finally {
    await vault.end();
  }
}
