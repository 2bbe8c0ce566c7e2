import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Client } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";

/** Who would sit at the window that asks that. */
const TASKS = {
  choosePassphrase: "passphrase",
  card: "card",
  saveCard: "card",
  reenter: "card",
  enrolKey: "enrol",
  enrolSlot: "enrol",
  enterShare: "share",
  media: "share",
  keys: "touch",
  touch: "touch",
  touchSlot: "touch",
  approve: "approve",
  cancel: null,
} as const;

/** A window whose person is seated for whatever is asked there, as main does. */
export function seated(
  vault: Client<typeof vaultRequests>,
  window: Client<typeof ceremonyRequests>,
): Client<typeof ceremonyRequests> {
  return {
    ask: (name, input) => {
      const { place, key } = Object(input) as { place?: number; key?: number };
      const task = TASKS[name];
      if (task !== null) void vault.ask("seat", { task, at: place ?? key ?? null });
      return window.ask(name, input);
    },
  };
}
