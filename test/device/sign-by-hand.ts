import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPin } from "../../cli/keys-pin.ts";
import { explain } from "../../contract/failures.ts";
import { CodedError } from "../../crypto/errors.ts";
import { skEcdsaWireKey } from "../../crypto/ssh-wire.ts";
import { allowedSignersLine, approvalDigest, assembleSkEcdsa } from "../../crypto/sshsig.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { fido2Keys } from "../../hardware/keys.ts";
import { systemHid } from "../../hardware/node-hid.ts";
import { RELYING_PARTY } from "../../hardware/security-key.ts";
import { systemTimers } from "../../hardware/timers.ts";

/**
 * A plugged-in key signs a text under a credential made for it, as it approves a record, and stock
 * `ssh-keygen` judges the signature. The PIN is asked for, or the first line of a pipe.
 */
const NAMESPACE = "pullstation-trial@v1";
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const waiting = (what: "touch" | "working"): void => {
  if (what === "touch") say("touch the key now");
};

function judged(signature: string, signers: string, message: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "pullstation-sign-"));
  try {
    const [allowed, signed] = [join(folder, "allowed_signers"), join(folder, "trial.sig")];
    writeFileSync(allowed, signers);
    writeFileSync(signed, signature);
    const asked = ["-Y", "verify", "-f", allowed, "-I", "trial", "-n", NAMESPACE, "-s", signed];
    const { status, stdout, stderr } = spawnSync("ssh-keygen", asked, { input: message });
    say(`ssh-keygen: ${String(stdout)}${String(stderr)}`.trim());
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sign(): Promise<number> {
  const means = { draw: drawFrom(bytes), timers: systemTimers };
  const [key] = await fido2Keys(await systemHid(), means);
  if (key === undefined) throw new CodedError("KEY_NOT_PRESENT");
  const pin = (await readPin(`PIN of ${key.label}: `)) ?? "";
  const made = await key.enrol({ salt: bytes(32), userName: "trial", pin, waiting });
  made.output.fill(0);
  const { credentialId, publicKey: point } = made;
  const message = bytes(200);
  const digest = approvalDigest(NAMESPACE, message);
  const assertion = await key.approve({ credentialId, digest, pin, waiting });
  const application = RELYING_PARTY;
  const signature = assembleSkEcdsa({ ...assertion, point, application, namespace: NAMESPACE });
  const signers = allowedSignersLine("trial", [NAMESPACE], skEcdsaWireKey(point, application));
  return judged(signature, signers, message);
}

try {
  process.exit(await sign());
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  const { what, todo } = explain(error.code, error.about);
  say(`${what} ${todo}`);
  process.exit(1);
}
