import { clock } from "../../cli/drill/scene.ts";
import type { Records, Written } from "../../ceremony/ports.ts";
import { boxKeyPair } from "../../crypto/box.ts";
import { base64url } from "../../crypto/bytes.ts";
import { onStage } from "./rotation.ts";

/** Quorum, touch and hand-over of the vault in `dir`, recorded; nothing takes the order. */
export const handOverIn = (dir: string, records: Records, incident: string): Promise<Written> =>
  onStage(dir, async (stage) => {
    const vault = await stage.vault();
    await vault.ask("beginUnseal", { dir, committed: records.committed });
    for (const place of [1, 2]) await stage.ask("enterShare", { place, mistake: null });
    await stage.ask("touch", null);
    await vault.ask("unseal", null);
    const { publicKey } = await boxKeyPair();
    const now = clock.now();
    const over = await vault.ask("handOver", {
      publicKey: base64url(publicKey),
      incident,
      reason: "sign-in is down",
      responder: "Ada",
      officer: "Ben",
      purpose: "open",
      durationSeconds: 20,
      overrides: [],
      stationKey: records.stationKey,
      head: records.head(),
      at: now,
      latestDeadline: now,
    });
    return records.accept(over);
  });
