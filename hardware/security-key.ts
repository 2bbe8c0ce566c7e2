/**
 * A security key that can open a vault: the façade that ceremonies speak to. It is a FIDO2 key with
 * the `hmac-secret` extension (CTAP 2.1 §12.5); implementations are `Fido2Key` here and the software
 * key in practice/. A YubiKey's OTP slot (otp/) is no SecurityKey: it holds no credential and signs
 * nothing.
 *
 * Every call but `info` and `holds` asks for user presence, and all of those but `select` for user
 * verification. `signal` aborts (CTAPHID_CANCEL).
 */
export const RELYING_PARTY = "ssh:pullstation";

/** AAGUID of the software key: a real vault refuses a credential that carries it. */
export const PRACTICE_AAGUID = "50524143-5449-4345-4b45-590000000001";

export interface KeyInfo {
  readonly label: string;
  /** Lower-case UUID text. */
  readonly aaguid: string;
  readonly hmacSecret: boolean;
  readonly pinSet: boolean;
  readonly pinRetries: number;
  /** As the key counts it (CTAP 2.1 §6.4, 0x0E); null: it doesn't say. */
  readonly firmware: number | null;
}

export interface EnrolRequest {
  /** 32 bytes, stored in the vault's header. */
  readonly salt: Uint8Array;
  /** Shown by some keys: the vault's name. */
  readonly userName: string;
  readonly pin: string;
  /** Credentials of keys that are enrolled already: their key is KEY_ALREADY_ENROLLED. */
  readonly exclude?: readonly Uint8Array[];
  readonly signal?: AbortSignal;
  /** Told when the key begins to wait for a finger ("touch") or works on ("working"). */
  readonly waiting?: (what: "touch" | "working") => void;
}

export interface Enrolment {
  readonly credentialId: Uint8Array;
  /** Uncompressed SEC1 P-256 point, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly aaguid: string;
  /** hmac-secret output with user verification, 32 bytes. Secret. */
  readonly output: Uint8Array;
  /** Without UV the key refused, or yielded another output (CTAP 2.1 §12.5, two CredRandoms). */
  readonly uvBound: boolean;
}

export interface TouchRequest {
  readonly credentialId: Uint8Array;
  readonly salt: Uint8Array;
  readonly pin: string;
  readonly signal?: AbortSignal;
  /** Told when the key begins to wait for a finger ("touch") or works on ("working"). */
  readonly waiting?: (what: "touch" | "working") => void;
}

export interface ApproveRequest {
  readonly credentialId: Uint8Array;
  /** The clientDataHash: SHA-256 of the SSHSIG blob, 32 bytes. */
  readonly digest: Uint8Array;
  readonly pin: string;
  readonly signal?: AbortSignal;
  /** Told when the key begins to wait for a finger ("touch") or works on ("working"). */
  readonly waiting?: (what: "touch" | "working") => void;
}

export interface Assertion {
  /** rpIdHash(32) | flags(1) | signCount(4), no extensions. */
  readonly authenticatorData: Uint8Array;
  /** ASN.1 DER ECDSA. */
  readonly signature: Uint8Array;
}

export interface SecurityKey {
  /** What it is called here, in errors too: no other key that is plugged in has the same. */
  readonly label: string;
  info(): Promise<KeyInfo>;
  /**
   * Resolves once this key is touched: of several that are asked at once, the one that is meant.
   * Neither asks for a PIN nor spends a try.
   */
  select(asking: {
    readonly signal?: AbortSignal;
    readonly waiting?: (what: "touch" | "working") => void;
  }): Promise<void>;
  /**
   * True when this key holds the credential; asks for no touch. A credential under credProtect 3
   * shows itself only to who knows the PIN (CTAP 2.1 §12.1): without `pin` a key that enforces it
   * says false. A wrong `pin` spends a try and is PIN_WRONG.
   */
  holds(credentialId: Uint8Array, pin?: string): Promise<boolean>;
  enrol(request: EnrolRequest): Promise<Enrolment>;
  /** hmac-secret output, 32 bytes. Secret. */
  touch(request: TouchRequest): Promise<Uint8Array>;
  approve(request: ApproveRequest): Promise<Assertion>;
}

/** Codes of hardware/. */
export type HardwareCode =
  // which key
  | "KEY_NOT_PRESENT"
  | "KEY_HAS_NO_CREDENTIAL"
  | "KEY_ALREADY_ENROLLED"
  | "KEY_NO_FIDO2"
  | "KEY_NO_HMAC_SECRET"
  // PIN
  | "KEY_NEEDS_PIN"
  | "KEY_PIN_NOT_SET"
  | "KEY_PIN_MUST_CHANGE"
  | "PIN_MALFORMED"
  | "PIN_WRONG"
  | "PIN_PAUSED"
  | "PIN_BLOCKED"
  // touch
  | "TOUCH_TIMEOUT"
  | "TOUCH_CANCELLED"
  // the conversation
  | "KEY_UNPLUGGED"
  | "KEY_BUSY"
  | "KEY_SILENT"
  | "KEY_ANSWER_INVALID"
  | "KEY_REFUSED"
  | "UV_NOT_BOUND"
  // the way to the key
  | "KEY_NO_PERMISSION"
  | "KEY_NOT_OPENED"
  | "HID_LIBRARY_MISSING"
  | "HID_UNAVAILABLE"
  // YubiKey OTP slots
  | "OTP_SLOT_REFUSED"
  | "OTP_CHALLENGE_UNSAFE";
