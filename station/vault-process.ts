import { ceremonyRequests } from "../contract/ceremony.ts";
import { coded, lanes, type Port, portToParent } from "../contract/port.ts";
import { serve } from "../contract/serve.ts";
import { vaultRequests } from "../contract/vault.ts";
import { boxKeyPair } from "../crypto/box.ts";
import { base64url } from "../crypto/bytes.ts";
import { systemEntropy } from "../crypto/entropy.ts";
import { laneCodec } from "../crypto/lane.ts";
import { Fido2Key, type Means } from "../hardware/fido/key.ts";
import { drawFrom } from "../hardware/fido/pin-protocol.ts";
import type { SecurityKey } from "../hardware/security-key.ts";
import { systemTimers } from "../hardware/timers.ts";
import { approvalCeremony } from "./vault/approval.ts";
import { sealingCeremony } from "./vault/sealing.ts";
import { unsealingCeremony } from "./vault/unsealing.ts";
import { keysOnLane } from "./key-lane.ts";
import { refuse } from "./errors.ts";

/**
 * The vault process: the only one that reads shares, and only one ceremony long. Its exit is the
 * only sure wipe, so it ends with its port. It has no network module and no practice code.
 */
export async function serveVault(
  port: Record<"main" | "people" | "key", Port>,
  peakBytes: () => number,
): Promise<void> {
  const mine = await boxKeyPair();
  const entropy = await systemEntropy();
  const means: Means = { draw: drawFrom(entropy), timers: systemTimers };
  let keys: (() => Promise<readonly SecurityKey[]>) | null = null;
  const present = async (): Promise<readonly SecurityKey[]> => {
    if (keys === null) return refuse("REAL_MODE_UNAVAILABLE");
    return keys();
  };
  const sealing = sealingCeremony(present, entropy);
  const unsealing = unsealingCeremony(present);
  const approval = approvalCeremony(present);

  serve(port.main, vaultRequests, {
    join: ({ people, practiceKeys }) => {
      const codec = laneCodec(mine, people);
      serve(coded(port.people, codec.encode, codec.decode), ceremonyRequests, {
        choosePassphrase: sealing.choosePassphrase,
        enrolKey: sealing.enrolKey,
        reenter: sealing.reenter,
        enterShare: unsealing.enterShare,
        touch: unsealing.touch,
        approve: approval.approve,
      });
      if (practiceKeys) {
        const plugged = keysOnLane(coded(port.key, codec.encode, codec.decode));
        keys = async () => (await plugged()).map((one) => new Fido2Key(one, means));
      }
      return { publicKey: base64url(mine.publicKey) };
    },
    prepareSeal: sealing.prepareSeal,
    seal: sealing.seal,
    commit: sealing.commit,
    beginUnseal: unsealing.beginUnseal,
    unseal: unsealing.unseal,
    handOver: unsealing.handOver,
    beginApproval: approval.beginApproval,
    takeApproval: approval.takeApproval,
    memory: () => ({ peakBytes: peakBytes() }),
  });
}

if (import.meta.main) {
  const port = portToParent(process);
  port.ended(() => process.exit(0));
  // maxRSS is in KiB (getrusage(2)).
  await serveVault(
    lanes(port, ["main", "people", "key"]),
    () => process.resourceUsage().maxRSS * 1024,
  );
}
