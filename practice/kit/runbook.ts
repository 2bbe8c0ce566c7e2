import { OFFICER, RESPONDER, WITNESS } from "./cast.ts";

/** The sample runbook. What stands above "# Secret pages" is readable while the vault is sealed. */
export const runbook = (
  accounts: readonly string[],
  regions: readonly string[],
): string => `# When sign-in is down: activation

PRACTICE. The people, accounts and numbers on these pages are made up.

For ${OFFICER} or whoever stands in, when nobody can sign in to AWS through Identity Center and
something needs doing before it is back.

1. **Say who leads.** Open the incident, write its id on paper. You lead until you say otherwise.
2. **Read the alarm.** Is it sign-in alone, or AWS itself? Look at health.aws.amazon.com from a phone.
3. **Call the custodians** that the station names, one key holder and ${WITNESS} as witness. They come in person.
4. **Isolate the station.** Cable out, radio off. It waits until it sees no link.
5. **Break the glass.** Reason, incident id, responder ${RESPONDER}; then the custodians, then the key.
6. **Connect** only when the screen asks for it.

## While access is open

Accounts: ${accounts.join(", ")}. Regions: ${regions.join(", ")}.

7. **Hold every deployment** before you change anything:

   \`\`\`
   aws codepipeline disable-stage-transition \\
     --pipeline-name release --stage-name Deploy \\
     --transition-type Inbound --reason INCIDENT
   \`\`\`

   You should see no output and exit status 0. If you don't: leave it, tell the officer, go on.
8. **Restore the service.** The secret pages say where its snapshots and keys are.
9. **Test with two people**, release deployments, tell everyone.
10. **Close the access.** Don't wait for the deadline. Closing takes seconds and may be repeated.

## If something is not as written

- The deadline passed: AWS has ended the access by itself. Close, so that the record says so.
- The laptop died: start it again, it offers to close. The deadline holds meanwhile.
- More time is needed: break the glass again, with three custodians and a key.

# Secret pages

PRACTICE. These pages are sealed: they open with the glass.

## Where things are

- Database snapshots: vault \`example-recovery\`, newest first, key alias \`alias/example-recovery\`.
- DNS fail-over record: \`failover.example.com\`, in the hosted zone \`example.com\`.
- Root mailbox of the management account: \`aws-root@example.com\`; its phone is in the safe, floor 3.

## Order of restoring

1. Network and DNS, then databases, then the application.
2. Compare row counts with the last nightly report before you open traffic.
`;
