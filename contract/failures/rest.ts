/**
 * What of an emergency user is not as it was sealed, in the words of whoever must put it right before
 * it can be opened. `{what}` is the ARN, id, name or action that differs.
 */
export const differences = {
  USER_ARN: "the emergency user is {what}, not the one that was sealed: seal anew for it",
  BOUNDARY_ARN: "its permissions boundary is {what}: an administrator sets the kit's again",
  BOUNDARY_CHANGED:
    "its boundary {what} is not the sealed one: deploy the kit that was sealed, or seal anew",
  LATCH_MISSING:
    "the latch {what} is not attached: `close` attaches it, if the user has room for a policy (ten at most: an administrator takes others off)",
  LATCH_CHANGED: "the latch {what} no longer denies everything: deploy the kit's again",
  LATCH_PASSED:
    "AWS let its key do {what} with the latch on: deploy the kit's latch again, and end its sessions",
  FOREIGN_POLICY:
    "the policy {what} is attached: an administrator takes it off (aws iam detach-user-policy)",
  INLINE_POLICY:
    "it has the inline policy {what}: an administrator deletes it (aws iam delete-user-policy)",
  KEY_ACTIVE: "its key {what} is active: `close` turns it off",
  KEY_MISSING: "its sealed key {what} is gone: seal anew with new keys",
  LOGIN_PROFILE:
    "{what} has a console password: an administrator deletes it (aws iam delete-login-profile)",
  GROUP:
    "it is in the group {what}, whose rights would reach beyond the window: an administrator takes it out (aws iam remove-user-from-group --group-name {what} --user-name bg-emergency)",
  MFA_DEVICE:
    "it has the MFA device {what}: an administrator takes it off (aws iam deactivate-mfa-device)",
  SSH_KEY: "it has the SSH key {what}: an administrator deletes it (aws iam delete-ssh-public-key)",
  SERVICE_CREDENTIAL:
    "it has the service's credential {what}: an administrator deletes it (aws iam delete-service-specific-credential)",
  SIGNING_CERTIFICATE:
    "it has the signing certificate {what}: an administrator deletes it (aws iam delete-signing-certificate)",
  UNREAD: "AWS gave no answer to {what}: try again",
} as const;

/** One difference as a clause; a kind without words stands as it is. */
export function differs(kind: string, what: string): string {
  const words = (differences as Readonly<Record<string, string>>)[kind];
  return words === undefined ? `${kind} ${what}` : words.replaceAll("{what}", () => what);
}
