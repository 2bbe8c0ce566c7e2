import { join } from "node:path";
import { foundIn } from "../../station/restorable-found.ts";
import { settleRestored } from "../../station/restore.ts";

/** The spare in `home/station` is restored anew from the copy in `home/stick`, as the app does it. */
export async function restoredAnew(home: string): Promise<void> {
  const dir = join(home, "station");
  const { failure } = foundIn([{ name: "USB", folder: join(home, "stick") }], {}, dir, dir);
  if (failure !== null) throw new Error(failure.code);
  await settleRestored(
    dir,
    {
      officer: "Mia Roth",
      oldStation: "kept",
      anchoredBy: { vaultId: true, head: false },
      copies: 1,
      notes: [],
      seed: () => new Uint8Array(32).fill(8),
      time: "2026-12-01T12:00:00.000Z",
    },
    true,
  );
}
