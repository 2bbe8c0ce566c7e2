import type { Json } from "../../../../crypto/canonical.ts";
import {
  activatorPolicy,
  closerRolePolicy,
  closerTrustPolicy,
  closerUserPolicy,
} from "../../activator.ts";
import { boundaryPolicy } from "../../boundary.ts";
import { latchPolicy } from "../../window.ts";
import {
  copyBusPolicy,
  copyLogsPolicy,
  forwardPolicy,
  forwardTrust,
  keyPolicy,
  queuePolicy,
  reaperPolicy,
  reaperTrust,
  topicPolicy,
} from "../documents.ts";
import { keyWrites, patternsOf } from "../patterns.ts";
import { FROM_AWS, type KitPlan, kitFor, NAMES } from "../plan.ts";
import { filled, mapStrings, SLOT } from "../slots.ts";
import { type Expression, raw } from "./hcl.ts";

const SLOTS = {
  account: "${account}",
  logAccount: "${log_account}",
  region: "${region}",
} as const;

const text = (document: unknown): string =>
  `${JSON.stringify(
    mapStrings(
      JSON.parse(JSON.stringify(document)) as Json,
      (one) => filled(one, SLOTS, "$${") ?? one,
    ),
    null,
    2,
  )}\n`;

/** Policies and patterns, each a file that Terraform fills with account and region. */
export function documentFiles(plan: KitPlan): Readonly<Record<string, string>> {
  const kit = kitFor(plan, SLOT.account);
  const patterns = patternsOf(plan, SLOT.account);
  const { account, logAccount, region } = SLOT;
  const documents = {
    latch: latchPolicy(),
    "emergency-boundary": boundaryPolicy(kit),
    activator: activatorPolicy(kit),
    closer: closerRolePolicy(kit),
    "closer-trust": closerTrustPolicy(kit),
    "closer-user": closerUserPolicy(kit),
    reaper: reaperPolicy(plan, account),
    "reaper-trust": reaperTrust(),
    forward: forwardPolicy(plan, account, logAccount),
    "forward-trust": forwardTrust(account),
    key: keyPolicy(plan, account),
    "topic-page": topicPolicy(plan, account, region, NAMES.page),
    "topic-stream": topicPolicy(plan, account, region, NAMES.stream),
    "queue-undelivered": queuePolicy(plan, account, region, NAMES.undelivered),
    "queue-unforwarded": queuePolicy(plan, account, region, NAMES.unforwarded),
    "pattern-use": patterns.use,
    "pattern-change": patterns.changeByOthers,
    "pattern-refused": patterns.refused,
    "pattern-page-change": patterns.change,
    "pattern-page-key": patterns.keys,
    "pattern-key": keyWrites(plan, account, {
      arn: "${key_arn}",
      id: "${key_id}",
      inText: "*${key_arn}*",
    }),
    "pattern-page-start": patterns.start,
    "pattern-opened": patterns.opened,
  };
  return Object.fromEntries(
    Object.entries(documents).map(([name, one]) => [`${name}.json`, text(one)]),
  );
}

export const logDocumentFiles = (plan: KitPlan): Readonly<Record<string, string>> => ({
  "copy-bus.json": text(copyBusPolicy(plan, SLOT.account)),
  "copy-logs.json": text(copyLogsPolicy(plan, SLOT.account)),
});

/** The pattern of everything that AWS itself says in these accounts; `accounts` is an expression. */
export const fromAws = (accounts: string): Expression =>
  raw(
    `jsonencode({ account = ${accounts}, source = [${FROM_AWS.map((one) => `{ prefix = "${one.prefix}" }`).join(", ")}] })`,
  );

/** A document in a resource of this region; `null`: of none. */
export const documentFor = (name: string, region: string | null = null): Expression =>
  raw(
    `templatefile("\${path.module}/documents/${name}.json", ${
      region === null ? "local.places" : `merge(local.places, { region = ${region} })`
    })`,
  );
