import type { checkPeopleRequests } from "../../contract/check.ts";
import { visible } from "../../contract/failures.ts";
import { type Client, type Input, type Output, Refused } from "../../contract/serve.ts";
import { refuse } from "./enter-card.ts";
import type { Seat } from "./glass.ts";
import type { keyboardRequests } from "./requests.ts";

type Check = Client<typeof checkPeopleRequests>;
type Asked = Input<typeof keyboardRequests, "key">;
type Proven = Output<typeof checkPeopleRequests, "checkKey">;

/** The next key that comes: its label once it is proven, null when nobody brings another. */
export async function enterKey(
  { lines, say }: Seat,
  check: Check,
  { vault, epoch, left }: Asked,
): Promise<{ readonly label: string | null }> {
  say(
    `\nVault “${visible(vault)}”, epoch ${epoch}. Still to check: ${left.map(named).join(", ")}.\n` +
      "Plug in one of them, and no other. Enter without a PIN, or Ctrl-C, ends the check.\n",
  );
  const slots = left.filter(({ kind }) => kind === "otp").map(({ label }) => label);
  for (;;) {
    try {
      const proven =
        slots.length === left.length
          ? await slotIn({ lines, say }, check, slots)
          : await pinned({ lines, say }, check);
      if (proven === null) return { label: null };
      say(`✓ “${visible(proven.label)}” ${answers(left, proven)}\n`);
      return { label: proven.label };
    } catch (error) {
      if (!(error instanceof Refused) || error.code === "PROCESS_ENDED") throw error;
      refuse(say, error.code, error.about);
    }
  }
}

const named = ({ label, use, kind }: Asked["left"][number]): string =>
  `${visible(label)}${kind === "otp" ? " (OTP slot)" : use === "approve" ? " (reviewer)" : ""}`;

async function pinned({ lines }: Seat, check: Check): Promise<Proven | null> {
  const pin = await lines.hidden("PIN of that key (nothing is shown): ");
  return pin === null || pin === "" ? null : check.ask("checkKey", { pin });
}

/** Slots come last: they have no PIN, and are asked by their label. */
async function slotIn(
  { lines }: Seat,
  check: Check,
  slots: readonly string[],
): Promise<Proven | null> {
  const [label] = slots;
  if (label === undefined) return null;
  const line = await lines.shown(
    `y: the YubiKey of “${visible(label)}” is plugged in; it blinks: `,
  );
  return line === null || !/^y(?:es)?$/i.test(line.trim())
    ? null
    : check.ask("checkSlot", { label });
}

function answers(left: Asked["left"], { label, firmware, pinSet, pinRetries }: Proven): string {
  const signs = left.some((one) => one.label === label && one.use === "approve");
  const pin =
    pinSet === null
      ? "it has no PIN"
      : pinSet
        ? `PIN set, ${pinRetries ?? "?"} tries left`
        : "NO PIN is set";
  return (
    `${signs ? "signs, and its signature verifies" : "answers as at its enrolment; nothing was unwrapped"}. ` +
    `${pin}; firmware ${firmware === null ? "not told" : visible(firmware)}.`
  );
}
