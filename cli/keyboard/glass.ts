import type { accessRequests } from "../../contract/ceremony-window.ts";
import { type ceremonyRequests, ceremonyView } from "../../contract/ceremony.ts";
import { visible } from "../../contract/failures.ts";
import { type Client, type Input, Refused } from "../../contract/serve.ts";
import { CARD_WORDS, readCard, refuse } from "./enter-card.ts";
import type { Lines } from "./lines.ts";
import type { keyboardRequests } from "./requests.ts";

/**
 * What people type and read while the glass is broken at a terminal. Words, passphrases and PINs go
 * from here to the vault process, codes to the online process, and the access keys come from it; the
 * command hears only that it is done, or left.
 */

export interface Seat {
  readonly lines: Lines;
  readonly say: (text: string) => void;
}
type Vault = Client<typeof ceremonyRequests>;
type Online = Client<typeof accessRequests>;
type Asked<K extends keyof typeof keyboardRequests> = Input<typeof keyboardRequests, K>;

const LEFT = { left: true } as const;
const DONE = { left: false } as const;

/** Again and again until it is done or they leave; what was refused is explained and costs nothing. */
async function until(
  say: Seat["say"],
  once: () => Promise<boolean | null>,
): Promise<typeof LEFT | typeof DONE> {
  for (;;) {
    try {
      const done = await once();
      if (done === null) return LEFT;
      if (done) return DONE;
    } catch (error) {
      if (!(error instanceof Refused) || error.code === "PROCESS_ENDED") throw error;
      refuse(say, error.code, error.about);
    }
  }
}

/** Alone at the terminal: nothing that they type or are told of their card is left on it. */
export async function enterShare({ lines, say }: Seat, vault: Vault, asked: Asked<"share">) {
  let accepted = "";
  const end = await lines.aside(() =>
    typeShare({ lines, say }, vault, asked, (who) => (accepted = who)),
  );
  say(accepted);
  return end;
}

function typeShare(
  { lines, say }: Seat,
  vault: Vault,
  asked: Asked<"share">,
  accept: (told: string) => void,
) {
  const { vault: name, epoch, have, need, others } = asked;
  say(
    `\nShare ${have + 1} of ${need} for vault “${visible(name)}”, epoch ${epoch}. Who can come: ` +
      `${others.map(visible).join(", ")}.\nOne custodian alone at the keyboard: type the ${CARD_WORDS} words of ` +
      "the card, or the line that begins with BG1, or plug in your stick and press Enter. Ctrl-C leaves.\n",
  );
  return until(say, async () => {
    const card = await readCard({ lines, say }, () => vault.ask("media", null));
    if (card === null) return null;
    const passphrase = await lines.hidden("Passphrase (nothing is shown): ");
    if (passphrase === null) return null;
    const verdict = await vault.ask("enterShare", { card, passphrase });
    if (verdict.kind === "rejected") {
      refuse(say, verdict.why, verdict.about);
      return false;
    }
    accept(`✓ accepted: ${visible(verdict.who)}, ${verdict.have} of ${verdict.need}\n`);
    return true;
  });
}

/** Told by the vault process while a key waits. */
export const keyWaits =
  (say: Seat["say"]) =>
  (view: unknown): void => {
    const told = ceremonyView.safeParse(view);
    if (!told.success || told.data.what !== "touch") return;
    const { label } = told.data;
    say(`  Touch the key now${label === null ? "" : ` (“${visible(label)}”)`}: it blinks.\n`);
  };

export function touchKey({ lines, say }: Seat, vault: Vault, { keys }: Asked<"touch">) {
  say(`\nPlug in a security key: ${keys.map(visible).join(" or ")}.\n`);
  return until(say, async () => {
    const pin = await lines.hidden("PIN of that key (nothing is shown): ");
    if (pin === null) return null;
    const { label } = await vault.ask("touch", { pin });
    say(`✓ “${visible(label)}” was touched\n`);
    return true;
  });
}

export function approveRecord({ lines, say }: Seat, vault: Vault, asked: Asked<"approve">) {
  const { label, record } = asked;
  say(
    `\nThe security key “${visible(label)}” approves record ${record}. Ctrl-C leaves it for later.\n`,
  );
  return until(say, async () => {
    const pin = await lines.hidden("PIN of that key (nothing is shown): ");
    if (pin === null) return null;
    await vault.ask("approve", { label, pin });
    return true;
  });
}

export function typeCode({ lines, say }: Seat, online: Online, { account, again }: Asked<"code">) {
  if (again) say("AWS did not take that code: each works once. Wait for the next one.\n");
  return until(say, async () => {
    const code = await lines.shown(`MFA code of the activator in account ${account}: `);
    if (code === null) return null;
    if (!/^\d{6}$/.test(code.trim())) {
      say("A code has six digits.\n");
      return false;
    }
    await online.ask("mfaCode", { account, code: code.trim() });
    return true;
  });
}

export function reveal({ lines, say }: Seat, online: Online) {
  return until(say, async () => {
    const { accounts, untilMs, secretPages } = await online.ask("reveal", null);
    const shown = accounts.map(
      ({ accountId, accessKeyId, secretAccessKey }) =>
        `account ${accountId}\n  AWS_ACCESS_KEY_ID=${accessKeyId}\n  AWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`,
    );
    await lines.aside(async () => {
      say(
        `For the responder alone. They end ${new Date(untilMs).toISOString()} by AWS's clock.\n\n`,
      );
      say(`${shown.join("\n")}\n`);
      for (const line of secretPages.split("\n")) say(`${visible(line)}\n`);
      await lines.shown("Enter takes them off the screen. ");
    });
    return true;
  });
}
