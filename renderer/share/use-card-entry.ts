import { useState } from "react";
import type { CardInput, ShareVerdict } from "../../contract/ceremony.ts";
import { emptyCard } from "../words/words.ts";

export type Way = "words" | "code" | "stick";

/** What one custodian has typed or held out, until the verdict; a refusal takes nothing away. */
export interface CardEntry {
  readonly words: readonly string[];
  readonly wrong: ReadonlySet<number>;
  /** How the card comes in. */
  readonly way: Way;
  /** A card that was read by machine, instead of the words. */
  readonly read: { readonly from: string; readonly payload: string } | null;
  readonly passphrase: string;
  readonly input: CardInput;
  setWords(words: readonly string[]): void;
  /** The person has touched this word again. */
  corrected(place: number): void;
  setWay(way: Way): void;
  setRead(read: CardEntry["read"]): void;
  setPassphrase(passphrase: string): void;
  refuse(verdict: Extract<ShareVerdict, { kind: "rejected" }>): void;
  /** Nothing typed stays behind. */
  wipe(): void;
}

export function useCardEntry(): CardEntry {
  const [words, setWords] = useState<readonly string[]>(emptyCard);
  const [wrong, setWrong] = useState<ReadonlySet<number>>(new Set());
  const [way, setWay] = useState<Way>("words");
  const [read, setRead] = useState<CardEntry["read"]>(null);
  const [passphrase, setPassphrase] = useState("");
  return {
    words,
    wrong,
    way,
    read,
    passphrase,
    input: read === null ? { words: [...words] } : { payload: read.payload },
    setWords,
    corrected: (place) => setWrong((old) => new Set([...old].filter((other) => other !== place))),
    setWay,
    setRead,
    setPassphrase,
    refuse: (verdict) => setWrong(new Set(verdict.words)),
    wipe: () => {
      setWords(emptyCard());
      setWrong(new Set());
      setRead(null);
      setPassphrase("");
    },
  };
}
