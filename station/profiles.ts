/** One account's keys, as they are handed over. Secret. */
export interface Handed {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The form of AWS's own credentials file: one profile an account, named for what it is. Secret. */
export const profilesOf = (accounts: readonly Handed[]): string =>
  accounts
    .map(
      ({ accountId, accessKeyId, secretAccessKey }) =>
        `[breakglass-${accountId}]\naws_access_key_id = ${accessKeyId}\n` +
        `aws_secret_access_key = ${secretAccessKey}\n`,
    )
    .join("\n");
