import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileStore, newKeyState } from "../../../practice/key/store.ts";

const STAND_IN = fileURLToPath(new URL("node-hid.ts", import.meta.url));

/** The laptop's USB port, for keys: what is plugged in, and whose finger lies where. */
export class UsbPort {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  #file(label: string, what: string): string {
    return join(this.#folder, `${label}.${what}`);
  }

  /** A key that was given a PIN before. */
  owns(label: string, pin: string): void {
    fileStore(this.#file(label, "json"), () => newKeyState(label, pin)).read();
  }

  plug(label: string): void {
    writeFileSync(this.#file(label, "plugged"), "");
  }

  unplug(label: string): void {
    rmSync(this.#file(label, "plugged"));
    this.lifts(label);
  }

  touch(label: string): void {
    writeFileSync(this.#file(label, "finger"), "");
  }

  lifts(label: string): void {
    rmSync(this.#file(label, "finger"), { force: true });
  }
}

/** The shipped bundles beside a node-hid that looks into a folder instead of at USB. */
export function bundlesWithUsb(dist: string): { main: string; usb: UsbPort; remove: () => void } {
  const copy = mkdtempSync(join(dirname(dist), "usb-"));
  cpSync(dist, copy, { recursive: true });
  const addon = join(copy, "node_modules/node-hid");
  mkdirSync(addon, { recursive: true });
  writeFileSync(
    join(addon, "package.json"),
    JSON.stringify({ name: "node-hid", type: "module", exports: "./index.js" }),
  );
  const keys = join(copy, "keys");
  writeFileSync(
    join(addon, "index.js"),
    `import { hidOn } from ${JSON.stringify(STAND_IN)};\nexport default hidOn(${JSON.stringify(keys)});\n`,
  );
  return {
    main: join(copy, "main.js"),
    usb: new UsbPort(keys),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}
