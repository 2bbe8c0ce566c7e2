import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { recordNumber, second } from "../text/say.ts";
import { text } from "../text/text.ts";
import { ReviewRail, TheUse, type ReviewView } from "./rail.tsx";

/** One reviewer after the other touches; in any order, and later too. */
export function SignStep(review: ReviewView) {
  const { act } = useStation();
  const said = text.review.sign;
  const { reviewers, record, broken } = review;
  const same = reviewers.length > 0 && reviewers.every(({ key }) => broken.includes(key));
  const missing = reviewers.filter(({ signedAt }) => signedAt === null);
  const next = reviewers.findIndex(({ signedAt }) => signedAt === null);
  const done = missing.length === 0;
  const title = said.title(missing.length);
  return (
    <Page
      step={`sign ${missing.length}`}
      title={title}
      rail={<ReviewRail {...review} />}
      margin={
        <>
          <TheUse {...review} />
          {!done && (
            <Aside title={said.aloneTitle}>
              <p>{said.alone}</p>
            </Aside>
          )}
        </>
      }
      {...(done ? {} : { escape: { label: said.later, press: () => void act({ do: "cancel" }) } })}
      note={done ? said.doneNote : said.note}
      action={
        done
          ? { label: said.done, press: () => void act({ do: "next" }) }
          : {
              label: said.go(reviewers[next]?.name ?? ""),
              press: () => void act({ do: "hand", place: next + 1 }),
            }
      }
    >
      <Title>{title}</Title>
      <p className="lead">
        {done ? said.doneLead : said.lead} {same && said.sameKey}{" "}
        {record !== null && said.record(recordNumber(record))}
      </p>
      <Lines
        spacing={reviewers.length > 6 ? "two" : "tight"}
        lines={reviewers.map(({ name, key, signedAt }, index): Line => ({
          id: key,
          state: signedAt !== null ? "done" : index === next ? "now" : "later",
          title: name,
          detail: said.withKey(key),
          end: signedAt === null ? <Word>{said.waits}</Word> : <time>{second(signedAt)}</time>,
        }))}
      />
      {!done && (
        <div className="row under-lead">
          {reviewers.map(({ name, key, signedAt }, index) =>
            signedAt !== null || index === next ? null : (
              <button
                key={key}
                type="button"
                onClick={() => void act({ do: "hand", place: index + 1 })}
              >
                {said.go(name)}
              </button>
            ),
          )}
          <button type="button" onClick={() => void act({ do: "again" })}>
            {said.again}
          </button>
        </div>
      )}
    </Page>
  );
}
