import { useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { SealRail, type SealView, whoOf } from "./rail.tsx";

/** More than these don't fit on the screen; a terminal can seal for more. */
const MOST = 10;

/** Who the custodians are, and how many of them must agree. */
export function SealCustodians(seal: SealView) {
  const { view, act } = useStation();
  const said = text.seal.custodians;
  const [names, setNames] = useState(seal.custodians);
  const [threshold, setThreshold] = useState(seal.threshold);
  const [tried, setTried] = useState(false);
  const of = names.length;
  const missing = names.flatMap((name, index) => (name.trim() === "" ? [`${index + 1}`] : []));
  const twice = names.find(
    (name, index) =>
      name.trim() !== "" && names.findIndex((one) => one.trim() === name.trim()) < index,
  );
  const title = said.title(threshold, of);

  const resize = (by: number): void => {
    const next = Math.min(MOST, Math.max(2, of + by));
    setNames(Array.from({ length: next }, (_, index) => names[index] ?? ""));
    setThreshold(Math.min(threshold, next));
  };
  const send = (): void => {
    setTried(true);
    if (missing.length === 0 && twice === undefined)
      void act({ do: "custodians", names, threshold });
  };
  return (
    <Page
      step="custodians"
      title={title}
      rail={<SealRail {...seal} />}
      margin={
        <>
          <Aside title={text.seal.whoTitle}>
            <p>{whoOf(view)}</p>
          </Aside>
          <Aside title={said.whyTitle(of)}>
            <p>{said.why}</p>
          </Aside>
          <Aside title={said.holderTitle}>
            <p>{said.holder}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go, form: "custodians" }}
      verdict={
        tried && missing.length > 0 ? (
          <Verdict what={said.missing(missing)} todo={said.missingTodo} id="custodians-verdict" />
        ) : tried && twice !== undefined ? (
          <Verdict what={said.twice(twice.trim())} todo={said.twiceTodo} id="custodians-verdict" />
        ) : threshold === of ? (
          <Verdict what={said.all(of)} todo={said.allTodo} />
        ) : null
      }
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead(threshold, of)}</p>
      <form
        id="custodians"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="dials">
          <div>
            <Stepper
              label={said.count}
              value={of}
              fewer={said.fewer}
              more={said.more}
              step={resize}
            />
            <Stepper
              label={said.threshold}
              value={threshold}
              fewer={said.thresholdFewer}
              more={said.thresholdMore}
              step={(by) => setThreshold(Math.min(of, Math.max(2, threshold + by)))}
            />
          </div>
          {of <= 6 && <Few threshold={threshold} of={of} />}
        </div>
        <h2 className="under-pair">{said.names}</h2>
        <ol className={of > 6 ? "names two" : "names"}>
          {names.map((name, index) => {
            const id = `custodian-${index + 1}`;
            const wrong = tried && (name.trim() === "" || name.trim() === twice?.trim());
            return (
              <li key={id} className="field custodian">
                <label htmlFor={id}>
                  <span className="vh">{said.name(index + 1)}</span>
                  <span aria-hidden="true">{index + 1}</span>
                </label>
                <input
                  id={id}
                  value={name}
                  maxLength={80}
                  autoComplete="off"
                  spellCheck={false}
                  {...(wrong
                    ? { "aria-invalid": true, "aria-describedby": "custodians-verdict" }
                    : {})}
                  onChange={(event) =>
                    setNames(names.map((old, at) => (at === index ? event.target.value : old)))
                  }
                />
              </li>
            );
          })}
        </ol>
      </form>
    </Page>
  );
}

interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly fewer: string;
  readonly more: string;
  readonly step: (by: number) => void;
}

const Stepper = ({ label, value, fewer, more, step }: StepperProps) => (
  <div className="stepper">
    <span>{label}</span>
    <button type="button" aria-label={fewer} onClick={() => step(-1)}>
      −
    </button>
    <output aria-label={label}>{value}</output>
    <button type="button" aria-label={more} onClick={() => step(1)}>
      +
    </button>
  </div>
);

function Few({ threshold, of }: { readonly threshold: number; readonly of: number }) {
  const said = text.seal.custodians;
  return (
    <ol className="seats few" aria-label={said.seats(threshold, of - threshold)}>
      {Array.from({ length: of }, (_, index) => (
        <li key={index} className={index < threshold ? "filled" : ""}>
          {index < threshold ? index + 1 : said.spare}
        </li>
      ))}
    </ol>
  );
}
