import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Button } from "../../practice/key/presence.ts";
import { answerOf, device, Host } from "./key-host.ts";

const ERROR = 0xbf;
const filled = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at & 255);

describe("the software key's packets", () => {
  test("INIT gives each host a channel of its own and says what the key can", async () => {
    const key = device();
    const [one, two] = [new Host(key), new Host(key)];
    const answer = await one.init();
    expect(answer).toMatchObject({ channel: 0xffffffff, command: 0x86 });
    // CTAPHID 2, firmware 1.0.0; wink, CBOR, no U2F messages.
    expect(Array.from(answer.data.slice(12))).toEqual([2, 1, 0, 0, 0x0d]);
    // A report reaches every open handle: the other host has seen that answer too.
    expect((await two.next()).data).toEqual(answer.data);
    await two.init();
    expect(two.channel).not.toBe(one.channel);
    expect(key.winks).toBe(0);
  });

  test("PING comes back whole, from nothing to the longest message", async () => {
    const host = await Host.on(device());
    for (const length of [0, 1, 57, 58, 116, 117, 7609]) {
      await host.send(0x81, filled(length));
      const { command, data } = await host.next();
      expect(command).toBe(0x81);
      expect(data).toEqual(filled(length));
    }
  });

  test("WINK is counted; a wink with data, an empty CBOR, an unknown command are refused", async () => {
    const key = device();
    const host = await Host.on(key);
    await host.packet(0x88, 0, 0);
    expect(await host.next()).toMatchObject({ command: 0x88 });
    expect(key.winks).toBe(1);
    const refusals = [
      [[0x88, 0, 1, 9], 0x03],
      [[0x90, 0, 0], 0x03],
      [[0x83, 0, 1, 0], 0x01],
      [[0x84, 0, 1, 0], 0x01],
      [[0x81, 0x1d, 0xba], 0x03],
    ] as const;
    for (const [bytes, code] of refusals) {
      await host.packet(...bytes);
      const { command, data } = await host.next();
      expect([command, ...data]).toEqual([ERROR, code]);
    }
    expect(key.winks).toBe(1);
  });

  test("a channel that nobody was given is refused, and so is the broadcast channel", async () => {
    const host = await Host.on(device());
    const mine = host.channel;
    for (const channel of [0, 0xffffffff, (mine ^ 1) >>> 0]) {
      host.channel = channel;
      await host.packet(0x81, 0, 0);
      const { command, data } = await host.next();
      expect([command, ...data]).toEqual([ERROR, 0x0b]);
    }
  });

  test("packets out of order end the message; stray ones are passed over", async () => {
    const host = await Host.on(device());
    await host.packet(0, 1, 2, 3);
    expect(await host.quiet()).toBe(true);
    await host.packet(0x81, 0, 200);
    await host.packet(1);
    expect(await host.next()).toMatchObject({ command: ERROR, data: Uint8Array.of(0x04) });
    await host.packet(0x81, 0, 200);
    await host.packet(0x81, 0, 0);
    expect(await host.next()).toMatchObject({ command: ERROR, data: Uint8Array.of(0x04) });
    await host.send(0x81, filled(10));
    expect((await host.next()).data).toEqual(filled(10));
  });

  test("INIT on one's own channel starts over; half a message times out", async () => {
    const host = await Host.on(device());
    await host.packet(0x81, 0, 200);
    await host.packet(0x86, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8);
    const { channel, data } = await host.next();
    expect(channel).toBe(host.channel);
    expect(Buffer.from(data).readUInt32BE(8)).toBe(host.channel);
    await host.packet(0x81, 0, 200);
    expect(await host.next()).toMatchObject({ command: ERROR, data: Uint8Array.of(0x05) });
  });

  test("one transaction at a time: others hear BUSY, keepalives say what is awaited, CANCEL ends it", async () => {
    const button = new Button();
    const key = device({ press: button.press });
    const [one, two] = [await Host.on(key), new Host(key)];
    await two.init();
    await one.next();
    await one.packet(0x90, 0, 1, 0x0b);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await two.packet(0x81, 0, 0);
    const busy = await two.next();
    expect(busy).toMatchObject({ channel: two.channel, command: ERROR, data: Uint8Array.of(0x06) });
    expect(two.keepalives.length).toBeGreaterThanOrEqual(2);
    expect(new Set(two.keepalives)).toEqual(new Set([2]));
    // Somebody else's cancel does nothing.
    await two.packet(0x91, 0, 0);
    await one.packet(0x91, 0, 0);
    expect(await one.next()).toMatchObject({ channel: two.channel, command: ERROR });
    expect(answerOf(await one.next()).status).toBe(0x2d);
    await one.packet(0x90, 0, 1, 0x0b);
    await one.quiet(5);
    button.push();
    expect(answerOf(await one.next()).status).toBe(0);
  });

  test("any packets at all: never a crash, and the key still answers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom("mine", "any", "broadcast"),
            fc.oneof(
              fc.uint8Array({ minLength: 60, maxLength: 60 }),
              // What looks like a CBOR message, cut anywhere.
              fc
                .tuple(fc.constantFrom(1, 2, 4, 6, 7, 11), fc.uint8Array({ maxLength: 50 }))
                .map(([command, rest]) =>
                  Uint8Array.of(0x90, 0, rest.length + 1, command, ...rest),
                ),
            ),
          ),
          { maxLength: 8 },
        ),
        async (packets) => {
          const host = await Host.on(device({ touchTimeoutMs: 5 }));
          for (const [where, bytes] of packets) {
            const packet = Buffer.alloc(64);
            packet.set(bytes.subarray(0, 60), 4);
            if (where !== "any") packet.writeUInt32BE(where === "mine" ? host.channel : 0xffffffff);
            await host.raw(new Uint8Array(packet));
          }
          await host.packet(0x86, 0, 8, 8, 7, 6, 5, 4, 3, 2, 1);
          for (;;) {
            const { channel, command, data } = await host.next();
            if (channel === host.channel && command === 0x86 && data[0] === 8) return;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("unplugging ends what is open, and writes after it are refused", async () => {
    const key = device();
    const port = key.openPackets();
    key.unplug();
    await port.ended;
    await expect(port.write(new Uint8Array(64))).rejects.toThrow("not plugged in");
  });
});
