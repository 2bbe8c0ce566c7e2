/** Status bytes of an authenticator's answer (CTAP 2.1 §8.2). */
export const STATUS = {
  ok: 0x00,
  invalidCommand: 0x01,
  invalidParameter: 0x02,
  invalidLength: 0x03,
  cborUnexpectedType: 0x11,
  invalidCbor: 0x12,
  missingParameter: 0x14,
  limitExceeded: 0x15,
  credentialExcluded: 0x19,
  unsupportedAlgorithm: 0x26,
  unsupportedOption: 0x2b,
  invalidOption: 0x2c,
  keepaliveCancel: 0x2d,
  noCredentials: 0x2e,
  userActionTimeout: 0x2f,
  notAllowed: 0x30,
  pinInvalid: 0x31,
  pinBlocked: 0x32,
  pinAuthInvalid: 0x33,
  pinAuthBlocked: 0x34,
  pinNotSet: 0x35,
  puatRequired: 0x36,
  pinPolicyViolation: 0x37,
  invalidSubcommand: 0x3e,
  unauthorizedPermission: 0x40,
  other: 0x7f,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** How a command ends without a result. It never leaves the key: the status byte does. */
export class Declined extends Error {
  override readonly name = "Declined";
  readonly status: Status;

  constructor(status: Status) {
    super(`CTAP status 0x${status.toString(16).padStart(2, "0")}`);
    this.status = status;
  }
}

export function decline(status: Status): never {
  throw new Declined(status);
}
