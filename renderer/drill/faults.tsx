import { useState } from "react";
import { DRILL_FAULTS, type DrillFault } from "../../contract/drill.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Field } from "../parts/field.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { DrillRail, type DrillView } from "./rail.tsx";

const MOST = 4_294_967_295;

/** What goes wrong on purpose: chosen, drawn, or both. */
export function FaultsStep(drill: DrillView) {
  const { act } = useStation();
  const said = text.drill.faults;
  const [faults, setFaults] = useState<readonly DrillFault[]>(drill.faults);
  const [draw, setDraw] = useState(false);
  const [seed, setSeed] = useState(String(drill.seed));
  const [wrong, setWrong] = useState(false);
  const full = drill.form === "full";
  const go = (): void => {
    const number = /^\d{1,10}$/.test(seed.trim()) ? Number(seed) : Number.NaN;
    const fits = number <= MOST;
    setWrong(draw && !fits);
    if (draw && !fits) {
      document.querySelector<HTMLElement>("#drill-seed")?.focus();
      return;
    }
    void act({ do: "drillFaults", faults: [...faults], draw, seed: fits ? number : 0 });
  };
  return (
    <Page
      step="faults"
      title={said.title}
      rail={<DrillRail {...drill} />}
      margin={
        <>
          <Aside title={said.planTitle}>
            <p>{said.plan}</p>
          </Aside>
          {draw && (
            <section>
              <Field id="drill-seed" label={said.seed} note={said.drawNote}>
                <input
                  id="drill-seed"
                  inputMode="numeric"
                  autoComplete="off"
                  maxLength={10}
                  value={seed}
                  aria-describedby="drill-seed-note"
                  {...(wrong ? { "aria-invalid": true } : {})}
                  onChange={(event) => {
                    setSeed(event.target.value);
                    setWrong(false);
                  }}
                />
              </Field>
            </section>
          )}
        </>
      }
      escape={{ label: text.drill.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note(full)}
      action={{ label: said.go(full), press: go }}
      verdict={
        wrong ? (
          <Verdict what={said.seedWrong} todo={said.seedTodo} />
        ) : (
          drill.clash !== null && <Verdict what={clashOf(drill.clash)} todo={said.clashTodo} />
        )
      }
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <fieldset className="found faults">
        <legend className="vh">{said.legend}</legend>
        {DRILL_FAULTS.map((fault) => (
          <label key={fault} className="check">
            <input
              type="checkbox"
              checked={faults.includes(fault)}
              onChange={(event) =>
                setFaults(
                  DRILL_FAULTS.filter((one) =>
                    one === fault ? event.target.checked : faults.includes(one),
                  ),
                )
              }
            />
            <span>{text.drill.faultNames[fault]}</span>
          </label>
        ))}
        <label className="check">
          <input
            type="checkbox"
            checked={draw}
            onChange={(event) => setDraw(event.target.checked)}
          />
          <span>
            <b>{said.draw}</b>
          </span>
        </label>
      </fieldset>
    </Page>
  );
}

const nameOf = (id: string): string => {
  const fault = DRILL_FAULTS.find((name) => name === id);
  return fault === undefined ? id : text.drill.faultNames[fault];
};

function clashOf({ one, other }: NonNullable<DrillView["clash"]>): string {
  const said = text.drill.faults;
  return one === "random" ? said.noneLeft : said.clash(nameOf(one), nameOf(other));
}
