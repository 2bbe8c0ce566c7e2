import { MessageChannelMain, type MessagePortMain } from "electron";
import type { OnlineProcess, Process, VaultProcess } from "../ceremony/ports.ts";
import type { CheckProcess } from "../ceremony/check-ceremony.ts";
import { checkRequests } from "../contract/check.ts";
import { onlineRequests } from "../contract/online.ts";
import { practiceRequests } from "../contract/practice.ts";
import { reviewRequests } from "../contract/review.ts";
import { type Client, connect } from "../contract/serve.ts";
import { vaultRequests } from "../contract/vault.ts";
import { startUtility } from "./utility.ts";

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
}

/** The practice stage: practice AWS, software keys, and what a rehearsal's people know. */
export interface Stage extends Joinable {
  readonly ask: Client<typeof practiceRequests>["ask"];
  end(): Promise<void>;
}

export function startStage(entries: Entries): Stage {
  const child = startUtility(entries.practice, "pullstation practice");
  const { ask } = connect(child.port, practiceRequests);
  return { ask, hand: child.hand, end: child.end };
}

/** Joins a lane of one process to a lane of another by one port pair: main keeps no end. */
export function joinLanes(a: Joinable, laneOfA: string, b: Joinable, laneOfB: string): void {
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
  const { ask } = connect(child.port, vaultRequests, onView);
  await joined(child, async () => {
    await ask("join", { people: null, practiceKeys: stage !== null, mediaRoots: [...mediaRoots] });
    await plugIn(child, stage);
  });
  return { ask, hand: child.hand, end: child.end };
}

/** A fresh check process: it knows one person's share or key, and can open nothing. */
export async function startCheck(
  entries: Entries,
  stage: Stage | null,
  mediaRoots: readonly string[],
): Promise<CheckProcess & Joinable> {
  const child = startUtility(entries.check, "pullstation check");
  const { ask } = connect(child.port, checkRequests);
  await joined(child, async () => {
    await ask("join", { people: null, practiceKeys: stage !== null, mediaRoots: [...mediaRoots] });
    await plugIn(child, stage);
  });
  return { ask, hand: child.hand, end: child.end };
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
async function plugIn(child: Joinable, stage: Stage | null): Promise<void> {
  if (stage === null) return;
  joinLanes(child, "key", stage, "key");
  await stage.ask("join", { vault: null });
}

export function startOnline(
  entries: Entries,
  onView: (view: unknown) => void,
): OnlineProcess & Joinable {
  const child = startUtility(entries.online, "pullstation online");
  const { ask } = connect(child.port, onlineRequests, onView);
  return { ask, hand: child.hand, end: child.end };
}

/** What only this short-lived process may read: files that came from elsewhere. */
export type ReviewProcess = Process<Client<typeof reviewRequests>["ask"]>;

/** Runs one task in a review process of its own, which ends with it. */
export async function inReview<T>(
  entries: Entries,
  work: (ask: ReviewProcess["ask"]) => Promise<T>,
): Promise<T> {
  const child = startUtility(entries.review, "pullstation review");
  try {
    return await work(connect(child.port, reviewRequests).ask);
  } finally {
    await child.end();
  }
}
