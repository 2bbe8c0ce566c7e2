import { MessageChannelMain, type MessagePortMain } from "electron";
import type { OnlineProcess, Process, VaultProcess } from "../ceremony/ports.ts";
import type { CheckProcess } from "../ceremony/check-ceremony.ts";
import { checkRequests } from "../contract/check.ts";
import { copyRequests } from "../contract/copy.ts";
import { onlineRequests } from "../contract/online.ts";
import { practiceRequests } from "../contract/practice.ts";
import { restoreRequests } from "../contract/restore.ts";
import { reviewRequests } from "../contract/review.ts";
import { type Client, connect, Refused, type Requests } from "../contract/serve.ts";
import { vaultRequests } from "../contract/vault.ts";
import { CodedError } from "../crypto/errors.ts";
import type { AppCode } from "./desk.ts";
import { startUtility, type Utility } from "./utility.ts";

/** Where the entry files of the short-lived processes were built to. */
export interface Entries {
  readonly vault: string;
  readonly check: string;
  readonly online: string;
  readonly review: string;
  readonly practice: string;
}

/** A process whose lanes can be handed to a window or to another process. */
export interface Joinable {
  readonly hand: (lane: string, end: MessagePortMain) => void;
  /** Resolves when the process is gone, however it ended. */
  readonly exited: Promise<number>;
}

/** Rejects with `PROCESS_ENDED` when the process is gone; `name`: what it was needed for. */
export const untilDead = ({ exited }: Pick<Joinable, "exited">, name: string): Promise<never> =>
  exited.then(() => {
    throw new Refused("PROCESS_ENDED", { name });
  });

/** Without an answer or a word for so long, a process hangs; deriving keys takes a weak laptop seconds. */
const SILENT_MS = 120_000;
/** A key is derived for each custodian, and there may be 255. */
const SEALING_MS = 1_800_000;
/** Tens of gigabytes of logs are read from a slow stick. */
const READING_MS = 3_600_000;

/**
 * What `child` is asked. One that hangs is ended, whatever it holds, and was asked in vain:
 * `PROCESS_SILENT`.
 */
function asked<R extends Requests>(
  child: Utility,
  requests: R,
  most: (name: string) => number,
  onView: (view: unknown) => void = () => undefined,
): Client<R>["ask"] {
  const waits = new Set<() => void>();
  const { ask } = connect(child.port, requests, (view) => {
    for (const anew of waits) anew();
    onView(view);
  });
  return async (name, input) => {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    let late: ReturnType<typeof setTimeout> | undefined;
    const anew = (): void => {
      clearTimeout(late);
      late = setTimeout(() => {
        reject(new CodedError<AppCode>("PROCESS_SILENT", { name }));
        void child.end();
      }, most(name));
    };
    anew();
    waits.add(anew);
    try {
      return await Promise.race([silence, ask(name, input)]);
    } finally {
      waits.delete(anew);
      clearTimeout(late);
    }
  };
}

/** Letting go of a window is not waited for longer than `released` does, and ends nothing. */
const vaultMost = (name: string): number =>
  name === "seal" || name === "release" ? SEALING_MS : SILENT_MS;

/** The practice stage: practice AWS, software keys, and what a rehearsal's people know. */
export interface Stage extends Joinable {
  readonly ask: Client<typeof practiceRequests>["ask"];
  end(): Promise<void>;
}

export function startStage(entries: Entries): Stage {
  const child = startUtility(entries.practice, "pullstation practice", "many");
  const { ask } = connect(child.port, practiceRequests);
  return { ask, hand: child.hand, exited: child.exited, end: child.end };
}

/** Joins a lane of one process to a lane of another by one port pair: main keeps no end. */
export function joinLanes(
  a: Pick<Joinable, "hand">,
  laneOfA: string,
  b: Pick<Joinable, "hand">,
  laneOfB: string,
): void {
  const { port1, port2 } = new MessageChannelMain();
  a.hand(laneOfA, port1);
  b.hand(laneOfB, port2);
}

/** A fresh vault process. */
export async function startVault(
  entries: Entries,
  stage: Stage | null,
  mediaRoots: readonly string[],
  onView: (view: unknown) => void,
): Promise<VaultProcess & Joinable> {
  const child = startUtility(entries.vault, "pullstation vault");
  const ask = asked(child, vaultRequests, vaultMost, onView);
  await joined(child, async () => {
    await ask("join", { people: null, practiceKeys: stage !== null, mediaRoots: [...mediaRoots] });
    await plugIn(child, stage);
  });
  return { ask, hand: child.hand, exited: child.exited, end: child.end };
}

/** A fresh vault process whose people the stage plays: main joins their lanes and reads neither. */
export async function startPlayedVault(entries: Entries, stage: Stage): Promise<VaultProcess> {
  const child = startUtility(entries.vault, "pullstation vault");
  const ask = asked(child, vaultRequests, vaultMost);
  await joined(child, async () => {
    const { publicKey: people } = await stage.ask("offer", null);
    const { publicKey: vault } = await ask("join", {
      people,
      practiceKeys: true,
      mediaRoots: [],
    });
    joinLanes(child, "people", stage, "people");
    joinLanes(child, "key", stage, "key");
    await stage.ask("join", { vault });
  });
  return { ask, end: child.end };
}

/** A fresh check process: it knows one person's share or key, and can open nothing. */
export async function startCheck(
  entries: Entries,
  stage: Stage | null,
  mediaRoots: readonly string[],
): Promise<CheckProcess & Joinable> {
  const child = startUtility(entries.check, "pullstation check");
  const ask = asked(child, checkRequests, () => SILENT_MS);
  await joined(child, async () => {
    await ask("join", { people: null, practiceKeys: stage !== null, mediaRoots: [...mediaRoots] });
    await plugIn(child, stage);
  });
  return { ask, hand: child.hand, exited: child.exited, end: child.end };
}

/** A process that can't be joined is ended: nobody else would. */
async function joined(child: { end(): Promise<void> }, join: () => Promise<void>): Promise<void> {
  try {
    await join();
  } catch (error) {
    await child.end();
    throw error;
  }
}

/** In practice the stage's keys are plugged in. */
async function plugIn(child: Pick<Joinable, "hand">, stage: Stage | null): Promise<void> {
  if (stage === null) return;
  joinLanes(child, "key", stage, "key");
  await stage.ask("join", { vault: null });
}

export function startOnline(
  entries: Entries,
  onView: (view: unknown) => void,
): OnlineProcess & Joinable {
  const child = startUtility(entries.online, "pullstation online", "many");
  const { ask } = connect(child.port, onlineRequests, onView);
  return { ask, hand: child.hand, exited: child.exited, end: child.end };
}

/** What only this short-lived process may read: files that came from elsewhere. */
const readRequests = { ...reviewRequests, ...restoreRequests, ...copyRequests };
export type ReviewProcess = Process<Client<typeof readRequests>["ask"]>;

/** Runs one task in a review process of its own, which ends with it. */
export async function inReview<T>(
  entries: Entries,
  work: (ask: ReviewProcess["ask"]) => Promise<T>,
): Promise<T> {
  const child = startUtility(entries.review, "pullstation review");
  try {
    return await work(asked(child, readRequests, () => READING_MS));
  } finally {
    await child.end();
  }
}
