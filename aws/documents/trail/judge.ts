import type { Credential } from "./closure.ts";
import {
  type About,
  finding,
  type Severity,
  type TrailFinding,
  type TrailReviewCode,
} from "./finding.ts";
import { isOwn, type KitNames } from "./kit-use.ts";
import type { Action, Question } from "./question.ts";
import { inRanges } from "./sources.ts";
import { isEvidenceLoss, isLasting, isPersistence } from "./suspects.ts";
import { utc } from "./time.ts";

const LISTED = 6;

/** "a, b, c and 4 more" */
export function listed(names: Iterable<string>): string {
  const all = [...new Set(names)];
  const more = all.length - LISTED;
  return `${all.slice(0, LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const succeeded = ({ event }: Action): boolean => event.error === null;
const isDenied = ({ event }: Action): boolean => event.error !== null;
const at = (phase: Action["phase"]) => (action: Action) =>
  action.phase === phase && succeeded(action);
const keeps = ({ event }: Action): boolean => isPersistence(event);
const loses = ({ event }: Action): boolean => isEvidenceLoss(event);
export const nameOf = ({ event }: Action): string => `${event.service}:${event.name}`;

/** No policy governs it: a latched user's key still gets its answer, and so closing is proven. */
export const isProbe = ({ event }: Action): boolean =>
  event.service === "sts" && event.name === "GetCallerIdentity";

/** What the access did that its window, its boundary or its purpose does not explain. */
export function judgeActions(
  actions: readonly Action[],
  credentials: readonly Credential[],
  question: Question,
  names: KitNames,
): readonly TrailFinding[] {
  const { access, keys } = question;
  const end = access.closedMs ?? access.deadlineMs;
  const findings: TrailFinding[] = [];
  const group = (
    code: TrailReviewCode,
    severity: Severity,
    which: (action: Action) => boolean,
  ): void => {
    const found = actions.filter(which);
    const first = found[0];
    const last = found.at(-1);
    if (first === undefined || last === undefined) return;
    findings.push(
      finding(code, severity, {
        count: found.length,
        what: listed(found.map(nameOf)),
        first: utc(first.event.time),
        last: utc(last.event.time),
      }),
    );
  };
  group("ACTED_BEFORE_WINDOW", "error", at("before"));
  group("ACTED_AFTER_DEADLINE", "error", (action) => at("late")(action) && !isProbe(action));
  group("ACTED_AFTER_CLOSE", "error", at("closed"));
  group("TRIED_OUTSIDE_WINDOW", "note", (action) => isDenied(action) && isOutside(action));
  group("ACTED_IN_OTHER_WINDOW", "note", ({ phase }) => phase === "other");
  group("PERSISTENCE_SUCCEEDED", "error", (action) => keeps(action) && succeeded(action));
  group("PERSISTENCE_DENIED", "warning", (action) => keeps(action) && isDenied(action));
  group("CHANGE_LASTS", "warning", (action) => isLasting(action.event) && succeeded(action));
  group("EVIDENCE_TOUCHED", "error", (action) => loses(action) && succeeded(action));
  group("EVIDENCE_DENIED", "warning", (action) => loses(action) && isDenied(action));
  group("SESSION_MADE", "error", (action) => makesSession(action) && succeeded(action));
  group(
    "SESSION_UNLOGGED",
    "error",
    (action) =>
      makesSession(action) &&
      succeeded(action) &&
      !action.event.grants.some(({ kind }) => kind === "key" || kind === "session"),
  );
  group("KIT_DISARMED", "error", (action) => names.isPart(action.event) && succeeded(action));
  group("SESSION_BY_NAME", "warning", ({ byName }) => byName);
  group(
    "CONSOLE_LOGIN",
    "error",
    (action) => nameOf(action) === "signin:ConsoleLogin" && succeeded(action),
  );
  const reached = actions.filter(({ event }) => !access.accounts.includes(event.account));
  if (reached.length > 0)
    findings.push(
      finding("ACCOUNT_REACHED", "warning", {
        accounts: listed(reached.map(({ event }) => event.account)),
        count: reached.length,
      }),
    );
  for (const account of access.opened)
    if (!actions.some(({ event }) => event.account === account))
      findings.push(finding("NOTHING_LOGGED", "error", { account }));
  for (const { of, mark, until } of roleSessions(credentials))
    if (until > end)
      findings.push(
        finding("SESSION_OUTLIVES", "error", { of, key: keyOf(mark), until: utc(until) }),
      );
  return [...findings, ...foreignKeys(actions, keys, names)];
}

const isOutside = ({ phase }: Action): boolean =>
  phase === "before" || phase === "late" || phase === "closed";

/** Whoever it lets in is somebody else, whom neither window nor latch of the emergency user bind. */
const makesSession = ({ event: { service, name } }: Action): boolean =>
  service === "sts"
    ? /^(?:AssumeRole|AssumeRoot|GetFederationToken)/.test(name)
    : service === "signin" && name === "SwitchRole";

/** Keys of roles' sessions, and until when (epoch ms) each works. */
export const roleSessions = (
  credentials: readonly Credential[],
): readonly (Credential & { readonly until: number })[] =>
  credentials.flatMap((one) =>
    one.kind === "key" && one.until !== null && isRole(one.of)
      ? [{ ...one, until: one.until }]
      : [],
  );

/** A role's session is not the emergency user: neither its window nor the latch ends it. */
const isRole = (of: string): boolean => of.includes(":assumed-role/");
const keyOf = (mark: string): string => mark.slice(mark.indexOf(":") + 1);

/** Long-term keys in the emergency user's own hands: the sealed one, and no other. */
function foreignKeys(
  actions: readonly Action[],
  stated: readonly string[],
  names: KitNames,
): TrailFinding[] {
  const emergency = new Set(names.emergency);
  const own = actions.filter(
    ({ event: { actor } }) =>
      actor.user !== null && emergency.has(actor.user) && actor.key?.startsWith("AKIA") === true,
  );
  return [...Map.groupBy(own, ({ event }) => event.account)].flatMap(([account, list]) => {
    const used = [...new Set(list.map(({ event }) => event.actor.key ?? ""))];
    const foreign = stated.length > 0 ? used.filter((key) => !stated.includes(key)) : used;
    const isFine = stated.length > 0 ? foreign.length === 0 : foreign.length < 2;
    return isFine
      ? []
      : [finding("KEY_FOREIGN", "error", { account, keys: listed(foreign.toSorted()) })];
  });
}

/** Services call from names of their own; everyone else from an address. */
const isCall = ({ event }: Action): boolean =>
  event.actor.service === null && !event.source.endsWith(".amazonaws.com");

function several(
  calls: readonly Action[],
  code: TrailReviewCode,
  about: About = {},
): readonly TrailFinding[] {
  const all = new Set(calls.map(({ event }) => event.source));
  if (all.size < 2) return [];
  return [finding(code, "warning", { count: all.size, sources: listed(all), ...about })];
}

/** From where the access was used, and the activator and closer beside it. */
export function judgeSources(
  actions: readonly Action[],
  kit: readonly Action[],
  ranges: Question["sources"],
  names: KitNames,
): TrailFinding[] {
  const calls = actions.filter(isCall);
  const own = kit.filter((action) => isCall(action) && isOwn(action.event, names));
  if (ranges.length > 0) {
    const odd = [...calls, ...own].filter(({ event }) => !inRanges(event.source, ranges));
    return odd.length === 0
      ? []
      : [
          finding("SOURCE_UNEXPECTED", "error", {
            sources: listed(odd.map(({ event }) => event.source)),
            count: odd.length,
            what: listed(odd.map(nameOf)),
          }),
        ];
  }
  return [
    ...several(calls, "SOURCES_SEVERAL", { user: names.emergencyName }),
    // The station calls from one place; another opening's may be elsewhere.
    ...several(
      own.filter(({ phase }) => phase !== "other"),
      "KIT_SOURCES_SEVERAL",
    ),
  ];
}
