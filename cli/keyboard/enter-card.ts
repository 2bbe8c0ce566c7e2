import type { checkPeopleRequests, CheckVerdict } from "../../contract/check.ts";
import type { CardInput } from "../../contract/ceremony.ts";
import { explain, visible } from "../../contract/failures.ts";
import { type Client, type Output, Refused } from "../../contract/serve.ts";
import type { Lines } from "./lines.ts";

export const CARD_WORDS = 43;

export interface Desk {
  readonly lines: Lines;
  readonly say: (text: string) => void;
  readonly process: Client<typeof checkPeopleRequests>;
}

export interface Task {
  readonly form: "card" | "full";
  readonly vault: string;
  readonly epoch: number;
  readonly of: number;
}

/** One custodian checks a card or a share, and may try again; resolves when it is good or they leave. */
export async function enterCard(desk: Desk, task: Task): Promise<void> {
  desk.say((await desk.lines.aside(() => typeCard(desk, task))) ?? "");
}

/** What is said once it is good; null: they left. */
async function typeCard({ lines, say, process }: Desk, task: Task): Promise<string | null> {
  say(
    `\nVault “${visible(task.vault)}”, epoch ${task.epoch}. Type the ${CARD_WORDS} words of your card,` +
      " or the line that begins with BG1, or plug in your stick and press Enter.\n",
  );
  for (;;) {
    const card = await readCard({ lines, say }, () => process.ask("media", null));
    if (card === null) return null;
    const passphrase = task.form === "full" ? await lines.hidden("Passphrase: ") : "";
    if (passphrase === null) return null;
    let verdict: CheckVerdict;
    try {
      verdict =
        task.form === "full"
          ? await process.ask("checkShare", { card, passphrase })
          : await process.ask("checkCard", { card });
    } catch (error) {
      // A cable that is still in is pulled, and the card typed again.
      if (!(error instanceof Refused)) throw error;
      refuse(say, error.code, error.about);
      continue;
    }
    if (verdict.kind === "rejected") {
      refuse(say, verdict.why, verdict.about);
      continue;
    }
    const { who, place } = verdict;
    const what =
      task.form === "full" ? "Your share is good" : "Your card is the one that was sealed";
    return (
      `✓ ${what}: ${visible(who)}, share ${place} of ${task.of}, epoch ${task.epoch}. ` +
      (task.form === "full"
        ? "Nothing was reconstructed.\n"
        : "Your passphrase was not asked for, and is not known.\n")
    );
  }
}

export function refuse(
  say: Desk["say"],
  code: string,
  about: Readonly<Record<string, string | number>>,
): void {
  const { what, todo } = explain(code, about);
  say(`✗ ${what}\n  ${todo}\n  (Ctrl-C leaves.)\n`);
}

/** Words over as many lines as they take, a payload, or the one card on a stick. */
export async function readCard(
  { lines, say }: Pick<Desk, "lines" | "say">,
  media: () => Promise<Output<typeof checkPeopleRequests, "media">>,
): Promise<CardInput | null> {
  const words: string[] = [];
  for (;;) {
    const line = await lines.shown(words.length === 0 ? "Card: " : `word ${words.length + 1}: `);
    if (line === null) return null;
    const text = line.trim();
    if (text === "" && words.length === 0) {
      const { cards } = await media();
      const [one, ...others] = cards;
      if (one !== undefined && others.length === 0) {
        say(`Read from ${visible(one.from)}.\n`);
        return { payload: one.payload };
      }
      const from = cards.map((each) => visible(each.from)).join(", ");
      say(
        one === undefined ? "No stick with a share is plugged in.\n" : `Several shares: ${from}.\n`,
      );
      continue;
    }
    if (/^bg1/i.test(text)) return { payload: text.toUpperCase() };
    // Numbers are how the card counts its words: they may be typed too.
    words.push(
      ...text
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((word) => /^[a-z]+$/.test(word)),
    );
    if (text === "" || words.length >= CARD_WORDS) return { words };
  }
}
