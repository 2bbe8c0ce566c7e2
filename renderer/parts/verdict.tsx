import { type FailureView, sentences } from "../text/text.ts";

interface VerdictProps {
  readonly what: string;
  readonly todo: string;
  readonly good?: boolean;
  readonly id?: string;
}

/** What happened, and what to do; at the sheet's foot, always in the same place. */
export const Verdict = ({ what, todo, good = false, id }: VerdictProps) => (
  <div className="push">
    <p className={good ? "verdict good" : "verdict"} role={good ? "status" : "alert"} id={id}>
      <b>{what}</b> {todo}
    </p>
  </div>
);

export const FailureVerdict = ({ failure }: { readonly failure: FailureView }) => (
  <Verdict {...sentences(failure)} />
);
