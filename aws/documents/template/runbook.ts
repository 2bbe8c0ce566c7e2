import { profileNamed } from "../profiles.ts";
import type { KitPlan } from "./plan.ts";

/**
 * Pages to fill in before the sealing: what people need to read when sign-in is down. What stands
 * above "# Secret pages" stays readable while the vault is sealed.
 */
export const runbookTemplate = (plan: KitPlan): string => `# When sign-in is down

Fill in what stands in [brackets]. No secrets above the heading "Secret pages".

1. **Say who leads.** Open the incident, write its id on paper. Leader: [role], deputy: [role].
2. **Is it sign-in alone, or AWS?** health.aws.amazon.com from a phone.
3. **Call the custodians**, a key holder and a witness: [where the list of numbers hangs].
4. **Break the glass**, then connect. Accounts: ${plan.accounts.join(", ")}. Regions: ${plan.regions.join(", ")}.
5. **Do what is needed and no more** (${plan.profiles.join(", ")}), then close. Don't wait for the deadline.

What each profile leaves behind, to be undone or looked into after the closing:

${plan.profiles
  .flatMap((name) => [
    `- **${name}**: ${profileNamed(name).purpose}`,
    ...profileNamed(name)
      .needs.filter(({ given }) => given)
      .map(({ right, opens }) => `  - ${right}: ${opens}`),
  ])
  .join("\n")}

## Identity Center is down

Its region: [region]. Is it its region, the identity provider, or a certificate that ran out? Who can
change the provider: [name]. Until it is back, all access is by this vault.

## AWS's IAM control plane (${plan.home}) is down

Nothing can be opened: IAM must write the access window. What remains: what already runs as a role goes
on running; [pipelines or roles that keep working]. Try again; nothing is lost by trying.

## The root user of an account

Denied by the SCP, in every account that it is attached to. Who detaches it, in the management account:
[name, deputy]. Root's mailbox: [address]; its MFA device: [place].

## Delegated administrators

Identity Center: account [id]. CloudTrail and the audit logs: account [id]. Security Hub, GuardDuty:
account [id]. Each has its own administrators: [names].

## The management account

No SCP applies to it. Who can sign in there without Identity Center: [name], by [way].

## More time is needed

The deadline can't be moved. Break the glass again, with the whole quorum: a new window follows the old.
After ${plan.maxHours} hours in 24 the reaper locks both users; the security role unlocks them (README.md).

# Secret pages

[Where things are: snapshots, keys, DNS records, contacts that nobody else should know.]
`;
