import { portToParent, type Port } from "../../contract/port.ts";
import { practiceKeyRequests } from "../../contract/practice-key.ts";
import { serve } from "../../contract/serve.ts";
import { failPractice } from "../aws/errors.ts";
import { SoftwareKeyDevice } from "./device.ts";
import { type Address, listenFeature, listenPackets, type Listening } from "./listen.ts";
import { Button, type Press, pressedAtOnce } from "./presence.ts";
import { lockState } from "./state-lock.ts";
import { fileStore, type KeyState, memoryStore, newKeyState, pinHashOf, toText } from "./store.ts";

const initial = (): KeyState => newKeyState("Practice key");

/** One software key for testers: plugged in by main's request, unplugged when the port ends. */
export function servePracticeKey(port: Port): { close(): Promise<void> } {
  const button = new Button();
  const open: Listening[] = [];
  let device: SoftwareKeyDevice | null = null;
  let release: (() => void) | null = null;

  const announced: Press = (signal) => {
    serving.viewChanged({ touchWanted: true });
    signal.addEventListener("abort", () => serving.viewChanged({ touchWanted: false }), {
      once: true,
    });
    return button.press(signal);
  };
  const taken = async (address: Address, listening: Promise<Listening>): Promise<number> => {
    const one = await listening.catch((cause: unknown) =>
      failPractice("PRACTICE_KEY_ADDRESS_TAKEN", { ...address }, cause),
    );
    open.push(one);
    return one.port;
  };

  const serving = serve(port, practiceKeyRequests, {
    plugIn: async ({ stateFile, pin, touch, touchTimeoutMs, pinProtocols, packets, feature }) => {
      if (device !== null) return failPractice("PRACTICE_OUT_OF_ORDER");
      if (stateFile !== null) release = lockState(stateFile);
      const store = stateFile === null ? memoryStore(initial()) : fileStore(stateFile, initial);
      const state = store.read();
      if (pin !== null && state.pinHash === null)
        store.write({ ...state, pinHash: toText(pinHashOf(Buffer.from(pin))) });
      device = new SoftwareKeyDevice({
        store,
        press: touch === "auto" ? pressedAtOnce : announced,
        touchTimeoutMs,
        pinProtocols,
      });
      return {
        packets: await taken(packets, listenPackets(device, packets)),
        feature: feature === null ? null : await taken(feature, listenFeature(device, feature)),
      };
    },
    press: () => {
      button.push();
      return null;
    },
  });
  return {
    close: async () => {
      device?.unplug();
      await Promise.all(open.map((listening) => listening.close()));
      release?.();
    },
  };
}

if (import.meta.main) {
  const port = portToParent(process);
  const key = servePracticeKey(port);
  port.ended(() => void key.close().finally(() => process.exit(0)));
}
