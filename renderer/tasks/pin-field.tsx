import { useState } from "react";
import { Field } from "../parts/field.tsx";
import { HoldToShow } from "../parts/hold.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";

interface PinFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
  /** In practice: the PIN that all practice keys have; "" until it is known. */
  readonly known: string | null;
  readonly wrong: boolean;
  readonly first?: boolean;
}

/** The PIN of a security key, shown while the button is held. */
export function PinField({ value, change, known, wrong, first = true }: PinFieldProps) {
  const [held, hold] = useState(false);
  const said = atKeyboard.key;
  return (
    <Field id="pin" label={said.pin} note={known === null ? said.pinNote : said.pinPractice(known)}>
      <div className="secret">
        <input
          id="pin"
          className="pin"
          type={held ? "text" : "password"}
          value={value}
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="pin-note"
          {...(first ? { "data-first": true } : {})}
          {...(wrong ? { "aria-invalid": true } : {})}
          onChange={(event) => change(event.target.value)}
        />
        <HoldToShow held={held} hold={hold} of={said.pin} />
      </div>
    </Field>
  );
}
