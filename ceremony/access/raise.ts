import type { Deadline } from "../../contract/journal.ts";
import { iamOut } from "./control-plane.ts";
import { probes } from "./deadline.ts";
import { type Answer, type CloudCode, rest, type Session, type Stop } from "./ports.ts";
import { type Access, type Run, WINDOW } from "./run.ts";
import { fingerprint } from "./standing.ts";
import { transient } from "./trouble.ts";

/**
 * The closer's session: window + 1 h, at most 12 h. Each try may make a session, so each is
 * journaled and none is repeated by the SDK.
 */
export async function assumeCloser(
  run: Run,
  access: Access,
  announced?: Promise<number>,
): Promise<Answer<Session>> {
  const { account } = access;
  const by =
    account.closer === undefined
      ? (access.mfa ?? access.plain)
      : access.caller(account.closer, "closer");
  const roleArn = account.closerRoleArn;
  const seconds = closerSeconds(run);
  const name = sessionName(run.order.incident);
  for (let tried = 1; ; tried++) {
    const answer = await run.effect(
      access.id,
      "sts:AssumeRole",
      { role: roleArn, seconds: String(seconds) },
      () => by.assumeRole({ roleArn, name, seconds }),
      tried === 1 ? announced : undefined,
    );
    if (answer.ok || !transient(answer.code) || tried === CLOSER_TRIES) return answer;
    await rest(run.ports, run.ports.patience.pollFirst * tried);
  }
}

/** Window + 1 h, AWS's own maximum at the most. */
const closerSeconds = (run: Run): number => Math.min(run.order.durationSeconds + 3600, 43_200);

/** The intent of `assumeCloser`'s first try, written while the inventory is read. */
export const announceCloser = (run: Run, access: Access): Promise<number> =>
  run.announce(access.id, "sts:AssumeRole", {
    role: access.account.closerRoleArn,
    seconds: String(closerSeconds(run)),
  });

const CLOSER_TRIES = 4;

const sessionName = (incident: string): string =>
  incident.replace(/[^\w+=,.@-]/g, "-").padEnd(2, "-");

/** What is to be written, known before anything is. */
export interface Plan {
  readonly deadline: Deadline;
  /** The window's document, as text. */
  readonly document: string;
}

/** Throws what the builder of the document throws: a profile or region that it doesn't know. */
export const planOf = (run: Run, access: Access, deadline: Deadline): Plan => ({
  deadline,
  document: documentOf(run, access, run.order.incident, deadline),
});

/** The window as this order's policy has it, of any incident. */
export function documentOf(
  run: Run,
  { account }: Access,
  incident: string,
  deadline: Deadline,
): string {
  const { profile, regions } = run.order.policy;
  return run.ports.documents.windowPolicy({ account, incident, profile, regions, ...deadline });
}

/** The way to close is on the disk before there is anything to close. */
export async function keepCloser(run: Run, access: Access, closer: Session): Promise<void> {
  const { accountId, partition, emergencyUserArn, latchArn } = access.account;
  const { mode, incident } = run.order;
  access.closer = access.caller(closer, "closer-role");
  await run.ports.closerFile.keep({
    mode,
    incident,
    accountId,
    partition,
    emergencyUserArn,
    latchArn,
    session: closer,
  });
}

/** The step that failed, and AWS's verdict or our reason. */
export type Failed = { readonly at: string; readonly why: string };

/**
 * Levels 4 to 7, from rest or from wherever an interrupted activation stopped: every step may be
 * repeated. Gives back null when the access was proven, else where it failed; it never throws.
 */
export async function raise(
  run: Run,
  access: Access,
  plan: Plan,
  closer: Session,
  stop?: Stop,
): Promise<Failed | null> {
  try {
    return await raiseOrThrow(run, access, plan, closer, stop);
  } catch (error) {
    return { at: "journal", why: error instanceof Error ? error.name : "JOURNAL_FAILED" };
  }
}

async function raiseOrThrow(
  run: Run,
  access: Access,
  { deadline, document }: Plan,
  closer: Session,
  stop?: Stop,
): Promise<Failed | null> {
  const { account, user } = access;
  const { order } = run;
  const by = access.mfa ?? access.plain;
  const tags = {
    IncidentId: order.incident,
    BreakGlassUntil: new Date(deadline.untilMs).toISOString(),
    BreakGlassRecord: order.recordSha256,
  };
  const stopped = (at: string): Failed | null =>
    stop?.aborted === true ? { at, why: "OPENING_STOPPED" } : null;
  await keepCloser(run, access, closer);
  const early = stopped("the window");
  if (early !== null) return early;
  const [put, tagged] = await settled([
    run.effect(
      access.id,
      "iam:PutUserPolicy",
      { name: WINDOW, sha256: fingerprint(document) ?? "" },
      () => by.putInlinePolicy(user, WINDOW, document),
    ),
    run.effect(access.id, "iam:TagUser", tags, () => by.tag(user, tags)),
  ]);
  const unwritten = failure("window", [put, tagged]);
  if (unwritten !== null) return unwritten;
  run.step(access.id, "window-written");

  const readBack = await windowReadBack(run, access, document, tags, stop);
  if (readBack !== null) return readBack;
  run.step(access.id, "window-read-back");
  const late = stopped("latch and key");
  if (late !== null) return late;

  const [lifted, activated] = await settled([
    run.effect(access.id, "iam:DetachUserPolicy", { arn: account.latchArn }, () =>
      by.detachPolicy(user, account.latchArn),
    ),
    run.effect(
      access.id,
      "iam:UpdateAccessKey",
      { id: account.emergency.accessKeyId, status: "Active" },
      () => by.setKey(user, account.emergency.accessKeyId, "Active"),
    ),
  ]);
  // A latch that is already off is what we want (a response of ours may have been lost).
  const notLifted = lifted.ok || lifted.code === "NO_SUCH_ENTITY" ? [] : [lifted];
  const unlifted = failure("latch and key", [...notLifted, activated]);
  if (unlifted !== null) return unlifted;
  run.step(access.id, "latch-lifted");

  const unproven = await prove(run, access, stop);
  const ended = unproven ?? stopped("proof by use");
  if (ended !== null) return ended;
  access.worked = true;
  await run.journal.write({ kind: "active", account: access.id });
  run.step(access.id, "active");
  return null;
}

/** All of them, before the first failure counts: a close must not race with a call in flight. */
export async function settled<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function failure(at: string, answers: readonly Answer<unknown>[]): Failed | null {
  const bad = answers.find((answer) => !answer.ok);
  if (bad === undefined || bad.ok) return null;
  // Others were answered, or we would not be here.
  const why = iamOut(bad.call) ? "IAM_HALF_DOWN" : bad.code;
  return { at: `${at}: ${bad.call.action}`, why };
}

/** The window as AWS holds it equals what was written, as canonical JSON; so do the tags. */
async function windowReadBack(
  run: Run,
  access: Access,
  document: string,
  tags: Readonly<Record<string, string>>,
  stop?: Stop,
): Promise<Failed | null> {
  const by = access.mfa ?? access.plain;
  const wanted = fingerprint(document);
  const same = (text: string): boolean => wanted !== null && fingerprint(text) === wanted;
  const tagged = (found: Readonly<Record<string, string>>): boolean =>
    Object.entries(tags).every(([name, value]) => found[name] === value);
  const { verify } = run.ports.patience;
  const [policy, found] = await Promise.all([
    // Reads may lag behind writes: an old or missing answer is asked for again.
    run.poll(
      () => by.inlinePolicy(access.user, WINDOW),
      (answer) => (answer.ok ? !same(answer.value) : lagging(answer.code)),
      verify,
      stop,
    ),
    run.poll(
      () => by.user(access.user),
      (answer) => (answer.ok ? !tagged(answer.value.tags) : lagging(answer.code)),
      verify,
      stop,
    ),
  ]);
  const unread = failure("read back", [policy, found]);
  if (unread !== null) return unread;
  if (!policy.ok || !same(policy.value)) return { at: "read back", why: "WINDOW_DIFFERS" };
  return found.ok && tagged(found.value.tags) ? null : { at: "read back", why: "TAGS_DIFFER" };
}

const lagging = (code: CloudCode): boolean => code === "NO_SUCH_ENTITY" || transient(code);

/** Tag, policy, latch and key replicate separately, and the network does what it does. */
const notYet = (answer: Answer<unknown>): boolean =>
  !answer.ok &&
  (answer.code === "ACCESS_DENIED" || answer.code === "KEY_NOT_ACCEPTED" || transient(answer.code));

/** Proof by use: who the key is, and a permitted call in every policy region. */
async function prove(run: Run, access: Access, stop?: Stop): Promise<Failed | null> {
  const { verify } = run.ports.patience;
  const answers = await Promise.all([
    run.poll(() => access.emergency.identity(), notYet, verify, stop),
    ...probes(run, access).map(({ ask }) => run.poll(ask, notYet, verify, stop)),
  ]);
  const who = answers[0];
  if (who.ok && who.value !== null && who.value.arn !== access.account.emergencyUserArn)
    return { at: "proof by use", why: "IDENTITY_MISMATCH" };
  return failure("proof by use", answers);
}
