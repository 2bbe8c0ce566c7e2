import type { OnlineOpening } from "../contract/online.ts";
import { explain } from "../contract/failures.ts";
import { differs } from "../contract/failures/rest.ts";
import { CodedError } from "../crypto/errors.ts";

/** What a close takes away: while it stands, somebody may be in. */
const SHUT_BY_CLOSE = new Set([
  "LATCH_MISSING",
  "KEY_ACTIVE",
  "INLINE_POLICY",
  "FOREIGN_POLICY",
  "LOGIN_PROFILE",
]);
export const standsOpen = (opening: OnlineOpening): boolean =>
  opening.kind === "TAMPERED" &&
  opening.accounts.some(({ differences }) =>
    differences.some(({ kind }) => SHUT_BY_CLOSE.has(kind)),
  );

export const isNotOpened = (error: unknown): error is CodedError =>
  error instanceof CodedError && error.code === "ACCESS_NOT_OPENED";

/** Not opened by us, and found open: the process that holds the order can close it. */
export const isFoundOpen = ({ about }: CodedError): boolean => about["found"] === "open";

/** Why such a closing was begun, for its record. */
export const FOUND_OPEN = "found open before anything was opened";

/** Every reason, with what to do about each that somebody can put right. */
export function whyNot(opening: OnlineOpening): string {
  switch (opening.kind) {
    case "REFUSED": {
      const { code, about } = opening;
      const { verdict } = about;
      const told = [code, ...(typeof verdict === "string" ? [verdict] : [])];
      return told.map((one) => explain(one, about).what.replace(/\.$/, "")).join(": ");
    }
    case "TAMPERED":
      return opening.accounts
        .flatMap(({ accountId, differences }) =>
          differences.map(({ kind, what }) => `${accountId}: ${differs(kind, what)}`),
        )
        .join("; ");
    case "OPENED":
      return opening.accounts
        .map((one) => (one.state === "FAILED" ? `${one.accountId}: ${one.why} at ${one.at}` : ""))
        .join("; ");
  }
}
