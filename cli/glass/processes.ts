import type { OnlineProcess, VaultProcess } from "../../ceremony/ports.ts";
import { onlineRequests } from "../../contract/online.ts";
import { join as joinPorts, lanes, type Port } from "../../contract/port.ts";
import { practiceRequests } from "../../contract/practice.ts";
import { type Client, connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { forkProcess } from "../fork.ts";
import { type Tap, tapped } from "../tap.ts";
import { keyboardRequests } from "../keyboard/requests.ts";

const KEYBOARD = new URL("../keyboard/process.ts", import.meta.url);
const PRACTICE = new URL("../../practice/stage/process.ts", import.meta.url);
const VAULT = new URL("../../station/vault-process.ts", import.meta.url);
const ONLINE = new URL("../../station/online-process.ts", import.meta.url);

/** A rehearsal's AWS and security keys; its people are whoever sits at the terminal. */
export interface Stage {
  readonly ask: Client<typeof practiceRequests>["ask"];
  readonly key: Port;
  end(): Promise<void>;
}

export function startStage(tap?: Tap): Stage {
  const child = forkProcess(PRACTICE);
  const { main, key } = lanes(tapped(child.port, tap), ["main", "people", "key"]);
  const { ask } = connect(main, practiceRequests);
  return { ask, key, end: async () => void (await child.end()) };
}

/** The process that owns the keyboard for as long as the command runs. */
export interface Keyboard {
  readonly ask: Client<typeof keyboardRequests>["ask"];
  /** A fresh vault process: people's lane to the keyboard, the key's to the stage, if there is one. */
  vault(
    stage: Stage | null,
    mediaRoots: readonly string[],
    onView: (view: unknown) => void,
  ): Promise<VaultProcess>;
  /** A fresh online process, whose responder's lane leads to the keyboard. */
  online(onView: (view: unknown) => void): Promise<OnlineProcess>;
  end(): Promise<void>;
}

export function openKeyboard(tap?: Tap): Keyboard {
  const keyboard = forkProcess(KEYBOARD, "its own");
  const near = lanes(tapped(keyboard.port, tap), ["main", "people", "access"]);
  const { ask } = connect(near.main, keyboardRequests);
  return {
    ask,
    vault: async (stage, mediaRoots, onView) => {
      const child = forkProcess(VAULT);
      const far = lanes(tapped(child.port, tap), ["main", "people", "key"]);
      const asked = connect(far.main, vaultRequests, onView);
      const end = async (): Promise<void> => void (await child.end());
      return whole(end, async () => {
        const { publicKey: people } = await ask("offer", null);
        const keys = stage === null ? {} : { keys: (await stage.ask("offer", null)).publicKey };
        const { publicKey: vault } = await asked.ask("join", {
          people,
          ...keys,
          practiceKeys: stage !== null,
          mediaRoots: [...mediaRoots],
        });
        // Carried, and not to be read here.
        joinPorts(far.people, near.people);
        await ask("joinVault", { vault });
        if (stage !== null) {
          joinPorts(far.key, stage.key);
          await stage.ask("join", { vault });
          await stage.ask("fingers", { by: "people" });
        }
        return { ask: asked.ask, end };
      });
    },
    online: async (onView) => {
      const child = forkProcess(ONLINE);
      const far = lanes(tapped(child.port, tap), ["main", "access"]);
      const asked = connect(far.main, onlineRequests, onView);
      const end = async (): Promise<void> => void (await child.end());
      return whole(end, async () => {
        const { publicKey: responder } = await ask("offer", null);
        const { publicKey: online } = await asked.ask("joinAccess", { responder });
        joinPorts(far.access, near.access);
        await ask("joinOnline", { online });
        return { ask: asked.ask, end };
      });
    },
    end: async () => void (await keyboard.end()),
  };
}

/** A process that could not be joined is ended: nobody else would. */
async function whole<T>(end: () => Promise<void>, joined: () => Promise<T>): Promise<T> {
  try {
    return await joined();
  } catch (error) {
    await end();
    throw error;
  }
}
