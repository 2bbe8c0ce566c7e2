import { useState } from "react";
import type { ReviewFound } from "../../contract/review.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Field } from "../parts/field.tsx";
import { sentences, text } from "../text/text.ts";
import { ReviewRail, TheUse, type ReviewView } from "./rail.tsx";

/** More than these are for the whole review. */
const LISTED = 30;

type FoundView = ReviewView & { readonly found: ReviewFound };

/** What the trail says; then who signs that, and what explains it. */
export function FindingsStep(review: FoundView) {
  const [naming, setNaming] = useState(false);
  return naming ? (
    <WhoSigns {...review} leave={() => setNaming(false)} />
  ) : (
    <WhatWasFound {...review} go={() => setNaming(true)} />
  );
}

function WhatWasFound({ go, ...review }: FoundView & { readonly go: () => void }) {
  const { act } = useStation();
  const said = text.review.findings;
  const { found } = review;
  const title = said.title[found.verdict];
  return (
    <Page
      step="findings"
      title={title}
      rail={<ReviewRail {...review} />}
      margin={<TheUse {...review} />}
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go, press: go }}
      scrolls
    >
      <Title>{title}</Title>
      <p className="lead">
        {said.lead(found.events, found.denied, found.files)} {said.proof[found.proof]}
      </p>
      <div className="row under-lead">
        <button type="button" onClick={() => void act({ do: "showPaper", shown: true })}>
          {said.whole}
        </button>
        <button type="button" onClick={() => void act({ do: "again" })}>
          {said.again}
        </button>
      </div>
      <Findings findings={found.findings} />
    </Page>
  );
}

function Findings({ findings }: { readonly findings: ReviewFound["findings"] }) {
  const said = text.review.findings;
  if (findings.length === 0) return <p className="lead-gap">{said.none}</p>;
  return (
    <table className="ledger close">
      <tbody>
        {findings.slice(0, LISTED).map(({ code, severity, about, count }) => {
          const { what, todo } = sentences({ code, about });
          return (
            <tr key={`${severity} ${code}`} className={severity}>
              <td className="severity">{said.severity[severity]}</td>
              <td>
                {what}
                <small>
                  {todo} {count > 1 && said.times(count)}
                </small>
              </td>
            </tr>
          );
        })}
        {findings.length > LISTED && (
          <tr>
            <td />
            <td className="quiet">{said.more(findings.length - LISTED)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function WhoSigns({ leave, ...review }: FoundView & { readonly leave: () => void }) {
  const { act } = useStation();
  const said = text.review.findings;
  const { found, keys, broken } = review;
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const [explanation, setExplanation] = useState("");
  const title = text.review.who.title;
  const send = (): void => {
    const reviewers = keys.flatMap((key) => {
      const name = (names[key] ?? "").trim();
      return name === "" ? [] : [{ name, key }];
    });
    void act({ do: "reviewers", reviewers, explanation });
  };
  return (
    <Page
      step="who"
      title={title}
      rail={<ReviewRail {...review} />}
      margin={
        <>
          <TheUse {...review} />
          <Aside title={said.signTitle}>
            <p>{said.sign}</p>
            <p>{review.another ? said.another : said.sameKey}</p>
          </Aside>
        </>
      }
      escape={{ label: text.review.who.back, press: leave }}
      note={text.review.who.note}
      action={{ label: text.review.who.go, form: "reviewers" }}
      scrolls={keys.length > FEW}
    >
      <Title>{title}</Title>
      <p className="lead">{text.review.who.lead}</p>
      <form
        id="reviewers"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="fields">
          {keys.map((key, index) => (
            <Field
              key={key}
              id={`reviewer-${index + 1}`}
              label={said.reviewer(key)}
              note={broken.includes(key) ? said.brokeGlass : said.reviewerNote}
            >
              <input
                id={`reviewer-${index + 1}`}
                value={names[key] ?? ""}
                maxLength={80}
                autoComplete="off"
                spellCheck={false}
                aria-describedby={`reviewer-${index + 1}-note`}
                {...(index === 0 ? { "data-first": true } : {})}
                onChange={(event) => setNames({ ...names, [key]: event.target.value })}
              />
            </Field>
          ))}
          <Field
            id="explanation"
            label={found.verdict === "EXPLAIN" ? said.explanation : said.explanationFree}
            note={said.explanationNote}
            whole
          >
            <textarea
              id="explanation"
              value={explanation}
              maxLength={1000}
              aria-describedby="explanation-note"
              onChange={(event) => setExplanation(event.target.value)}
            />
          </Field>
        </div>
      </form>
    </Page>
  );
}

/** Keys whose fields fit without scrolling. */
const FEW = 4;
