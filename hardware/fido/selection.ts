import { isCode } from "../errors.ts";
import { RELYING_PARTY } from "../security-key.ts";
import type { Interaction } from "./channel.ts";
import { makeCredential, selection, type Session } from "./commands.ts";
import { ES256, type Info } from "./info.ts";
import { protocolOf } from "./pin.ts";

/** A PIN parameter that does not verify: not a status of a person's doing otherwise. */
const PIN_AUTH_INVALID = "0x33";

/**
 * Waits until this key is touched, which says that it is the one meant. It is asked for no PIN and
 * spends no try. A key that knows no authenticatorSelection (before CTAP 2.1) is asked by a
 * credential with an empty PIN parameter: it waits for the touch and makes nothing (§6.1.2, step 1).
 */
export async function awaitSelection(
  session: Session,
  info: Info,
  interaction: Interaction,
): Promise<void> {
  if (info.versions.includes("FIDO_2_1")) return selection(session, interaction);
  try {
    const nobody = new Uint8Array(32);
    await makeCredential(
      session,
      {
        clientDataHash: nobody,
        rp: { id: RELYING_PARTY, name: "Pullstation" },
        user: { id: nobody.slice(0, 1), name: "nobody", displayName: "nobody" },
        algorithms: [ES256],
        extensions: {},
        verified: { param: new Uint8Array(), protocol: protocolOf(info) },
      },
      interaction,
    );
  } catch (error) {
    const touched =
      isCode(error, "PIN_WRONG", "KEY_PIN_NOT_SET") ||
      (isCode(error, "KEY_REFUSED") && error.about["status"] === PIN_AUTH_INVALID);
    if (!touched) throw error;
  }
}
