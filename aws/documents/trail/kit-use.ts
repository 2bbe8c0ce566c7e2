import { kitOf, WINDOW_POLICY, WINDOW_TAGS } from "../kit.ts";
import type { Partition } from "../partition.ts";
import type { TrailEvent } from "./event.ts";
import { finding, type TrailFinding } from "./finding.ts";
import type { Access, Action } from "./question.ts";
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
    latches: new Set(kits.map(({ latchArn }) => latchArn)),
  };
}

const isOwn = ({ actor }: TrailEvent, names: KitNames): boolean =>
  (actor.user !== null && names.own.has(actor.user)) ||
  (actor.issuer !== null && names.own.has(actor.issuer));

const isTouched = ({ target }: TrailEvent, names: KitNames): boolean =>
  target !== null &&
  ((target.user !== null && names.users.has(target.user)) ||
    (target.role !== null && names.roles.has(target.role)) ||
    (target.policy !== null && names.policies.has(target.policy)));

/**
 * By the kit's own identities, or a change to them by anyone; readers by the hundred are not kept.
 * CloudTrail calls AssumeRole read-only, though it gives out a session.
 */
export const isMention = (event: TrailEvent, names: KitNames): boolean =>
  isOwn(event, names) || ((!event.readOnly || event.service === "sts") && isTouched(event, names));

/** The activation works before the deadline is known, and closing ends after its record's time. */
const SLACK = 15 * 60_000;

/** Was it opened and closed as the records say, by the kit alone, and left alone otherwise? */
export function judgeKit(
  kit: readonly Action[],
  access: Access,
  names: KitNames,
): readonly TrailFinding[] {
  const findings: TrailFinding[] = [];
  const end = access.closedMs ?? access.deadlineMs;
  const inTime = ({ time }: TrailEvent): boolean =>
    time >= access.openedMs - SLACK && time <= end + SLACK;
  for (const { event, phase } of kit) {
    const about = {
      what: `${event.service}:${event.name}`,
      who: event.actor.name,
      at: utc(event.time),
      account: event.account,
      id: event.id,
    };
    if (!isOwn(event, names))
      findings.push(
        event.error === null
          ? finding("KIT_CHANGED", "error", about)
          : finding("KIT_TRIED", "warning", about),
      );
    else if (event.error === null && !event.readOnly && !inTime(event) && phase !== "other")
      findings.push(finding("KIT_USED_OUTSIDE", "error", about));
  }
  for (const account of access.accounts) {
    const done = kit.filter(
      ({ event }) =>
        event.account === account &&
        event.error === null &&
        inTime(event) &&
        event.target?.user === names.emergencyName,
    );
    const named = (name: string): TrailEvent[] =>
      done.map(({ event }) => event).filter((event) => event.name === name);
    const opened = named("PutUserPolicy").some(({ target }) => target?.policy === WINDOW_POLICY);
    if (!opened) findings.push(finding("OPENING_NOT_SEEN", "error", { account }));
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
