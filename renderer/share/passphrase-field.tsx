import { type KeyboardEvent, useState } from "react";
import { Field } from "../parts/field.tsx";
import { HoldToShow } from "../parts/hold.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { isBeginning, isKnown } from "../words/words.ts";

interface PassphraseFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly wrong: boolean;
  readonly verdict: string;
}

/** The passphrase: hidden, shown while the button is held, with what goes wrong most often said. */
export function PassphraseField({ value, change, wrong, verdict }: PassphraseFieldProps) {
  const [held, hold] = useState(false);
  const [caps, setCaps] = useState(false);
  const [trial, setTrial] = useState("");
  const said = atKeyboard.share;
  const notice = (event: KeyboardEvent): void => setCaps(event.getModifierState("CapsLock"));
  return (
    <div className="fields one">
      <div className="field">
        <label htmlFor="passphrase">{said.passphrase}</label>
        <div className="secret">
          <input
            id="passphrase"
            data-first
            type={held ? "text" : "password"}
            value={value}
            maxLength={1024}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-describedby={wrong ? `passphrase-hint ${verdict}` : "passphrase-hint"}
            {...(wrong ? { "aria-invalid": true } : {})}
            onKeyDown={notice}
            onKeyUp={notice}
            onChange={(event) => change(event.target.value)}
          />
          <HoldToShow held={held} hold={hold} of={said.passphrase} />
        </div>
        <small id="passphrase-hint" className={caps ? "look" : ""} role="status">
          {caps ? said.caps : hint(value)}
        </small>
      </div>
      <Field id="trial" label={said.layout} note={said.layoutNote}>
        <input
          id="trial"
          value={trial}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="trial-note"
          onChange={(event) => setTrial(event.target.value)}
        />
      </Field>
    </div>
  );
}

/** How many words, and whether each is in the list: a wrong layout shows here, before checking. */
function hint(value: string): string {
  const said = atKeyboard.share;
  const typed = value.split(/\s+/).filter((word) => word !== "");
  if (typed.length === 0) return said.passphraseEmpty;
  const isOpen = !/\s$/.test(value);
  const strange = typed.findIndex((word, index) =>
    isOpen && index === typed.length - 1 ? !isBeginning(word) : !isKnown(word),
  );
  if (strange >= 0) return said.passphraseUnknown(strange + 1);
  return typed.every(isKnown)
    ? said.passphraseKnown(typed.length)
    : said.passphraseWords(typed.length);
}
