import { type KitPlan, kitFor, NAMES } from "./plan.ts";

/** README's steps from the alarm's subscriptions to the sealing. */
export function keysChapter(plan: KitPlan): string {
  const account = plan.accounts[0] ?? "";
  const kit = kitFor(plan, account);
  const { home, second, partition } = plan;
  return `## 2. Confirm the alarm's addresses

An address that is not confirmed hears nothing, and one click on "unsubscribe" in any mail makes it deaf
again. So confirm by command, which asks for a signed request to unsubscribe. The mail from AWS has a
link; copy the part after \`Token=\`, in ${home} and in ${second}, for both topics:

\`\`\`sh
aws sns confirm-subscription --region ${home} --authenticate-on-unsubscribe true \\
  --topic-arn arn:${partition}:sns:${home}:${account}:${NAMES.page} --token TOKEN
\`\`\`

See it: \`PendingConfirmation\` false and \`ConfirmationWasAuthenticated\` true, for each.

\`\`\`sh
for region in ${home} ${second}; do
  for topic in ${NAMES.page} ${NAMES.stream}; do
    for one in $(aws sns list-subscriptions-by-topic --region $region --output text \\
      --topic-arn arn:${partition}:sns:$region:${account}:$topic --query 'Subscriptions[].SubscriptionArn'); do
      aws sns get-subscription-attributes --region $region --subscription-arn $one \\
        --query 'Attributes.[Endpoint,PendingConfirmation,ConfirmationWasAuthenticated]' --output text
    done
  done
done
\`\`\`

The pager's https address confirms by itself; without one (\`PageUrl\`, \`page_url\`) mail is the only channel, and
nobody hears the day it fails. A subscription shown as \`PendingConfirmation\` instead of an ARN is not confirmed yet.

## 3. The activator's MFA

Once per account. A security key can't serve here: AWS's API takes only six-digit codes.

\`\`\`sh
cd /dev/shm && umask 077                # in memory, not on the disk
aws iam create-virtual-mfa-device --path /breakglass/ --virtual-mfa-device-name bg-activator \\
  --bootstrap-method Base32StringSeed --outfile seed.txt
aws iam enable-mfa-device --user-name ${kit.activatorUser.name} --serial-number ${kit.mfaSerial} \\
  --authentication-code1 CODE --authentication-code2 NEXT-CODE
\`\`\`

The two codes are two in a row, from an authenticator that holds the seed. Choose one:

- **The codes are typed when the glass is broken**: the seed stays with a person or on a token, not with the
  vault. mfa.json then says \`{ "${account}": "" }\`.
- **The seed is sealed**: mfa.json says \`{ "${account}": "SEED" }\`. Nobody has to be found at night, but a seed
  beside its key is no second factor: the quorum and the touch are all there is.

## 4. The access keys

Once per account, at the very end, so that they are young when they are sealed. Either in the console
(IAM, the user, Security credentials, Create access key, Download .csv file; rename each file as
below), or here. The name of a file says whose key it is.

\`\`\`sh
cd /dev/shm && umask 077
for role in activator closer emergency; do
  aws iam create-access-key --user-name bg-$role --output text \\
    --query 'AccessKey.[AccessKeyId,SecretAccessKey]' |
    awk 'BEGIN { printf "Access key ID,Secret access key\\r\\n" } { printf "%s,%s\\r\\n", $1, $2 }' \\
      > ${account}-$role.csv
done
aws iam update-access-key --user-name ${kit.emergencyUser.name} --status Inactive \\
  --access-key-id "$(sed -n 2p ${account}-emergency.csv | cut -d, -f1)"
\`\`\`

The emergency key is Active for a moment, and can do nothing: the latch denies everything.
See that the user is at rest: \`BreakGlassClosed\` and nothing else, no inline policy, Inactive, and
\`NoSuchEntity\`.

\`\`\`sh
aws iam list-attached-user-policies --user-name ${kit.emergencyUser.name} --query 'AttachedPolicies[].PolicyName'
aws iam list-user-policies --user-name ${kit.emergencyUser.name} --query PolicyNames
aws iam list-access-keys --user-name ${kit.emergencyUser.name} --query 'AccessKeyMetadata[].Status'
aws iam get-login-profile --user-name ${kit.emergencyUser.name}
\`\`\`

## 5. Hear the alarm

Attach the latch that is attached already: it changes nothing and must page.

\`\`\`sh
aws iam attach-user-policy --user-name ${kit.emergencyUser.name} --policy-arn ${kit.latchArn}
\`\`\`

Within five minutes the person on call has the message on **both** channels and reads back the receipt
code. No message: stop here, and look into the queues \`${NAMES.unforwarded}\` (the region's) and
\`${NAMES.undelivered}\`. Do this every quarter.

## 6. Attach the SCP, last

Attached earlier it would stop the steps above for everybody but its keepers. In the management
account, or as its delegated administrator of policies:

\`\`\`sh
aws organizations create-policy --type SERVICE_CONTROL_POLICY --name breakglass \\
  --description "Keeps the break-glass kit from its accounts' administrators" --content file://policies/scp.json
aws organizations attach-policy --policy-id p-… --target-id ${account}    # or the unit of these accounts
\`\`\`

Three calls name nothing that an ARN could tell apart, so it denies them for everything in these accounts:
\`sns:Unsubscribe\`, \`sns:SetSubscriptionAttributes\` and \`events:PutPermission\`. Stacks of others that remove
subscriptions or open event buses must then be run by \`${plan.deployRole}\`, or stand in another account.

It denies the accounts' root users everything: write down who can detach it (runbook.md). Then try, as
an administrator who is not a keeper, \`aws iam tag-user --user-name ${kit.emergencyUser.name} --tags Key=x,Value=y\`: it must be
refused, and it must page.

## 7. To the sealing

Bring on a USB stick, and delete from \`/dev/shm\`: the \`*.csv\` files, mfa.json, **policy.json** of this
folder (durations, regions, profile, expiry: edit the durations only), and runbook.md filled in.`;
}

/** README's part for the years after. */
export function upkeepChapter(plan: KitPlan): string {
  const account = plan.accounts[0] ?? "";
  const kit = kitFor(plan, account);
  return `## Upkeep

- **Every quarter**: step 5, and a drill with the custodians.
- **After every use**: new access keys (step 4; delete the old ones after the new vault is sealed), then
  seal again. Only that makes old cards worthless.
- **The kit expires ${plan.kitExpires}.** From then on the boundary denies everything. The reaper pages 90, 30 and 7
  days before and at the end; no access can be opened past it. Make a new kit, deploy it over this one,
  seal again.
- **The reaper has locked** ("Break glass: LOCKED"): find out why first. Its AWSDenyAll may be all that holds:
  a session made while the latch was off lives up to 36 hours. So the user is put at rest first, as \`${plan.securityRole}\`:

\`\`\`sh
user=${kit.emergencyUser.name}
aws iam attach-user-policy --user-name $user --policy-arn ${kit.latchArn}
for key in $(aws iam list-access-keys --user-name $user --query 'AccessKeyMetadata[].AccessKeyId' --output text); do
  aws iam update-access-key --user-name $user --status Inactive --access-key-id $key
done
for name in $(aws iam list-user-policies --user-name $user --query PolicyNames --output text); do
  aws iam delete-user-policy --user-name $user --policy-name $name
done
for group in $(aws iam list-groups-for-user --user-name $user --query 'Groups[].GroupName' --output text); do
  aws iam remove-user-from-group --user-name $user --group-name $group
done
for policy in $(aws iam list-attached-user-policies --user-name $user --output text \\
  --query "AttachedPolicies[?PolicyArn!='${kit.latchArn}' && PolicyName!='AWSDenyAll'].PolicyArn"); do
  aws iam detach-user-policy --user-name $user --policy-arn $policy
done
\`\`\`

  See by step 4's last lines that it is (\`AWSDenyAll\` is still beside the latch), and that its boundary is
  \`${kit.boundaryArn}\`. Only then:

\`\`\`sh
for user in ${kit.emergencyUser.name} ${kit.activatorUser.name}; do
  aws iam detach-user-policy --user-name $user --policy-arn arn:${plan.partition}:iam::aws:policy/AWSDenyAll
done
aws iam update-access-key --user-name ${kit.activatorUser.name} --status Active --access-key-id AKIA…
aws ssm put-parameter --region ${plan.home} --name ${NAMES.memory} --value '{}' --overwrite    # its ticks start anew
\`\`\`

- **"Break glass: left over"**: \`${kit.emergencyUser.name}\` is in a group or has an inline policy, under the latch. It
  opens nothing and is no tick, but the next opening refuses to begin: find out who did it (the page of the
  change names them) and, as \`${plan.securityRole}\`, take it away.
- **The reaper fails or is silent** (it pages): read \`${NAMES.reaperLogs}\`. If it can't read its memory, the last
  line above gives it a new one.
- **A region is switched on**: ${"the part that listens in every region goes there first."}
- **Who is a keeper** (\`${plan.securityRole}\`, \`${plan.deployRole}\`) is reviewed with the drill: they can undo all of this.`;
}
