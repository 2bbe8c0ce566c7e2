import { expect, test } from "vitest";
import { notOpened } from "../../hardware/node-hid.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import { memoryStore, newKeyState } from "../../practice/key/store.ts";
import { means, PIN, pinHashOf, plugIn } from "../hardware/plugged.ts";
import { bench, listed, run } from "./keys-bench.ts";

// `pullstation keys` and keys that are not as one expects.

const never = () => new Promise<void>(() => undefined);
/** Half a second between looks for a key that is gone takes no time. */
const quick = {
  ...means,
  timers: {
    after: (ms: number, then: () => void) => means.timers.after(ms === 500 ? 2 : ms, then),
  },
};

test("--try: a twin that was there before is not the unplugged key, and its PIN is not tried", async () => {
  const first = plugIn({}, { press: never }).device;
  const twin = plugIn({ pinHash: pinHashOf("8642") });
  const on = bench(first, twin.device);
  let out = "";
  const { status } = await run(
    on,
    { try: true, key: "hidraw0" },
    {
      means: quick,
      out: (text) => {
        out += text;
        if (!text.includes("Touch the key now") || !on.has("/dev/hidraw0")) return;
        if (on.get("/dev/hidraw0")?.device !== first) return;
        first.unplug();
        on.delete("/dev/hidraw0");
        setTimeout(() => {
          on.set("/dev/hidraw0", { device: plugIn().device, listed: listed("/dev/hidraw0") });
        }, 100);
      },
    },
  );
  expect(out).toContain("It is back.");
  expect(status).toBe(0);
  expect((await twin.key.info()).pinRetries).toBe(8);
});

test("--try: the unplugged key never comes back: the trial ends, and says so", async () => {
  const first = plugIn({}, { press: never }).device;
  const twin = plugIn({ pinHash: pinHashOf("8642") });
  const on = bench(first, twin.device);
  const { status, out } = await run(
    on,
    { try: true, key: "hidraw0", json: true },
    {
      means: quick,
      pin: async () => {
        first.unplug();
        on.delete("/dev/hidraw0");
        return "2468";
      },
    },
  );
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ passed: false, code: "KEY_UNPLUGGED" });
  expect((await twin.key.info()).pinRetries).toBe(8);
});

test("--try: another key at the same path meanwhile is not asked for this one's PIN", async () => {
  const first = plugIn();
  const other = plugIn({ pinHash: pinHashOf("8642") });
  const on = bench(first.device);
  const path = "/dev/hidraw0";
  const { status, out } = await run(
    on,
    { try: true },
    {
      means: quick,
      pin: async () => {
        first.device.unplug();
        on.set(path, { device: other.device, listed: listed(path, { productId: 2 }) });
        return PIN;
      },
    },
  );
  expect(out).toContain("The security key was unplugged.");
  expect(status).toBe(1);
  expect((await other.key.info()).pinRetries).toBe(8);
});

test("--try: Ctrl-C while the PIN is waited for ends the trial", async () => {
  const interrupt = new AbortController();
  const { status, out } = await run(
    bench(plugIn().device),
    { try: true },
    {
      interrupted: interrupt.signal,
      pin: () => {
        setTimeout(() => interrupt.abort(), 5);
        return new Promise(() => undefined);
      },
    },
  );
  expect(out).toContain("The touch was cancelled.");
  expect(status).toBe(1);
});

test("--try: a listed key that can't be opened ends the trial at once, with what the system says", async () => {
  const on = bench(plugIn().device);
  let asked = 0;
  const hid = {
    devices: async () => [...on.values()].map((one) => one.listed),
    openPackets: async (path: string) => {
      asked++;
      return notOpened(path, `cannot open device with path ${path}: Too many open files`);
    },
    openFeature: async (path: string) => notOpened(path, "no"),
  };
  const { status, out } = await run(on, { try: true }, { hid: async () => hid });
  expect(status).toBe(1);
  expect(out).toContain("Too many open files");
  expect(asked).toBe(1);
});

test("--try: a key that goes and comes without end ends the trial", async () => {
  const on = bench(plugIn().device);
  let opened = 0;
  const { status, out } = await run(
    on,
    { try: true },
    {
      means: quick,
      hid: async () => ({
        devices: async () => [...on.values()].map((one) => one.listed),
        // It answers who it is, and is gone when it is asked for more.
        openPackets: async () => {
          const { device } = plugIn({}, { press: never });
          if (++opened % 2 === 0) device.unplug();
          return device.openPackets();
        },
        openFeature: async (path) => notOpened(path, "no"),
      }),
    },
  );
  expect(status).toBe(1);
  expect(out.match(/It is back/g)?.length).toBe(10);
});

test("--try: no PIN is asked for that can't help", async () => {
  const paused = plugIn();
  for (let round = 0; round < 3; round++)
    await paused.key.holds(new Uint8Array(48), "9999").catch(() => undefined);
  const world = {
    pin: async (): Promise<string> => {
      throw new Error("asked for a PIN");
    },
  };
  for (const [device, said] of [
    [plugIn({ pinHash: null }).device, "has no PIN"],
    [plugIn({ pinRetries: 0 }).device, "blocked itself"],
    [paused.device, "takes no PIN for now"],
  ] as const) {
    const { status, out } = await run(bench(device), { try: true }, world);
    expect(status).toBe(1);
    expect(out).toContain(said);
  }
});

test("a paused PIN is no key that can seal", async () => {
  const paused = plugIn();
  for (let round = 0; round < 3; round++)
    await paused.key.holds(new Uint8Array(48), "9999").catch(() => undefined);
  const { status, out } = await run(bench(paused.device), { json: true });
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    keys: [{ usable: false, pin: { set: true, retries: 5 }, why: [{ code: "PIN_PAUSED" }] }],
  });
});

test("--key that fits none, and only an OTP interface, are told from nothing plugged in", async () => {
  const on = bench(plugIn().device);
  const unknown = await run(on, { try: true, key: "nosuch" });
  expect(unknown.out).toContain("nosuch");
  expect(unknown.out).toContain("Practice key");
  on.set("/dev/hidraw0", { device: null, listed: listed("/dev/hidraw0", { kind: "otp" }) });
  expect((await run(on, { try: true })).out).toContain("An OTP slot does not seal a vault");
  expect((await run(new Map(), { try: true })).out).toContain("No security key is plugged in.");
});

test("what a device says of itself is shown, never obeyed", async () => {
  const on = bench(plugIn().device);
  on.set("/dev/hidraw0", {
    device: new SoftwareKeyDevice({ store: memoryStore(newKeyState("x", "2468")), press: never }),
    listed: listed("/dev/hidraw0", {
      product: "Key\u001b[2J\u001b]0;evil\u0007\n  ✓ can seal a vault\u009b2J\u202e",
      serial: "1\u001b[1m",
    }),
  });
  let prompt = "";
  const pin = async (asked: string): Promise<null> => {
    prompt = asked;
    return null;
  };
  const texts = [
    (await run(on)).out,
    (await run(on, { json: true })).out,
    (await run(on, { try: true }, { pin })).out,
    (await run(on, { try: true, json: true }, { pin })).out,
    (await run(on, { try: true, key: "nosuch" })).out,
    prompt,
  ];
  for (const text of texts) {
    expect(text).not.toBe("");
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^ {2}✓ can seal a vault(\\|$)/m);
  }
  expect(JSON.parse(texts[1] ?? "")).toMatchObject({ keys: [{ serial: "1\u001b[1m" }] });
});
