import type { Device, HIDAsync } from "node-hid";
import { refuse } from "./errors.ts";
import type { Hid, HidDevice } from "./hid.ts";
import { FEATURE_BYTES, type FeaturePort, type PacketPort } from "./packets.ts";

type NodeHid = typeof import("node-hid");

const FIDO_PAGE = 0xf1d0;
const YUBICO = 0x1050;
const DESKTOP_PAGE = 0x01;
const KEYBOARD = 0x06;
/** How much of an unknown reason is said. */
const WHY_LENGTH = 120;

/** System libraries of the Linux addon and the Debian packages that bring them. */
const LIBRARIES = [
  ["libusb-1.0", "libusb-1.0-0"],
  ["libudev", "libudev1"],
] as const;

/**
 * The operating system's keys through the node-hid addon, loaded here and only when asked for.
 * HID_LIBRARY_MISSING names the package to install; HID_UNAVAILABLE: no addon for this system.
 */
export async function systemHid(): Promise<Hid> {
  const addon = await load();
  return {
    devices: async () => (await addon.devicesAsync()).flatMap((device) => keyOf(device) ?? []),
    openPackets: async (path) => packets(await open(addon, path), path),
    openFeature: async (path) => features(await open(addon, path), path),
  };
}

async function load(): Promise<NodeHid> {
  try {
    const { default: addon } = await import("node-hid");
    // The binding itself is loaded by the first call.
    addon.getHidapiVersion();
    return addon;
  } catch (error) {
    return notLoaded(String(error));
  }
}

/** What the loader said, as the room's error. */
export function notLoaded(message: string): never {
  const missing = /(lib[\w.+-]+?\.so[\w.]*): cannot open shared object file/.exec(message)?.[1];
  const known = LIBRARIES.find(([library]) => missing?.startsWith(library));
  if (missing === undefined) return refuse("HID_UNAVAILABLE");
  return refuse("HID_LIBRARY_MISSING", {
    library: missing,
    packages: known === undefined ? LIBRARIES.map(([, name]) => name).join(" ") : known[1],
  });
}

function keyOf(device: Device): HidDevice | null {
  const { path, usagePage, usage, vendorId, productId, release } = device;
  const otp = vendorId === YUBICO && usagePage === DESKTOP_PAGE && usage === KEYBOARD;
  if (path === undefined || !(usagePage === FIDO_PAGE || otp)) return null;
  const { product = "", manufacturer = "", serialNumber = "" } = device;
  const kind = otp ? "otp" : "fido";
  return { kind, path, product, manufacturer, serial: serialNumber, vendorId, productId, release };
}

async function open(addon: NodeHid, path: string): Promise<HIDAsync> {
  await closing.get(path);
  try {
    // macOS: a key's keyboard interface stays with the system too.
    return await addon.HIDAsync.open(path, { nonExclusive: true });
  } catch (error) {
    return notOpened(path, String(error));
  }
}

/** hidapi tells why only in words: those of the C library for errno. Nothing of ours is in them. */
export function notOpened(path: string, message: string): never {
  if (/permission denied|access is denied|not permitted/i.test(message))
    return refuse("KEY_NO_PERMISSION", { path });
  if (/busy|exclusive/i.test(message)) return refuse("KEY_BUSY");
  if (/no such|cannot find|not found|not connected/i.test(message)) return refuse("KEY_UNPLUGGED");
  return refuse("KEY_NOT_OPENED", { path, why: message.replaceAll(path, "").slice(0, WHY_LENGTH) });
}

/** Devices that are being closed, by path: the addon's reading thread needs up to 50 ms to end. */
const closing = new Map<string, Promise<void>>();

/**
 * A handle that ends once: by `close`, or by whatever the device fails with first. Nobody waits for
 * a closing but who opens the same device again: its old reader could take the new one's reports.
 */
function handle(
  device: HIDAsync,
  path: string,
): {
  ended: Promise<void>;
  end: () => void;
  close(): Promise<void>;
} {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let closed = false;
  device.on("error", () => end());
  const close = async (): Promise<void> => {
    end();
    if (closed) return;
    closed = true;
    const before = closing.get(path);
    const done = Promise.all([before, device.close().catch(() => undefined)]).then(() => {
      if (closing.get(path) === done) closing.delete(path);
    });
    closing.set(path, done);
  };
  return { ended, end, close };
}

/** hidraw puts the report number, 0, in front of what is written, and reads without it. */
function packets(device: HIDAsync, path: string): PacketPort {
  const { ended, end, close } = handle(device, path);
  return {
    ended,
    close,
    listen: (take) => {
      device.removeAllListeners("data");
      device.on("data", (report: Buffer) => take(new Uint8Array(report)));
    },
    write: async (report) => {
      try {
        await device.write(Buffer.concat([Buffer.of(0), report]));
      } catch {
        end();
        return refuse("KEY_UNPLUGGED");
      }
    },
  };
}

function features(device: HIDAsync, path: string): FeaturePort {
  const { ended, end, close } = handle(device, path);
  const still = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch {
      end();
      return refuse("KEY_UNPLUGGED");
    }
  };
  return {
    ended,
    close,
    read: async () => {
      const report = await still(device.getFeatureReport(0, FEATURE_BYTES + 1));
      // The number in front is there on Linux; without it the report is 8 bytes.
      return new Uint8Array(report.subarray(-FEATURE_BYTES));
    },
    write: async (report) => {
      await still(device.sendFeatureReport(Buffer.concat([Buffer.of(0), report])));
    },
  };
}
