import { probes } from "./deadline.ts";
import type { Held } from "./activation.ts";
import { type Answer, type Call, rest, type Stop } from "./ports.ts";
import type { Access, Run } from "./run.ts";
import { WINDOW } from "./run.ts";
import { type Difference, differences, readStanding, type Standing } from "./standing.ts";

export interface AccountClosing {
  readonly accountId: string;
  /** CLOSED: latched, every key inactive, and the sealed key refused often enough. */
  readonly verdict: "CLOSED" | "NOT_AT_REST";
  readonly latched: boolean;
  /**
   * Whether the still-active key was seen to be denied, per region. PROVEN: it worked before, and was
   * denied while the window was still open, so by the latch. AFTER_DEADLINE: denied, but the dated
   * window alone would do that.
   */
  readonly deny: "PROVEN" | "AFTER_DEADLINE" | "UNPROVEN" | "KEY_WAS_INACTIVE";
  readonly denials: readonly Call[];
  readonly rejections: { readonly count: number; readonly overMs: number };
  /** Refused once more after the policy's time; null when stopped before. */
  readonly confirmed: boolean | null;
  /** Found and not of our making. */
  readonly foreign: readonly Difference[];
  /** Not at rest still, each refused to us by AWS: someone else must remove it. */
  readonly remains: readonly Difference[];
}

/** A removal that AWS denied this often is named instead of tried for ever. */
const DENIED_ENOUGH = 3;

/** Closed, and refused once more later: until then the closer's session may be needed again. */
export const deadForSure = ({ verdict, confirmed }: AccountClosing): boolean =>
  verdict === "CLOSED" && confirmed === true;

/** Drives every account to rest, all at once. The closer's session goes when all are confirmed. */
export async function close(
  held: Held,
  why: string,
  stop?: Stop,
): Promise<readonly AccountClosing[]> {
  const closings = await Promise.all(
    held.accesses.map((access) => closeAccount(held.run, access, why, stop)),
  );
  if (closings.every(deadForSure)) await held.run.ports.closerFile.forget();
  return closings;
}

/**
 * Idempotent and level-triggered: looks how the user stands and drives it to rest, round after
 * round, whatever failed before; it ends only at rest, or at a wish to stop. The latch comes first
 * and needs no MFA. One account's failure never holds up another's.
 */
export async function closeAccount(
  run: Run,
  access: Access,
  why: string,
  stop?: Stop,
): Promise<AccountClosing> {
  await run.note({ kind: "closing", account: access.id, why });
  const toRest = new ToRest(run, access, stop);
  for (;;) {
    const rejections = await driveToRest(run, access, toRest, stop);
    if (!rejections.enough) return result(access, toRest, rejections, null, false);
    const named = (): string[] => toRest.remains.map(({ kind, what }) => `${kind} ${what}`);
    const closed = (): Promise<void> =>
      run.note({
        kind: "closed",
        account: access.id,
        rejections: rejections.count,
        remains: named(),
      });
    await closed();
    const first = named().join();
    run.step(access.id, "dead");
    const confirmed = await confirm(run, access, toRest, stop);
    if (confirmed === true) {
      // The second look may have found more that is not ours to remove.
      if (named().join() !== first) await closed();
      await run.note({ kind: "confirmed", account: access.id });
      run.step(access.id, "confirmed");
    }
    if (confirmed !== false || stop?.aborted === true)
      return result(access, toRest, rejections, confirmed, true);
    // Someone switched it on again, or AWS had not caught up: it is not closed, whatever it was.
    await run.note({
      kind: "closing",
      account: access.id,
      why: "not at rest when looked at again",
    });
  }
}

async function driveToRest(
  run: Run,
  access: Access,
  toRest: ToRest,
  stop?: Stop,
): Promise<Rejections> {
  const { patience } = run.ports;
  let wait = patience.roundFirst;
  for (;;) {
    const done = await toRest.round();
    if (toRest.dead && (done || stop?.aborted === true)) {
      run.step(access.id, "at-rest");
      const rejections = await reject(run, access, stop);
      // A key that works again was switched on by a call that AWS had not carried out yet, or by
      // somebody: the next round turns it off.
      if (rejections.enough || stop?.aborted === true) return rejections;
    }
    if (stop?.aborted === true) return { count: 0, overMs: 0, enough: false };
    await rest(run.ports, wait, stop);
    wait = Math.min(wait * 2, patience.roundMost);
  }
}

interface Rejections {
  readonly count: number;
  readonly overMs: number;
  /** As often and for as long as the policy asks. */
  readonly enough: boolean;
}

function result(
  access: Access,
  toRest: ToRest,
  rejections: Rejections,
  confirmed: boolean | null,
  closed: boolean,
): AccountClosing {
  return {
    accountId: access.id,
    verdict: closed && confirmed !== false ? "CLOSED" : "NOT_AT_REST",
    latched: toRest.latched,
    deny: toRest.deny,
    denials: toRest.denials,
    rejections: { count: rejections.count, overMs: rejections.overMs },
    confirmed,
    foreign: toRest.foreign,
    remains: toRest.remains,
  };
}

class ToRest {
  readonly #run: Run;
  readonly #access: Access;
  readonly #stop: Stop | undefined;
  latched = false;
  dead = false;
  deny: AccountClosing["deny"] = "UNPROVEN";
  denials: readonly Call[] = [];
  foreign: readonly Difference[] = [];
  remains: readonly Difference[] = [];
  #denyTried = false;
  readonly #denied = new Map<string, number>();

  constructor(run: Run, access: Access, stop?: Stop) {
    this.#run = run;
    this.#access = access;
    this.#stop = stop;
  }

  /** True at rest, as far as AWS lets us. Between its calls it heeds a wish to stop. */
  async round(): Promise<boolean> {
    const isWished = (): boolean => this.#stop?.aborted === true;
    const run = this.#run;
    const access = this.#access;
    const [, before] = await Promise.all([
      this.#latch(),
      readStanding(run, access, access.plain),
      access.mfa === null ? access.authenticate(this.#stop) : null,
    ]);
    if (isWished()) return false;
    if (this.latched && !this.#denyTried) await this.#proveDeny(before);
    await this.#turnOff(before);
    return !isWished() && this.look();
  }

  /** How it stands now; true at rest, as far as AWS lets us. */
  async look(): Promise<boolean> {
    return this.#judge(await readStanding(this.#run, this.#access, this.#access.plain));
  }

  /** By whichever credential still can: it needs no MFA. */
  async #latch(): Promise<void> {
    const { account, user, plain, closer } = this.#access;
    for (const by of closer === null ? [plain] : [plain, closer]) {
      const answer = await this.#effect("iam:AttachUserPolicy", { arn: account.latchArn }, () =>
        by.attachPolicy(user, account.latchArn),
      );
      if (!answer.ok) continue;
      this.latched = true;
      this.#run.step(this.#access.id, "latched");
      return;
    }
  }

  /** With the key still active: the only moment in which the latch can be seen to work. */
  async #proveDeny(before: Standing): Promise<void> {
    const run = this.#run;
    const access = this.#access;
    this.#denyTried = true;
    const id = access.account.emergency.accessKeyId;
    if (before.keys !== null && !before.keys.some((key) => key.id === id && key.active)) {
      this.deny = "KEY_WAS_INACTIVE";
      return;
    }
    const answers = await Promise.all(
      probes(run, access).map(({ ask }) =>
        run.poll(
          ask,
          (answer) =>
            answer.ok || (answer.code !== "ACCESS_DENIED" && answer.code !== "KEY_NOT_ACCEPTED"),
          run.ports.patience.deny,
          this.#stop,
        ),
      ),
    );
    this.denials = answers.map(({ call }) => call);
    if (answers.every((answer) => !answer.ok && answer.code === "ACCESS_DENIED")) {
      const { untilMs } = run;
      const inTime = ({ serverMs }: Call): boolean =>
        untilMs !== null && serverMs !== null && serverMs < untilMs;
      if (!access.worked) this.deny = "UNPROVEN";
      else this.deny = this.denials.every(inTime) ? "PROVEN" : "AFTER_DEADLINE";
      if (this.deny !== "UNPROVEN") run.step(access.id, "deny-proven");
    } else if (answers.every((answer) => !answer.ok && answer.code === "KEY_NOT_ACCEPTED"))
      this.deny = "KEY_WAS_INACTIVE";
  }

  /** Everything that is not at rest, each by itself; what could not be read is done blindly. */
  async #turnOff(before: Standing): Promise<void> {
    const { account, user, mfa, plain } = this.#access;
    const by = mfa ?? plain;
    const sealed = account.emergency.accessKeyId;
    const active = before.keys?.filter((key) => key.active).map((key) => key.id) ?? [sealed];
    const inline = before.inline ?? [WINDOW];
    const others = (before.attached ?? []).filter((arn) => arn !== account.latchArn);
    this.#noteForeign(before);
    const answers = await Promise.all([
      ...active.map((id) =>
        this.#effect("iam:UpdateAccessKey", { id, status: "Inactive" }, () =>
          by.setKey(user, id, "Inactive"),
        ),
      ),
      ...inline.map((name) =>
        this.#effect("iam:DeleteUserPolicy", { name }, () => by.deleteInlinePolicy(user, name)),
      ),
      ...others.map((arn) =>
        this.#effect("iam:DetachUserPolicy", { arn }, () => by.detachPolicy(user, arn)),
      ),
      ...(before.loginProfile === true
        ? [this.#effect("iam:DeleteLoginProfile", {}, () => by.deleteLoginProfile(user))]
        : []),
    ]);
    // AWS says when a session is over; the next round gets a new one.
    if (answers.some((answer) => !answer.ok && answer.code === "SESSION_EXPIRED"))
      this.#access.mfa = null;
    if (answers.every((answer) => answer.ok)) this.#run.step(this.#access.id, "keys-off");
  }

  #noteForeign(before: Standing): void {
    const { account } = this.#access;
    const own = new Set([account.emergency.accessKeyId, WINDOW, account.latchArn]);
    const known = new Set(this.foreign.map(({ kind, what }) => `${kind} ${what}`));
    this.foreign = [
      ...this.foreign,
      ...differences(before, account).filter(
        ({ kind, what }) => kind !== "UNREAD" && !own.has(what) && !known.has(`${kind} ${what}`),
      ),
    ];
  }

  #judge(after: Standing): boolean {
    const { account } = this.#access;
    const { attached, keys } = after;
    if (attached !== null) this.latched = attached.includes(account.latchArn);
    this.remains = differences(after, account).filter(({ kind }) => kind !== "KEY_MISSING");
    this.dead = attached !== null && this.latched && keys?.every(({ active }) => !active) === true;
    return this.dead && this.remains.every((difference) => this.#beyondUs(difference));
  }

  /** Nothing that we may do removes it. */
  #beyondUs({ kind, what }: Difference): boolean {
    if (kind === "UNREAD" || kind === "KEY_ACTIVE" || kind === "LATCH_MISSING") return false;
    const removable =
      kind === "INLINE_POLICY" || kind === "FOREIGN_POLICY" || kind === "LOGIN_PROFILE";
    if (!removable) return true;
    const asked = kind === "LOGIN_PROFILE" ? "iam:DeleteLoginProfile" : what;
    return (this.#denied.get(asked) ?? 0) >= DENIED_ENOUGH;
  }

  async #effect(
    action: string,
    about: Readonly<Record<string, string>>,
    ask: () => Promise<Answer<null>>,
  ): Promise<Answer<null>> {
    const answer = await this.#run.closingEffect(this.#access.id, action, about, ask);
    if (!answer.ok && answer.code === "ACCESS_DENIED") {
      const what = about["name"] ?? about["arn"] ?? action;
      this.#denied.set(what, (this.#denied.get(what) ?? 0) + 1);
    }
    // What is already gone is as we want it.
    return !answer.ok && answer.code === "NO_SUCH_ENTITY"
      ? { ok: true, value: null, call: answer.call }
      : answer;
  }
}

/** The dead key, used again and again: AWS must refuse it often enough, for long enough. */
async function reject(run: Run, access: Access, stop?: Stop): Promise<Rejections> {
  const { proof } = run.order.policy;
  const { clock, patience } = run.ports;
  const gap = Math.max((proof.overSeconds * 1000) / Math.max(proof.rejections - 1, 1), 50);
  const from = clock.monotonic();
  let count = 0;
  let since = from;
  let overMs = 0;
  for (;;) {
    const answer = await run.see(access.emergency.identity());
    const now = clock.monotonic();
    if (!answer.ok && answer.code === "KEY_NOT_ACCEPTED") {
      if (count === 0) since = now;
      count++;
      overMs = now - since;
      if (count >= proof.rejections && overMs >= proof.overSeconds * 1000)
        return { count, overMs, enough: true };
    } else if (answer.ok) {
      // AWS takes a while to apply what it answered; longer than this, it is no delay.
      if (count > 0 || now - from > patience.applied) return { count: 0, overMs: 0, enough: false };
    }
    if (stop?.aborted === true) return { count, overMs, enough: false };
    await rest(run.ports, count === 0 ? patience.pollFirst : gap, stop);
  }
}

/**
 * Once more, after the policy's time: replication is long over then. The key must be refused and
 * the user must stand at rest, as AWS tells it now.
 */
async function confirm(
  run: Run,
  access: Access,
  toRest: ToRest,
  stop?: Stop,
): Promise<boolean | null> {
  await rest(run.ports, run.order.policy.proof.againAfterSeconds * 1000, stop);
  if (stop?.aborted === true) return null;
  const [answer, atRest] = await Promise.all([
    run.poll(
      () => access.emergency.identity(),
      (found) => !found.ok && found.code !== "KEY_NOT_ACCEPTED",
      run.ports.patience.deny,
      stop,
    ),
    toRest.look(),
  ]);
  const refused = !answer.ok && answer.code === "KEY_NOT_ACCEPTED";
  // Dead is not enough: a window that a late call wrote must not stay behind.
  return refused && atRest;
}
