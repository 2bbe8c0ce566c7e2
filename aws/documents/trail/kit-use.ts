import { kitOf, WINDOW_POLICY, WINDOW_TAGS } from "../kit.ts";
import type { Partition } from "../partition.ts";
import type { Outline, TrailEvent } from "./event.ts";
import { finding, type TrailFinding } from "./finding.ts";
import { partsOf } from "./kit-parts.ts";
import { judgeOpening, strayOf } from "./opening.ts";
import type { Access, Action, Question } from "./question.ts";
import { isEvidenceLoss } from "./suspects.ts";
import { utc } from "./time.ts";

export const PARTITIONS: readonly Partition[] = ["aws-cn", "aws-us-gov", "aws"];

/** The kit's identities in the reviewed accounts, by every name that events give them. */
export interface KitNames {
  /** ARNs and account/name of emergency users. */
  readonly emergency: readonly string[];
  /** ARNs of activators, closers and the closer role. */
  readonly own: ReadonlySet<string>;
  readonly emergencyName: string;
  readonly users: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  readonly latches: ReadonlySet<string>;
  /** A change to reaper, alarm, and what belongs to them. */
  readonly isPart: (event: Outline) => boolean;
}

/** Names don't depend on the kit's date; the builder asks for one. */
const ANY_DATE = "2100-01-01T00:00:00Z";

export function kitNames(accounts: readonly string[]): KitNames {
  const kits = accounts.flatMap((account) =>
    PARTITIONS.map((partition) => kitOf(account, partition, [], ANY_DATE)),
  );
  const names = kits.flatMap((kit) => [kit.emergencyUser, kit.activatorUser, kit.closerUser]);
  return {
    emergency: [
      ...new Set(
        kits.flatMap(({ accountId, emergencyUser }) => [
          emergencyUser.arn,
          `${accountId}/${emergencyUser.name}`,
        ]),
      ),
    ],
    own: new Set(
      kits.flatMap((kit) => [kit.activatorUser.arn, kit.closerUser.arn, kit.closerRole.arn]),
    ),
    emergencyName: kits[0]?.emergencyUser.name ?? "",
    users: new Set(names.map(({ name }) => name)),
    roles: new Set(kits.flatMap(({ closerRole }) => [closerRole.name, closerRole.arn])),
    policies: new Set(
      kits.flatMap((kit) => [kit.latchArn, kit.boundaryArn, kit.activatorPolicyArn]),
    ),
    isPart: partsOf(accounts),
    latches: new Set(kits.map(({ latchArn }) => latchArn)),
  };
}

export const isOwn = ({ actor }: Outline, names: KitNames): boolean =>
  (actor.user !== null && names.own.has(actor.user)) ||
  (actor.issuer !== null && names.own.has(actor.issuer));

const isTouched = ({ target }: Outline, names: KitNames): boolean =>
  target !== null &&
  ((target.user !== null && names.users.has(target.user)) ||
    (target.role !== null && names.roles.has(target.role)) ||
    (target.policy !== null && names.policies.has(target.policy)));

/**
 * By the kit's own identities, or a change to them by anyone; readers by the hundred are not kept.
 * CloudTrail calls AssumeRole read-only, though it gives out a session.
 */
export const isMention = (event: Outline, names: KitNames): boolean =>
  isOwn(event, names) ||
  ((!event.readOnly || event.service === "sts") && isTouched(event, names)) ||
  names.isPart(event) ||
  isTrailLoss(event);

/**
 * Whoever does it, no other log tells what came after: of a trail, or of a key. Which keys encrypt the
 * alarm's topics no event says, so each one that is ended, or given away, is named.
 */
const isTrailLoss = (event: Outline): boolean =>
  (event.service === "cloudtrail" && isEvidenceLoss(event)) || endsKey(event);
const endsKey = (event: Outline): boolean =>
  event.service === "kms" && (isEvidenceLoss(event) || event.name === "PutKeyPolicy");

const ownOf = (done: readonly Action[], names: KitNames): readonly TrailEvent[] =>
  done.map(({ event }) => event).filter((event) => isOwn(event, names));

/** The activation works before the deadline is known, and closing ends after its record's time. */
const SLACK = 15 * 60_000;

/** Whether the kit's own identities had something to do for that access. */
export const isAtWork = (
  time: number,
  { openedMs, closedMs, deadlineMs, tries }: Access,
): boolean =>
  [{ from: openedMs, to: closedMs ?? deadlineMs }, ...tries].some(
    ({ from, to }) => time >= from - SLACK && time <= to + SLACK,
  );

/** An opening waits for AWS half an hour at most, while some accounts have answered already who it is. */
const WAITED = 30 * 60_000;

const isWaiting = ({ service, name, time }: TrailEvent, { openedMs }: Access): boolean =>
  service === "sts" &&
  name === "GetCallerIdentity" &&
  time >= openedMs - WAITED - SLACK &&
  time <= openedMs;

const isDenied = ({ error }: TrailEvent): boolean =>
  error !== null && /AccessDenied|Unauthorized/i.test(error);

/** Was it opened and closed as the records say, by the kit alone, and left alone otherwise? */
export function judgeKit(
  kit: readonly Action[],
  { access, others, keys }: Question,
  names: KitNames,
): readonly TrailFinding[] {
  const findings: TrailFinding[] = [...unloggedSessions(kit, access, names)];
  for (const { event, phase } of kit) {
    const about = {
      what: `${event.service}:${event.name}`,
      who: event.actor.name,
      at: utc(event.time),
      account: event.account,
      id: event.id,
    };
    if (isTrailLoss(event)) {
      const { at } = about;
      const isKey = endsKey(event);
      const what = isKey ? `${about.what} by ${about.who}, event ${about.id}` : about.what;
      const code = event.error === null ? "EVIDENCE_TOUCHED" : "EVIDENCE_DENIED";
      const severity = event.error === null && !isKey ? "error" : "warning";
      findings.push(finding(code, severity, { count: 1, what, first: at, last: at }));
    } else if (!isOwn(event, names))
      findings.push(
        event.error === null
          ? finding("KIT_CHANGED", "error", about)
          : finding("KIT_TRIED", "warning", about),
      );
    else if (isAtWork(event.time, access) && phase !== "other") {
      // A session for an opening is taken before it begins: within the slack, perhaps for the next one.
      const theirs =
        event.service === "sts" ? others.filter((one) => isAtWork(event.time, one)) : [];
      const strays = [access, ...theirs].map((one) => strayOf(event, one, keys, names));
      const why = strays.includes(null) ? null : (strays[0] ?? null);
      if (event.error === null && why !== null)
        findings.push(finding("KIT_MISUSED", "error", { ...about, why }));
      else if (event.error !== null && (why !== null || isDenied(event)))
        findings.push(finding("KIT_TRIED", "warning", about));
    } else if (
      ![access, ...others].some((one) => isAtWork(event.time, one) || isWaiting(event, one))
    )
      // Read or refused, it was the sealed key in somebody's hands.
      findings.push(finding("KIT_USED_OUTSIDE", "error", about));
  }
  // Nothing was opened: nothing of it is to be seen.
  if (access.windows.length === 0) return findings;
  for (const account of access.opened) {
    const done = kit.filter(
      ({ event, phase }) =>
        phase !== "other" &&
        event.account === account &&
        event.error === null &&
        isAtWork(event.time, access) &&
        event.target?.user === names.emergencyName,
    );
    const named = (name: string): TrailEvent[] =>
      done.map(({ event }) => event).filter((event) => event.name === name);
    const opened = named("PutUserPolicy").some(({ target }) => target?.policy === WINDOW_POLICY);
    if (!opened) findings.push(finding("OPENING_NOT_SEEN", "error", { account }));
    else findings.push(...judgeOpening(account, ownOf(done, names), access));
    for (const { target, time } of named("TagUser")) {
      const [incident, , record] = WINDOW_TAGS.map((tag) => target?.tags[`tag:${tag}`]);
      const isThis =
        incident === access.incident &&
        record !== undefined &&
        access.recordSha256s.includes(record);
      if (!isThis)
        findings.push(
          finding("OPENING_OF_OTHER_RECORD", "error", {
            account,
            at: utc(time),
            incident: incident ?? "none",
          }),
        );
    }
    const latched = named("AttachUserPolicy").some(
      ({ target, time }) =>
        names.latches.has(target?.policy ?? "") && time >= access.openedMs - 1000,
    );
    if (!latched) findings.push(finding("CLOSING_NOT_SEEN", "error", { account }));
  }
  return findings;
}

/** Keys of sessions that the activator or the closer worked with, and that no log shows given out. */
function unloggedSessions(
  kit: readonly Action[],
  access: Access,
  names: KitNames,
): readonly TrailFinding[] {
  const issued = new Set(kit.flatMap(({ event }) => event.grants.map(({ mark }) => mark)));
  const used = kit.filter(
    ({ event, phase }) =>
      phase !== "other" &&
      isOwn(event, names) &&
      isAtWork(event.time, access) &&
      event.actor.key?.startsWith("ASIA") === true &&
      !issued.has(event.actor.key),
  );
  const byKey = Map.groupBy(used, ({ event }) => event.actor.key ?? "");
  return [...byKey].flatMap(([key, [first, ...more]]) =>
    first === undefined
      ? []
      : [
          finding("KIT_SESSION_UNLOGGED", "error", {
            who: first.event.actor.name,
            key,
            account: first.event.account,
            at: utc(first.event.time),
            count: more.length + 1,
          }),
        ],
  );
}

/** Sessions that the activator and the closer were given for this access: each works to its end. */
export function kitSessions(
  events: Iterable<TrailEvent>,
  { access }: Question,
  names: KitNames,
): readonly { readonly from: number; readonly until: number }[] {
  return [...events]
    .filter((event) => isOwn(event, names) && isAtWork(event.time, access))
    .flatMap(({ time, grants }) =>
      grants.flatMap(({ kind, until }) =>
        kind === "key" && until !== null ? [{ from: time, until }] : [],
      ),
    );
}
