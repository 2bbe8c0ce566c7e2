import { createHash, verify } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { encode } from "cborg";
import { describe, expect, test } from "vitest";
import { pressedAtOnce } from "../../practice/key/presence.ts";
import { fileStore, newKeyState } from "../../practice/key/store.ts";
import { device, type Fields, type Host, setPin } from "./key-host.ts";
import {
  ASSERT,
  base,
  hash,
  MAKE,
  type Made,
  make,
  PARTY,
  PIN,
  plugged,
  publicKey,
  secrets,
  type Uv,
} from "./key-requests.ts";

const never = (): Promise<void> => Promise.withResolvers<void>().promise;

const probe = async (on: Host, party: string, which: Uint8Array): Promise<number> => {
  const { status } = await on.ask(
    ASSERT,
    new Map<number, unknown>([
      [1, party],
      [2, hash(2)],
      [3, [{ id: which, type: "public-key" }]],
      [5, { up: false }],
    ]),
  );
  return status;
};

describe("the software key's credentials", () => {
  test("are ES256 with self attestation, carry the practice AAGUID and what was asked for", async () => {
    const host = await plugged();
    const made = await make(host, 3);
    expect(made.fields.get(1)).toBe("packed");
    expect(made.data.subarray(0, 32)).toEqual(createHash("sha256").update(PARTY).digest());
    // User present, attested, extensions; no user verification without a PIN.
    expect(made.data[32]).toBe(0x01 | 0x40 | 0x80);
    expect(made.data.subarray(37, 53).toString("hex")).toBe("50524143544943454b45590000000001");
    const tail = encode({ credProtect: 3, "hmac-secret": true });
    expect(made.data.subarray(-tail.length)).toEqual(Buffer.from(tail));
    const statement = made.fields.get(3) as Fields;
    const signed = Buffer.concat([made.data, hash(1)]);
    expect(verify("sha256", signed, publicKey(made), statement.get("sig") as Uint8Array)).toBe(
      true,
    );
  });

  test("belong to one key, one relying party, and to nobody once a byte is changed", async () => {
    const [host, stranger] = [await plugged(), await plugged()];
    const { id } = await make(host);
    expect(await probe(host, PARTY, id)).toBe(0);
    expect(await probe(stranger, PARTY, id)).toBe(0x2e);
    expect(await probe(host, "other.test", id)).toBe(0x2e);
    for (let at = 0; at < id.length; at++) {
      const changed = id.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await probe(host, PARTY, changed)).toBe(0x2e);
    }
  });

  test("an excluded credential, another algorithm, discoverable ones and long lists are refused", async () => {
    const host = await plugged();
    const { id } = await make(host);
    const refused = async (key: number, value: unknown): Promise<number> =>
      (await host.ask(MAKE, new Map([...base(), [key, value]]))).status;
    expect(await refused(5, [{ id, type: "public-key" }])).toBe(0x19);
    expect(await refused(4, [{ alg: -257, type: "public-key" }])).toBe(0x26);
    expect(await refused(7, { rk: true })).toBe(0x2b);
    expect(await refused(7, { uv: true })).toBe(0x2c);
    expect(await refused(7, { up: false })).toBe(0x2c);
    expect(await refused(6, { credProtect: 4 })).toBe(0x2c);
    expect(await refused(1, hash(1).slice(1))).toBe(0x03);
    expect(await refused(1, "text")).toBe(0x11);
    const many = Array.from({ length: 17 }, () => ({ id: hash(3), type: "public-key" }));
    expect(await refused(5, many)).toBe(0x15);
    const missing = base();
    missing.delete(4);
    expect((await host.ask(MAKE, missing)).status).toBe(0x14);
  });

  test("assertions are signed, counted, and one salt or two give one secret each", async () => {
    const host = await plugged();
    const made = await make(host);
    const both = Buffer.concat([hash(5), hash(6)]);
    const counters: number[] = [];
    for (const version of [1, 2] as const) {
      const one = await secrets(host, made.id, hash(5), version);
      const two = await secrets(host, made.id, both, version);
      expect(one.outputs.length).toBe(32);
      expect(two.outputs.length).toBe(64);
      expect(two.outputs.slice(0, 32)).toEqual(one.outputs);
      expect(two.outputs.slice(32)).not.toEqual(one.outputs);
      expect(one.data[32]).toBe(0x81);
      for (const { data, signature } of [one, two]) {
        counters.push(data.readUInt32BE(33));
        const signed = Buffer.concat([data, hash(2)]);
        expect(verify("sha256", signed, publicKey(made), signature)).toBe(true);
      }
    }
    expect(counters).toEqual([2, 3, 4, 5]);
    expect((await secrets(host, made.id, hash(5).slice(16), 1)).status).toBe(0x03);
  });

  test.each([1, 2] as const)(
    "credProtect and user verification over PIN protocol %i",
    async (version) => {
      const host = await plugged();
      const free = await make(host, 1);
      const before = await secrets(host, free.id, hash(5), version);
      expect(await setPin(host, version, PIN)).toBe(0);
      expect((await host.ask(MAKE, base())).status).toBe(0x36);
      const listed = await make(host, 2, { version });
      const guarded = await make(host, 3, { version });
      const secret = (made: Made, uv?: Uv): ReturnType<typeof secrets> =>
        secrets(host, made.id, hash(5), version, uv);
      const withUv = await secret(free, { version });
      expect(withUv.data[32]).toBe(0x85);
      expect((await secret(free)).outputs).toEqual(before.outputs);
      expect(withUv.outputs).not.toEqual(before.outputs);
      expect((await secret(listed)).status).toBe(0);
      expect((await secret(guarded)).status).toBe(0x2e);
      expect((await secret(guarded, { version })).status).toBe(0);
    },
  );
});

describe("the software key as a whole", () => {
  test("no touch in time, and a reset only right after plugging in", async () => {
    let now = 0;
    const slow = await plugged(device({ press: never, touchTimeoutMs: 20 }));
    expect((await slow.ask(0x0b)).status).toBe(0x2f);
    expect((await slow.ask(MAKE, base())).status).toBe(0x2f);
    const host = await plugged(device({ press: pressedAtOnce, now: () => now }));
    const { id } = await make(host);
    await setPin(host, 2, PIN);
    now = 10_001;
    expect((await host.ask(0x07)).status).toBe(0x30);
    now = 9_000;
    expect((await host.ask(0x07)).status).toBe(0);
    expect((await secrets(host, id, hash(5), 2)).status).toBe(0x2e);
    expect(await setPin(host, 2, "1357")).toBe(0);
  });

  test("an empty pinUvAuthParam asks which key it is", async () => {
    const host = await plugged();
    const asked = new Map([...base(), [8, new Uint8Array()], [9, 1]]);
    expect((await host.ask(MAKE, asked)).status).toBe(0x35);
    await setPin(host, 1, PIN);
    expect((await host.ask(MAKE, asked)).status).toBe(0x31);
  });

  test("CBOR that is deep, doubled, not canonical, cut or followed by more is refused", async () => {
    const host = await plugged();
    const bad = [
      "a2020101 02".replaceAll(" ", ""),
      "a202010102",
      "a2020202 01".replaceAll(" ", ""),
      "a1021801",
      "bf0201ff",
      "a102",
      "a1020100",
      "81".repeat(200) + "00",
      "a102c101",
      "a102f7",
      "5affffffff",
      "9affffffff",
    ];
    for (const hex of bad) {
      await host.send(0x90, Uint8Array.of(0x06, ...Buffer.from(hex, "hex")));
      const [status] = (await host.next()).data;
      expect([hex, status]).toEqual([hex, 0x12]);
    }
    await host.send(0x90, Uint8Array.of(0x06, 0x80));
    expect((await host.next()).data[0]).toBe(0x11);
    await host.send(0x90, Uint8Array.of(0x55));
    expect((await host.next()).data[0]).toBe(0x01);
  });

  test("any CBOR at all is answered, and never with a result by accident", async () => {
    const host = await plugged(device({ touchTimeoutMs: 5 }));
    const item = fc.letrec<{ item: unknown }>((tie) => ({
      item: fc.oneof(
        { depthSize: "small" },
        fc.integer({ min: -70_000, max: 70_000 }),
        fc.string({ maxLength: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.boolean(),
        fc.array(tie("item"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("id", "type", "alg", "up", "hmac-secret"), tie("item")),
      ),
    })).item;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 6),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 10 }), item), { maxLength: 10 }),
        async (command, entries) => {
          const { status } = await host.ask(command, new Map(entries));
          // Only ClientPIN's two harmless subcommands need nothing secret.
          if (command !== 6) expect(status).not.toBe(0);
          expect(status).not.toBe(0x7f);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("a file of another kind is not taken for a key", () => {
    const file = join(mkdtempSync(join(tmpdir(), "pullstation-test-")), "key.json");
    writeFileSync(file, "{}");
    expect(() => fileStore(file, () => newKeyState("Test"))).toThrow(
      "PRACTICE_KEY_STATE_UNREADABLE",
    );
  });
});
