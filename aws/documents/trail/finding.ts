import { CodedError } from "../../../crypto/errors.ts";

/** What a trail file can be refused for, as a whole or in one entry. */
export type TrailFileCode =
  | "TRAIL_FILE_UNREADABLE"
  | "TRAIL_FILE_CHANGED"
  | "TRAIL_FILE_UNKNOWN"
  | "TRAIL_EVENT_UNREADABLE"
  | "TRAIL_EVENTS_DIFFER"
  | "TRAIL_LOOKUP_CUT"
  | "TRAIL_TOO_LARGE";

/** What digests say of the files beside them. */
export type TrailProofCode =
  | "LOG_EDITED"
  | "LOG_MISSING"
  | "LOG_ADDED"
  | "LOG_NOT_DIGESTED"
  | "DIGEST_EDITED"
  | "DIGEST_MISSING"
  | "DIGEST_REFUSED"
  | "DIGEST_UNSIGNED"
  | "DIGEST_KEY_MISSING"
  | "DIGEST_KEY_OUT_OF_TIME"
  | "DIGEST_SIGNATURE_UNUSED"
  | "DIGESTS_NOT_GIVEN";

/** What a reviewer must explain, or know. */
export type TrailReviewCode =
  | "ACTED_BEFORE_WINDOW"
  | "ACTED_AFTER_DEADLINE"
  | "ACTED_AFTER_CLOSE"
  | "ACTED_AFTER_LATCH"
  | "TRIED_OUTSIDE_WINDOW"
  | "ACTED_IN_OTHER_WINDOW"
  | "PERSISTENCE_SUCCEEDED"
  | "PERSISTENCE_DENIED"
  | "CHANGE_LASTS"
  | "EVIDENCE_TOUCHED"
  | "EVIDENCE_DENIED"
  | "SESSION_OUTLIVES"
  | "SESSION_MADE"
  | "SESSION_UNLOGGED"
  | "SESSION_BY_NAME"
  | "KEY_FOREIGN"
  | "CONSOLE_LOGIN"
  | "SOURCE_UNEXPECTED"
  | "SOURCES_SEVERAL"
  | "KIT_SOURCES_SEVERAL"
  | "ACCOUNT_REACHED"
  | "KIT_CHANGED"
  | "KIT_TRIED"
  | "KIT_USED_OUTSIDE"
  | "KIT_DISARMED"
  | "KIT_MISUSED"
  | "KIT_SESSION_UNLOGGED"
  | "WINDOWS_SEVERAL"
  | "KEYS_ACTIVATED_SEVERAL"
  | "OPENING_NOT_SEEN"
  | "OPENING_NOT_TAGGED"
  | "OPENING_OF_OTHER_RECORD"
  | "CLOSING_NOT_SEEN"
  | "CLOSING_NOT_RECORDED"
  | "NOTHING_LOGGED"
  | "COVERAGE_GAP"
  | "COVERAGE_UNPROVEN"
  | "COVERAGE_NONE"
  | "COVERAGE_OTHER_TRAIL"
  | "COVERAGE_UNSEALED_TRAIL"
  | "REGIONS_NOT_STATED"
  | "REVIEW_EARLY";

export type TrailCode = TrailFileCode | TrailProofCode | TrailReviewCode;
export type Severity = "error" | "warning" | "note";
export type About = Readonly<Record<string, string | number>>;

export interface TrailFinding {
  readonly code: TrailCode;
  /** error: must be explained before anyone signs; warning: look; note: to know. */
  readonly severity: Severity;
  /** Public facts, as the files gave them: to be shown, never obeyed. */
  readonly about: About;
}

export const finding = (code: TrailCode, severity: Severity, about: About = {}): TrailFinding => ({
  code,
  severity,
  about,
});

export function fail(code: TrailFileCode, about: About = {}): never {
  throw new CodedError<TrailFileCode>(code, about);
}
