import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileStore, newKeyState } from "../../practice/key/store.ts";
import { device, type Host, setPin, signWith, token } from "./key-host.ts";
import { base, hash, MAKE, PARTY, PIN, plugged } from "./key-requests.ts";

const triesLeft = async (host: Host): Promise<unknown> =>
  (await host.ask(0x06, new Map([[2, 1]]))).fields.get(3);

describe("the software key's PIN", () => {
  test.each([1, 2] as const)(
    "costs a try when wrong, pauses after three, blocks after eight (protocol %i)",
    async (version) => {
      const folder = mkdtempSync(join(tmpdir(), "pullstation-test-"));
      const file = join(folder, "key.json");
      const plugIn = (): Promise<Host> =>
        plugged(device({ store: fileStore(file, () => newKeyState("Test")) }));
      const attempt = async (host: Host, pin: string): Promise<number> =>
        (await token(host, version, pin, 1)).status;

      let host = await plugIn();
      expect(await attempt(host, PIN)).toBe(0x35);
      expect(await setPin(host, version, "123")).toBe(0x37);
      expect(await setPin(host, version, "1".repeat(64))).toBe(0x37);
      expect(await setPin(host, version, PIN)).toBe(0);
      expect(await setPin(host, version, "1357")).toBe(0x33);
      for (const status of [0x31, 0x31, 0x34]) expect(await attempt(host, "0000")).toBe(status);
      expect(await attempt(host, PIN)).toBe(0x34);
      expect(await triesLeft(host)).toBe(5);
      host = await plugIn();
      expect(await attempt(host, PIN)).toBe(0);
      expect(await triesLeft(host)).toBe(8);
      const told: number[] = [];
      for (let round = 0; round < 3; round++) {
        host = await plugIn();
        for (let wrong = 0; wrong < 3; wrong++) told.push(await attempt(host, "0000"));
      }
      expect(told).toEqual([0x31, 0x31, 0x34, 0x31, 0x31, 0x34, 0x31, 0x32, 0x32]);
      expect(await attempt(await plugIn(), PIN)).toBe(0x32);
      expect(readFileSync(file, "utf8")).not.toContain(PIN);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  test.each([1, 2] as const)(
    "a token serves one operation, and not for long (protocol %i)",
    async (version) => {
      let now = 0;
      const host = await plugged(device({ now: () => now }));
      await setPin(host, version, PIN);
      const use = async (key: Uint8Array, party = PARTY): Promise<number> => {
        const asked = new Map([...base(), [2, { id: party }]]);
        const param = signWith(version, key, hash(1));
        return (await host.ask(MAKE, new Map([...asked, [8, param], [9, version]]))).status;
      };
      const fresh = async (permissions: number | null, party?: string): Promise<Uint8Array> =>
        (await token(host, version, PIN, permissions, party)).token;
      const once = await fresh(1);
      expect(once.length).toBe(version === 1 ? 16 : 32);
      expect(await use(once)).toBe(0);
      expect(await use(once)).toBe(0x33);
      expect(await use(await fresh(2))).toBe(0x33);
      expect(await use(await fresh(1, "other.test"))).toBe(0x33);
      expect(await use(await fresh(null))).toBe(0);
      const forgotten = await fresh(1);
      now += 30_001;
      expect(await use(forgotten)).toBe(0x33);
      expect((await token(host, version, PIN, 0)).status).toBe(0x02);
      expect((await token(host, version, PIN, 0x04)).status).toBe(0x40);
    },
  );

  test("after a wrong PIN the key agreement is a new one; a point off the curve is refused", async () => {
    const host = await plugged();
    await setPin(host, 2, PIN);
    const key = async (): Promise<unknown> =>
      (
        await host.ask(
          0x06,
          new Map([
            [1, 2],
            [2, 2],
          ]),
        )
      ).fields.get(1);
    const before = await key();
    expect(await key()).toEqual(before);
    await token(host, 2, "0000", 1);
    expect(await key()).not.toEqual(before);
    const off = new Map<number, unknown>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, hash(1)],
      [-3, hash(1)],
    ]);
    const asked = new Map<number, unknown>([
      [1, 2],
      [2, 5],
      [3, off],
      [6, hash(1)],
    ]);
    expect((await host.ask(0x06, asked)).status).toBe(0x02);
    for (const subcommand of [6, 7, 99])
      expect(
        (
          await host.ask(
            0x06,
            new Map([
              [1, 2],
              [2, subcommand],
            ]),
          )
        ).status,
      ).toBe(0x3e);
  });
});
