import type { JournalState } from "../../ceremony/access/journal.ts";
import type { Account } from "../../ceremony/subject.ts";
import type { UserState, World } from "../../practice/aws/world.ts";
import { emergencyUser } from "../ceremony/stage.ts";

/**
 * The invariants of the crash matrix, looked at from AWS's side. Each check gives back what
 * is broken, in words; nothing when all holds.
 */

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Denies everything, at once or from a literal date on that is at most an hour away. `serverMs` null:
 * at once only.
 */
export function denies(document: string, serverMs: number | null): boolean {
  const { Statement: statements = [] } = JSON.parse(document) as {
    readonly Statement?: readonly Statement[];
  };
  return statements.some(({ Effect, Action, Condition }) => {
    if (Effect !== "Deny" || ![Action].flat().includes("*")) return false;
    if (Condition === undefined) return true;
    if (serverMs === null) return false;
    const until = Condition["DateGreaterThanEquals"]?.["aws:CurrentTime"];
    return until !== undefined && Date.parse(until) < serverMs + 3_600_000;
  });
}

/** The latch, a window that ends, or the Deny that takes its place: one of them bounds the user. */
function isBounded(world: World, account: Account, index: number, serverMs: number): boolean {
  const user = emergencyUser(world, index);
  if (user.attached.includes(account.latchArn)) return true;
  // Whatever else somebody puts beside it: the Deny counts for all of it.
  const document = user.inline["BreakGlassWindow"];
  return document !== undefined && denies(document, serverMs);
}

const isActive = (user: UserState): boolean => user.keys.some(({ status }) => status === "Active");

/** (1) An active key implies the latch or a bounded window. */
export function activeIsBounded(
  world: World,
  accounts: readonly Account[],
  serverMs: number,
): readonly string[] {
  return accounts.flatMap((account, index) => {
    const user = emergencyUser(world, index);
    if (!isActive(user) || isBounded(world, account, index, serverMs)) return [];
    // Somebody took the window away: without any policy nothing is allowed.
    if (user.attached.length + Object.keys(user.inline).length === 0) return [];
    return [`(1) ${account.accountId}: active without latch or bounded window`];
  });
}

/**
 * (5) No call of ours takes away the last thing that bounds a user: sessions live on without a key,
 * and what somebody put beside it would count for them.
 */
export class Bounds {
  readonly #accounts: readonly Account[];
  #bounded: readonly boolean[];
  readonly broken: string[] = [];

  constructor(accounts: readonly Account[]) {
    this.#accounts = accounts;
    this.#bounded = accounts.map(() => false);
  }

  /** After a change that was not ours. */
  changed(world: World, serverMs: number): void {
    this.#bounded = this.#accounts.map((account, index) =>
      isBounded(world, account, index, serverMs),
    );
  }

  /** After AWS carried out a call of ours. */
  called(action: string, world: World, serverMs: number): void {
    const before = this.#bounded;
    this.changed(world, serverMs);
    for (const [index, { accountId }] of this.#accounts.entries())
      if (before[index] === true && this.#bounded[index] === false)
        this.broken.push(`(5) ${accountId}: ${action} left nothing that bounds it`);
  }
}

/** (3) Whatever differs from rest at AWS, the journal had announced. */
export function journalKnows(
  world: World,
  accounts: readonly Account[],
  state: JournalState,
): readonly string[] {
  return accounts.flatMap((account, index) => {
    const user = emergencyUser(world, index);
    const effects = state.accounts.find(({ accountId }) => accountId === account.accountId);
    const announced = (action: string, about: Readonly<Record<string, string>> = {}): number =>
      (effects?.effects ?? []).filter(
        (effect) =>
          effect.action === action &&
          Object.entries(about).every(([name, value]) => effect.about[name] === value),
      ).length;
    const sessions = Object.values(world.sessions).filter(
      ({ accountId }) => accountId === account.accountId,
    );
    const byKind = (kind: string): number => sessions.filter(({ of }) => of.kind === kind).length;
    const need = (there: boolean, action: string, about?: Record<string, string>) =>
      there && announced(action, about) === 0
        ? [`(3) ${account.accountId}: ${action} happened unannounced`]
        : [];
    return [
      ...need(!user.attached.includes(account.latchArn), "iam:DetachUserPolicy"),
      ...need(isActive(user), "iam:UpdateAccessKey", { status: "Active" }),
      ...need("BreakGlassWindow" in user.inline, "iam:PutUserPolicy"),
      ...need("IncidentId" in user.tags, "iam:TagUser"),
      ...(byKind("user") > announced("sts:GetSessionToken")
        ? [`(3) ${account.accountId}: a user session that the journal does not know`]
        : []),
      ...(byKind("role") > announced("sts:AssumeRole")
        ? [`(3) ${account.accountId}: a role session that the journal does not know`]
        : []),
    ];
  });
}

/** (2) DISABLED: latch on, no key active, no window, no login profile. */
export function atRest(world: World, accounts: readonly Account[]): readonly string[] {
  return accounts.flatMap((account, index) => {
    const user = emergencyUser(world, index);
    const wrong = [
      ...(user.attached.join() === account.latchArn ? [] : ["latch"]),
      ...(isActive(user) ? ["key"] : []),
      ...(Object.keys(user.inline).length === 0 ? [] : ["window"]),
      ...(user.loginProfile === null ? [] : ["login profile"]),
    ];
    return wrong.length === 0 ? [] : [`(2) ${account.accountId}: not at rest: ${wrong.join(", ")}`];
  });
}

/** Somebody gave a latch a document that does not deny everything: no close may count then. */
export const isLoose = (world: World, accounts: readonly Account[]): boolean =>
  accounts.some(({ accountId, latchArn }) => {
    const document = world.accounts[accountId]?.policies[latchArn]?.document ?? "";
    return !/"Effect":"Deny","Action":"\*"/.test(document);
  });

/** (2) with strangers: shut, every key dead, and what could not be removed named in the journal. */
export function deadOrNamed(
  world: World,
  accounts: readonly Account[],
  state: JournalState,
): readonly string[] {
  return accounts.flatMap((account, index) => {
    const user = emergencyUser(world, index);
    const journal = state.accounts.find(({ accountId }) => accountId === account.accountId);
    const named = new Set(journal?.remains ?? []);
    const left = [
      ...Object.keys(user.inline).map((name) => `INLINE_POLICY ${name}`),
      ...user.attached
        .filter((arn) => arn !== account.latchArn)
        .map((arn) => `FOREIGN_POLICY ${arn}`),
      ...(user.loginProfile === null ? [] : [`LOGIN_PROFILE ${user.arn}`]),
      ...user.groups.map((name) => `GROUP ${name}`),
      ...(user.sshKeys ?? []).map((id) => `SSH_KEY ${id}`),
      ...(isLoose(world, [account]) ? [`LATCH_CHANGED ${account.latchArn} v1`] : []),
    ];
    return [
      ...(user.attached.includes(account.latchArn) ? [] : ["no latch"]),
      ...(isActive(user) ? ["an active key"] : []),
      ...left.filter((one) => !named.has(one)).map((one) => `${one} is not named`),
    ].map((wrong) => `(2) ${account.accountId}: ${wrong}`);
  });
}

/** (4) The journal is sound, and says of every account that it was closed; under a loose latch, not. */
export function journalClosed(state: JournalState, loose = false): readonly string[] {
  const phase = loose ? "closing" : "closed";
  return [
    ...(state.damaged ? ["(4) the journal is damaged"] : []),
    ...(state.header === null ? ["(4) the journal does not say whose it is"] : []),
    ...(state.phase === phase ? [] : [`(4) the journal ends ${state.phase}`]),
  ];
}
