import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../crypto/bytes.ts";
import { PRACTICE_AAGUID } from "../../hardware/security-key.ts";
import { createSoftwareKey, SoftwareKey } from "../../practice/key/software-key.ts";

const PIN = "2468";
const fresh = (press: () => Promise<void> = async () => {}): { path: string; key: SoftwareKey } => {
  const path = join(mkdtempSync(join(tmpdir(), "pullstation-test-")), "key.json");
  createSoftwareKey(path, "Practice key", PIN);
  return { path, key: new SoftwareKey(path, press) };
};
const salt = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const enrol = (key: SoftwareKey): ReturnType<SoftwareKey["enrol"]> =>
  key.enrol({ salt: salt(1), userName: "Test vault", pin: PIN });

describe("the software key", () => {
  test("says that it is for practice", async () => {
    const { path, key } = fresh();
    expect(await key.info()).toEqual({
      label: "Practice key",
      aaguid: PRACTICE_AAGUID,
      hmacSecret: true,
      pinSet: true,
      pinRetries: 8,
    });
    expect((await enrol(key)).aaguid).toBe(PRACTICE_AAGUID);
    expect(readFileSync(path, "utf8")).toContain("PRACTICE");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("gives the same output for the same credential and salt, also after a restart", async () => {
    const { path, key } = fresh();
    const { credentialId, output, uvBound } = await enrol(key);
    expect(uvBound).toBe(true);
    const again = new SoftwareKey(path, async () => {});
    expect(await again.touch({ credentialId, salt: salt(1), pin: PIN })).toEqual(output);
    expect(await again.touch({ credentialId, salt: salt(2), pin: PIN })).not.toEqual(output);
    const second = await enrol(key);
    expect(second.output).not.toEqual(output);
    expect(await key.holds(credentialId)).toBe(true);
    expect(await key.holds(second.credentialId)).toBe(true);
    expect(await fresh().key.holds(credentialId)).toBe(false);
  });

  test("signs as a FIDO2 key does: presence, verification and a counter that grows", async () => {
    const { key } = fresh();
    const { credentialId, publicKey } = await enrol(key);
    const digest = salt(7);
    const spki = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
    const verifier = createPublicKey({
      key: Buffer.concat([spki, publicKey]),
      format: "der",
      type: "spki",
    });
    const counters: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { authenticatorData, signature } = await key.approve({
        credentialId,
        digest,
        pin: PIN,
      });
      const data = Buffer.from(authenticatorData);
      expect(data.length).toBe(37);
      expect(data.subarray(0, 32)).toEqual(createHash("sha256").update("ssh:pullstation").digest());
      expect(data[32]).toBe(0x05);
      counters.push(data.readUInt32BE(33));
      expect(verify("sha256", Buffer.concat([data, digest]), verifier, signature)).toBe(true);
    }
    expect(counters).toEqual(counters.toSorted((a, b) => a - b));
    expect(new Set(counters).size).toBe(3);
  });

  test("blocks itself after eight wrong PINs, for good, and a right PIN restores the tries", async () => {
    const { path, key } = fresh();
    const { credentialId } = await enrol(key);
    const touch = (pin: string, on = key): Promise<Uint8Array> =>
      on.touch({ credentialId, salt: salt(1), pin });
    await expect(touch("0000")).rejects.toMatchObject({ code: "PIN_WRONG", about: { retries: 7 } });
    await touch(PIN);
    for (let left = 7; left > 0; left--)
      await expect(touch("0000")).rejects.toMatchObject({
        code: "PIN_WRONG",
        about: { retries: left },
      });
    await expect(touch("0000")).rejects.toMatchObject({ code: "PIN_BLOCKED" });
    await expect(touch(PIN)).rejects.toMatchObject({ code: "PIN_BLOCKED" });
    await expect(touch(PIN, new SoftwareKey(path, async () => {}))).rejects.toMatchObject({
      code: "PIN_BLOCKED",
    });
    expect((await key.info()).pinRetries).toBe(0);
  });

  test("waits for the press, and can be cancelled", async () => {
    let pressed = 0;
    const { key } = fresh(async () => {
      pressed += 1;
    });
    const { credentialId } = await enrol(key);
    await key.touch({ credentialId, salt: salt(1), pin: PIN });
    expect(pressed).toBe(2);
    const controller = new AbortController();
    const { path } = fresh();
    const never = new SoftwareKey(path, () => Promise.withResolvers<void>().promise);
    const waiting = never.enrol({
      salt: salt(1),
      userName: "x",
      pin: PIN,
      signal: controller.signal,
    });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "TOUCH_CANCELLED" });
  });

  test("names a credential that it does not hold, an empty PIN, and a file of another kind", async () => {
    const { path, key } = fresh();
    await expect(
      key.touch({ credentialId: salt(9), salt: salt(1), pin: PIN }),
    ).rejects.toMatchObject({ code: "KEY_HAS_NO_CREDENTIAL" });
    await expect(key.enrol({ salt: salt(1), userName: "x", pin: "" })).rejects.toMatchObject({
      code: "KEY_NEEDS_PIN",
    });
    expect(() => createSoftwareKey(path, "again", PIN)).toThrow("already");
    expect(() => createSoftwareKey(`${path}2`, "short", "123")).toThrow(
      expect.objectContaining({ code: "KEY_NEEDS_PIN" }),
    );
    const foreign = new SoftwareKey(
      new URL("../../package.json", import.meta.url).pathname,
      async () => {},
    );
    await expect(foreign.info()).rejects.toThrow("not a practice security key");
  });
});
