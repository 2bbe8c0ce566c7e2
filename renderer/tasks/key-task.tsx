import { type ReactNode, useEffect, useState } from "react";
import { Refused } from "../../contract/serve.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { KeyDrawing } from "../parts/key-drawing.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { left } from "../text/say.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import type { FailureView } from "../text/text.ts";
import { PinField } from "./pin-field.tsx";
import { TaskPage } from "./task-page.tsx";
import { useRequest } from "./use-request.ts";
import { useTask } from "./window.tsx";

/** What differs between a touch, an approval and an enrolment. */
export interface KeyTaskProps<T> {
  readonly title: string;
  readonly lead: string;
  /** Written on the tag in the drawing. */
  readonly tag: string;
  /** The one key that may answer; without it, any that waits. */
  readonly meant?: string;
  readonly note: string;
  readonly go: string;
  /** What to do when this key fails; otherwise: use the other one. */
  readonly fail?: string;
  /** Fields before the PIN. */
  readonly fields?: ReactNode;
  readonly ask: (pin: string) => Promise<T>;
  readonly done: (value: T) => {
    readonly title: string;
    readonly lead: string;
    readonly facts?: ReactNode;
    readonly note: string;
    readonly action: string;
  };
}

const PIN_CODES = new Set(["PIN_WRONG", "PIN_MALFORMED", "KEY_NEEDS_PIN"]);

/** PIN, then the touch: one screen that turns, so that nothing jumps. */
export function KeyTask<T>(props: KeyTaskProps<T>) {
  const { aid, keys, practice, finish } = useTask();
  const [blinking, setBlinking] = useState<{ readonly label: string | null } | null>(null);
  const [pin, setPin] = useState("");
  const [known, setKnown] = useState("");
  const [missing, setMissing] = useState(false);
  const [answer, setAnswer] = useState<T | null>(null);
  const asking = useRequest();
  const said = atKeyboard.key;
  const pressing = useRequest();
  useEffect(() => {
    if (!practice) return;
    let gone = false;
    void aid.ask("pin", null).then(
      ({ pin: told }) => {
        if (gone) return;
        setKnown(told);
        setPin((typed) => (typed === "" ? told : typed));
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [aid, practice]);

  useEffect(() => {
    keys.heard = ({ what, label }) => setBlinking(what === "touch" ? { label } : null);
    return () => {
      keys.heard = () => undefined;
    };
  }, [keys]);

  const send = async (): Promise<void> => {
    // Every practice key has a PIN; a real one may have none, and says so itself.
    setMissing(practice && pin === "");
    if (practice && pin === "") return;
    setBlinking(null);
    const value = await asking.run(() => untilTouched(() => props.ask(pin)));
    if (value === null) return;
    setPin("");
    setAnswer(value);
  };
  const refused: FailureView | null = missing
    ? { code: "KEY_NEEDS_PIN", about: {} }
    : asking.failure;
  const replug = async (): Promise<void> => {
    const done = await pressing.run(async () => {
      await aid.ask("replug", null);
      return true;
    });
    if (done === null) return;
    asking.clear();
    setPin(known);
  };
  const frame = {
    rail: said.rail,
    steps: [
      ["pin", said.steps.pin],
      ["touch", said.steps.touch],
    ] as const,
  };
  if (answer !== null) {
    const told = props.done(answer);
    return (
      <TaskPage
        {...frame}
        step="touch"
        done
        noEscape
        title={told.title}
        margin={<WhyTouch />}
        note={told.note}
        action={{ label: told.action, press: finish }}
      >
        <Title>{told.title}</Title>
        <p className="lead">{told.lead}</p>
        {told.facts}
      </TaskPage>
    );
  }
  if (asking.pending) {
    const title = blinking === null ? said.askingTitle : said.touchTitle;
    return (
      <TaskPage
        {...frame}
        step="touch"
        title={title}
        margin={
          <>
            {practice && <ProgramKeys />}
            <WhyTouch />
            <Aside title={said.failTitle}>
              <p>{props.fail ?? said.fail}</p>
            </Aside>
          </>
        }
        note={practice ? said.pressNote : said.noteTouch}
        action={
          practice
            ? {
                label: said.press,
                press: () =>
                  void pressing.run(() =>
                    aid.ask("press", props.meant === undefined ? null : { label: props.meant }),
                  ),
                awaits: blinking === null,
              }
            : { label: said.waitingFor, awaits: true }
        }
      >
        <Title>{title}</Title>
        <p className="lead">{props.lead}</p>
        <KeyDrawing label={props.tag} blinks={blinking !== null} />
        <Waiting blinking={blinking !== null} />
      </TaskPage>
    );
  }
  return (
    <TaskPage
      {...frame}
      step="pin"
      title={props.title}
      margin={
        <>
          {practice && <ProgramKeys />}
          <WhyTouch />
          <Aside title={said.blockTitle}>
            <p>{said.block}</p>
          </Aside>
        </>
      }
      note={props.note}
      action={{ label: props.go, form: "key" }}
    >
      <Title>{props.title}</Title>
      <p className="lead">{props.lead}</p>
      <KeyDrawing label={props.tag} low={Boolean(props.fields)} />
      <form
        id="key"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="fields">
          {props.fields}
          <PinField
            value={pin}
            change={setPin}
            known={practice ? known : null}
            wrong={refused !== null && PIN_CODES.has(refused.code)}
          />
          <Tries failure={refused} />
          {practice && refused?.code === "PIN_PAUSED" && (
            <div className="field">
              <span className="label">{said.practiceTitle}</span>
              <button type="button" onClick={() => void replug()}>
                {said.replug}
              </button>
            </div>
          )}
        </div>
      </form>
      {refused !== null && <FailureVerdict failure={refused} />}
    </TaskPage>
  );
}

/** A key gives up after half a minute; people need not: it is asked again. */
async function untilTouched<T>(ask: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "TOUCH_TIMEOUT") throw error;
    }
}

const ProgramKeys = () => (
  <Aside title={atKeyboard.key.practiceTitle}>
    <p>{atKeyboard.key.practice}</p>
  </Aside>
);

const WhyTouch = () => (
  <Aside title={atKeyboard.key.whyTitle}>
    <p>{atKeyboard.key.why}</p>
  </Aside>
);

function Tries({ failure }: { readonly failure: FailureView | null }) {
  const retries = failure?.about["retries"];
  if (typeof retries !== "number") return null;
  return (
    <div className="field">
      <span className="label">{atKeyboard.key.tries}</span>
      <b className="tries">{atKeyboard.key.triesText(retries)}</b>
    </div>
  );
}

/** After this long without a blink the other port is worth a try. */
const PATIENCE_S = 10;

/** How long the key has been waited for. */
function Waiting({ blinking }: { readonly blinking: boolean }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setSeconds((count) => count + 1), 1000);
    return () => window.clearInterval(timer);
  }, []);
  const [, minutes, rest] = left(seconds * 1000);
  const said = atKeyboard.key;
  return (
    <>
      <dl className="facts">
        <div className="fact">
          <dt>{said.waiting}</dt>
          <dd>
            <span className="mono">
              {minutes}:{rest}
            </span>
            , {said.waitingText}
          </dd>
        </div>
      </dl>
      {seconds >= PATIENCE_S && !blinking ? (
        <Verdict what={said.noBlink} todo={said.noBlinkTodo} />
      ) : (
        <p className="quiet push">{said.again}</p>
      )}
    </>
  );
}
