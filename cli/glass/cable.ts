import { noLaterThan } from "../../ceremony/open-by.ts";
import { linksUp } from "../../station/isolation.ts";
import { clock, pause } from "../drill/scene.ts";
import type { Keyboard } from "./keyboard.ts";
import { refuse, type Station } from "./station.ts";

/**
 * The network cable, in words: out before anything secret is typed, in for AWS, out again. The vault
 * process looks at the links by itself at every share. A rehearsal has no cable.
 */

/** Asks until no link is up; `LEFT_AT_TERMINAL` when they give up. */
export async function cableOut(
  keyboard: Keyboard,
  { mode }: Pick<Station, "mode">,
  why: string,
): Promise<void> {
  for (;;) {
    const links = linksUp();
    if (mode === "PRACTICE" || links.length === 0) return;
    await waited(
      keyboard,
      `Pull the network cable and switch off every radio (${links.join(", ")} is up): ${why}. Then Enter: `,
    );
  }
}

/** Asks until a link is up and somebody goes on, but not for longer than `byMs`. */
export async function cableIn(
  keyboard: Keyboard,
  { mode }: Pick<Station, "mode">,
  what: string,
  byMs: number | null = null,
): Promise<void> {
  for (;;) {
    const cable = mode === "PRACTICE" ? "" : "Plug in the network cable and wait for its light. ";
    const asked = waited(keyboard, `\n${cable}${what} Enter goes on, Ctrl-C stops: `);
    try {
      await noLaterThan({ clock, pause }, byMs, asked);
    } catch (error) {
      await keyboard.ask("giveUp", null);
      await asked.catch(() => undefined);
      throw error;
    }
    if (mode === "PRACTICE" || linksUp().length > 0) return;
  }
}

async function waited(keyboard: Keyboard, prompt: string): Promise<void> {
  const { text } = await keyboard.ask("line", { prompt });
  if (text === null) refuse("LEFT_AT_TERMINAL");
}
