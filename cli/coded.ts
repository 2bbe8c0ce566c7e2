import { Refused } from "../contract/serve.ts";
import { CodedError } from "../crypto/errors.ts";

/** A disk that is full or read-only is a sentence too (`DISK_REFUSED`); what nobody foresaw keeps its stack. */
export function coded(error: unknown): Pick<CodedError, "code" | "about"> {
  if (error instanceof CodedError || error instanceof Refused) return error;
  const { syscall, code, path } = Object(error) as Readonly<
    Record<"syscall" | "code" | "path", unknown>
  >;
  if (typeof syscall !== "string") throw error;
  return { code: "DISK_REFUSED", about: { reason: String(code), file: String(path ?? "a file") } };
}
