import type { KeysOptions } from "../../cli/keys.ts";
import { type KeysWorld, runKeys } from "../../cli/keys-run.ts";
import type { Hid, HidDevice } from "../../hardware/hid.ts";
import { notOpened } from "../../hardware/node-hid.ts";
import type { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { means, PIN } from "../hardware/plugged.ts";

// `pullstation keys` with software keys plugged in.

export const listed = (path: string, more: Partial<HidDevice> = {}): HidDevice => ({
  kind: "fido",
  path,
  product: "Practice key",
  manufacturer: "Pullstation",
  serial: "",
  vendorId: 0x1209,
  productId: 0x0001,
  release: 0x0100,
  ...more,
});

/** What is plugged in, by path; a test may change it while the command runs. */
export type Bench = Map<string, { device: SoftwareKeyDevice | null; listed: HidDevice }>;

const hidOf = (bench: Bench): Hid => {
  const at = (path: string): SoftwareKeyDevice =>
    bench.get(path)?.device ??
    notOpened(path, bench.has(path) ? "Permission denied" : "No such file or directory");
  return {
    devices: async () => [...bench.values()].map((one) => one.listed),
    openPackets: async (path) => at(path).openPackets(),
    openFeature: async (path) => at(path).openFeature(),
  };
};

export async function run(
  bench: Bench,
  options: Partial<KeysOptions> = {},
  world: Partial<KeysWorld> = {},
) {
  const said = { out: "", err: "" };
  const status = await runKeys(
    { json: false, try: false, ...options },
    {
      hid: async () => hidOf(bench),
      means,
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      pin: async () => PIN,
      interrupted: new AbortController().signal,
      ...world,
    },
  );
  return { status, ...said };
}

export const bench = (...devices: SoftwareKeyDevice[]): Bench =>
  new Map(
    devices.map((device, index) => {
      const path = `/dev/hidraw${index}`;
      return [path, { device, listed: listed(path) }];
    }),
  );
