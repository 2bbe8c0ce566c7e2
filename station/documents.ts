import { policyText } from "../aws/documents/policy.ts";
import { latchPolicy, policyDate, readWindow, windowPolicy } from "../aws/documents/window.ts";
import type { Documents } from "../ceremony/access/ports.ts";

/** The documents that an activation writes and reads back, as texts. */
export const documents: Documents = {
  readWindow,
  windowPolicy: ({ incident, profile, regions, fromMs, notBeforeMs, untilMs }) =>
    policyText(
      windowPolicy({
        nbf: policyDate(notBeforeMs),
        until: policyDate(untilMs),
        tokensFrom: policyDate(fromMs),
        incident,
        profile,
        regions,
      }),
    ),
  latchPolicy: () => policyText(latchPolicy()),
};
