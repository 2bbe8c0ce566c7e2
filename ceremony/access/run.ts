import type { Account, ActivationOrder } from "../subject.ts";
import { totp, TOTP_STEP_SECONDS, totpStep } from "../../crypto/totp.ts";
import { doneLine, type Journal } from "./journal.ts";
import {
  type AccessPorts,
  type Answer,
  type Caller,
  type Call,
  type CloudCode,
  rest,
  type Step,
  type Stop,
} from "./ports.ts";
import { Reopened } from "./reopened.ts";
import { ServerClock } from "./server-clock.ts";
import { transient } from "./trouble.ts";

/** The window's name as an inline policy of the emergency user. */
export const WINDOW = "BreakGlassWindow";

/** What one order's work shares: the journal, AWS's clock, and every call as evidence. */
export class Run {
  readonly order: ActivationOrder;
  readonly ports: AccessPorts;
  readonly journal: Journal;
  readonly serverClock = new ServerClock();
  /** Every call in the order of its answer. */
  readonly calls: Call[] = [];
  /** The window's end on AWS's clock, epoch ms, once it is known. */
  untilMs: number | null = null;
  /** An append failed while closing: closing went on without it. */
  journalFailed = false;

  constructor(order: ActivationOrder, ports: AccessPorts, journal: Journal) {
    this.order = order;
    this.ports = ports;
    this.journal = journal;
  }

  /** AWS's clock now, epoch ms, at least. */
  serverNow(): number {
    return this.serverClock.earliest(this.ports.clock.monotonic());
  }

  step(account: string, step: Step): void {
    this.ports.report({ kind: "step", account, step });
  }

  /** Takes note of an answer: evidence, and AWS's time. */
  async see<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = await asked;
    const { call } = answer;
    const received = this.ports.clock.monotonic();
    if (call.serverMs !== null)
      this.serverClock.observe(call.serverMs, received - call.ms, received);
    this.calls.push(call);
    this.ports.report({ kind: "call", call });
    return answer;
  }

  /** Writes an intent, perhaps ahead of its time; gives its number once it is on the disk. */
  announce(
    account: string,
    action: string,
    about: Readonly<Record<string, string>>,
  ): Promise<number> {
    const id = this.journal.nextId();
    const written = this.journal
      .write({ kind: "intent", id, account, action, about })
      .then(() => id);
    // Whoever asks for the effect hears of it; until then it is nobody's error.
    written.catch(() => undefined);
    return written;
  }

  /** An outside effect: its intent is on the disk before it is asked for. */
  async effect<T>(
    account: string,
    action: string,
    about: Readonly<Record<string, string>>,
    ask: () => Promise<Answer<T>>,
    announced: Promise<number> = this.announce(account, action, about),
  ): Promise<Answer<T>> {
    return this.#after(await announced, await this.see(ask()));
  }

  /**
   * The verdict's line goes to the disk with whatever is written next, and before it: nothing
   * waits for it, since without it the effect only counts as possibly done.
   */
  #after<T>(id: number, answer: Answer<T>): Answer<T> {
    void this.note(doneLine(id, answer.call));
    return answer;
  }

  /** The same while closing, where a full disk must not keep the access open. */
  async closingEffect<T>(
    account: string,
    action: string,
    about: Readonly<Record<string, string>>,
    ask: () => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const id = this.journal.nextId();
    await this.note({ kind: "intent", id, account, action, about });
    return this.#after(id, await this.see(ask()));
  }

  /** Writes a line if the disk lets it. */
  async note(line: Parameters<Journal["write"]>[0]): Promise<void> {
    try {
      await this.journal.write(line);
    } catch {
      this.journalFailed = true;
    }
  }

  /**
   * Asks again while `pending` says so, first after 200 ms, then 1.6 times as long each time; gives
   * back the last answer when it is settled, when `forMs` are over, or at a wish to stop.
   */
  async poll<T>(
    ask: () => Promise<Answer<T>>,
    pending: (answer: Answer<T>) => boolean,
    forMs: number,
    stop?: Stop,
    mostMs = this.ports.patience.pollMost,
  ): Promise<Answer<T>> {
    const { patience, clock } = this.ports;
    const until = clock.monotonic() + forMs;
    let wait = patience.pollFirst;
    for (;;) {
      const answer = await this.see(ask());
      const left = until - clock.monotonic();
      if (!pending(answer) || left <= 0 || stop?.aborted === true) return answer;
      await rest(this.ports, Math.min(wait, left), stop);
      wait = Math.min(wait * 1.6, mostMs);
    }
  }
}

/** One account's callers. The MFA session is got once and again when AWS says that it expired. */
export class Access {
  readonly account: Account;
  readonly id: string;
  /** The emergency user's name, which IAM's calls take. */
  readonly user: string;
  readonly plain: Caller;
  readonly emergency: Caller;
  /** Set by an activation: the closer role's session, which needs no MFA. */
  closer: Caller | null = null;
  mfa: Caller | null = null;
  /** The emergency key was seen to work in this activation. */
  worked = false;
  readonly reopened = new Reopened();
  readonly #run: Run;

  constructor(run: Run, account: Account) {
    this.#run = run;
    this.account = account;
    this.id = account.accountId;
    this.user = account.emergencyUserArn.split("/").at(-1) ?? "";
    this.plain = this.caller(account.activator, "activator");
    this.emergency = this.caller(account.emergency, "emergency");
  }

  caller(credentials: Parameters<AccessPorts["cloud"]["as"]>[0], name: string): Caller {
    const { accountId, partition } = this.account;
    return this.#run.ports.cloud.as(credentials, { accountId, partition, name });
  }

  /** Window + 2 h, so that closing needs no person with a code; AWS's least is 900 s. */
  get #sessionSeconds(): number {
    return Math.min(this.#run.order.durationSeconds + 7200, 129_600);
  }

  /** The intent of `authenticate`, written while AWS is asked who we are. */
  announceSession(): Promise<number> {
    const seconds = String(this.#sessionSeconds);
    return this.#run.announce(this.id, "sts:GetSessionToken", { seconds });
  }

  /**
   * GetSessionToken with MFA. A code works once: after a refusal, or an answer that was lost, the
   * next code is tried, which AWS takes a little early; then it waits for the one after. `how`: what
   * opens must be journaled, what closes goes on without.
   */
  async authenticate(
    stop?: Stop,
    how: "effect" | "closingEffect" = "closingEffect",
    announced?: Promise<number>,
  ): Promise<CloudCode | null> {
    const run = this.#run;
    const { totpSeed, mfaSerial } = this.account;
    const seconds = this.#sessionSeconds;
    const now = (): number =>
      run.serverClock.known ? run.serverNow() : Date.parse(run.ports.clock.now());
    const first = totpStep(now());
    let last: CloudCode = "MFA_REFUSED";
    for (let tried = 0; tried < 4; tried++) {
      if (totpSeed !== null) {
        const early = (first + tried - 1) * TOTP_STEP_SECONDS * 1000 - now();
        if (early > 0) await rest(run.ports, early, stop);
      }
      if (stop?.aborted === true) return last;
      const code =
        totpSeed === null ? await run.ports.mfaCode(this.id) : totp(totpSeed, first + tried);
      if (code === null) return "MFA_NOT_GIVEN";
      const ask = () => this.plain.sessionToken({ serial: mfaSerial, code, seconds });
      const intent = [this.id, "sts:GetSessionToken", { seconds: String(seconds) }] as const;
      const answer =
        how === "effect"
          ? await run.effect(...intent, ask, tried === 0 ? announced : undefined)
          : await run.closingEffect(...intent, ask);
      if (answer.ok) {
        this.mfa = this.caller(answer.value, "activator+mfa");
        return null;
      }
      last = answer.code;
      if (last !== "MFA_REFUSED" && !transient(last)) return last;
    }
    return last;
  }
}
