import { refuse } from "../errors.ts";
import { hexByte } from "./channel.ts";

/** CTAP status codes that mean something to a person (CTAP 2.1 §6.3). */
export const STATUS = {
  ok: 0x00,
  timeout: 0x05,
  channelBusy: 0x06,
  credentialExcluded: 0x19,
  operationDenied: 0x27,
  keepaliveCancel: 0x2d,
  noCredentials: 0x2e,
  userActionTimeout: 0x2f,
  pinInvalid: 0x31,
  pinBlocked: 0x32,
  pinAuthBlocked: 0x34,
  pinNotSet: 0x35,
  puatRequired: 0x36,
  pinPolicyViolation: 0x37,
  actionTimeout: 0x3a,
} as const;

export interface Refusal {
  /** The name of the command, for the error. */
  readonly operation: string;
  readonly label: string;
  readonly status: number;
  readonly askedForTouch: boolean;
}

/**
 * Throws the coded error of a status that is not ok. PIN_WRONG has no count of tries yet: the key
 * tells it in an answer of its own (`pinRetries`).
 */
export function refuseStatus({ operation, label, status, askedForTouch }: Refusal): never {
  switch (status) {
    case STATUS.channelBusy:
      return refuse("KEY_BUSY", { label });
    case STATUS.keepaliveCancel:
      return refuse("TOUCH_CANCELLED", { label });
    case STATUS.userActionTimeout:
    case STATUS.actionTimeout:
      return refuse("TOUCH_TIMEOUT", { label });
    case STATUS.credentialExcluded:
      return refuse("KEY_ALREADY_ENROLLED", { label });
    case STATUS.noCredentials:
      return refuse("KEY_HAS_NO_CREDENTIAL", { label, enrolled: "" });
    case STATUS.pinInvalid:
      return refuse("PIN_WRONG", { label });
    case STATUS.pinBlocked:
      return refuse("PIN_BLOCKED", { label, retries: 0 });
    case STATUS.pinAuthBlocked:
      return refuse("PIN_PAUSED", { label });
    case STATUS.pinNotSet:
      return refuse("KEY_PIN_NOT_SET", { label });
    case STATUS.puatRequired:
      return refuse("KEY_NEEDS_PIN", { label });
    case STATUS.pinPolicyViolation:
      return refuse("KEY_PIN_MUST_CHANGE", { label });
    case STATUS.timeout:
    case STATUS.operationDenied:
      // Some firmwares answer so when the finger that they asked for never came.
      if (askedForTouch) return refuse("TOUCH_TIMEOUT", { label });
      break;
    default:
      break;
  }
  return refuse("KEY_REFUSED", { label, operation, status: hexByte(status) });
}
