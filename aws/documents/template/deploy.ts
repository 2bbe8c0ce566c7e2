import type { Format, KitPlan } from "./plan.ts";

const fence = (...lines: readonly string[]): string => ["```sh", ...lines, "```"].join("\n");

/** README's chapter on deploying, by format. */
export const deployChapter = (plan: KitPlan, format: Format): string =>
  format === "terraform" ? terraformChapter(plan) : cloudFormationChapter(plan);

const cloudFormationChapter = ({
  home,
  second,
}: KitPlan): string => `In this order; each waits for the one before.

As the **log account's** administrator:

${fence(
  `aws cloudformation deploy --region ${home} --stack-name breakglass-log-account \\`,
  "  --template-file cloudformation/1-log-account.json",
)}

As the security role in **each account of the kit**:

${fence(
  "LOG=999988887777                       # the log account",
  "PAGE=oncall@example.com STREAM=breakglass-log@example.com",
  "PAGER=                                 # the pager's https address for SNS, if there is one",
  `aws cloudformation deploy --region ${home} --stack-name breakglass-identities \\`,
  "  --template-file cloudformation/2-identities.json --capabilities CAPABILITY_NAMED_IAM \\",
  "  --parameter-overrides LogAccountId=$LOG",
  `for region in ${home} ${second}; do`,
  "  aws cloudformation deploy --region $region --stack-name breakglass-alarm \\",
  "    --template-file cloudformation/3-alarm.json \\",
  "    --parameter-overrides LogAccountId=$LOG PageEmail=$PAGE StreamEmail=$STREAM PageUrl=$PAGER",
  "done",
  `aws cloudformation deploy --region ${home} --stack-name breakglass-reaper \\`,
  "  --template-file cloudformation/4-reaper.json",
  `for region in $(aws ec2 describe-regions --region ${home} --query 'Regions[].RegionName' --output text); do`,
  "  aws cloudformation deploy --region $region --stack-name breakglass-every-region \\",
  "    --template-file cloudformation/5-every-region.json --parameter-overrides LogAccountId=$LOG",
  "done",
)}

\`describe-regions\` names the regions that are switched on. One that is switched on later needs template 5
first: the SCP lets only the security and deploying roles switch one on.

### Many accounts: StackSets

- Use **self-managed** permissions with the execution role \`DEPLOY_ROLE\`. A service-managed stack set
  runs as a role of its own naming (\`stacksets-exec-…\`), which the SCP does not exempt: it would lock
  its own updates out.
- One stack set per template, named as the stacks above. Regions: 2 and 4 in ${home} only; 3 in ${home} and
  ${second}; 5 in all enabled regions. Template 1 is no stack set: it is the log account's alone.
- Wait for each stack set to finish in all accounts before the next: 3 must stand before 4 and 5.
- A new account is first added to the command that made this kit, because the log account lets in
  only the accounts that template 1 names. Then 1 again, 2 to 5 for the new account, then its keys.
- The management account can be a target, but no SCP applies there: keep the kit out of it.`;

const terraformChapter = ({
  home,
}: KitPlan): string => `Terraform 1.5 or newer, AWS provider 6.0 or newer (a resource then names its own region). The plan
needs no key of the kit, and no secret gets into the state.

As the **log account's** administrator:

${fence(
  "terraform -chdir=terraform/log-account init",
  "terraform -chdir=terraform/log-account apply",
)}

As the security role in **each account of the kit**, each with a state of its own:

${fence(
  "terraform -chdir=terraform init",
  "terraform -chdir=terraform apply \\",
  "  -var log_account_id=999988887777 -var page_email=oncall@example.com \\",
  "  -var stream_email=breakglass-log@example.com    # -var page_url=https://… for the pager",
)}

\`aws_regions\` names the regions that are switched on (asked in ${home}); apply again after one is switched
on: the SCP lets only the security and deploying roles do that.

### Many accounts

One workspace or state file per account, all with the same variables; the provider refuses an account
that this kit does not name (\`allowed_account_ids\`). A pipeline runs as \`DEPLOY_ROLE\`, which the SCP
exempts. A new account is first added to the command that made this kit, because the log account lets in
only the accounts that it names; then apply the log account again, then the new account. StackSets do the
same job from CloudFormation: make the kit with \`--format cloudformation\` for them. The management
account can be applied to, but no SCP applies there: keep the kit out of it.`;
