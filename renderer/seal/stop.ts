import type { Station } from "../app/station.tsx";
import type { FootButton } from "../frame/foot.tsx";
import { text } from "../text/text.ts";
import type { SealView } from "./rail.tsx";

/** Leaves the sealing: at once while nothing would be gone, asked once more from the first passphrase on. */
export function stopOf({ step, ready }: SealView, act: Station["act"]): FootButton {
  const begun = step !== "passphrases" || ready.length > 0;
  return {
    label: begun ? text.seal.stop.go : text.foot.stop,
    press: () => void act({ do: "cancel" }),
    ...(begun ? { sure: text.seal.stop } : {}),
  };
}
