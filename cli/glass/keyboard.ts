import type { OnlineProcess, VaultProcess } from "../../ceremony/ports.ts";
import { onlineRequests } from "../../contract/online.ts";
import { join as joinPorts, lanes, type Port } from "../../contract/port.ts";
import { type Client, connect, Refused } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";
import { type Forked, forkProcess } from "../fork.ts";
import { keyboardRequests } from "../keyboard/requests.ts";
import { type Tap, tapped } from "../tap.ts";
import type { Stage } from "./stage.ts";

const KEYBOARD = new URL("../keyboard/process.ts", import.meta.url);
const VAULT = new URL("../../station/vault-process.ts", import.meta.url);
const ONLINE = new URL("../../station/online-process.ts", import.meta.url);

type Ask = Client<typeof keyboardRequests>["ask"];

/** The terminal, one person at a time. */
export interface Keyboard {
  /**
   * Who has something secret to type or to read gets a process of their own, joined to the vault or
   * online process for that one task; it is gone before this answers and before anyone else may type.
   * Lines that are no secret share one until then.
   */
  readonly ask: Ask;
  /** A fresh vault process, which the next people come to; its keys are the stage's, if there is one. */
  vault(
    stage: Stage | null,
    mediaRoots: readonly string[],
    onView: (view: unknown) => void,
  ): Promise<VaultProcess>;
  /** A fresh online process, which the responder comes to. */
  online(onView: (view: unknown) => void): OnlineProcess;
  end(): Promise<void>;
}

/** A keyboard process that was started, and its lanes. */
interface Seat {
  readonly child: Forked;
  readonly ask: Ask;
  readonly lane: Readonly<Record<"people" | "access", Port>>;
}

/** Where people's lane leads: joins a seat to it. `gone` rejects with `PROCESS_ENDED` once it died. */
interface FarEnd {
  join(seat: Seat): Promise<void>;
  readonly gone: Promise<never>;
}

/** Tasks for one person alone, and whom they speak with. */
const FACING = {
  share: "vault",
  touch: "vault",
  approve: "vault",
  code: "online",
  reveal: "online",
} as const;
type Facing = (typeof FACING)[keyof typeof FACING];
const isAlone = (name: string): name is keyof typeof FACING => Object.hasOwn(FACING, name);

export function openKeyboard(tap?: Tap): Keyboard {
  /** The one process that has the terminal. */
  let seat: Seat | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const far: Partial<Record<Facing, FarEnd>> = {};

  function sit(): Seat {
    const child = forkProcess(KEYBOARD, "its own");
    const { main, people, access } = lanes(tapped(child.port, tap), ["main", "people", "access"]);
    return { child, ask: connect(main, keyboardRequests).ask, lane: { people, access } };
  }
  async function rise(): Promise<void> {
    const left = seat;
    await left?.child.end();
    seat = null;
  }
  async function alone<T>(facing: Facing, task: (mine: Seat) => Promise<T>): Promise<T> {
    await rise();
    const end = far[facing];
    if (end === undefined) throw new Refused("PROCESS_ENDED", { name: facing });
    const mine = (seat = sit());
    try {
      await Promise.race([end.join(mine), end.gone]);
      return await Promise.race([task(mine), end.gone]);
    } finally {
      await rise();
    }
  }
  const ask: Ask = (name, input) => {
    // Said to who is there, not after them.
    if (name === "giveUp") return (seat ??= sit()).ask(name, input);
    const answer = turn.then(() =>
      isAlone(name)
        ? alone(FACING[name], (mine) => mine.ask(name, input))
        : (seat ??= sit()).ask(name, input),
    );
    turn = answer.catch(() => undefined);
    return answer;
  };

  return {
    ask,
    vault: async (stage, mediaRoots, onView) => {
      const child = forkProcess(VAULT);
      const near = lanes(tapped(child.port, tap), ["main", "people", "key"]);
      const asked = connect(near.main, vaultRequests, onView);
      let plugged = false;
      const join = async ({ ask: told, lane }: Seat): Promise<void> => {
        const { publicKey: people } = await told("offer", null);
        const { publicKey: vault } = await asked.ask("join", {
          people,
          ...keys,
          practiceKeys: stage !== null,
          mediaRoots: [...mediaRoots],
        });
        // Carried, and not to be read here.
        joinPorts(near.people, lane.people);
        await told("joinVault", { vault });
        if (stage === null || plugged) return;
        plugged = true;
        joinPorts(near.key, stage.key);
        await stage.ask("join", { vault });
        await stage.ask("fingers", { by: "people" });
      };
      let keys = {};
      try {
        if (stage !== null) keys = { keys: (await stage.ask("offer", null)).publicKey };
      } catch (error) {
        // Nobody else would end it.
        await child.end();
        throw error;
      }
      far.vault = { join, gone: untilDead(child, "vault") };
      return { ask: asked.ask, end: async () => void (await child.end()) };
    },
    online: (onView) => {
      const child = forkProcess(ONLINE, "none", "many");
      const near = lanes(tapped(child.port, tap), ["main", "access"]);
      const asked = connect(near.main, onlineRequests, onView);
      const join = async ({ ask: told, lane }: Seat): Promise<void> => {
        const { publicKey: responder } = await told("offer", null);
        const { publicKey: online } = await asked.ask("joinAccess", { responder });
        joinPorts(near.access, lane.access);
        await told("joinOnline", { online });
      };
      far.online = { join, gone: untilDead(child, "online") };
      return { ask: asked.ask, end: async () => void (await child.end()) };
    },
    end: rise,
  };
}

function untilDead({ exited }: Forked, name: string): Promise<never> {
  const gone = exited.then(() => {
    throw new Refused("PROCESS_ENDED", { name });
  });
  // It may die while nobody waits.
  gone.catch(() => undefined);
  return gone;
}
