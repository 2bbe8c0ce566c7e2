import { expect, test } from "vitest";
import type { CodedError } from "../../crypto/errors.ts";
import { notLoaded, notOpened } from "../../hardware/node-hid.ts";
import { plugIn } from "../hardware/plugged.ts";
import { bench, listed, run } from "./keys-bench.ts";

test("nothing plugged in", async () => {
  expect(await run(new Map())).toMatchObject({
    status: 1,
    out: "No security key is plugged in.\n",
  });
});

test("each key with its facts, and usable or exactly why not", async () => {
  const on = bench(plugIn().device, plugIn({ pinHash: null }).device);
  on.set("/dev/hidraw2", { device: null, listed: listed("/dev/hidraw2", { serial: "77" }) });
  on.set("/dev/hidraw3", {
    device: plugIn().device,
    listed: listed("/dev/hidraw3", { kind: "otp", product: "YubiKey OTP", vendorId: 0x1050 }),
  });
  const { status, out } = await run(on, { json: true });
  expect(status).toBe(0);
  const { keys } = JSON.parse(out) as {
    keys: { label: string; usable: boolean; pin: unknown; why: { code: string; todo: string }[] }[];
  };
  expect(keys.map(({ usable, pin, why }) => [usable, pin, why.map(({ code }) => code)])).toEqual([
    [true, { set: true, retries: 8 }, []],
    [false, { set: false, retries: 0 }, ["KEY_PIN_NOT_SET"]],
    [false, null, ["KEY_NO_PERMISSION"]],
    [false, null, ["OTP_NEVER_ALONE"]],
  ]);
  expect(keys[2]?.why[0]?.todo).toContain("70-pullstation.rules");
  // Twins are told apart by serial or path.
  expect(new Set(keys.map(({ label }) => label)).size).toBe(4);
  const text = (await run(on)).out;
  expect(text).toContain("PIN      set, 8 tries left");
  expect(text).toContain("✓ can seal a practice vault; a real one refuses it");
  expect(text).not.toMatch(/undefined|\{\w+\}|\?/);
});

test("no two keys are called the same, where one tells only its maker", async () => {
  const on = bench(plugIn().device, plugIn().device);
  const [one, other] = ["/dev/hidraw0", "/dev/hidraw1"];
  on.set(one, { device: plugIn().device, listed: listed(one, { product: "Acme" }) });
  on.set(other, {
    device: plugIn().device,
    listed: listed(other, { product: "", manufacturer: "Acme" }),
  });
  const { keys } = JSON.parse((await run(on, { json: true })).out) as { keys: { label: string }[] };
  expect(keys.map(({ label }) => label)).toEqual([`Acme (${one})`, `Acme (${other})`]);
});

test("--try: the same secret at two touches, never shown", async () => {
  const { status, out, err } = await run(bench(plugIn().device), { try: true, json: true });
  expect(status).toBe(0);
  expect(JSON.parse(out)).toEqual({
    label: "Practice key",
    stable: true,
    uvBound: true,
    passed: true,
  });
  expect(err).toContain("the same secret at both touches");
  expect(out + err).not.toMatch(/[0-9a-f]{32}|2468/);
});

test("--try: a wrong PIN says how many tries are left; several keys must be told apart", async () => {
  const wrong = await run(bench(plugIn().device), { try: true }, { pin: async () => "9999" });
  expect(wrong).toMatchObject({ status: 1 });
  expect(wrong.out).toContain("tries left: 7");
  const two = bench(plugIn().device, plugIn().device);
  expect((await run(two, { try: true })).out).toContain("Several keys fit");
  expect((await run(two, { try: true, key: "hidraw1" })).status).toBe(0);
});

test("--try: Ctrl-C cancels the touch; waiting is visible", async () => {
  const interrupt = new AbortController();
  const { device } = plugIn({}, { press: () => new Promise(() => undefined) });
  let out = "";
  const { status } = await run(
    bench(device),
    { try: true },
    {
      interrupted: interrupt.signal,
      out: (text) => {
        out += text;
        if (text.includes("Touch the key now")) interrupt.abort();
      },
    },
  );
  expect(status).toBe(1);
  expect(out).toContain("The touch was cancelled.");
});

test("--try: unplugged while it waits, plugged in again: the trial goes on", async () => {
  const first = plugIn({}, { press: () => new Promise(() => undefined) }).device;
  const on = bench(first);
  let out = "";
  const { status } = await run(
    on,
    { try: true },
    {
      out: (text) => {
        out += text;
        if (!text.includes("Touch the key now") || on.get("/dev/hidraw0")?.device !== first) return;
        first.unplug();
        on.clear();
        setTimeout(() => {
          on.set("/dev/hidraw5", { device: plugIn().device, listed: listed("/dev/hidraw5") });
        }, 300);
      },
    },
  );
  expect(out).toContain("The security key was unplugged.");
  expect(out).toContain("It is back.");
  expect(status).toBe(0);
});

const missing = (message: string) => run(new Map(), {}, { hid: async () => notLoaded(message) });

function opening(message: string): string {
  try {
    return notOpened("/dev/hidraw0", message);
  } catch (error) {
    return (error as CodedError).code;
  }
}

test("a missing system library is named with its package", async () => {
  const said = await missing(
    "Error: libusb-1.0.so.0: cannot open shared object file: No such file or directory",
  );
  expect(said.status).toBe(2);
  expect(said.err).toContain("apt-get install libusb-1.0-0");
  expect((await missing("libudev.so.1: cannot open shared object file")).err).toContain("libudev1");
  expect((await missing("no prebuild")).err).toContain("HID addon");
});

test("what hidapi says in words becomes a code", () => {
  expect(opening("Failed to open a device with path '/dev/hidraw0': Permission denied")).toBe(
    "KEY_NO_PERMISSION",
  );
  expect(opening("Failed to open a device: Device or resource busy")).toBe("KEY_BUSY");
  expect(opening("No such file or directory")).toBe("KEY_UNPLUGGED");
  expect(opening("cannot open device with path /dev/hidraw0: Too many open files")).toBe(
    "KEY_NOT_OPENED",
  );
});
