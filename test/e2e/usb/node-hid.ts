import { EventEmitter } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SoftwareKeyDevice } from "../../../practice/key/device.ts";
import { fileStore, newKeyState } from "../../../practice/key/store.ts";

/**
 * Stands in for the node-hid addon under a shipped vault process: each `LABEL.plugged` in the folder
 * is a key at USB, with its memory in `LABEL.json`; a finger lies on it while `LABEL.finger` is there.
 * They say that they are another model than the practice key: a real vault takes them.
 */

/** YubiKey 5 NFC, firmware 5.2 and later. */
const AAGUID = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
const LOOK_MS = 40;

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
};

export function hidOn(folder: string): object {
  const at = (label: string, what: string): string => join(folder, `${label}.${what}`);
  const isPlugged = (label: string): boolean => existsSync(at(label, "plugged"));
  const keys = new Map<string, SoftwareKeyDevice>();
  const key = (label: string): SoftwareKeyDevice => {
    const known = keys.get(label);
    if (known !== undefined) return known;
    const made = new SoftwareKeyDevice({
      store: fileStore(at(label, "json"), () => newKeyState(label, null)),
      press: async (signal) => {
        await until(() => signal.aborted || existsSync(at(label, "finger")));
        if (signal.aborted) throw new Error("nobody touched it");
      },
      aaguid: AAGUID,
    });
    keys.set(label, made);
    void until(() => !isPlugged(label)).then(() => {
      keys.delete(label);
      made.unplug();
    });
    return made;
  };

  class HIDAsync extends EventEmitter {
    readonly #port: ReturnType<SoftwareKeyDevice["openPackets"]>;

    constructor(label: string) {
      super();
      this.#port = key(label).openPackets();
      this.#port.listen((report) => this.emit("data", Buffer.from(report)));
      void this.#port.ended.then(() => {
        if (!isPlugged(label)) this.emit("error", new Error("could not read from HID device"));
      });
    }

    static async open(path: string): Promise<HIDAsync> {
      if (!isPlugged(path)) throw new Error("No such device");
      return new HIDAsync(path);
    }

    async write(report: Buffer): Promise<number> {
      // hidraw's report number comes first.
      await this.#port.write(new Uint8Array(report.subarray(1)));
      return report.length;
    }

    close(): Promise<void> {
      return this.#port.close();
    }
  }

  return {
    getHidapiVersion: () => "stand-in",
    devicesAsync: async () =>
      readdirSync(folder)
        .filter((file) => file.endsWith(".plugged"))
        .map((file) => ({
          path: file.slice(0, -".plugged".length),
          usagePage: 0xf1d0,
          usage: 1,
          vendorId: 0x1050,
          productId: 0x0407,
          release: 0x0543,
          product: "YubiKey",
          manufacturer: "Yubico",
          serialNumber: "",
          interface: 0,
        })),
    HIDAsync,
  };
}
