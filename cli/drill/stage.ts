import { join as joinPorts, lanes } from "../../contract/port.ts";
import { practiceRequests } from "../../contract/practice.ts";
import { type Client, connect, Refused } from "../../contract/serve.ts";
import { onlineRequests } from "../../contract/online.ts";
import { vaultRequests } from "../../contract/vault.ts";
import type { OnlineProcess, VaultProcess } from "../../ceremony/ports.ts";
import { type Forked, forkProcess } from "../fork.ts";
import { type Tap, tapped } from "../tap.ts";

const PRACTICE = new URL("../../practice/stage/process.ts", import.meta.url);
const VAULT = new URL("../../station/vault-process.ts", import.meta.url);
const ONLINE = new URL("../../station/online-process.ts", import.meta.url);
const LANES = ["main", "people", "key"] as const;

export interface Stage {
  readonly ask: Client<typeof practiceRequests>["ask"];
  /** The same for people at a ceremony window: fails too when the vault process is gone. */
  readonly askPeople: Client<typeof practiceRequests>["ask"];
  /** A fresh vault process, its people and keys played by the stage. */
  vault(): Promise<VaultProcess>;
  /** A fresh online process: idle, no SDK loaded. `onView` hears of each of its calls. */
  online(onView: (view: unknown) => void): OnlineProcess & { kill(): void };
  end(): Promise<void>;
}

export function openStage(tap?: Tap): Stage {
  const stage = forkProcess(PRACTICE, "none", "many");
  const stageLanes = lanes(stage.port, LANES);
  const client = connect(tapped(stageLanes.main, tap), practiceRequests);
  // Who is asked may itself wait for a process that is gone: nobody would ever answer.
  const stageGone = whenGone(stage, "practice");
  let vaultGone = new Promise<never>(() => undefined);
  return {
    ask: client.ask,
    askPeople: (name, input) => Promise.race([client.ask(name, input), vaultGone]),
    vault: async () => {
      const child = forkProcess(VAULT);
      vaultGone = whenGone(child, "vault");
      const vaultLanes = lanes(child.port, LANES);
      const asked = connect(tapped(vaultLanes.main, tap), vaultRequests);
      const { publicKey: people } = await client.ask("offer", null);
      const { publicKey: vault } = await asked.ask("join", {
        people,
        practiceKeys: true,
        mediaRoots: [],
      });
      // Main carries these lanes and can't read them.
      joinPorts(tapped(vaultLanes.people, tap), stageLanes.people);
      joinPorts(tapped(vaultLanes.key, tap), stageLanes.key);
      await client.ask("join", { vault });
      return {
        ask: (name, input) => Promise.race([asked.ask(name, input), stageGone]),
        end: async () => void (await child.end()),
      };
    },
    online: (onView) => {
      const child = forkProcess(ONLINE, "none", "many");
      const { main } = lanes(child.port, ["main", "access"]);
      const asked = connect(tapped(main, tap), onlineRequests, onView);
      return {
        ask: (name, input) => Promise.race([asked.ask(name, input), stageGone]),
        end: async () => void (await child.end()),
        kill: child.kill,
      };
    },
    end: async () => void (await stage.end()),
  };
}

/** Rejects when the process is gone; that it is, after its work, troubles nobody. */
function whenGone({ exited }: Forked, name: string): Promise<never> {
  const gone = exited.then((): never => {
    throw new Refused("PROCESS_ENDED", { name });
  });
  gone.catch(() => undefined);
  return gone;
}
