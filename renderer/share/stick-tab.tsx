import { useEffect, useRef, useState } from "react";
import { FailureVerdict } from "../parts/verdict.tsx";
import { failureOf } from "../tasks/use-request.ts";
import { useSticks } from "../tasks/window.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import type { FailureView } from "../text/text.ts";
import type { CardEntry } from "./use-card-entry.ts";

type Read = NonNullable<CardEntry["read"]>;

interface StickTabProps {
  readonly read: Read | null;
  readonly choose: (card: Read) => void;
}

const PAUSE_MS = 500;

/**
 * Share files on the sticks that are plugged in, looked for while this tab is open. A cable that is in
 * is said, and once it is out the looking goes on by itself.
 */
export function StickTab({ read, choose }: StickTabProps) {
  const look = useSticks();
  const [cards, setCards] = useState<readonly Read[]>([]);
  const [failure, setFailure] = useState<FailureView | null>(null);
  const take = useRef(choose);
  take.current = choose;
  useEffect(() => {
    let timer = 0;
    let isGone = false;
    const ask = async (): Promise<void> => {
      try {
        const found = await look();
        if (isGone) return;
        setCards(found.cards);
        setFailure(null);
        const [only, ...others] = found.cards;
        if (only !== undefined && others.length === 0) take.current(only);
      } catch (error) {
        if (!isGone) {
          setCards([]);
          setFailure(failureOf(error));
        }
      }
      if (!isGone) timer = window.setTimeout(() => void ask(), PAUSE_MS);
    };
    void ask();
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [look]);
  const said = atKeyboard.share;
  if (failure !== null) return <FailureVerdict failure={failure} />;
  if (cards.length === 0)
    return (
      <p className="waits" role="status">
        <b>{said.stickWait}</b> {said.stickWaitLead}
      </p>
    );
  return (
    <fieldset className="found">
      <legend>{said.stickFound(cards.length)}</legend>
      {cards.map((card) => (
        <label key={card.from}>
          <input
            type="radio"
            name="stick"
            checked={read?.payload === card.payload}
            onChange={() => choose(card)}
          />
          <span className="mono">{card.from}</span>
        </label>
      ))}
    </fieldset>
  );
}
