import type { OnlineProcess, VaultProcess } from "../ceremony/ports.ts";
import type { Pulse } from "../ceremony/pulse.ts";
import { CodedError } from "../crypto/errors.ts";
import { type AppCode, WORKING } from "./desk.ts";
import type { House } from "./house.ts";

/** Before another wish to stop is taken. */
const NEXT_WISH_MS = 5_000;

/** How often it is looked whether the process that asks still says something. */
const LISTEN_MS = 1_000;

/** Where an asking stands: people wished it to stop, or its process says nothing any more. */
export type Stands = "asked" | "stopping" | "silent";

interface Asked {
  /** The process that asks now: one that is gone may have been followed by another. */
  readonly online: () => OnlineProcess | null;
  readonly pulse: Pulse;
  /** Told whenever it changes, for the screen to say it. */
  readonly stands: (how: Stands) => void;
  /** Somebody wished to stop, or ended the process. */
  readonly wished?: () => void;
  /** People go on without its answer; they may once they wished to stop or it is silent. */
  readonly goOn?: () => void;
}

/**
 * Runs `work`, in which AWS is asked, with ways out of it on the main screen: a wish to stop, which the
 * process heeds; its end, once it has fallen silent, because then it hears no wish; where the screen has
 * it, going on. `work` ends by itself after any of them.
 */
export async function withWaysOut<T>(
  { desk, pause }: Pick<House, "desk" | "pause">,
  { online, pulse, stands, wished, goOn }: Asked,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  const go = (): void => {
    if (!isOver()) goOn?.();
  };
  let how: Stands = "asked";
  let isWished = false;
  const turn = (to: Stands): void => {
    how = to;
    stands(to);
  };
  // A wish ends what runs; what follows it, closing, may need another.
  const offer = async (): Promise<void> => {
    const wish = await desk.next(
      "stop",
      ...(how === "silent" ? (["endSilent"] as const) : []),
      ...(how !== "asked" && goOn !== undefined ? (["next"] as const) : []),
    );
    if (isOver()) return;
    if (wish.do === "next") return go();
    wished?.();
    if (wish.do === "endSilent") {
      desk.show({ busy: WORKING });
      await online()
        ?.end()
        .catch(() => undefined);
      return;
    }
    desk.show({ notice: { code: "STOP_HEARD", about: {} } });
    // One that hangs does not answer.
    void online()
      ?.ask("stop", null)
      .catch(() => undefined);
    isWished = true;
    if (how === "asked") turn("stopping");
    // An impatient second press is no second wish; it goes on, where that is offered.
    if (goOn !== undefined) void desk.next("next").then(go);
    await pause(NEXT_WISH_MS);
    if (!isOver()) void offer();
  };
  const listen = async (): Promise<void> => {
    for (; !isOver(); await pause(LISTEN_MS)) {
      if (pulse.isSilent === (how === "silent")) continue;
      turn(pulse.isSilent ? "silent" : isWished ? "stopping" : "asked");
      void offer();
    }
  };
  pulse.begin();
  stands(how);
  void offer();
  void listen();
  try {
    return await work();
  } finally {
    over.abort();
    const { notice } = desk.view;
    // What comes next turns the screen; until then nothing on it can be pressed.
    desk.show({ busy: WORKING, ...(notice?.code === "STOP_HEARD" ? { notice: null } : {}) });
  }
}

/** Answered from what the process holds, or loads from disk, without AWS: after so long it hangs. */
const AT_ONCE_MS: Readonly<Record<string, number>> = {
  offer: 60_000,
  accept: 60_000,
  awsTime: 15_000,
  calls: 15_000,
};

/** The same process; what it answers without AWS is waited for so long and no longer. */
export function answeringAtOnce<P extends OnlineProcess>(
  online: P,
  pause: (ms: number) => Promise<void>,
): P {
  const ask: OnlineProcess["ask"] = (name, input) => {
    const most = AT_ONCE_MS[name];
    const answer = online.ask(name, input);
    if (most === undefined) return answer;
    const late = pause(most).then((): never => {
      throw new CodedError<AppCode>("PROCESS_SILENT", { name });
    });
    return Promise.race([answer, late]);
  };
  return { ...online, ask };
}

/** A vault process lets go of a window that is gone within this, or hangs. */
const RELEASE_MS = 5_000;

/** One that is gone meanwhile waits for no touch; one that hangs can be left at the main screen. */
export async function released(vault: VaultProcess | null): Promise<void> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const hangs = new Promise((resolve) => (late = setTimeout(resolve, RELEASE_MS)));
  await Promise.race([vault?.ask("release", null).catch(() => undefined), hangs]);
  clearTimeout(late);
}
