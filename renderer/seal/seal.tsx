import type { ReactNode } from "react";
import { SealCards, SealPassphrases } from "./people.tsx";
import { SealContents } from "./contents.tsx";
import { SealCustodians } from "./custodians.tsx";
import { SealKeys } from "./keys.tsx";
import type { SealView } from "./rail.tsx";
import { SealRecord } from "./record.tsx";

const SCREENS: Readonly<Record<SealView["step"], (seal: SealView) => ReactNode>> = {
  contents: SealContents,
  custodians: SealCustodians,
  passphrases: SealPassphrases,
  keys: SealKeys,
  cards: SealCards,
  record: SealRecord,
};

/** Sealing, step by step: main says which step it is. */
export function SealScreen(seal: SealView) {
  const Step = SCREENS[seal.step];
  return <Step {...seal} />;
}
