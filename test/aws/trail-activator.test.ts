import { describe, expect, it } from "vitest";
import { PROFILES } from "../../aws/documents/profiles.ts";
import type { Question } from "../../aws/documents/trail/question.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import { readWindow } from "../../aws/documents/trail/window-text.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { parseRange } from "../../aws/documents/trail/sources.ts";
import {
  ACCOUNT,
  CLOSED,
  DEADLINE,
  denied,
  goodEvents,
  INCIDENT,
  iso,
  type Json,
  KEY,
  kit,
  makeSigner,
  makeTrail,
  OPENED,
  session as sessionOf,
  windowText,
} from "./trail-kit.ts";
import { contents } from "../ceremony/sealing.ts";
import { codes, filesOf, proofs, question, trailOf } from "./trail-reading.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const signer = makeSigner();

const ranges = (text: string) => [parseRange(text) ?? { bytes: [], bits: 0 }];

/** A proven review of these events. */
function proven(events: readonly Json[], more: Partial<Question> = {}, hours = 6): Review {
  const made = makeTrail(events, signer, { hours });
  return review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer), ...more }));
}

const session = (at: number, hours = 2.5, key?: string): Json =>
  sessionOf(at, at + hours * HOUR, key);

describe("the activator's own calls are the recorded ones, and no others", () => {
  const latch = { policyArn: `arn:aws:iam::${ACCOUNT}:policy/breakglass/BreakGlassClosed` };
  const window = { policyName: "BreakGlassWindow" };
  const written = (policyDocument: string): Json =>
    kit("PutUserPolicy", OPENED + MINUTE, { ...window, policyDocument });
  /** The kit's own window with its statement of that name changed. */
  const bent = (sid: string, more: Json | null): Json => {
    const { Statement, ...rest } = JSON.parse(windowText()) as { Statement: Json[] };
    const changed = Statement.flatMap((one) =>
      one["Sid"] !== sid ? [one] : more === null ? [] : [{ ...one, ...more }],
    );
    return written(JSON.stringify({ ...rest, Statement: changed }));
  };
  const allow = { Effect: "Allow", Action: "*", Resource: "*", Sid: iso(DEADLINE) };
  const later = { DateGreaterThanEquals: { "aws:CurrentTime": iso(DEADLINE + HOUR) } };
  const cases: readonly (readonly [string, string, Json])[] = [
    [
      "a second inline policy",
      "KIT_MISUSED",
      kit("PutUserPolicy", OPENED + MINUTE, { policyName: "Wide", policyDocument: "{}" }),
    ],
    ["a window later", "KIT_MISUSED", written(windowText({ until: iso(DEADLINE + HOUR) }))],
    ["a window shorter", "KIT_MISUSED", written(windowText({ until: iso(DEADLINE - MINUTE) }))],
    ["a window without a word", "KIT_MISUSED", written("{}")],
    [
      "a window that only speaks of the deadline",
      "KIT_MISUSED",
      written(JSON.stringify({ Version: "2012-10-17", Statement: [allow] })),
    ],
    ["a window without its end", "KIT_MISUSED", bent("NotAfter", null)],
    ["a window that denies later", "KIT_MISUSED", bent("NotAfter", { Condition: later })],
    ["a window that denies less", "KIT_MISUSED", bent("NotAfter", { Action: "ec2:*" })],
    ["a window that allows more", "KIT_MISUSED", bent("Open", { Action: "*" })],
    ["old sessions let in", "KIT_MISUSED", written(windowText({ tokensFrom: iso(OPENED - HOUR) }))],
    ["another incident's window", "KIT_MISUSED", written(windowText({ incident: "INC-1" }))],
    ["another region's", "KIT_MISUSED", written(windowText({ regions: ["eu-west-1"] }))],
    ["another profile's", "KIT_MISUSED", written(windowText({ profile: "identity-repair" }))],
    ["a second window", "WINDOWS_SEVERAL", written(windowText({ nbf: iso(OPENED - MINUTE) }))],
    [
      "a foreign key",
      "KIT_MISUSED",
      kit("UpdateAccessKey", OPENED + MINUTE, { accessKeyId: "AKIAFOREIGN1", status: "Active" }),
    ],
    [
      "the latch taken off after the closing",
      "KIT_MISUSED",
      kit("DetachUserPolicy", CLOSED + 14 * MINUTE, latch),
    ],
    [
      "the key activated after the closing",
      "KIT_MISUSED",
      kit("UpdateAccessKey", CLOSED + MINUTE, { accessKeyId: KEY, status: "Active" }),
    ],
    [
      "another policy",
      "KIT_MISUSED",
      kit("AttachUserPolicy", OPENED + MINUTE, {
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
    [
      "another tag",
      "KIT_MISUSED",
      kit("TagUser", OPENED + MINUTE, { tags: [{ key: "team", value: "x" }] }),
    ],
    [
      "another user",
      "KIT_MISUSED",
      kit("UpdateAccessKey", OPENED + MINUTE, { userName: "bg-closer", status: "Active" }),
    ],
    ["a session got long after", "KIT_USED_OUTSIDE", session(CLOSED + 50 * MINUTE)],
    ["a session of 36 hours", "KIT_MISUSED", session(OPENED + MINUTE, 36)],
    [
      "a session of no length",
      "KIT_MISUSED",
      { ...session(OPENED + MINUTE), responseElements: null },
    ],
    [
      "a look long after",
      "KIT_USED_OUTSIDE",
      { ...kit("GetUser", CLOSED + 50 * MINUTE, {}), readOnly: true },
    ],
    [
      "a refused try long after",
      "KIT_USED_OUTSIDE",
      { ...kit("DetachUserPolicy", CLOSED + 50 * MINUTE, latch), ...denied },
    ],
  ];
  it.each(cases)("%s: %s", (_, code, event) => {
    expect(codes(proven([...goodEvents(), event]), "error")).toContain(code);
  });

  it("who it is may be asked while an opening waits for the network, and nothing else", () => {
    const early = OPENED - 40 * MINUTE;
    const asked: Json = {
      ...kit("GetCallerIdentity", early, {}),
      eventSource: "sts.amazonaws.com",
      readOnly: true,
    };
    expect(codes(proven([...goodEvents(), asked]), "error")).toEqual([]);
    for (const event of [session(early), kit("DetachUserPolicy", early, latch)])
      expect(codes(proven([...goodEvents(), event]), "error")).toContain("KIT_USED_OUTSIDE");
  });

  it("two keys activated, where none was stated; an opening without its tag", () => {
    const two = kit("UpdateAccessKey", OPENED + MINUTE, {
      accessKeyId: "AKIATWO",
      status: "Active",
    });
    expect(codes(proven([...goodEvents(), two], { keys: [] }))).toContain("KEYS_ACTIVATED_SEVERAL");
    const untagged = goodEvents().filter(({ eventName }) => eventName !== "TagUser");
    expect(codes(proven(untagged), "error")).toContain("OPENING_NOT_TAGGED");
  });

  it("and its windows are read as the online process writes them", () => {
    const [account] = contents.accounts;
    if (account === undefined) throw new Error("no account");
    for (const profile of Object.keys(PROFILES)) {
      const regions = ["eu-west-1", "us-east-1"];
      const [fromMs, untilMs] = [OPENED, DEADLINE];
      const asked = { incident: INCIDENT, profile, regions, fromMs, notBeforeMs: fromMs, untilMs };
      const text = onlinePorts.documents.windowPolicy({ account, ...asked });
      const read = { untilMs, tokensFromMs: fromMs, incident: INCIDENT, regions, profile };
      expect(readWindow(text)).toEqual(read);
      expect(readWindow(JSON.stringify(JSON.parse(text), null, 2))).toEqual(read);
    }
    for (const text of ["", "null", "[]", "{}", '{"Statement":[{},{},{},{},{}]}', "{"])
      expect(readWindow(text)).toBeNull();
  });

  it("refused tries inside are named; what is found missing is none", () => {
    const tried = (more: Json): string[] =>
      codes(proven([...goodEvents(), { ...kit("ListUsers", OPENED + MINUTE, {}), ...more }]));
    expect(tried(denied)).toContain("KIT_TRIED");
    expect(tried({ ...denied, readOnly: true })).toContain("KIT_TRIED");
    const missing = kit("DeleteLoginProfile", CLOSED - 1000, {});
    const found = proven([...goodEvents(), { ...missing, errorCode: "NoSuchEntityException" }]);
    expect(codes(found)).not.toContain("KIT_TRIED");
  });

  it("comes from the stated sources too", () => {
    const from = (text: string) => proven(goodEvents(), { sources: ranges(text) }).findings;
    const odd = from("203.0.113.0/24").find(({ code }) => code === "SOURCE_UNEXPECTED");
    expect(odd?.about).toMatchObject({ sources: "198.51.100.4", count: 7 });
    const station = [...ranges("203.0.113.0/24"), ...ranges("198.51.100.4")];
    expect(codes(proven(goodEvents(), { sources: station }), "error")).toEqual([]);
  });

  it("and logs are asked for as long as the activator's session works", () => {
    const found = proven([...goodEvents(), session(OPENED + MINUTE)], { nowMs: OPENED + 5 * HOUR });
    expect(found.wanted.to).toBe(OPENED + MINUTE + 3.5 * HOUR);
    expect(codes(found)).toContain("REVIEW_EARLY");
  });

  it("a window that a crash left without a record lies within the latest one", () => {
    const span = { fromMs: OPENED - 5 * MINUTE, untilMs: DEADLINE + 15 * MINUTE, exact: false };
    const access = { ...question().access, deadlineMs: span.untilMs, windows: [span] };
    expect(codes(proven(goodEvents(), { access }), "error")).toEqual([]);
    const long = { ...access, windows: [{ ...span, untilMs: DEADLINE - 1 }] };
    expect(codes(proven(goodEvents(), { access: long }), "error")).toContain("KIT_MISUSED");
  });

  it("what the next incident's does minutes after the closing is that one's, and the other way round", () => {
    const openedMs = CLOSED + 5 * MINUTE;
    const [incident, record] = ["INC-2042", "cd".repeat(32)];
    const next: Question["access"] = {
      ...question().access,
      incident,
      openedMs,
      deadlineMs: openedMs + HOUR,
      closedMs: openedMs + HOUR + 5 * MINUTE,
      windows: [{ fromMs: openedMs, untilMs: openedMs + HOUR, exact: true }],
      durationMs: HOUR,
      recordSha256s: [record],
    };
    const by = "ASIAACTIVATOR0000002";
    const itsOwn = (name: string, at: number, asked: Json): Json => {
      const { userIdentity, ...call } = kit(name, openedMs + at, asked);
      return { ...call, userIdentity: { ...(userIdentity as Json), accessKeyId: by } };
    };
    const its = [
      // Longer than the first one's activator may have a session for.
      session(openedMs - 1000, 3, by),
      itsOwn("PutUserPolicy", 1000, {
        ...window,
        policyDocument: windowText({
          nbf: iso(openedMs - 2 * MINUTE),
          tokensFrom: iso(openedMs),
          until: iso(next.deadlineMs),
          incident,
        }),
      }),
      itsOwn("TagUser", 1000, {
        tags: [
          { key: "IncidentId", value: incident },
          { key: "BreakGlassUntil", value: iso(next.deadlineMs) },
          { key: "BreakGlassRecord", value: record },
        ],
      }),
      itsOwn("DetachUserPolicy", 2000, latch),
      itsOwn("UpdateAccessKey", 2000, { accessKeyId: KEY, status: "Active" }),
      itsOwn("AttachUserPolicy", HOUR + MINUTE, latch),
      itsOwn("UpdateAccessKey", HOUR + MINUTE, { accessKeyId: KEY, status: "Inactive" }),
    ];
    const events = [...goodEvents(), ...its];
    expect(codes(proven(events, { others: [next] }, 8), "error")).toEqual([]);
    const { access } = question();
    const reviewed = { access: next, others: [access], nowMs: openedMs + 7 * HOUR };
    expect(codes(proven(events, reviewed, 8), "error")).toEqual([]);
    // Between the two nothing may open, whoever's window it would be.
    const between = kit("UpdateAccessKey", CLOSED + MINUTE, { accessKeyId: KEY, status: "Active" });
    const found = proven([...events, between], { others: [next] }, 8);
    expect(codes(found, "error")).toEqual(["KIT_MISUSED"]);
  });

  it("what a retry and a closing do is theirs", () => {
    const more = [
      ...goodEvents().slice(0, 4),
      session(OPENED - MINUTE),
      kit("DeleteUserPolicy", CLOSED - 1000, window),
      // Under a latch that shut nothing: it only shuts, also after the end.
      kit("PutUserPolicy", CLOSED + 1000, {
        ...window,
        policyDocument: onlinePorts.documents.latchPolicy(),
      }),
      kit("DeleteLoginProfile", CLOSED - 1000, {}),
      kit("DetachUserPolicy", CLOSED - 1000, { policyArn: "arn:aws:iam::aws:policy/Foreign" }),
      kit("UpdateAccessKey", CLOSED - 1000, { accessKeyId: "AKIAFOREIGN1", status: "Inactive" }),
    ];
    expect(codes(proven([...goodEvents(), ...more]), "error")).toEqual([]);
  });
});
