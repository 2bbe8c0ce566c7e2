import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { utf8 } from "../../crypto/bytes.ts";
import { fingerprint, publicKeyText, readWireKey } from "../../crypto/ssh-wire.ts";
import {
  allowedSignersLine,
  approvalDigest,
  assembleSkEcdsa,
  type SshSigner,
  verifySshsig,
} from "../../crypto/sshsig.ts";
import { APPLICATION, softKey, testSigner } from "../ceremony/chain-kit.ts";
import { requireProgram } from "../requires.ts";

const namespace = "pullstation-record@v1";
const message = utf8('{"a":"record"}');
const key = softKey("approver");
let signer: SshSigner;
beforeAll(async () => {
  signer = await testSigner("signer");
});

describe("SSHSIG", () => {
  it("verifies what it signed, with either kind of key, and says whose it is", () => {
    const ed = verifySshsig({ armored: signer.sign(namespace, message), namespace, message });
    expect(ed).toEqual({ keyType: "ssh-ed25519", wireKey: signer.wireKey });
    const sk = verifySshsig({ armored: key.approve(namespace, message), namespace, message });
    expect(sk).toEqual({ keyType: "sk-ecdsa-sha2-nistp256@openssh.com", wireKey: key.wireKey });
    expect(readWireKey(key.wireKey)).toMatchObject({ application: APPLICATION });
  });

  it("refuses another message, another purpose and another purpose's name", () => {
    const armored = signer.sign(namespace, message);
    const ask = (more: object) => () => verifySshsig({ armored, namespace, message, ...more });
    expect(ask({ message: utf8("x") })).toThrow("SIGNATURE_INVALID");
    expect(ask({ namespace: "pullstation-drill@v1" })).toThrow("SSHSIG_NAMESPACE");
    expect(() => signer.sign("", message)).toThrow("SSHSIG_MALFORMED");
  });

  it("has one spelling: any changed, lost or added character is refused", () => {
    for (const armored of [signer.sign(namespace, message), key.approve(namespace, message)]) {
      const refused = (text: string): void => {
        expect(() => verifySshsig({ armored: text, namespace, message })).toThrow(
          /SSHSIG_MALFORMED|SSHSIG_NAMESPACE|SIGNATURE_INVALID/,
        );
      };
      for (let at = 0; at < armored.length; at++) {
        const other = armored[at] === "A" ? "B" : "A";
        refused(armored.slice(0, at) + other + armored.slice(at + 1));
        refused(armored.slice(0, at) + armored.slice(at + 1));
      }
      refused(`${armored}\n`);
      refused(` ${armored}`);
      refused(armored.replaceAll("\n", "\r\n"));
      refused(armored.replaceAll("\n", ""));
    }
  });

  it("never crashes on anything else", () => {
    fc.assert(
      fc.property(fc.base64String({ maxLength: 400 }), (body) => {
        const armored = `-----BEGIN SSH SIGNATURE-----\n${body}\n-----END SSH SIGNATURE-----\n`;
        expect(() => verifySshsig({ armored, namespace, message })).toThrow("SSHSIG_MALFORMED");
      }),
    );
  });
});

describe("a security key's approval", () => {
  it("needs presence and verification, at assembly and at verification", () => {
    for (const flags of [0x00, 0x01, 0x04, 0x85, 0x45])
      expect(() => key.approve(namespace, message, flags)).toThrow("SSHSIG_MALFORMED");
    expect(() => key.approve(namespace, message, 0x1d)).not.toThrow();
  });

  it("is refused for another application, another key, or with extensions", () => {
    const good = {
      point: key.point,
      application: APPLICATION,
      namespace,
      ...key.assertion(approvalDigest(namespace, message)),
    };
    expect(() => assembleSkEcdsa({ ...good, application: "ssh:other" })).toThrow("application");
    const longer = new Uint8Array([...good.authenticatorData, 0xa0]);
    expect(() => assembleSkEcdsa({ ...good, authenticatorData: longer })).toThrow(
      "SSHSIG_MALFORMED",
    );
    const armored = assembleSkEcdsa({ ...good, point: softKey("another").point });
    expect(() => verifySshsig({ armored, namespace, message })).toThrow("SIGNATURE_INVALID");
    const offCurve = good.point.with(64, (good.point[64] ?? 0) ^ 1);
    const off = assembleSkEcdsa({ ...good, point: offCurve });
    expect(() => verifySshsig({ armored: off, namespace, message })).toThrow("SIGNATURE_INVALID");
  });

  it("reads only the strict DER of a signature", () => {
    const { signature, authenticatorData } = key.assertion(approvalDigest(namespace, message));
    const given = { point: key.point, application: APPLICATION, namespace, authenticatorData };
    for (const bent of [
      signature.slice(0, -1),
      new Uint8Array([...signature, 0]),
      signature.with(0, 0x31),
      signature.with(1, (signature[1] ?? 0) + 1),
      new Uint8Array(),
    ])
      expect(() => assembleSkEcdsa({ ...given, signature: bent })).toThrow("SSHSIG_MALFORMED");
  });
});

describe("allowed_signers lines", () => {
  it("always carry namespaces, and only plain principals", () => {
    expect(allowedSignersLine("vault", [namespace], signer.wireKey)).toBe(
      `vault namespaces="${namespace}" ${publicKeyText(signer.wireKey)}\n`,
    );
    for (const principal of ["", "a b", "*", "a,b", '"a"', "!vault", "#x"])
      expect(() => allowedSignersLine(principal, [namespace], signer.wireKey)).toThrow();
    for (const names of [[], [""], ['a"'], ["a b"]])
      expect(() => allowedSignersLine("vault", names, signer.wireKey)).toThrow();
  });
});

describe.runIf(requireProgram("ssh-keygen"))("stock ssh-keygen", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "sshsig-"));
    writeFileSync(join(dir, "message"), message);
    writeFileSync(
      join(dir, "allowed_signers"),
      allowedSignersLine("station", [namespace], signer.wireKey) +
        allowedSignersLine("approver:Ana%27s%20key", [namespace], key.wireKey),
    );
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  const check = (armored: string, principal: string, purpose = namespace) => {
    writeFileSync(join(dir, "sig"), armored);
    const args = [
      "-Y",
      "verify",
      "-f",
      "allowed_signers",
      "-I",
      principal,
      "-n",
      purpose,
      "-s",
      "sig",
    ];
    return spawnSync("ssh-keygen", args, { cwd: dir, input: message, encoding: "utf8" });
  };

  it("verifies an Ed25519 signature, for its principal and purpose only", () => {
    const armored = signer.sign(namespace, message);
    expect(check(armored, "station").stdout).toContain('Good "pullstation-record@v1" signature');
    expect(check(armored, "vault").status).not.toBe(0);
    expect(check(armored, "station", "file").status).not.toBe(0);
    const drill = signer.sign("pullstation-drill@v1", message);
    expect(check(drill, "station", "pullstation-drill@v1").status).not.toBe(0);
  });

  it("verifies a security key's approval", () => {
    const { stdout } = check(key.approve(namespace, message), "approver:Ana%27s%20key");
    expect(stdout).toContain("Good");
    expect(stdout).toContain(fingerprint(key.wireKey));
  });

  it("signs what is verified here, with the same armor", () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(dir, "key")]);
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", "key", "-n", namespace, "message"], {
      cwd: dir,
      stdio: "ignore",
    });
    const armored = readFileSync(join(dir, "message.sig"), "utf8");
    const { wireKey } = verifySshsig({ armored, namespace, message });
    expect(readFileSync(join(dir, "key.pub"), "utf8").trim()).toBe(publicKeyText(wireKey));
    const listed = execFileSync("ssh-keygen", ["-lf", join(dir, "key.pub")], { encoding: "utf8" });
    expect(listed).toContain(fingerprint(wireKey));
  });
});
