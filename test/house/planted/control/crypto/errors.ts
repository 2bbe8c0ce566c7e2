export type CryptoCode = "TOO_FEW_SHARES";

export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code) {
    super(code);
    this.code = code;
  }
}
