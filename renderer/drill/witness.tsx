import { useState } from "react";
import { appRequests } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Field } from "../parts/field.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { DrillRail, type DrillView } from "./rail.tsx";

const linesIn = (typed: string): string[] =>
  typed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

type FieldName = "witness" | "alarm" | "deviations" | "followUps";

/** What people saw, typed by the witness; then the record is signed. */
export function WitnessStep(drill: DrillView) {
  const { act } = useStation();
  const said = text.drill.witness;
  const [witness, setWitness] = useState(drill.witness);
  const [deviations, setDeviations] = useState("");
  const [followUps, setFollowUps] = useState(drill.followUps.join("\n"));
  const [alarm, setAlarm] = useState("");
  const [wrong, setWrong] = useState<FieldName | null>(null);
  const send = (): void => {
    const checked = appRequests.act.input.safeParse({
      do: "drillRecord",
      witness,
      deviations: linesIn(deviations),
      followUps: linesIn(followUps),
      alarm: alarm.trim() || null,
    });
    if (checked.success) {
      setWrong(null);
      void act(checked.data);
      return;
    }
    // The names of its fields are the request's.
    const name = checked.error.issues[0]?.path[0] as FieldName;
    setWrong(name);
    document.querySelector<HTMLElement>(`#drill-${name}`)?.focus();
  };
  const input = (name: FieldName, value: string, typed: (text: string) => void) => ({
    id: `drill-${name}`,
    value,
    ...(wrong === name && { "aria-invalid": true }),
    onChange: ({ target }: { readonly target: { readonly value: string } }) => typed(target.value),
  });
  const line = (
    name: "witness" | "alarm",
    value: string,
    typed: (text: string) => void,
    maxLength: number,
  ) => (
    <Field id={`drill-${name}`} label={said[name]}>
      <input
        {...input(name, value, typed)}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  );
  const lines = (
    name: "deviations" | "followUps",
    value: string,
    typed: (text: string) => void,
  ) => (
    <Field id={`drill-${name}`} label={said[name]} note={said[`${name}Note`]} whole>
      <textarea {...input(name, value, typed)} aria-describedby={`drill-${name}-note`} />
    </Field>
  );
  return (
    <Page
      step="witness"
      title={said.title}
      rail={<DrillRail {...drill} />}
      margin={
        <Aside title={said.whyTitle}>
          <p>{said.why}</p>
        </Aside>
      }
      escape={{
        label: text.drill.told.leave,
        press: () => void act({ do: "cancel" }),
        sure: text.drill.told.sure,
      }}
      note={said.note}
      action={{ label: said.go, form: "drill-witnessed" }}
      verdict={
        wrong !== null && (
          <Verdict
            what={wrong === "witness" ? said.wrongName : said.wrongLine}
            todo={wrong === "witness" ? said.wrongNameTodo : said.wrongLineTodo}
          />
        )
      }
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <form
        id="drill-witnessed"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="fields">
          {line("witness", witness, setWitness, 80)}
          {line("alarm", alarm, setAlarm, 500)}
          {lines("deviations", deviations, setDeviations)}
          {lines("followUps", followUps, setFollowUps)}
        </div>
      </form>
    </Page>
  );
}
