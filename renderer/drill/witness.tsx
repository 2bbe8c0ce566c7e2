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

/** What people saw, typed by the witness; then the record is signed. */
export function WitnessStep(drill: DrillView) {
  const { act } = useStation();
  const said = text.drill.witness;
  const [witness, setWitness] = useState(drill.witness);
  const [deviations, setDeviations] = useState("");
  const [followUps, setFollowUps] = useState(drill.followUps.join("\n"));
  const [wrong, setWrong] = useState<"witness" | "deviations" | "followUps" | null>(null);
  const send = (): void => {
    const checked = appRequests.act.input.safeParse({
      do: "drillRecord",
      witness,
      deviations: linesIn(deviations),
      followUps: linesIn(followUps),
    });
    if (checked.success) {
      setWrong(null);
      void act(checked.data);
      return;
    }
    const field = checked.error.issues[0]?.path[0];
    const name = field === "deviations" || field === "followUps" ? field : "witness";
    setWrong(name);
    document.querySelector<HTMLElement>(`#drill-${name}`)?.focus();
  };
  const invalid = (name: typeof wrong) => (wrong === name ? { "aria-invalid": true } : {});
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
          <Field id="drill-witness" label={said.name} whole>
            <input
              id="drill-witness"
              value={witness}
              maxLength={80}
              autoComplete="off"
              spellCheck={false}
              {...invalid("witness")}
              onChange={(event) => setWitness(event.target.value)}
            />
          </Field>
          <Field id="drill-deviations" label={said.deviations} note={said.deviationsNote} whole>
            <textarea
              id="drill-deviations"
              value={deviations}
              aria-describedby="drill-deviations-note"
              {...invalid("deviations")}
              onChange={(event) => setDeviations(event.target.value)}
            />
          </Field>
          <Field id="drill-followUps" label={said.followUps} note={said.followUpsNote} whole>
            <textarea
              id="drill-followUps"
              value={followUps}
              aria-describedby="drill-followUps-note"
              {...invalid("followUps")}
              onChange={(event) => setFollowUps(event.target.value)}
            />
          </Field>
        </div>
      </form>
    </Page>
  );
}
