import { WINDOW_POLICY, WINDOW_TAGS } from "../kit.ts";
import { hex, sha256, utf8 } from "../../../crypto/bytes.ts";
import { policyText } from "../policy.ts";
import { latchPolicy } from "../window.ts";
import type { TrailEvent } from "./event.ts";
import { finding, type TrailFinding } from "./finding.ts";
import type { KitNames } from "./kit-use.ts";
import type { Access } from "./question.ts";
import { parseTime, utc } from "./time.ts";
import type { WindowText } from "./window-text.ts";

/** A close writes it in the window's place while the latch is not on, or shuts nothing. */
const BAR = hex(sha256(utf8(policyText(latchPolicy()))));

/** Why a call of the kit's own identities is none of an opening's or closing's; null: it is one. */
export function strayOf(
  event: TrailEvent,
  access: Access,
  keys: readonly string[],
  names: KitNames,
): string | null {
  const { service, name, target } = event;
  if (service === "sts") {
    if (name === "GetCallerIdentity") return null;
    if (name === "GetSessionToken") return lasting(event, access.durationMs + 2 * HOUR);
    const isCloser = name === "AssumeRole" && names.roles.has(target?.role ?? "");
    return isCloser ? lasting(event, access.durationMs + HOUR) : "another session";
  }
  if (event.readOnly) return null;
  if (service !== "iam" || target?.user !== names.emergencyName) return "not on the emergency user";
  const { policy, key, status, document, tags } = target;
  const isLatch = names.latches.has(policy ?? "");
  switch (name) {
    case "PutUserPolicy":
      if (policy !== WINDOW_POLICY) return `the policy ${policy ?? "?"}`;
      if (document?.sha256 === BAR) return null;
      return oddity(document?.window ?? null, access) ?? lateness(event, access);
    case "TagUser":
      return tagged(tags, access) ?? lateness(event, access);
    case "UpdateAccessKey":
      if (status === "Inactive") return null;
      if (key === null || (keys.length > 0 && !keys.includes(key))) return `the key ${key ?? "?"}`;
      return lateness(event, access);
    case "DetachUserPolicy":
      return isLatch ? lateness(event, access) : null;
    case "AttachUserPolicy":
      return isLatch ? null : `the policy ${policy ?? "?"}`;
    case "DeleteUserPolicy":
    case "DeleteLoginProfile":
      return null;
    default:
      return "no call of an opening";
  }
}

const HOUR = 3_600_000;
/** What a session's issue and its log may be apart. */
const APART = 60_000;

/** The activator's session is asked for two hours beyond the access, the closer's for one. */
function lasting({ error, time, grants }: TrailEvent, most: number): string | null {
  if (error !== null) return null;
  const until = grants.find(({ kind }) => kind === "key")?.until ?? null;
  if (until === null) return "a session of which the trail does not say how long it lasts";
  return until - time > most + APART ? `a session until ${utc(until)}` : null;
}

/** A laptop's clock is trusted this far where no other time was recorded. */
const SLACK = 15 * 60_000;

/** Why a window is none that the records tell of. */
function oddity(window: WindowText | null, access: Access): string | null {
  if (window === null) return "a window that the kit does not write";
  const { incident, tokensFromMs: from, untilMs: until, regions, profile } = window;
  if (incident !== access.incident) return `a window of ${incident}`;
  const isRecorded = access.windows.some((one) =>
    one.exact
      ? from === Math.floor(one.fromMs / 1000) * 1000 && until === one.untilMs
      : from >= one.fromMs - SLACK && until <= one.untilMs,
  );
  if (!isRecorded) return `a window from ${utc(from)} until ${utc(until)}`;
  if (access.regions.length > 0 && regions.join() !== access.regions.join())
    return `a window in ${regions.join(", ")}`;
  const isOther = access.profile !== null && profile !== access.profile;
  return isOther ? `a window of the profile ${profile}` : null;
}

/** Nothing is opened once the access was closed, or its time was over; or if it was refused. */
function lateness({ time }: TrailEvent, access: Access): string | null {
  const { windows, closedMs, deadlineMs } = access;
  if (windows.length === 0) return "for an opening that was refused";
  return time > Math.min(closedMs ?? deadlineMs, deadlineMs) ? "after the end" : null;
}

function tagged(tags: Readonly<Record<string, string>>, access: Access): string | null {
  const odd = Object.keys(tags).find((tag) => !WINDOW_TAGS.some((one) => tag === `tag:${one}`));
  if (odd !== undefined) return `the tag ${odd.slice(4)}`;
  const until = parseTime(tags["tag:BreakGlassUntil"]);
  const isRecorded = access.windows.some((one) =>
    one.exact ? until === one.untilMs : until !== null && until <= one.untilMs,
  );
  return isRecorded || access.windows.length === 0 ? null : "a tag with another end";
}

/** What the opening's own calls are together: one window for each record, one key, the tags. */
export function judgeOpening(
  account: string,
  done: readonly TrailEvent[],
  access: Access,
): readonly TrailFinding[] {
  const findings: TrailFinding[] = [];
  const windows = new Set(
    done.flatMap(({ name, target }) =>
      name === "PutUserPolicy" &&
      target?.policy === WINDOW_POLICY &&
      target.document?.sha256 !== BAR
        ? (target.document?.sha256 ?? "?")
        : [],
    ),
  );
  const most = access.windows.length;
  if (windows.size > most)
    findings.push(
      finding("WINDOWS_SEVERAL", "error", { account, count: windows.size, recorded: most }),
    );
  const keys = new Set(
    done.flatMap(({ name, target }) =>
      name === "UpdateAccessKey" && target?.status === "Active" ? (target.key ?? "?") : [],
    ),
  );
  if (keys.size > 1)
    findings.push(
      finding("KEYS_ACTIVATED_SEVERAL", "error", { account, keys: [...keys].join(", ") }),
    );
  if (!done.some(({ name }) => name === "TagUser"))
    findings.push(finding("OPENING_NOT_TAGGED", "error", { account }));
  return findings;
}
