import { useState } from "react";
import { Aside } from "../frame/frame.tsx";
import { useRequest } from "../tasks/use-request.ts";
import { useTask } from "../tasks/window.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { sentences } from "../text/text.ts";
import type { CardEntry } from "./use-card-entry.ts";

interface PracticeHelperProps {
  readonly others: readonly { readonly place: number; readonly name: string }[];
  readonly entry: CardEntry;
  /** A misread word is offered where a newcomer should see a refusal. */
  readonly misread?: boolean;
  /** Of the vault that opens, or of the one that is being made. */
  readonly set?: "live" | "next";
}

/** In a rehearsal one person plays every custodian; the stage keeps what they would have in hand. */
export function PracticeHelper(props: PracticeHelperProps) {
  const { others, entry, misread = false, set = "live" } = props;
  const { aid } = useTask();
  const [chosen, choose] = useState(others[0]?.place ?? 0);
  const asking = useRequest();
  const said = atKeyboard.share;
  const other = others.find(({ place }) => place === chosen);
  if (other === undefined) return null;
  const { place, name } = other;
  const use = async (mistake: boolean): Promise<void> => {
    const hand = await asking.run(() => aid.ask("inHand", { place, mistake, set }));
    if (hand === null) return;
    entry.setWay("words");
    entry.setRead(null);
    entry.setWords(hand.words);
    for (const at of entry.wrong) entry.corrected(at);
    entry.setPassphrase(hand.passphrase);
  };
  const plug = async (): Promise<void> => {
    const hand = await asking.run(async () => {
      await aid.ask("plugStick", { place, set });
      return aid.ask("inHand", { place, mistake: false, set });
    });
    if (hand === null) return;
    // The tab where it is looked for: what is plugged in is seen to be read.
    entry.setRead(null);
    entry.setWay("stick");
    entry.setPassphrase(hand.passphrase);
  };
  return (
    <Aside title={said.practice}>
      <p>{said.practiceLead}</p>
      {others.length > 1 && (
        <label className="choice">
          <span className="vh">{said.practiceWho}</span>
          <select value={chosen} onChange={(event) => choose(Number(event.target.value))}>
            {others.map((custodian) => (
              <option key={custodian.place} value={custodian.place}>
                {custodian.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" className="helper" onClick={() => void use(false)}>
        {said.practiceUse(name)}
      </button>
      {misread && (
        <button type="button" className="helper" onClick={() => void use(true)}>
          {said.practiceMisread}
        </button>
      )}
      <button type="button" className="helper" onClick={() => void plug()}>
        {said.practiceStick(name)}
      </button>
      {asking.failure !== null && (
        <p className="look" role="alert">
          {sentences(asking.failure).what}
        </p>
      )}
    </Aside>
  );
}
