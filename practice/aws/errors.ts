import { CodedError } from "../../crypto/errors.ts";

/** What practice AWS answers as an error: AWS's own code, HTTP status and message. */
export class AwsRefusal extends Error {
  override readonly name = "AwsRefusal";
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const refuse = (code: string, status: number, message: string): never => {
  throw new AwsRefusal(code, status, message);
};

export const noSuchEntity = (message: string): never => refuse("NoSuchEntity", 404, message);

export const invalid = (message: string): never =>
  refuse("ValidationError", 400, `1 validation error detected: ${message}`);

/** Codes of the stage: what whoever starts its AWS or its keys can do wrong. */
export type PracticeAwsCode =
  | "PRACTICE_AWS_FOLDER_UNUSABLE"
  | "PRACTICE_STATE_UNREADABLE"
  | "PRACTICE_FAULT_UNKNOWN"
  | "PRACTICE_NO_STAGE"
  | "PRACTICE_OUT_OF_ORDER"
  | "PRACTICE_POLICY_UNREADABLE"
  | "PRACTICE_AWS_ADDRESS_TAKEN"
  | "PRACTICE_KEY_FILE_UNREADABLE"
  | "PRACTICE_KEY_STATE_UNREADABLE"
  | "PRACTICE_KEY_STATE_UNWRITABLE"
  | "PRACTICE_KEY_STATE_TAKEN"
  | "PRACTICE_KEY_ADDRESS_TAKEN";

export const failPractice = (
  code: PracticeAwsCode,
  about?: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never => {
  throw new CodedError<PracticeAwsCode>(code, about, cause === undefined ? undefined : { cause });
};
