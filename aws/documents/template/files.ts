import { activatorPolicy, closerRolePolicy, closerTrustPolicy } from "../activator.ts";
import { boundaryPolicy } from "../boundary.ts";
import { type Policy, policyText, QUOTA } from "../policy.ts";
import { latchPolicy, policyDate, windowPolicy } from "../window.ts";
import { alarmTemplate } from "./cloudformation/alarm.ts";
import { everyRegionTemplate } from "./cloudformation/every-region.ts";
import { identitiesTemplate } from "./cloudformation/identities.ts";
import { logAccountTemplate } from "./cloudformation/log-account.ts";
import { reaperTemplate } from "./cloudformation/reaper.ts";
import { type Template, TEMPLATE_MOST } from "./cloudformation/resource.ts";
import { BUS_POLICY_MOST, copyBusPolicy, forwardPolicy, reaperPolicy } from "./documents.ts";
import { copyPattern, PATTERN_MOST, patternsOf } from "./patterns.ts";
import { type Format, type KitPlan, kitFor, type Size } from "./plan.ts";
import { CODE_MOST } from "./reaper.ts";
import { readme } from "./readme.ts";
import { runbookTemplate } from "./runbook.ts";
import { scpPolicy } from "./scp.ts";
import { alarmTf, everyRegionTf } from "./terraform/alarm.ts";
import { documentFiles, logDocumentFiles } from "./terraform/documents.ts";
import { identitiesTf } from "./terraform/identities.ts";
import { logAccountTf, mainTf } from "./terraform/main.ts";
import { reaperTf } from "./terraform/reaper.ts";

export interface KitFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A statement a line: Organizations counts white space too, unlike IAM. */
const asCounted = ({ Version, Statement }: Policy): string =>
  `{"Version":"${Version}","Statement":[\n${Statement.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;

/** The longest access that the station's own policy file takes, in seconds. */
const LONGEST = 39_600;
const USUAL = 1800;

/** What the sealing ceremony takes as its policy, so that vault and kit are of one piece. */
const vaultPolicy = (plan: KitPlan): object => ({
  defaultDurationSeconds: USUAL,
  maxDurationSeconds: Math.min(plan.maxHours * 3600, LONGEST),
  regions: plan.regions,
  profile: plan.profiles[0],
  kitExpires: plan.kitExpires,
  reaperMaxHours: plan.maxHours,
  proof: { rejections: 3, overSeconds: 10, againAfterSeconds: 300 },
  guardRails: { profiles: plan.profiles, evidenceBuckets: plan.evidenceBuckets },
});

/** An access as the app would write it, with made-up dates: the last half hour of the kit's life. */
function sampleWindow(plan: KitPlan, profile: string, incident = "INC-SAMPLE") {
  const until = Date.parse(plan.kitExpires);
  const from = policyDate(until - USUAL * 1000);
  return windowPolicy({
    nbf: from,
    until: policyDate(until),
    tokensFrom: from,
    incident,
    regions: plan.regions,
    profile,
  });
}

function policiesOf(plan: KitPlan, account: string) {
  const kit = kitFor(plan, account);
  return {
    activator: { document: activatorPolicy(kit), most: QUOTA.managed },
    closer: { document: closerRolePolicy(kit), most: QUOTA.inlineOfRole },
    "closer-trust": { document: closerTrustPolicy(kit), most: QUOTA.trust },
    latch: { document: latchPolicy(), most: QUOTA.managed },
    "emergency-boundary": { document: boundaryPolicy(kit), most: QUOTA.managed },
    "emergency-window": {
      document: sampleWindow(plan, plan.profiles[0] ?? ""),
      most: QUOTA.inlineOfUser,
    },
    scp: { document: scpPolicy(plan), most: QUOTA.scp },
  } as const;
}

/** Documents that name an account: each further account has its own. */
const OF_THE_ACCOUNT = ["activator", "closer", "closer-trust"] as const;

const templatesOf = (plan: KitPlan, code: string): Readonly<Record<string, Template>> => ({
  "1-log-account": logAccountTemplate(plan),
  "2-identities": identitiesTemplate(plan),
  "3-alarm": alarmTemplate(plan),
  "4-reaper": reaperTemplate(plan, code),
  "5-every-region": everyRegionTemplate(plan),
});

const under = (folder: string, some: Readonly<Record<string, string>>): readonly KitFile[] =>
  Object.entries(some).map(([name, text]) => ({ path: `${folder}/${name}`, text }));

function terraformFiles(plan: KitPlan, code: string): readonly KitFile[] {
  const files = {
    "main.tf": mainTf(plan),
    "identities.tf": identitiesTf(plan),
    "alarm.tf": alarmTf(),
    "every-region.tf": everyRegionTf(),
    "reaper.tf": reaperTf(plan),
    "reaper.py": code,
    "log-account/main.tf": logAccountTf(plan),
  };
  return [
    ...under("terraform", files),
    ...under("terraform/documents", documentFiles(plan)),
    ...under("terraform/log-account/documents", logDocumentFiles(plan)),
  ];
}

const size = (what: string, document: object, most: number): Size => ({
  what,
  characters: JSON.stringify(document).length,
  most,
});

/** Every limit of AWS's that the kit must keep, and how near it comes. */
export function sizesOf(plan: KitPlan, format: Format, code: string): readonly Size[] {
  const account = plan.accounts[0] ?? "";
  const policies = policiesOf(plan, account);
  return [
    ...Object.entries(policies).map(([name, { document, most }]) => ({
      what: `policy ${name}`,
      characters: (name === "scp" ? asCounted(policies.scp.document) : policyText(document)).length,
      most,
    })),
    ...plan.profiles.map((profile) =>
      size(
        `window, longest incident id, ${profile}`,
        sampleWindow(plan, profile, "I".repeat(64)),
        QUOTA.inlineOfUser,
      ),
    ),
    size("policy of the reaper", reaperPolicy(plan, account), QUOTA.inlineOfRole),
    size("policy of the log account's bus", copyBusPolicy(plan, account), BUS_POLICY_MOST),
    size("policy of forwarding", forwardPolicy(plan, account, account), QUOTA.inlineOfRole),
    ...Object.entries(patternsOf(plan, account)).map(([name, one]) =>
      size(`event pattern ${name}`, one, PATTERN_MOST),
    ),
    size("event pattern of the copy to the log account", copyPattern(plan), PATTERN_MOST),
    { what: "the reaper's code", characters: code.length, most: CODE_MOST },
    ...(format === "terraform"
      ? []
      : Object.entries(templatesOf(plan, code)).map(([name, one]) => ({
          what: `template ${name}`,
          characters: pretty(one).length,
          most: TEMPLATE_MOST,
        }))),
  ];
}

/**
 * The whole kit: what the templates deploy, what an administrator reads, what is taken to the
 * sealing. The same request gives the same bytes. `code` is the text of reaper.py.
 */
export function kitFiles(plan: KitPlan, format: Format, code: string): readonly KitFile[] {
  const [first = "", ...others] = plan.accounts;
  const policies = policiesOf(plan, first);
  return [
    { path: "README.md", text: readme(plan, format, sizesOf(plan, format, code)) },
    { path: "policy.json", text: pretty(vaultPolicy(plan)) },
    { path: "runbook.md", text: runbookTemplate(plan) },
    ...Object.entries(policies).map(([name, { document }]) => ({
      path: `policies/${name}.json`,
      text: name === "scp" ? asCounted(policies.scp.document) : pretty(document),
    })),
    ...others.flatMap((account) =>
      OF_THE_ACCOUNT.map((name) => ({
        path: `policies/${account}/${name}.json`,
        text: pretty(policiesOf(plan, account)[name].document),
      })),
    ),
    ...(format === "terraform"
      ? terraformFiles(plan, code)
      : Object.entries(templatesOf(plan, code)).map(([name, one]) => ({
          path: `cloudformation/${name}.json`,
          text: pretty(one),
        }))),
  ];
}
