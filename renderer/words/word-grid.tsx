import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useRef } from "react";
import { atKeyboard } from "../text/at-keyboard.ts";
import {
  CARD_WORDS,
  completion,
  isBeginning,
  isKnown,
  letters,
  payloadIn,
  split,
} from "./words.ts";

interface WordGridProps {
  readonly words: readonly string[];
  readonly change: (words: readonly string[]) => void;
  /** Places, from 1, that the verdict names; an edited one is no longer marked. */
  readonly wrong: ReadonlySet<number>;
  readonly corrected: (place: number) => void;
  /** The element that says what is wrong. */
  readonly verdict: string;
  /** A card's whole content was pasted. */
  readonly payload: (payload: string) => void;
  /** The place that has the focus; null when none has: it is not judged before it is left. */
  readonly typing: (place: number | null) => void;
  /** Enter on the last word. */
  readonly complete: () => void;
}

const COLUMNS = 5;

/** 43 numbered cells. A word completes itself; Enter, Space and Tab go on; nothing is corrected. */
export function WordGrid(props: WordGridProps) {
  const { words, change, wrong, corrected, verdict, payload, typing, complete } = props;
  const list = useRef<HTMLOListElement>(null);
  const cell = (index: number): HTMLInputElement | undefined =>
    list.current?.querySelectorAll("input")[index];

  const put = (index: number, word: string): void => {
    change(words.map((old, at) => (at === index ? word : old)));
    if (wrong.has(index + 1)) corrected(index + 1);
  };
  const go = (index: number): void => {
    const next = cell(Math.min(CARD_WORDS - 1, Math.max(0, index)));
    next?.focus();
    next?.select();
  };
  /** Leaving a cell takes its completion. */
  const settle = (index: number): void => {
    const word = words[index] ?? "";
    const whole = isKnown(word) ? null : completion(word);
    if (whole !== null) put(index, whole);
  };
  const typed = (index: number, event: FormEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    const native = event.nativeEvent;
    const removes = native instanceof InputEvent && native.inputType.startsWith("delete");
    const word = letters(input.value);
    const whole = removes ? null : completion(word);
    if (whole !== null && whole !== word) {
      // The rest of the word is selected, at once: typing on replaces it, however fast.
      input.value = whole;
      input.setSelectionRange(word.length, whole.length);
    }
    put(index, whole ?? word);
  };
  const pressed = (index: number, event: KeyboardEvent<HTMLInputElement>): void => {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const atStart = selectionStart === 0 && selectionEnd === 0;
    const atEnd = selectionEnd === value.length;
    const target = {
      " ": index + 1,
      Enter: index + 1,
      ArrowDown: index + COLUMNS,
      ArrowUp: index - COLUMNS,
      ArrowRight: atEnd ? index + 1 : undefined,
      ArrowLeft: atStart ? index - 1 : undefined,
      Backspace: value === "" ? index - 1 : undefined,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    if (event.key === "Enter" && index === CARD_WORDS - 1) complete();
    else if (target >= 0 && target < CARD_WORDS) go(target);
  };
  const pasted = (index: number, event: ClipboardEvent): void => {
    const given = event.clipboardData.getData("text");
    const content = payloadIn(given);
    const many = split(given);
    if (content === null && many.length < 2) return;
    event.preventDefault();
    if (content !== null) {
      payload(content);
      return;
    }
    const start = many.length >= CARD_WORDS ? 0 : index;
    change(words.map((old, at) => many[at - start] ?? old));
    for (let at = start; at < start + many.length; at++) corrected(at + 1);
    go(start + many.length);
  };
  const first = [...wrong].toSorted((a, b) => a - b)[0] ?? words.indexOf("") + 1;
  return (
    <ol className="words" aria-label={atKeyboard.share.grid} ref={list}>
      {words.map((word, index) => {
        const place = index + 1;
        const isWrong = wrong.has(place) || !isBeginning(word);
        return (
          <li key={place} className={isWrong ? "wrong" : ""}>
            <span className="number" aria-hidden="true">
              {place}
            </span>
            <input
              aria-label={atKeyboard.share.word(place)}
              value={word}
              autoComplete="off"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              {...(isWrong ? { "aria-invalid": true, "aria-describedby": verdict } : {})}
              {...(place === Math.max(1, first) ? { "data-first": true } : {})}
              onInput={(event) => typed(index, event)}
              onChange={() => undefined}
              onKeyDown={(event) => pressed(index, event)}
              onPaste={(event) => pasted(index, event)}
              onBlur={() => {
                settle(index);
                typing(null);
              }}
              onFocus={(event) => {
                event.currentTarget.select();
                typing(place);
              }}
            />
          </li>
        );
      })}
    </ol>
  );
}
