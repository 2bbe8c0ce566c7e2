import { CodedError } from "../../crypto/errors.ts";

/** Codes of station/paper. `about.field` names what was wrong, never its value: it may be secret. */
export type PaperCode = "CARD_UNPRINTABLE" | "RECORD_UNPRINTABLE";

export function unprintable(code: PaperCode, field: string): never {
  throw new CodedError<PaperCode>(code, { field });
}
