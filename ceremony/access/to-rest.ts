import { controlPlane, type Outage } from "./control-plane.ts";
import { probes } from "./deadline.ts";
import type { Answer, Call, Caller, Stop } from "./ports.ts";
import { type Access, type Run, WINDOW } from "./run.ts";
import {
  type Difference,
  differences,
  type Kept,
  keptDifferences,
  readKept,
  readStanding,
  type Standing,
} from "./standing.ts";

/**
 * Whether the still-active key was seen to be denied, per region. PROVEN: it worked before, and was
 * denied while the window was still open, so by the latch. AFTER_DEADLINE: denied, but the dated
 * window alone would do that. ALLOWED: AWS still carried a call out, so the latch shuts nothing.
 */
export type Deny = "PROVEN" | "AFTER_DEADLINE" | "UNPROVEN" | "ALLOWED" | "KEY_WAS_INACTIVE";

/** A removal that AWS denied this often is named instead of tried for ever. */
const DENIED_ENOUGH = 3;

/** One account's way to rest: rounds of looking how it stands and turning off what is not at rest. */
export class ToRest {
  readonly #run: Run;
  readonly #access: Access;
  readonly #stop: Stop | undefined;
  latched = false;
  /** The latch is on and every key off. */
  dead = false;
  /** The latch's document was read and denies everything, and no call was seen to pass it. */
  shuts = false;
  deny: Deny = "UNPROVEN";
  denials: readonly Call[] = [];
  foreign: readonly Difference[] = [];
  remains: readonly Difference[] = [];
  outage: Outage | null = null;
  #denyTried = false;
  /** A Deny of everything stands in the window's place. */
  #barred = false;
  readonly #denied = new Map<string, number>();

  constructor(run: Run, access: Access, stop?: Stop) {
    this.#run = run;
    this.#access = access;
    this.#stop = stop;
  }

  /** True at rest, as far as AWS lets us. Between its calls it heeds a wish to stop. */
  async round(): Promise<boolean> {
    const isWished = (): boolean => this.#stop?.aborted === true;
    const access = this.#access;
    const [attached, before] = await Promise.all([
      this.#latch(),
      this.#read(),
      access.mfa === null ? access.authenticate(this.#stop) : null,
    ]);
    // What is about to be taken away is told first: nobody else could tell it after a crash.
    if (access.reopened.look(differences(before, access.account)))
      await this.#run.note({
        kind: "closing",
        account: access.id,
        why: "it stood open again",
        reopened: [...access.reopened.names],
      });
    if (isWished()) return false;
    const kept = readKept(this.#run, access);
    if (this.latched && !this.#denyTried) await this.#proveDeny(before);
    const isLatched = attached || before.attached?.includes(access.account.latchArn) === true;
    await this.#turnOff(before, isLatched, kept);
    return !isWished() && this.look(kept);
  }

  /** How it stands now; true at rest, as far as AWS lets us. */
  async look(kept: Promise<Kept> = readKept(this.#run, this.#access)): Promise<boolean> {
    const [after, documents] = await Promise.all([this.#read(), kept]);
    return this.#judge(after, documents);
  }

  async #read(): Promise<Standing> {
    const { calls } = this.#run;
    const before = calls.length;
    const standing = await readStanding(this.#run, this.#access, this.#access.plain);
    const own = calls.slice(before).filter(({ account }) => account === this.#access.id);
    this.outage = controlPlane(own);
    return standing;
  }

  /** By whichever credential still can: it needs no MFA. True when AWS said that it is on. */
  async #latch(): Promise<boolean> {
    const { account, user, plain, closer } = this.#access;
    for (const by of closer === null ? [plain] : [plain, closer]) {
      const answer = await this.#effect("iam:AttachUserPolicy", { arn: account.latchArn }, () =>
        by.attachPolicy(user, account.latchArn),
      );
      if (!answer.ok) continue;
      this.latched = true;
      this.#run.step(this.#access.id, "latched");
      return true;
    }
    return false;
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
      // What denied may have been the bar.
      if (!access.worked || this.#barred) this.deny = "UNPROVEN";
      else this.deny = this.denials.every(inTime) ? "PROVEN" : "AFTER_DEADLINE";
      if (this.deny !== "UNPROVEN") run.step(access.id, "deny-proven");
    } else if (answers.every((answer) => !answer.ok && answer.code === "KEY_NOT_ACCEPTED"))
      this.deny = "KEY_WAS_INACTIVE";
    // Asked for as long as a latch may take to count, and not because somebody wished to stop.
    else if (answers.some(({ ok }) => ok) && this.#stop?.aborted !== true) this.deny = "ALLOWED";
  }

  /** Everything that is not at rest, each by itself; what could not be read is done blindly. */
  async #turnOff(before: Standing, isLatched: boolean, kept: Promise<Kept>): Promise<void> {
    const { account, user, mfa, plain } = this.#access;
    const by = mfa ?? plain;
    const sealed = account.emergency.accessKeyId;
    const active = before.keys?.filter((key) => key.active).map((key) => key.id) ?? [sealed];
    const inline = before.inline ?? [WINDOW];
    const others = (before.attached ?? []).filter((arn) => arn !== account.latchArn);
    const answers = await Promise.all([
      ...active.map((id) =>
        this.#effect("iam:UpdateAccessKey", { id, status: "Inactive" }, () =>
          by.setKey(user, id, "Inactive"),
        ),
      ),
      ...inline.filter((name) => name !== WINDOW).map((name) => this.#unwrite(by, name)),
      this.#endWindow(by, inline.includes(WINDOW), isLatched, kept),
      ...others.map((arn) =>
        this.#effect("iam:DetachUserPolicy", { arn }, () => by.detachPolicy(user, arn)),
      ),
      ...(before.loginProfile === true
        ? [this.#effect("iam:DeleteLoginProfile", {}, () => by.deleteLoginProfile(user))]
        : []),
    ]);
    // AWS says when a session is over; the next round gets a new one.
    if (answers.some((answer) => answer?.ok === false && answer.code === "SESSION_EXPIRED"))
      this.#access.mfa = null;
    if (answers.every((answer) => answer?.ok !== false))
      this.#run.step(this.#access.id, "keys-off");
    this.#noteForeign([...differences(before, account), ...keptDifferences(await kept)]);
  }

  #unwrite(by: Caller, name: string): Promise<Answer<null>> {
    const { user } = this.#access;
    return this.#effect("iam:DeleteUserPolicy", { name }, () => by.deleteInlinePolicy(user, name));
  }

  /**
   * Where the latch is not on or lets calls through, a Deny of everything takes the window's place:
   * it ends the sessions, too. Without either nothing would deny them. The next round or close that
   * finds the latch on and right takes it away.
   */
  async #endWindow(
    by: Caller,
    stands: boolean,
    isLatched: boolean,
    kept: Promise<Kept>,
  ): Promise<Answer<null> | null> {
    const { latch } = await kept;
    const isTrusted = isLatched && this.deny !== "ALLOWED";
    if (latch === null && isTrusted) {
      if (!stands) {
        this.#barred = false;
        return null;
      }
      const gone = await this.#unwrite(by, WINDOW);
      if (gone.ok) this.#barred = false;
      return gone;
    }
    // Not known: its own deadline bounds it until the next round.
    if (latch?.kind === "UNREAD" && isTrusted) return null;
    const { user } = this.#access;
    const document = this.#run.ports.documents.latchPolicy();
    const answer = await this.#effect("iam:PutUserPolicy", { name: WINDOW }, () =>
      by.putInlinePolicy(user, WINDOW, document),
    );
    if (answer.ok) this.#barred = true;
    return answer;
  }

  #noteForeign(found: readonly Difference[]): void {
    const { account } = this.#access;
    const own = new Set([account.emergency.accessKeyId, WINDOW, account.latchArn]);
    const known = new Set(this.foreign.map(({ kind, what }) => `${kind} ${what}`));
    this.foreign = [
      ...this.foreign,
      ...found.filter(
        ({ kind, what }) => kind !== "UNREAD" && !own.has(what) && !known.has(`${kind} ${what}`),
      ),
    ];
  }

  #judge(after: Standing, kept: Kept): boolean {
    const { account } = this.#access;
    const { attached, keys } = after;
    if (attached !== null) this.latched = attached.includes(account.latchArn);
    // What was allowed while somebody took the latch off says nothing of the latch.
    if (!this.latched && this.deny === "ALLOWED") this.deny = "UNPROVEN";
    this.shuts = kept.latch === null && this.deny !== "ALLOWED";
    this.remains = [
      ...differences(after, account).filter(({ kind }) => kind !== "KEY_MISSING"),
      ...keptDifferences(kept),
      ...(this.deny === "ALLOWED"
        ? this.denials.filter(({ verdict }) => verdict === "OK")
        : []
      ).map(({ action, region }): Difference => ({
        kind: "LATCH_PASSED",
        what: `${action} ${region}`,
      })),
    ];
    this.dead = attached !== null && this.latched && keys?.every(({ active }) => !active) === true;
    return this.dead && this.remains.every((difference) => this.#beyondUs(difference));
  }

  /** Nothing that we may do removes it. */
  #beyondUs({ kind, what }: Difference): boolean {
    const isDenied = (asked: string): boolean => (this.#denied.get(asked) ?? 0) >= DENIED_ENOUGH;
    // An administrator must mend it; what we can is to bar it meanwhile.
    if (kind === "LATCH_CHANGED" || kind === "LATCH_PASSED")
      return this.#barred || isDenied(WINDOW);
    if (what === WINDOW && this.#barred && !this.shuts) return true;
    if (kind === "UNREAD" || kind === "KEY_ACTIVE" || kind === "LATCH_MISSING") return false;
    const removable =
      kind === "INLINE_POLICY" || kind === "FOREIGN_POLICY" || kind === "LOGIN_PROFILE";
    if (!removable) return true;
    const asked = kind === "LOGIN_PROFILE" ? "iam:DeleteLoginProfile" : what;
    return isDenied(asked);
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
