import { randomBytes } from "node:crypto";
import type { Caller } from "../caller.ts";
import { invalid, noSuchEntity } from "../errors.ts";
import { type Facets, lagging, type UserState, type World } from "../world.ts";
import type { ServiceName, Xml } from "../xml.ts";

/** How long a change of each facet takes until authentication and authorisation see it, in ms. */
export type Propagation = Readonly<Record<keyof Facets, number>>;

/** One authenticated request, as an action sees it. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly params: ReadonlyMap<string, string>;
  readonly now: number;
  readonly serverTime: number;
  readonly propagation: Propagation;
}

/** One action of the protocol. */
export interface Action {
  readonly service: ServiceName;
  /** False where AWS lets no policy govern (GetCallerIdentity, GetSessionToken). */
  readonly governed: boolean;
  /** The ARN that policies name, or "*". */
  readonly resource: (call: Call) => string;
  /** Condition keys of this action, in lower case. */
  readonly context?: (call: Call) => Readonly<Record<string, string | readonly string[] | null>>;
  /** The result; throws `AwsRefusal`. */
  readonly run: (call: Call) => Xml;
}

export const required = (call: Call, name: string): string =>
  call.params.get(name) ??
  invalid(
    `Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );

/** `Name.member.1.Field` lists, in order. */
export function members(call: Call, name: string, fields: readonly string[]): string[][] {
  const out: string[][] = [];
  for (let index = 1; ; index++) {
    const prefix = `${name}.member.${index}`;
    const row = fields.map((field) =>
      call.params.get(field === "" ? prefix : `${prefix}.${field}`),
    );
    if (row.every((value) => value === undefined)) return out;
    out.push(row.map((value) => value ?? ""));
  }
}

/** The user that is meant: by name, or the caller itself where AWS allows that. */
export function userOf(call: Call): UserState {
  const name = call.params.get("UserName") ?? call.caller.user?.name;
  if (name === undefined)
    return invalid("Must specify userName when calling with non-User credentials");
  return (
    call.caller.account.users[name] ?? noSuchEntity(`The user with name ${name} cannot be found.`)
  );
}

/** ARN of the user that is meant; one that does not exist is named without a path, as at AWS. */
export function userArn(call: Call): string {
  const { account } = call.caller;
  const name = call.params.get("UserName") ?? call.caller.user?.name ?? "";
  return (
    account.users[name]?.arn ?? `arn:${account.partition}:iam::${account.accountId}:user/${name}`
  );
}

/** Changes a facet of a user, first noting how it was for as long as the change replicates. */
export function change(call: Call, user: UserState, facet: keyof Facets, edit: () => void): void {
  lagging(user, facet, call.now, call.now + call.propagation[facet]);
  edit();
}

export const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Practice identities say so: AKIAPRACTICE…, ASIAPRACTICE… (20 characters, as at AWS). */
export const newKeyId = (prefix: "AKIA" | "ASIA"): string =>
  `${prefix}PRACTICE${Array.from(randomBytes(8), (byte) => BASE32[byte & 31]).join("")}`;

/** Forty characters, as at AWS. */
export const newSecret = (): string => randomBytes(30).toString("base64");
