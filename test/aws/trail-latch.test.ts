import { describe, expect, it } from "vitest";
import type { Question } from "../../aws/documents/trail/question.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import {
  ACCOUNT,
  CLOSED,
  DEADLINE,
  event,
  goodEvents,
  INCIDENT,
  iso,
  type Json,
  KEY,
  kit,
  makeSigner,
  makeTrail,
  OPENED,
  RECORD,
  roleIdentity,
  session,
  windowText,
} from "./trail-kit.ts";
import { codes, filesOf, proofs, question, trailOf } from "./trail-reading.ts";

const MINUTE = 60_000;
const signer = makeSigner();

function proven(events: readonly Json[], more: Partial<Question> = {}): Review {
  const made = makeTrail(events, signer);
  return review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer), ...more }));
}

const latch = { policyArn: `arn:aws:iam::${ACCOUNT}:policy/breakglass/BreakGlassClosed` };
const attach = (at: number): Json => kit("AttachUserPolicy", at, latch);
const tag = (at: number, record: string): Json =>
  kit("TagUser", at, {
    tags: [
      { key: "IncidentId", value: INCIDENT },
      { key: "BreakGlassUntil", value: iso(DEADLINE) },
      { key: "BreakGlassRecord", value: record },
    ],
  });

/** Closed by hand long before the deadline; the record of it is written after the second look. */
const LATCHED = OPENED + 10 * MINUTE;
const closedEarly = { ...question().access, closedMs: LATCHED + 8 * MINUTE };
const opening = goodEvents().filter(({ eventTime }) => Date.parse(String(eventTime)) < LATCHED);
const off = (at: number): Json =>
  kit("UpdateAccessKey", at, { accessKeyId: KEY, status: "Inactive" });
const closing = (at: number): Json[] => [attach(at), off(at + 10_000)];

const written = (at: number): Json =>
  kit("PutUserPolicy", at, { policyName: "BreakGlassWindow", policyDocument: windowText() });
const lifted = (at: number): Json => kit("DetachUserPolicy", at, latch);
const activated = (at: number): Json =>
  kit("UpdateAccessKey", at, { accessKeyId: KEY, status: "Active" });
const used = (at: number): Json => event("ec2:StopInstances", at);

const early = (events: readonly Json[], more: Partial<Question> = {}): Review =>
  proven([...opening, ...closing(LATCHED), ...events], { access: closedEarly, ...more });
const errors = (events: readonly Json[]): string[] => codes(early(events), "error");
const after = ({ findings }: Review): string[] =>
  findings
    .filter(({ about }) => String(about["why"]).startsWith("after the latch"))
    .map(({ about }) => String(about["what"]));

describe("between the latch and the closing's record", () => {
  const at = LATCHED + MINUTE;

  it("a closing by hand, and its second look, are clear", () => {
    const found = early([off(LATCHED + 5 * MINUTE), attach(LATCHED + 5 * MINUTE)]);
    expect([found.verdict, found.proof.status]).toEqual(["CLEAR", "verified"]);
  });

  it("a reopening with the kit's own window, latch and key is an error, and so is its use", () => {
    const thief = [written(at), lifted(at), activated(at), used(at + MINUTE)];
    const found = early([...thief, ...closing(LATCHED + 5 * MINUTE)]);
    const opens = ["iam:PutUserPolicy", "iam:DetachUserPolicy", "iam:UpdateAccessKey"];
    expect(after(found).toSorted()).toEqual(opens.toSorted());
    expect(codes(found, "error")).toEqual([...opens.map(() => "KIT_MISUSED"), "ACTED_AFTER_LATCH"]);
    expect(found.verdict).toBe("EXPLAIN");
  });

  it.each([
    ["the window written", written],
    ["the latch taken off", lifted],
    ["the key activated", activated],
  ])("%s alone is an error, tagged once more for the same record or not", (_, does) => {
    expect(after(early([does(at)]))).toHaveLength(1);
    expect(after(early([does(at), tag(at, RECORD)]))).toHaveLength(1);
  });

  it("one that a glass-broken record of its own tells of is none", () => {
    const other = "cd".repeat(32);
    const access = { ...closedEarly, recordSha256s: [RECORD, other] };
    const windows = [...access.windows, ...access.windows];
    const again = [written(at), tag(at + 2000, other), lifted(at + 3000), activated(at + 3000)];
    const events = [...again, used(at + 2 * MINUTE), ...closing(LATCHED + 5 * MINUTE)];
    expect(codes(early(events, { access: { ...access, windows } }), "error")).toEqual([]);
    // Once that one is closed, too, it excuses nothing.
    const third = [...events, activated(LATCHED + 6 * MINUTE)];
    expect(after(early(third, { access: { ...access, windows } }))).toHaveLength(1);
  });

  it("a latch that was on before the opening, and a denied or refused try, say nothing", () => {
    const checked = attach(OPENED - 5 * MINUTE);
    const refused = { ...lifted(at), errorCode: "AccessDenied" };
    const tried = { ...used(at + MINUTE), errorCode: "AccessDenied" };
    const found = early([checked, refused, tried]);
    expect(codes(found, "error")).toEqual([]);
  });

  it("what the user itself gets done a minute after the latch is an error; a look at itself is none", () => {
    expect(errors([used(LATCHED + 30_000)])).toEqual([]);
    expect(errors([event("sts:GetCallerIdentity", LATCHED + 2 * MINUTE)])).toEqual([]);
    expect(errors([used(LATCHED + 61_000)])).toEqual(["ACTED_AFTER_LATCH"]);
    // However often the closing attaches it.
    const again = attach(LATCHED + 100_000);
    expect(errors([again, used(LATCHED + 120_000)])).toEqual(["ACTED_AFTER_LATCH"]);
  });

  it("the closer's latch counts, and what another recorded opening did does not", () => {
    const closer = roleIdentity("ASIACLOSER0000000001", "BreakGlassCloser", "close");
    const issued = session(LATCHED - MINUTE, CLOSED, "ASIACLOSER0000000001");
    const byCloser = { ...attach(LATCHED), userIdentity: closer };
    const found = proven([...opening, issued, byCloser, activated(at), ...closing(at + MINUTE)], {
      access: closedEarly,
    });
    expect(after(found)).toEqual(["iam:UpdateAccessKey"]);
    const next = { ...closedEarly, openedMs: LATCHED + 9 * MINUTE, closedMs: CLOSED };
    const later = activated(LATCHED + 10 * MINUTE);
    expect(after(early([later], { others: [{ ...next, incident: "INC-2" }] }))).toEqual([]);
  });
});
