/** A runbook with what people write in one: steps with and without a rest, code, lists. */
export const RUNBOOK = `# When sign-in is down

For Rui Tan or whoever stands in, when nobody can sign in to AWS through Identity Center.

1. **Say who leads.** Open the incident, write its id on paper. You lead until you say otherwise.
2. **Read the alarm.** Is it sign-in alone, or AWS itself? Look at health.aws.amazon.com from a phone.
3. **Check the accounts.** Confirm that prod-core answers in \`eu-west-1\` before you change anything.
   You should see the account’s own number.

## While access is open

4. **Hold every deployment** before you change anything:

   \`\`\`
   aws codepipeline disable-stage-transition \\
     --pipeline-name release --stage-name Deploy \\
     --transition-type Inbound --reason INC-2026-0618
   \`\`\`

   You should see no output and exit status 0. If you don’t: leave it, tell Rui Tan, go on.
5. **Restore the service.** The secret pages say where its snapshots and keys are.
6. **Test with two people**, release deployments, tell everyone.
7. **Close the access.** Don’t wait for the deadline.

## If something is not as written

- The deadline passed: AWS has ended the access by itself.
- More time is needed: break the glass again, with three custodians and a key.
`;
