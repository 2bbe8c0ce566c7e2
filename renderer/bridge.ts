import type { Reply } from "../contract/serve.ts";

/** What the preloads lay into the windows. Everything else that they could reach is closed. */

export interface AppBridge {
  ask(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Calls back with every new view; answers how to stop. */
  onView(listener: (view: unknown) => void): () => void;
}

export type CeremonyBridge = Pick<AppBridge, "ask">;

declare global {
  interface Window {
    readonly pullstation: AppBridge;
  }
}

export const appBridge = (): AppBridge => window.pullstation;
export const ceremonyBridge = (): CeremonyBridge => window.pullstation;
