import { join } from "node:path";
import { KEY_LANES, keyPacket, keyRequests } from "../../contract/ceremony.ts";
import { lanes, type Port } from "../../contract/port.ts";
import { serve } from "../../contract/serve.ts";
import { base64url, fromBase64url } from "../../crypto/bytes.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { SoftwareKeyDevice } from "../key/device.ts";
import { fileStore, newKeyState } from "../key/store.ts";
import type { Finger } from "./finger.ts";
import { PRACTICE_PIN } from "./people.ts";

export const KEY_LABELS = ["north", "south"] as const;

/** The rehearsal's software keys, plugged in. */
export class StageKeys {
  #devices: readonly { readonly label: string; readonly device: SoftwareKeyDevice }[];
  #open: readonly PacketPort[] = [];

  /** Each keeps its state in `dir`; it is made there, with the practice PIN, when there is none. */
  constructor(dir: string, finger: Finger) {
    this.#devices = KEY_LABELS.map((label) => {
      const file = join(dir, `key-${label}.json`);
      const store = fileStore(file, () => newKeyState(label, PRACTICE_PIN));
      return { label, device: new SoftwareKeyDevice({ store, press: finger.press(label) }) };
    });
  }

  /** Labels of those that are there. */
  get present(): readonly string[] {
    return this.#devices.map(({ label }) => label);
  }

  /** It is not plugged in any more: the next vault process doesn't find it. */
  lose(label: string): void {
    this.#devices = this.#devices.filter((one) => one.label !== label);
  }

  /** Takes every key out and plugs it in again: after three wrong PINs in a row it wants that. */
  replug(): void {
    for (const { device } of this.#devices) device.replug();
  }

  /** The keys of the next vault process: its packets on `port`. Those of the last one end. */
  async serve(port: Port): Promise<void> {
    await Promise.all(this.#open.map((one) => one.close()));
    const { plugged: asked, packets } = lanes(port, KEY_LANES);
    const plugged = this.present;
    serve(asked, keyRequests, { plugged: () => plugged.map((label) => ({ label })) });
    this.#open = this.#devices.map(({ device }, key) => {
      const open = device.openPackets();
      open.listen((report) => packets.send({ key, report: base64url(report) }));
      return open;
    });
    packets.listen((message) => {
      const packet = keyPacket.safeParse(message);
      if (!packet.success) return;
      const { key, report } = packet.data;
      // A packet for a key that is gone is lost, as at USB.
      void this.#open[key]?.write(fromBase64url(report)).catch(() => undefined);
    });
  }
}
