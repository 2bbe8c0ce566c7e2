import { PassThrough } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { readPin } from "../../cli/keys-pin.ts";

// A PIN typed at a terminal, key by key.

const real = Object.getOwnPropertyDescriptor(process, "stdin") ?? {};
afterEach(() => {
  Object.defineProperty(process, "stdin", real);
});

async function typed(...keys: string[]): Promise<string | null> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  const pin = readPin("");
  for (const key of keys) {
    stdin.write(key);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return pin;
}

test("characters, an erased one, and Enter", async () => {
  expect(await typed("2", "4", "7", "\u007F", "68", "\r")).toBe("2468");
});

test("Ctrl-C is no PIN", async () => {
  expect(await typed("2", "\u0003")).toBe(null);
});

test("arrows and other keys that are no character are no part of the PIN", async () => {
  expect(await typed("24", "\u001B[D", "\u001BOP", "68", "\u001B[3~", "\r")).toBe("2468");
});
