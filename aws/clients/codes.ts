import { CodedError } from "../../crypto/errors.ts";

/** AWS's and the network's answers in the house's words: AWS's own codes don't leave this room. */
export type AwsCode =
  | "ACCESS_DENIED"
  | "KEY_NOT_ACCEPTED"
  | "SIGNATURE_REFUSED"
  | "CLOCK_REFUSED"
  | "SESSION_EXPIRED"
  | "MFA_REFUSED"
  | "NO_SUCH_ENTITY"
  | "LIMIT_EXCEEDED"
  | "POLICY_MALFORMED"
  | "THROTTLED"
  | "SERVICE_FAILED"
  | "TIMED_OUT"
  | "NAME_NOT_RESOLVED"
  | "NO_CONNECTION"
  | "TLS_REFUSED"
  | "TLS_CLOCK_WRONG"
  | "TLS_OTHER_SERVER"
  | "TLS_INTERCEPTED"
  | "TLS_UNKNOWN_ROOT"
  | "CAPTIVE_PORTAL"
  | "PROXY_REFUSED"
  | "UNEXPECTED_ANSWER";

/** Codes of aws/clients: what a starter can do wrong. */
export type ClientsCode = "PRACTICE_ENDPOINT_REFUSED" | "PRACTICE_ENDPOINT_MISSING";

export const failClients = (
  code: ClientsCode,
  about?: Readonly<Record<string, string | number>>,
): never => {
  throw new CodedError<ClientsCode>(code, about);
};

const BY_NAME: Readonly<Record<string, AwsCode>> = {
  AccessDenied: "ACCESS_DENIED",
  AccessDeniedException: "ACCESS_DENIED",
  UnauthorizedOperation: "ACCESS_DENIED",
  InvalidClientTokenId: "KEY_NOT_ACCEPTED",
  UnrecognizedClientException: "KEY_NOT_ACCEPTED",
  InvalidAccessKeyId: "KEY_NOT_ACCEPTED",
  SignatureDoesNotMatch: "SIGNATURE_REFUSED",
  IncompleteSignature: "SIGNATURE_REFUSED",
  RequestExpired: "CLOCK_REFUSED",
  RequestTimeTooSkewed: "CLOCK_REFUSED",
  ExpiredToken: "SESSION_EXPIRED",
  ExpiredTokenException: "SESSION_EXPIRED",
  NoSuchEntity: "NO_SUCH_ENTITY",
  NoSuchEntityException: "NO_SUCH_ENTITY",
  LimitExceeded: "LIMIT_EXCEEDED",
  LimitExceededException: "LIMIT_EXCEEDED",
  MalformedPolicyDocument: "POLICY_MALFORMED",
  MalformedPolicyDocumentException: "POLICY_MALFORMED",
  Throttling: "THROTTLED",
  ThrottlingException: "THROTTLED",
  TooManyRequestsException: "THROTTLED",
  RequestLimitExceeded: "THROTTLED",
  // Another change of the same user is under way: asking again is right.
  ConcurrentModification: "THROTTLED",
  ConcurrentModificationException: "THROTTLED",
  EntityTemporarilyUnmodifiable: "THROTTLED",
  EntityTemporarilyUnmodifiableException: "THROTTLED",
  TimeoutError: "TIMED_OUT",
  AbortError: "TIMED_OUT",
};

const BY_SYSTEM: Readonly<Record<string, AwsCode>> = {
  ENOTFOUND: "NAME_NOT_RESOLVED",
  EAI_AGAIN: "NAME_NOT_RESOLVED",
  ETIMEDOUT: "TIMED_OUT",
  ECONNREFUSED: "NO_CONNECTION",
  ECONNRESET: "NO_CONNECTION",
  EPIPE: "NO_CONNECTION",
  EHOSTUNREACH: "NO_CONNECTION",
  ENETUNREACH: "NO_CONNECTION",
  EADDRNOTAVAIL: "NO_CONNECTION",
  ERR_PROXY_TUNNEL: "PROXY_REFUSED",
};

interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * Names what an SDK call threw. Only names, codes and HTTP status decide, but for two cases that
 * AWS tells apart in its message alone: a wrong MFA code, and a signature that is too old.
 */
export function translate(error: unknown): AwsCode {
  const { name, message, code, $metadata } = (error ?? {}) as Thrown;
  const text = typeof message === "string" ? message : "";
  // First the system's code: the SDK calls a reset connection a TimeoutError.
  const system = String(code);
  if (BY_SYSTEM[system] !== undefined) return BY_SYSTEM[system];
  const known = BY_NAME[String(name)];
  if (known === "ACCESS_DENIED" && text.startsWith("MultiFactorAuthentication failed"))
    return "MFA_REFUSED";
  if (known === "SIGNATURE_REFUSED" && /^Signature (?:expired|not yet current)/.test(text))
    return "CLOCK_REFUSED";
  if (known !== undefined) return known;
  if (/^(?:ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_SSL_|EPROTO)/.test(system))
    return "TLS_REFUSED";
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return "THROTTLED";
  return status >= 500 ? "SERVICE_FAILED" : "UNEXPECTED_ANSWER";
}
