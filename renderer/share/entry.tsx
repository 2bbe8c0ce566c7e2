import { type ReactNode, useState } from "react";
import type { CardInput, ShareVerdict } from "../../contract/ceremony.ts";
import type { FootButton } from "../frame/foot.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { TaskPage } from "../tasks/task-page.tsx";
import { useRequest } from "../tasks/use-request.ts";
import { useTask } from "../tasks/window.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { sentences } from "../text/text.ts";
import { unknownPlaces } from "../words/words.ts";
import { CardWays } from "./card-ways.tsx";
import { PassphraseField } from "./passphrase-field.tsx";
import type { CardEntry } from "./use-card-entry.ts";

export type Accepted = Extract<ShareVerdict, { kind: "accepted" }>;
type Rejected = Extract<ShareVerdict, { kind: "rejected" }>;

interface Words {
  readonly title: string;
  readonly lead: string;
}

interface EntryProps {
  readonly rail: string;
  readonly steps: readonly (readonly [id: string, label: string])[];
  readonly entry: CardEntry;
  /** With `go` the card alone is asked for: that button checks it. */
  readonly card: Words & { readonly go?: string; readonly note?: string };
  readonly passphrase: Words & { readonly note: string; readonly go: string };
  /** Above the card's tabs: the seats. */
  readonly top?: ReactNode;
  /** In the margin: the rehearsal's helper. */
  readonly helper?: ReactNode;
  readonly who?: ReactNode;
  readonly escape?: FootButton;
  readonly check: (card: CardInput, passphrase: string) => Promise<ShareVerdict>;
  /** Why an accepted share is not the one that is wanted here. */
  readonly objection?: (verdict: Accepted) => { what: string; todo: string } | null;
  readonly accepted: (verdict: Accepted) => void;
}

const VERDICT = "share-verdict";

/** The card, then its passphrase, then the verdict. A refusal keeps everything that was typed. */
export function ShareEntry(props: EntryProps) {
  const { practice } = useTask();
  const { entry, card, passphrase } = props;
  const [step, setStep] = useState<"card" | "passphrase">("card");
  const [tried, setTried] = useState(false);
  const [typing, setTyping] = useState<number | null>(null);
  const [refused, setRefused] = useState<Rejected | null>(null);
  const [objection, setObjection] = useState<{ what: string; todo: string } | null>(null);
  const checking = useRequest();
  const said = atKeyboard.share;

  const toPassphrase = (): void => {
    setTried(true);
    if (problemOf(entry, null) === null) {
      setTried(false);
      if (card.go === undefined) setStep("passphrase");
      else void check();
    } else focusFirstWrong(entry);
  };
  const check = async (): Promise<void> => {
    setRefused(null);
    setObjection(null);
    const verdict = await checking.run(() => props.check(entry.input, entry.passphrase.trim()));
    if (verdict === null) return;
    if (verdict.kind === "accepted") {
      const against = props.objection?.(verdict) ?? null;
      setObjection(against);
      if (against === null) props.accepted(verdict);
      return;
    }
    entry.refuse(verdict);
    setRefused(verdict);
    if (verdict.why !== "WRONG_PASSPHRASE") setStep("card");
  };

  const problem = problemOf(entry, typing);
  const wordsFixed = refused !== null && refused.words.length > 0 && entry.wrong.size === 0;
  const told =
    objection ??
    (checking.failure === null && refused !== null && !wordsFixed
      ? sayRefused(refused)
      : step === "card" && problem !== null && (tried || problem.atOnce)
        ? problem
        : null);
  const verdict =
    checking.failure !== null ? (
      <FailureVerdict failure={checking.failure} />
    ) : (
      told !== null && <Verdict id={VERDICT} what={told.what} todo={told.todo} />
    );
  const frame = { rail: props.rail, steps: props.steps, step };

  if (step === "card")
    return (
      <TaskPage
        {...frame}
        title={card.title}
        {...(props.escape === undefined ? {} : { escape: props.escape })}
        margin={
          <>
            {props.helper}
            {props.who}
            {entry.way === "words" && (
              <Aside title={said.typingTitle}>
                <p>{said.typingText}</p>
              </Aside>
            )}
          </>
        }
        note={checking.pending ? said.checking : (card.note ?? said.note)}
        busy={checking.pending}
        action={{ label: card.go ?? said.next, form: "card", awaits: checking.pending }}
      >
        <Title>{card.title}</Title>
        <p className="lead">{card.lead}</p>
        {props.top}
        <form id="card" noValidate onSubmit={pressSubmit(toPassphrase)}>
          <CardWays
            entry={entry}
            practice={practice}
            verdict={VERDICT}
            typing={setTyping}
            complete={toPassphrase}
          />
        </form>
        {verdict}
      </TaskPage>
    );
  return (
    <TaskPage
      {...frame}
      title={passphrase.title}
      escape={{ label: said.back, press: () => setStep("card") }}
      margin={
        <>
          {props.helper}
          <Aside title={said.wrongTitle}>
            <p>{said.wrongText}</p>
          </Aside>
        </>
      }
      note={checking.pending ? said.checking : passphrase.note}
      busy={checking.pending}
      action={
        checking.pending
          ? { label: passphrase.go, awaits: true }
          : { label: passphrase.go, form: "passphrase-form" }
      }
    >
      <Title>{passphrase.title}</Title>
      <p className="lead">{passphrase.lead}</p>
      {props.top}
      <form id="passphrase-form" noValidate onSubmit={pressSubmit(() => void check())}>
        <PassphraseField
          value={entry.passphrase}
          change={entry.setPassphrase}
          wrong={refused?.why === "WRONG_PASSPHRASE"}
          verdict={VERDICT}
        />
      </form>
      {verdict}
    </TaskPage>
  );
}

const pressSubmit = (send: () => void) => (event: { preventDefault(): void }) => {
  event.preventDefault();
  send();
};

interface Problem {
  readonly what: string;
  readonly todo: string;
  /** Said while typing, not only when going on. */
  readonly atOnce: boolean;
}

/** `typing`: the place that has the focus; it is not judged before it is left. */
function problemOf({ words, read }: CardEntry, typing: number | null): Problem | null {
  if (read !== null) return null;
  const said = atKeyboard.share;
  const unknown = unknownPlaces(words).filter((place) => place !== typing);
  if (unknown.length > 0)
    return { what: said.unknown(unknown.map(String)), todo: said.unknownTodo, atOnce: true };
  const missing = words.filter((word) => word === "").length;
  return missing === 0
    ? null
    : { what: said.missing(missing), todo: said.missingTodo, atOnce: false };
}

function focusFirstWrong({ words }: CardEntry): void {
  const index = unknownPlaces(words)[0] ?? words.indexOf("") + 1;
  document.querySelectorAll<HTMLInputElement>(".words input")[index - 1]?.focus();
}

function sayRefused({ why, words, about }: Rejected): { what: string; todo: string } {
  const said = atKeyboard.share;
  const places = words.map(String);
  if (why === "WORDS_SUSPECT") return { what: said.probably(places), todo: said.probablyTodo };
  if (why === "WORDS_UNKNOWN") return { what: said.unknown(places), todo: said.unknownTodo };
  return sentences({ code: why, about });
}
