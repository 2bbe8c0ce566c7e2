import { join as joinPorts, lanes } from "../../contract/port.ts";
import { practiceRequests, type Mistake } from "../../contract/practice.ts";
import { type Client, connect, Refused } from "../../contract/serve.ts";
import { onlineRequests } from "../../contract/online.ts";
import { vaultRequests } from "../../contract/vault.ts";
import type { Cast, OnlineProcess, Verdict, VaultProcess } from "../../ceremony/ports.ts";
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
  const stage = forkProcess(PRACTICE);
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
      const child = forkProcess(ONLINE);
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

/** The mistakes that the drill makes on purpose, one each by the first custodians to come. */
const ON_PURPOSE: readonly Mistake[] = ["mistyped-word", "other-vault", "wrong-passphrase"];

/** What becomes of the people of one breaking of the glass. */
export interface Company {
  /** No mistakes on purpose. */
  readonly calm?: boolean;
  /** The place of who does not come. */
  readonly missing?: number | null;
  /** The place of whose card can't be read any more. */
  readonly damaged?: number | null;
}

/** The stage's people as a ceremony's cast: each does one thing when it is their turn. */
export function castOf(
  stage: Pick<Stage, "askPeople">,
  custodians: number,
  { calm = false, missing = null, damaged = null }: Company = {},
): Cast {
  return {
    choosePassphrase: async (place) => void (await stage.askPeople("choosePassphrase", { place })),
    anotherKey: async () => false,
    sealAgain: async () => false,
    enrolKey: async (key) => (await stage.askPeople("enrolKey", { key })).label,
    reenter: (place) => stage.askPeople("reenter", { place }),
    touch: async () => (await stage.askPeople("touch", null)).label,
    approve: async (label) => (await stage.askPeople("approve", { label })).label,
    async *shares(threshold: number): AsyncIterable<Verdict> {
      const planned = calm ? [] : [...ON_PURPOSE];
      // The last k of n come, so that it isn't always the same people.
      const coming = Array.from({ length: custodians }, (_, index) => custodians - index).filter(
        (place) => place !== missing,
      );
      const last = coming.filter((place) => place !== damaged)[threshold - 1];
      let have = 0;
      for (const place of coming) {
        if (have >= threshold) return;
        if (place === damaged) {
          yield await stage.askPeople("enterShare", { place, mistake: "damaged-card" });
          continue;
        }
        // With fewer custodians needed than mistakes planned, one makes several.
        const turns = place === last ? planned.length : 1;
        for (const mistake of planned.splice(0, turns))
          yield await stage.askPeople("enterShare", { place, mistake });
        const verdict = await stage.askPeople("enterShare", { place, mistake: null });
        have = verdict.have;
        yield verdict;
      }
    },
  };
}
