import type { CeremonyView } from "../contract/ceremony.ts";
import { coded, type Port } from "../contract/port.ts";
import type { Serving } from "../contract/serve.ts";
import { boxKeyPair } from "../crypto/box.ts";
import { base64url } from "../crypto/bytes.ts";
import { type Entropy, systemEntropy } from "../crypto/entropy.ts";
import { laneCodec } from "../crypto/lane.ts";
import { Fido2Key, type Means } from "../hardware/fido/key.ts";
import { drawFrom } from "../hardware/fido/pin-protocol.ts";
import type { Hid } from "../hardware/hid.ts";
import { fido2Keys, otpKeys } from "../hardware/keys.ts";
import { systemHid } from "../hardware/node-hid.ts";
import type { OtpKey } from "../hardware/otp/key.ts";
import type { SecurityKey } from "../hardware/security-key.ts";
import { systemTimers } from "../hardware/timers.ts";
import { outOfOrder } from "./errors.ts";
import { keysOnLane } from "./key-lane.ts";
import { type Touching, touching } from "./vault/touching.ts";

/** What a process that people come to has of them: a window's lane, and their security keys. */
export interface PeopleAndKeys {
  readonly entropy: Entropy;
  readonly touching: Touching;
  /**
   * `open` serves the people's lane, which nobody between can read. Joined again, it is the next
   * person's, and the last one's is heard no more.
   */
  join(
    asked: {
      readonly people: string | null;
      /** The far end of the key's lane, where it is another than the people's. */
      readonly keys?: string;
      readonly practiceKeys: boolean;
    },
    open: (lane: Port) => Serving,
  ): { publicKey: string };
  /** Gives up every touch that is waited for, and resolves once what people asked is done. */
  release(): Promise<void>;
}

/**
 * `tell`: main hears which touch is waited for. The HID addon is loaded by the first one who asks
 * for a key at USB, and only then (`usb`).
 */
export async function peopleAndKeys(
  port: Record<"people" | "key", Port>,
  tell: (view: CeremonyView) => void,
  usb: () => Promise<Hid> = systemHid,
): Promise<PeopleAndKeys> {
  const mine = await boxKeyPair();
  const entropy = await systemEntropy();
  const means: Means = { draw: drawFrom(entropy), timers: systemTimers };
  let keys: (() => Promise<readonly SecurityKey[]>) | null = null;
  // A rehearsal's keys have a lane for FIDO2 only.
  let slots: (() => Promise<readonly OtpKey[]>) | null = null;
  let window: Serving | null = null;
  const present = async (): Promise<readonly SecurityKey[]> => {
    if (keys === null) return outOfOrder("keys", "join");
    return keys();
  };
  const keysHere = touching(
    present,
    (view) => {
      window?.viewChanged(view);
      // At sealing all keys are asked while nobody has a window: the main screen says which.
      tell(view);
    },
    async () => (await slots?.()) ?? [],
  );
  return {
    entropy,
    touching: keysHere,
    release: async () => {
      keysHere.cancel();
      await window?.settled();
    },
    join: ({ people, keys: holder = people, practiceKeys }, open) => {
      const privately = (lane: Port, end: string | null): Port => {
        if (end === null) return lane;
        const { encode, decode } = laneCodec(mine, end);
        return coded(lane, encode, decode);
      };
      window = open(privately(port.people, people));
      // The next person comes to the same keys.
      if (keys !== null) return { publicKey: base64url(mine.publicKey) };
      if (practiceKeys) {
        const plugged = keysOnLane(privately(port.key, holder));
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
  };
}
