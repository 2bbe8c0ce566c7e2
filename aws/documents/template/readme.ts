import { profileNamed } from "../profiles.ts";
import { deployChapter } from "./deploy.ts";
import { keysChapter, upkeepChapter } from "./readme-keys.ts";
import { type Format, type KitPlan, kitFor, NAMES, type Size } from "./plan.ts";

const list = (items: readonly string[]): string => items.join(", ");

/** The page that leads an administrator from nothing to the accessKeys.csv files. */
export function readme(plan: KitPlan, format: Format, sizes: readonly Size[]): string {
  const kit = kitFor(plan, plan.accounts[0] ?? "");
  const text = `# Break-glass kit

| made for | |
|---|---|
| accounts | ${list(plan.accounts)} |
| partition | ${plan.partition} |
| regions in which an access may work | ${list(plan.regions)} |
| profiles (the ceiling of the boundary) | ${list(plan.profiles)} |
| buckets of audit logs that it never writes | ${plan.evidenceBuckets.length === 0 ? "none named" : list(plan.evidenceBuckets)} |
| the kit expires | ${plan.kitExpires} |
| the reaper locks after | ${plan.maxHours} hours open in any 24 |
| alarm regions | ${plan.home} (IAM's events arrive there), ${plan.second} |
| who may change the kit | role/${plan.securityRole}, role/${plan.deployRole} |

To change any of this, make the kit anew with \`pullstation template\` and deploy it again; the vault must
then be sealed again, because it holds the boundary's hash.

## What will stand at AWS

- **${kit.emergencyUser.name}**, the emergency user. At rest: the latch \`BreakGlassClosed\` (Deny everything) attached,
  no inline policy, its key Inactive. Its boundary caps it whatever policy it is given, and denies all
  from the kit's expiry on.
- **${kit.activatorUser.name}**, the activator: may open and close that one user, with MFA; shutting needs none.
- **${kit.closerUser.name}** and the role **${kit.closerRole.name}**: may attach the latch. They shut, never open.
- **The alarm**: a rule in every enabled region hears each call of these identities and each change to the
  kit, refused ones too, and forwards it to ${plan.home}, to ${plan.second} and to the log account. Two topics: \`${NAMES.page}\`
  wakes a person (a use begins, or somebody touches the kit), \`${NAMES.stream}\` has every call. Each
  region's topics have a key of their own: what is done to it goes the same three ways, since the region
  whose key is off is mute. With both off only the log account tells.
- **The reaper**, a Lambda: five minutes not at rest are a tick; beyond ${plan.maxHours} hours in 24 it attaches AWSDenyAll to
  the emergency user and the activator and turns their keys off. It also pages before the kit expires.
- **The copy** in the log account: an archive and a log group of the alarm's events, at hand at once. What
  nobody can change is the trail's bucket (step 0).
- **The SCP**, attached last: keeps the accounts' own administrators off all of this.

What it can't do: a request with an Inactive key fails before CloudTrail sees it, so no alarm hears it.
GetCallerIdentity works under any Deny while a session lives: never map \`${kit.emergencyUser.name}\` in systems that
trust it (EKS access entries, Vault's AWS login). In the management account the SCP does not apply. Whoever
is \`${plan.securityRole}\` can undo the kit; the log account then still has the trace.

## Profiles

${plan.profiles.map(profileText).join("\n\n")}

## 0. Before

Commands below are for account ${plan.accounts[0]}${plan.accounts.length === 1 ? "" : `; repeat them for ${list(plan.accounts.slice(1))}, whose own policies are in policies/ACCOUNT`}.

- Two administrators: one for these accounts, **another** for the log account.
- aws-cli 2, \`jq\`; a laptop that you trust with keys for an hour, and two USB sticks.
- The role \`${plan.securityRole}\` in every account of the kit, with no path, trusted by your security team's account with
  MFA, allowed to administer. Sign in as it for everything below.
- ${
    format === "terraform"
      ? `If a pipeline deploys: the role \`${plan.deployRole}\` in every account, with no path.`
      : `For StackSets: the execution role \`${plan.deployRole}\` in every account, with no path.`
  }
- These two roles are the SCP's keepers: whoever can become one of them can undo the kit. Never trust either to
  an identity provider of this account (SAML or OIDC federation), nor to this account's root: the SCP guards
  neither, any administrator of the account may assume what its root is trusted for, the profile
  \`identity-repair\` may call \`iam:UpdateSAMLProvider\`, and whoever writes a provider's metadata becomes every
  role that trusts it. Trust another account, and there a person with MFA or the pipeline's own role.
- **The trail**, without which no alarm hears anything and no review is possible:

| requirement | see it by |
|---|---|
| one organization trail in all regions, management events of reads and writes | \`aws cloudtrail describe-trails\`: IsMultiRegionTrail, IsOrganizationTrail; \`get-event-selectors\`: ReadWriteType All |
| it is logging | \`aws cloudtrail get-trail-status --name TRAIL\`: IsLogging |
| log file validation on | \`describe-trails\`: LogFileValidationEnabled |
| its bucket in the log account, encrypted, with Object Lock in compliance mode | \`aws s3api get-object-lock-configuration --bucket BUCKET\` |
| its bucket named when this kit was made (\`--trail-bucket\`) | the table above |
| its ARN and bucket in the vault's \`policy.json\`, beside \`guardRails\`: \`"trail": {"arn": "…", "bucket": "…"}\`; then a review of any other trail says so | \`describe-trails\`: TrailARN, S3BucketName |
| data events of the buckets for which the review should prove what was read | \`get-event-selectors\` |

## 1. Deploy

${deployChapter(plan, format).replaceAll("DEPLOY_ROLE", plan.deployRole)}

Then see that the boundary is the one in policies/, since the vault will hold its hash:

\`\`\`sh
aws iam get-policy-version --policy-arn ${kit.boundaryArn} \\
  --version-id v1 --query PolicyVersion.Document | jq -S . | diff - <(jq -S . policies/emergency-boundary.json) && echo same
\`\`\`

(With a later version, its id from \`aws iam get-policy\`.)

${keysChapter(plan)}

${upkeepChapter(plan)}

## Sizes

All within AWS's limits, in characters:

| what | has | AWS takes |
|---|---|---|
${sizes.map(({ what, characters, most }) => `| ${what} | ${characters} | ${most} |`).join("\n")}

## Not proven

The policies were judged by an independent evaluator, the patterns by a matcher of our own, the reaper by
boto3 against moto; ${
    format === "terraform" ? "`terraform fmt`" : "`cfn-lint`"
  } has no objection. **None of it was deployed to AWS by its makers.** Deploy it to a
sandbox account first, and run step 5 there.${
    plan.partition === "aws"
      ? ""
      : ` In ${plan.partition}, see first that EventBridge there forwards across regions
and has the rule state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.`
  }
`;
  return text;
}

function profileText(name: string): string {
  const { purpose, actions, needs } = profileNamed(name);
  return [
    `**${name}**: ${purpose} ${actions.length} patterns of actions, all in policies/emergency-boundary.json.`,
    "",
    "| right | given | why | what it opens |",
    "|---|---|---|---|",
    ...needs.map(
      ({ right, given, why, opens }) =>
        `| ${right} | ${given ? "yes" : "no"} | ${why} | ${opens} |`,
    ),
  ].join("\n");
}
