import { useState } from "react";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { Field } from "../parts/field.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { text } from "../text/text.ts";
import { TaskPage } from "./task-page.tsx";
import { useRequest } from "./use-request.ts";
import { useTask } from "./window.tsx";

const DIGITS = /^\d{6}$/;

/** An MFA code for one account, from its device to the process that is asked for it. */
export function CodeTask({ account, again }: TaskOf<"code">) {
  const { access, finish, leave } = useTask();
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const sending = useRequest();
  const said = atKeyboard.code;
  const send = async (): Promise<void> => {
    setTried(true);
    if (!DIGITS.test(code)) return;
    const sent = await sending.run(async () => {
      await access.ask("mfaCode", { account, code });
      return true;
    });
    if (sent === true) finish();
  };
  const wrong = tried && !DIGITS.test(code);
  return (
    <TaskPage
      rail={text.glass.rail}
      steps={[["code", said.step]]}
      step="code"
      title={said.title(account)}
      margin={
        <>
          <Aside title={said.whichTitle}>
            <p>{said.which}</p>
          </Aside>
          <Aside title={said.leaveTitle}>
            <p>{said.leaveText}</p>
          </Aside>
        </>
      }
      escape={{ label: said.leave, press: leave }}
      note={said.note}
      action={{ label: said.go, form: "code", awaits: sending.pending }}
    >
      <Title>{said.title(account)}</Title>
      <p className="lead">{said.lead}</p>
      <form
        id="code"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="fields">
          <Field id="mfa-code" label={said.field} note={said.fieldNote}>
            <input
              id="mfa-code"
              className="pin"
              inputMode="numeric"
              value={code}
              maxLength={6}
              autoComplete="off"
              spellCheck={false}
              data-first
              aria-describedby="mfa-code-note"
              {...(wrong ? { "aria-invalid": true } : {})}
              onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ""))}
            />
          </Field>
        </div>
      </form>
      {sending.failure === null ? (
        wrong ? (
          <Verdict what={said.wrong} todo={said.wrongTodo} />
        ) : (
          again && <Verdict what={said.again} todo={said.againTodo} />
        )
      ) : (
        <FailureVerdict failure={sending.failure} />
      )}
    </TaskPage>
  );
}
