import { WINDOW_POLICY, WINDOW_TAGS } from "../kit.ts";
import type { TrailEvent } from "./event.ts";
import { finding, type TrailFinding } from "./finding.ts";
import { isProbe, listed, nameOf } from "./judge.ts";
import { isAtWork, isOwn, type KitNames } from "./kit-use.ts";
import { strayOf } from "./opening.ts";
import type { Access, Action, Question } from "./question.ts";
import { utc } from "./time.ts";

/** What a latch takes at most until it counts everywhere, and calls that belong together are apart. */
const MINUTE = 60_000;

/**
 * What was done after the latch was on, by no opening that a record tells of. A closing's record is
 * younger than its second look: what somebody opened between the two would lie inside the access, by
 * the same window and the same key.
 */
export function judgeLatch(
  actions: readonly Action[],
  kit: readonly Action[],
  { access, keys }: Pick<Question, "access" | "keys">,
  names: KitNames,
): readonly TrailFinding[] {
  if (access.windows.length === 0) return [];
  return access.opened.flatMap((account) => {
    const done = kit
      .filter(
        ({ event, phase }) =>
          phase !== "other" &&
          event.account === account &&
          event.error === null &&
          event.target?.user === names.emergencyName &&
          isAtWork(event.time, access),
      )
      .map(({ event }) => event);
    const latchedAt = latches(done, access, names);
    const reopened = done.flatMap((event) => {
      if (!isOwn(event, names) || !opens(event, names)) return [];
      const since = latchedAt(event.time);
      // What else is wrong with it is said already.
      if (since === null || strayOf(event, access, keys, names) !== null) return [];
      return [
        finding("KIT_MISUSED", "error", {
          what: `${event.service}:${event.name}`,
          who: event.actor.name,
          at: utc(event.time),
          account,
          id: event.id,
          why: `after the latch, which was on since ${utc(since)}`,
        }),
      ];
    });
    const used = actions.filter(({ event, phase }) => phase === "inside" && event.error === null);
    return [...reopened, ...usedUnder(latchedAt, used, account, names)];
  });
}

const isLatch = ({ name, target }: TrailEvent, names: KitNames): boolean =>
  name === "AttachUserPolicy" && names.latches.has(target?.policy ?? "");

function opens({ name, target }: TrailEvent, names: KitNames): boolean {
  switch (name) {
    case "PutUserPolicy":
      // One that only shuts has no window in it.
      return target?.policy === WINDOW_POLICY && target.document?.window !== null;
    case "DetachUserPolicy":
      return names.latches.has(target?.policy ?? "");
    case "UpdateAccessKey":
      return target?.status === "Active";
    default:
      return false;
  }
}

/**
 * Since when the latch was on at a time, with no recorded opening since; null: it was not. Each opening
 * tags the user with a glass-broken record that no earlier one named: the same tag again is none.
 */
function latches(
  done: readonly TrailEvent[],
  access: Access,
  names: KitNames,
): (time: number) => number | null {
  const [, , tag] = WINDOW_TAGS;
  const openings = new Map<string, number>();
  for (const { name, target, time } of done) {
    const record = name === "TagUser" ? (target?.tags[`tag:${tag}`] ?? "") : "";
    if (access.recordSha256s.includes(record) && !openings.has(record)) openings.set(record, time);
  }
  const attached = done.filter((event) => isLatch(event, names)).map(({ time }) => time);
  return (at) => {
    // The window is written beside the tags, in no order.
    const opened = Math.max(0, ...[...openings.values()].filter((time) => time <= at + MINUTE));
    const since = attached.find((time) => time >= opened);
    return since !== undefined && at > since ? since : null;
  };
}

/** What the emergency user itself got done: the latch denies everything. */
function usedUnder(
  latchedAt: (time: number) => number | null,
  used: readonly Action[],
  account: string,
  names: KitNames,
): readonly TrailFinding[] {
  const under = used.filter((action) => {
    const { event } = action;
    const isUser = event.actor.user !== null && names.emergency.includes(event.actor.user);
    const since = isUser && event.account === account ? latchedAt(event.time) : null;
    return since !== null && event.time > since + MINUTE && !isProbe(action);
  });
  const [first] = under;
  const last = under.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    finding("ACTED_AFTER_LATCH", "error", {
      account,
      count: under.length,
      what: listed(under.map(nameOf)),
      first: utc(first.event.time),
      last: utc(last.event.time),
    }),
  ];
}
