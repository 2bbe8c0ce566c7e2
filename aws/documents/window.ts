import { fail } from "./errors.ts";
import { checkDate } from "./kit.ts";
import { type Policy, policy, QUOTA } from "./policy.ts";
import { GLOBAL_ACTIONS, PROBES, profileActions } from "./profiles.ts";

export interface AccessWindow {
  /** Dates of AWS's clock, RFC 3339 UTC to the whole second: not before, and the deadline. */
  readonly nbf: string;
  readonly until: string;
  /** Sessions issued before this are denied: nobody has one in store from an earlier opening. */
  readonly tokensFrom: string;
  /** Compared with the user's tag IncidentId. */
  readonly incident: string;
  readonly regions: readonly string[];
  readonly profile: string;
}

/** A date as the builders take it: AWS time in ms, cut to the whole second. */
export const policyDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** `INCIDENT_UNFIT`: it must stand in a tag and a policy as it is, with no wildcard or variable. */
export function checkIncident(incident: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_.:/=+@-]{0,63}$/.test(incident)
    ? incident
    : fail("INCIDENT_UNFIT", { incident });
}

/** What a window of that profile allows: its services, and the calls that prove it open. */
export const windowActions = (profile: string): readonly string[] => [
  ...profileActions(profile),
  PROBES.iam,
  PROBES.regional,
];

/**
 * The inline policy of an open access: literal dates on AWS's clock. Before and after are two Deny
 * statements, since two dates in one statement would be ANDed; the dates stand in the policy,
 * since Date operators take no policy variables. At `until` itself access is already denied.
 * `WINDOW_DATES_INVALID`, `INCIDENT_UNFIT`, `PROFILE_UNKNOWN`, `POLICY_TOO_LARGE`.
 */
export function windowPolicy(window: AccessWindow): Policy {
  const nbf = checkDate(window.nbf);
  const until = checkDate(window.until);
  const tokensFrom = checkDate(window.tokensFrom);
  if (Date.parse(nbf) >= Date.parse(until)) fail("WINDOW_DATES_INVALID", { date: until });
  if (window.regions.length === 0) fail("REGION_INVALID", { region: "none" });
  const all = { Effect: "Deny", Action: "*", Resource: "*" } as const;
  return policy("BreakGlassWindow", QUOTA.inlineOfUser, [
    {
      Sid: "Open",
      Effect: "Allow",
      Action: windowActions(window.profile),
      Resource: "*",
      Condition: {
        DateGreaterThanEquals: { "aws:CurrentTime": nbf },
        DateLessThan: { "aws:CurrentTime": until },
        StringEquals: { "aws:PrincipalTag/IncidentId": checkIncident(window.incident) },
        Bool: { "aws:SecureTransport": "true" },
      },
    },
    { Sid: "NotBefore", ...all, Condition: { DateLessThan: { "aws:CurrentTime": nbf } } },
    {
      Sid: "NotAfter",
      ...all,
      Condition: { DateGreaterThanEquals: { "aws:CurrentTime": until } },
    },
    {
      Sid: "NoOldSessions",
      ...all,
      Condition: { DateLessThan: { "aws:TokenIssueTime": tokensFrom } },
    },
    {
      Sid: "Regions",
      Effect: "Deny",
      NotAction: GLOBAL_ACTIONS,
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": window.regions } },
    },
  ]);
}

/**
 * What a document says of itself if it has that form, epoch ms; null for any other text. Nothing else
 * of it is judged: whoever asks builds it anew and compares.
 */
export function readWindow(text: string): {
  readonly incident: string;
  readonly fromMs: number;
  readonly notBeforeMs: number;
  readonly untilMs: number;
} | null {
  try {
    const { Statement } = JSON.parse(text) as { readonly Statement: readonly Said[] };
    const of = (sid: string, operator: string, name: string): unknown =>
      Statement.find(({ Sid }) => Sid === sid)?.Condition[operator]?.[name];
    const incident = of("Open", "StringEquals", "aws:PrincipalTag/IncidentId");
    const fromMs = dateIn(of("NoOldSessions", "DateLessThan", "aws:TokenIssueTime"));
    const notBeforeMs = dateIn(of("NotBefore", "DateLessThan", "aws:CurrentTime"));
    const untilMs = dateIn(of("NotAfter", "DateGreaterThanEquals", "aws:CurrentTime"));
    const dated = fromMs !== null && notBeforeMs !== null && untilMs !== null;
    return dated && typeof incident === "string"
      ? { incident, fromMs, notBeforeMs, untilMs }
      : null;
  } catch {
    return null;
  }
}

interface Said {
  readonly Sid: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function dateIn(said: unknown): number | null {
  const ms = typeof said === "string" ? Date.parse(said) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** The managed policy BreakGlassClosed: while it is attached, nothing is allowed. */
export const latchPolicy = (): Policy =>
  policy("BreakGlassClosed", QUOTA.managed, [
    { Sid: "Closed", Effect: "Deny", Action: "*", Resource: "*" },
  ]);
