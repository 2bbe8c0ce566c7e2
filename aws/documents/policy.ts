import { hex, sha256 } from "../../crypto/bytes.ts";
import { canonical, type Json } from "../../crypto/canonical.ts";
import { fail } from "./errors.ts";

type OneOrMore = string | readonly string[];

/** Operator → key → value or values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;

interface Base {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Condition?: Conditions;
}
type Actions = { readonly Action: OneOrMore } | { readonly NotAction: OneOrMore };
type Resources = { readonly Resource: OneOrMore } | { readonly NotResource: OneOrMore };
type Principal = { readonly Principal: { readonly AWS: OneOrMore } };

export type Statement = Base & Actions & Resources;
export type TrustStatement = Base & Actions & Principal;

/** An identity policy or boundary; `TrustPolicy`: who may assume a role. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}
export interface TrustPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly TrustStatement[];
}

/**
 * IAM's quotas, in characters without white space (IAM User Guide, "IAM and STS quotas"), and the
 * one of an SCP (Organizations User Guide, "Quotas").
 */
export const QUOTA = {
  inlineOfUser: 2048,
  inlineOfRole: 10_240,
  managed: 6144,
  trust: 2048,
  scp: 5120,
} as const;

/** A policy whose text fits its place; `POLICY_TOO_LARGE` otherwise. */
export function policy(name: string, quota: number, statements: readonly Statement[]): Policy {
  return fitting(name, quota, { Version: "2012-10-17", Statement: statements });
}

export function trustPolicy(name: string, statements: readonly TrustStatement[]): TrustPolicy {
  return fitting(name, QUOTA.trust, { Version: "2012-10-17", Statement: statements });
}

function fitting<T extends Policy | TrustPolicy>(name: string, quota: number, document: T): T {
  const characters = policyText(document).replace(/\s/g, "").length;
  return characters > quota ? fail("POLICY_TOO_LARGE", { name, characters, quota }) : document;
}

/** The text that is sent to AWS. */
export const policyText = (document: Policy | TrustPolicy): string => JSON.stringify(document);

/** SHA-256 (hex) of a policy's canonical JSON: how two texts are the same policy. */
export const policySha256 = (document: Policy | TrustPolicy): string =>
  hex(sha256(canonical(JSON.parse(policyText(document)) as Json)));
