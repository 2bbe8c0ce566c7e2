/**
 * Variables that could send a client elsewhere, lend it other credentials, loosen TLS or write its
 * keys down. `AWS_ENDPOINT_URL*` redirects even a client that was given explicit credentials.
 */
const DANGEROUS =
  /^(?:AWS_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|NODE_TLS_REJECT_UNAUTHORIZED$|NODE_USE_ENV_PROXY$|SSLKEYLOGFILE$|SSL_CERT_(?:FILE|DIR)$|(?:https?|all|no|ftp)_proxy$)/i;

/** Takes them out of `env` and gives back their names (never their values). */
export function scrubEnvironment(env: Record<string, string | undefined>): readonly string[] {
  const found = Object.keys(env).filter((name) => DANGEROUS.test(name));
  for (const name of found) delete env[name];
  // No configuration file of this machine counts, and no credential is looked for elsewhere.
  env["AWS_CONFIG_FILE"] = env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
  env["AWS_EC2_METADATA_DISABLED"] = "true";
  return found.toSorted();
}
