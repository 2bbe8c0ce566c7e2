import type { Failure } from "../failures.ts";

/** Codes of ceremony/access, aws/clients and the station's journal: opening, closing, resuming. */
export const activationFailures = {
  ORDER_INVALID: {
    what: "The activation that was handed over is not complete ({field}).",
    todo: "Nothing was sent anywhere. Seal the vault again, or use the app version that sealed it.",
  },
  KIT_EXPIRED: {
    what: "The access would outlast the emergency kit, which expires {expires}.",
    todo: "Nothing was written. Ask for a shorter access, or renew the kit and seal again.",
  },
  LATEST_DEADLINE_PASSED: {
    what: "What quorum and touch gave was good for {minutes} minutes, and they are over.",
    todo: "Nothing was opened. Break the glass again.",
  },
  ACCOUNT_UNREACHABLE: {
    what: "Account {account} did not answer {action} as it must ({verdict}).",
    todo: "Nothing was written in any account. Check the network, or begin again without this account.",
  },
  IAM_DOWN: {
    what: "AWS's IAM, without which no access is opened, did not answer for account {account} ({action}: {verdict}), while STS did: its control plane is down.",
    todo: "Nothing was written. What remains: try again in minutes, begin again without that account, or follow the runbook's page for this; the vault stays as it is.",
  },
  IAM_HALF_DOWN: {
    what: "AWS's IAM is half down for account {account}: {answered} of {asked} calls were answered ({action}: {verdict}).",
    todo: "Nothing stays open on half an answer. What remains: try again in minutes, or begin again without that account.",
  },
  IDENTITY_MISMATCH: {
    what: "The sealed key is of {arn} in account {account}, not of {expected}.",
    todo: "Nothing was written. The sealed keys are wrong: seal again with the right ones.",
  },
  OPENING_STOPPED: {
    what: "The opening was stopped by hand.",
    todo: "What was begun was brought to rest. Break the glass again when it is time.",
  },
  JOURNAL_FAILED: {
    what: "The journal could not be written, so nothing more was begun.",
    todo: "Free some space on this laptop's disk, then try again.",
  },
  RESUME_MISMATCH: {
    what: "The journal's {field} is {journal}; the vault's is {order}.",
    todo: "Nothing was changed. Resume with the vault that this journal belongs to.",
  },
  JOURNAL_EXISTS: {
    what: "The incident {incident} already has a journal.",
    todo: "Resume it, or choose another incident id.",
  },
  JOURNAL_MISSING: {
    what: "There is no journal of the incident {incident}.",
    todo: "Check the incident id and the folder.",
  },
  PRACTICE_ENDPOINT_REFUSED: {
    what: "A {mode} order may not go to this endpoint.",
    todo: "Practice goes to practice AWS on 127.0.0.1 only, and the real thing never goes there.",
  },
  PRACTICE_ENDPOINT_MISSING: {
    what: "A practice order needs practice AWS, and none was given.",
    todo: "Start the drill: it brings its own practice AWS.",
  },
  ACCESS_DENIED: {
    what: "AWS knows the key and refused by policy.",
    todo: "While the access should be open, wait some seconds; after the deadline this is right.",
  },
  KEY_NOT_ACCEPTED: {
    what: "AWS does not accept the key: it is inactive, deleted or not known yet.",
    todo: "After closing this is right. While opening, wait some seconds.",
  },
  SIGNATURE_REFUSED: {
    what: "AWS refused the signature: the secret does not belong to the key id.",
    todo: "The sealed keys are wrong: seal again with the right ones.",
  },
  CLOCK_REFUSED: {
    what: "AWS refused the request because of this laptop's clock: here it is {laptop}, at AWS {aws}.",
    todo: "Set this laptop's date and time to UTC, then try again.",
  },
  LEFT_BEHIND: {
    what: "Another station left its access at AWS: incident {incident}, deadline {until}.",
    todo: "It is closed first, its key seen to be refused; then this one opens. The records name both.",
  },
  LAPTOP_CLOCK_OFF: {
    what: "This laptop's clock is {off} of AWS's.",
    todo: "The access goes by AWS's clock; set this laptop's to UTC, so that its records say the right time.",
  },
  KEYS_LEFT_OVER: {
    what: "Old access keys are still at AWS, inactive: {keys}.",
    todo: "An administrator deletes them once this is over.",
  },
  ROOTS_OLD: {
    what: "This app's list of root certificates is of {asOf}, more than twelve months old.",
    todo: "It may refuse AWS's certificates some day. Put the newest version on this station; going on is safe.",
  },
  SESSION_EXPIRED: {
    what: "The session with AWS has expired.",
    todo: "Resume with the quorum to get a new one; the deadline ends the access anyway.",
  },
  MFA_NOT_GIVEN: {
    what: "No MFA code was typed.",
    todo: "Nothing was opened there. Begin again with the device of that account at hand.",
  },
  MFA_REFUSED: {
    what: "AWS did not take the MFA code.",
    todo: "Wait for the next code: each one works once.",
  },
  NO_SUCH_ENTITY: {
    what: "AWS does not have what was asked for.",
    todo: "Compare the account with the kit that was sealed.",
  },
  LIMIT_EXCEEDED: {
    what: "AWS refused because a quota of the emergency user is full.",
    todo: "Look for policies or keys on the user that are not the kit's.",
  },
  POLICY_MALFORMED: {
    what: "AWS refused the access window's policy as malformed.",
    todo: "The access was driven to rest. Check the profile and regions, and seal again.",
  },
  THROTTLED: {
    what: "AWS asked to slow down.",
    todo: "Wait some seconds; the app tries again by itself.",
  },
  SERVICE_FAILED: {
    what: "AWS answered with a failure of its own.",
    todo: "Wait some seconds; the app tries again by itself.",
  },
  TIMED_OUT: {
    what: "AWS did not answer in time.",
    todo: "Check the network; the app tries again by itself.",
  },
  NAME_NOT_RESOLVED: {
    what: "The name {host} could not be resolved.",
    todo: "Check the cable and DNS: is a name server set, does it answer? Behind a proxy without DNS, choose the proxy.",
  },
  NO_CONNECTION: {
    what: "There is no connection to AWS.",
    todo: "Check cable, route and firewall; the app tries again by itself.",
  },
  TLS_REFUSED: {
    what: "The connection to AWS is not trusted.",
    todo: "Nothing was sent. Set this laptop's clock to UTC; if that is right, something intercepts the connection.",
  },
  TLS_CLOCK_WRONG: {
    what: "This laptop's date is {laptop}, but the certificate of {host} is valid from {from} to {until}, and rightly issued: the laptop's clock is wrong.",
    todo: "Nothing was sent. Set the date and time to UTC, from a watch or a phone, then try again. The deadline is on AWS's clock anyway.",
  },
  TLS_OTHER_SERVER: {
    what: "Another server answers in the place of {host}: its certificate is for {names}, issued by {issuer}.",
    todo: "Nothing was sent. Look for a captive portal (open any page on another device in this network), a wrong DNS server, or a hosts entry; or use another network, such as a phone.",
  },
  TLS_INTERCEPTED: {
    what: "Somebody stands between this laptop and {host}: a certificate with AWS's name, but issued by {issuer}.",
    todo: "Nothing was sent. This network opens TLS: have it let AWS through unopened, or use another network, such as a phone. Don't install its certificate here.",
  },
  TLS_UNKNOWN_ROOT: {
    what: "The certificate of {host} is issued by {issuer}, whose root this app does not know; its list of roots is of {roots}.",
    todo: "Nothing was sent. If this app is old, its list of roots is: use the newest version. If it is not, treat this as an interception.",
  },
  CAPTIVE_PORTAL: {
    what: "A web page answers in AWS's place ({host}: status {status}, sent to {to}): a captive portal or a filter.",
    todo: "Sign in to this network on another device, ask for a port without a portal, or use another network, such as a phone.",
  },
  PROXY_REFUSED: {
    what: "The proxy {proxy} did not open a way to {host}.",
    todo: "Ask its keepers to allow CONNECT to AWS without a password, choose another proxy, or none.",
  },
  UNEXPECTED_ANSWER: {
    what: "Something answered in AWS's place, or AWS in an unknown way.",
    todo: "Check for a captive portal or an interception, then try again.",
  },
} as const satisfies Record<string, Failure>;
