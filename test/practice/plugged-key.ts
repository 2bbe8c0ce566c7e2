import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { systemTimers } from "../../hardware/timers.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { pressedAtOnce } from "../../practice/key/presence.ts";
import { fileStore, newKeyState } from "../../practice/key/store.ts";

/** The client's key for a software key whose state lies in `file`: packets between them. */
export function keyOnFile(file: string, label: string, pin: string): Fido2Key {
  const store = fileStore(file, () => newKeyState(label, pin));
  const device = new SoftwareKeyDevice({ store, press: pressedAtOnce });
  const draw = drawFrom((length) => new Uint8Array(randomBytes(length)));
  return new Fido2Key(
    { label, connect: async () => device.openPackets() },
    { draw, timers: systemTimers },
  );
}

export const freshKey = (label: string, pin: string): Fido2Key =>
  keyOnFile(join(mkdtempSync(join(tmpdir(), "pullstation-test-")), "key.json"), label, pin);
