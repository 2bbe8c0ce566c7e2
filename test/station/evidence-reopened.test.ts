import { expect, it } from "vitest";
import { claimsOf } from "../../station/evidence/claims.ts";

type Told = Parameters<typeof claimsOf>[0][number];

const ACCOUNT = "111122223333";

const told = (seq: number, kind: Told["kind"], more: Told["evidence"]): Told =>
  ({
    kind,
    who: {},
    why: "by hand",
    at: { time: `2026-06-18T02:${10 + seq}:00Z`, clock: "aws" },
    evidence: { incident: "INC-7", ...more },
    written: { seq, sha256: `${seq}`.repeat(64) },
  }) as unknown as Told;

const endOf = (more: Told["evidence"]): string => {
  const closing = {
    account: ACCOUNT,
    verdict: "CLOSED",
    rejections: 3,
    confirmed: true,
    remains: [],
    ...more,
  };
  const story = [
    told(1, "glass-broken", { purpose: "open", accounts: [ACCOUNT] }),
    told(2, "access-open", { accounts: [ACCOUNT], deadline: "2026-06-18T03:05:00Z" }),
    told(3, "closed", { accounts: [closing] }),
  ];
  const [use] = claimsOf(story, new Set()).uses;
  return use?.said.find(({ kind }) => kind === "ended")?.text ?? "";
};

it("a closing is told with what was found open again after it", () => {
  const reopened = [{ kind: "KEY_ACTIVE", what: "AKIAX" }];
  const again = `it was found open again, and was closed anew: ${ACCOUNT}: KEY_ACTIVE AKIAX.`;
  expect(endOf({ reopened })).toMatch(/^The access was closed /);
  expect(endOf({ reopened })).toContain(again);
  // Where the end itself is not proven, too; and in the journal's words.
  expect(endOf({ reopened: ["KEY_ACTIVE AKIAX"], confirmed: false })).toContain(again);
  expect(endOf({})).not.toContain("open again");
  expect(endOf({ reopened: [] })).not.toContain("open again");
});
