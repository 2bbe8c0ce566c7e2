import { explain, type Failure } from "../../contract/failures.ts";
import { en } from "./en.ts";
import { pseudo } from "./pseudo.ts";

/** The catalogue of the window's language. English is the only one; `pseudo` is for tests. */

const wanted =
  document.documentElement.dataset["locale"] ??
  new URLSearchParams(document.location.search).get("locale");
const isPseudo = wanted === "pseudo";

export const inLanguage = <T>(words: T): T => (isPseudo ? pseudo(words) : words);

export const text = inLanguage(en);

export interface FailureView {
  readonly code: string;
  readonly about: Readonly<Record<string, string | number>>;
}

/** The two sentences of a failure: what happened, what to do. */
export function sentences({ code, about }: FailureView): Failure {
  return inLanguage(explain(code, about));
}
