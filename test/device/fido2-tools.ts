import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type Result, type Rig, scratchFile } from "./rig.ts";

/** Debian's fido2-tools (libfido2) as functions. Their files are lines of base64 and text. */

const NODE = "/dev/hidraw0";

let files = 0;
const fresh = (name: string): string => scratchFile(`${++files}-${name}`);

export const base64 = (data: Uint8Array): string => Buffer.from(data).toString("base64");
export const saltOf = (text: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(text).digest());

/** What a program did wrong or right, with the line that says why. */
export function failed({ status, err }: Result): string {
  return status === 0 ? "" : (err.trim().split("\n").at(-1) ?? `exit status ${status}`);
}

function succeeded(what: string, result: Result): Result {
  if (result.status !== 0) throw new Error(`${what}: ${failed(result)} ${result.out}`);
  return result;
}

export const info = async (rig: Rig): Promise<string> =>
  succeeded("fido2-token -I", await rig.run(["fido2-token", "-I", NODE])).out;

export const list = async (rig: Rig): Promise<string> =>
  succeeded("fido2-token -L", await rig.run(["fido2-token", "-L"])).out;

export const setPin = (rig: Rig, pin: string): Promise<Result> =>
  rig.run(["fido2-token", "-S", NODE], `${pin}\n${pin}\n`);

export const changePin = (rig: Rig, from: string, to: string): Promise<Result> =>
  rig.run(["fido2-token", "-C", NODE], `${from}\n${to}\n${to}\n`);

export const reset = (rig: Rig): Promise<Result> => rig.run(["fido2-token", "-R", NODE]);

export interface MadeCredential {
  readonly id: string;
  /** PEM. */
  readonly publicKey: string;
}

/** Makes a credential with hmac-secret and lets fido2-cred verify its attestation. */
export async function makeCredential(
  rig: Rig,
  relyingParty: string,
  options: readonly string[],
  pin: string,
): Promise<MadeCredential> {
  const asked = [base64(randomBytes(32)), relyingParty, "tester", base64(randomBytes(16))];
  const file = fresh("credential");
  const made = succeeded(
    "fido2-cred -M",
    await makeFrom(rig, `${asked.join("\n")}\n`, options, pin),
  );
  writeFileSync(file, made.out);
  const verified = succeeded(
    "fido2-cred -V",
    await rig.run(["fido2-cred", "-V", "-h", ...options, "-i", file]),
  );
  const [id = "", ...key] = verified.out.trim().split("\n");
  return { id, publicKey: `${key.join("\n")}\n` };
}

export const tryCredential = (rig: Rig, options: readonly string[], pin: string): Promise<Result> =>
  makeFrom(
    rig,
    `${[base64(randomBytes(32)), "example.test", "tester", base64(randomBytes(16))].join("\n")}\n`,
    options,
    pin,
  );

function makeFrom(
  rig: Rig,
  asked: string,
  options: readonly string[],
  pin: string,
): Promise<Result> {
  const file = fresh("credential-asked");
  writeFileSync(file, asked);
  const line = pin === "" ? "" : `${pin}\n`;
  return rig.run(["fido2-cred", "-M", "-h", ...options, "-i", file, NODE], line);
}

export interface Asserted {
  readonly result: Result;
  /** hmac-secret output, 32 bytes as hex; "" on failure. */
  readonly secret: string;
  readonly file: string;
}

/** One assertion with hmac-secret; `options` as for fido2-assert (`-v`: with the PIN). */
export async function assert(
  rig: Rig,
  relyingParty: string,
  credential: string,
  salt: Uint8Array,
  options: readonly string[],
  pin: string,
): Promise<Asserted> {
  const asked = fresh("assertion-asked");
  const lines = [base64(randomBytes(32)), relyingParty, credential, base64(salt)];
  writeFileSync(asked, `${lines.join("\n")}\n`);
  const line = pin === "" ? "" : `${pin}\n`;
  const result = await rig.run(["fido2-assert", "-G", "-h", ...options, "-i", asked, NODE], line);
  const last = result.out.trim().split("\n").at(-1) ?? "";
  const secret = result.status === 0 ? Buffer.from(last, "base64").toString("hex") : "";
  const file = fresh("assertion");
  writeFileSync(file, result.out);
  return { result, secret, file };
}

/** fido2-assert's own check of a signature. */
export async function verifyAssertion(
  rig: Rig,
  { file }: Asserted,
  { publicKey }: MadeCredential,
  options: readonly string[],
): Promise<void> {
  const key = fresh("public.pem");
  writeFileSync(key, publicKey);
  succeeded(
    "fido2-assert -V",
    await rig.run(["fido2-assert", "-V", "-h", ...options, "-i", file, key, "es256"]),
  );
}
