import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { listenFeature } from "../../practice/key/listen.ts";
import { lockState } from "../../practice/key/state-lock.ts";
import { fileStore, newKeyState } from "../../practice/key/store.ts";
import { plugIn } from "../hardware/plugged.ts";

// The software key for testers: its state file, and who speaks to it over TCP.

const PULLSTATION = join(import.meta.dirname, "..", "..", "cli", "pullstation.mjs");
const folder = (): string => mkdtempSync(join(tmpdir(), "pullstation-test-"));
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** `pullstation practice-key` on a free port; resolves with what it said, once it serves or ends. */
async function practiceKey(state: string): Promise<{ said: string; status: number | null }> {
  const args = [PULLSTATION, "practice-key", "--listen", "127.0.0.1:0", "--state", state];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  ends.push(() => void child.kill());
  let said = "";
  const serves = new Promise<void>((resolve) => {
    const heard = (text: Buffer): void => {
      said += String(text);
      if (said.includes("FIDO packets")) resolve();
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
  });
  await Promise.race([serves, once(child, "close")]);
  return { said, status: child.exitCode };
}

const state = newKeyState("Test", "2468");
const FORMAT = "PRACTICE security key 2: opens nothing real";

test.each<[string, unknown]>([
  ["no fields", {}],
  ["a PIN that is no hash", { ...state, pinHash: "2468" }],
  ["nine PIN tries", { ...state, pinRetries: 9 }],
  ["a counter that is a text", { ...state, counter: "1" }],
  ["a short master secret", { ...state, master: "AAAA" }],
  ["one OTP slot", { ...state, otp: [null] }],
  ["a slot without its key", { ...state, otp: [null, { variable: true, touch: false }] }],
])("a state file with the right format and %s is unreadable", (_, fields) => {
  const file = join(folder(), "key.json");
  writeFileSync(file, JSON.stringify({ format: FORMAT, ...Object(fields) }));
  expect(() => fileStore(file, () => state)).toThrow(
    expect.objectContaining({ code: "PRACTICE_KEY_STATE_UNREADABLE" }),
  );
  expect(readFileSync(file, "utf8")).toContain(FORMAT);
});

test("whole state is read back as it was written", () => {
  const file = join(folder(), "key.json");
  const slot = { key: "A".repeat(26) + "A", variable: true, touch: false };
  const whole = { ...state, counter: 7, otp: [null, slot] as const };
  fileStore(file, () => state).write(whole);
  expect(fileStore(file, () => state).read()).toEqual(whole);
});

test("the command says so and ends with 2: state that is none, and a folder that is not there", async () => {
  const dir = folder();
  const file = join(dir, "key.json");
  writeFileSync(file, JSON.stringify({ format: FORMAT, label: 1 }));
  expect(await practiceKey(file)).toMatchObject({
    status: 2,
    said: expect.stringContaining("can't be read as the state"),
  });
  expect(await practiceKey(join(dir, "missing", "key.json"))).toMatchObject({
    status: 2,
    said: expect.stringContaining("can't be written"),
  });
}, 20_000);

test("two processes don't share one state file; a lock that was left behind is taken over", async () => {
  const file = join(folder(), "key.json");
  writeFileSync(`${file}.lock`, "999999999 12345\n");
  const first = await practiceKey(file);
  expect(first.said).toContain("FIDO packets");
  const second = await practiceKey(file);
  expect(second).toMatchObject({ status: 2, said: expect.stringMatching(/process \d+ has/) });
  expect(() => lockState(file)).toThrow(
    expect.objectContaining({ code: "PRACTICE_KEY_STATE_TAKEN" }),
  );
}, 20_000);

test("a client that asks for the OTP report and never reads piles nothing up", async () => {
  const { device } = plugIn();
  let reads = 0;
  const open = device.openFeature.bind(device);
  device.openFeature = () => {
    const port = open();
    return {
      ...port,
      read: () => {
        reads++;
        return port.read();
      },
    };
  };
  const listening = await listenFeature(device, { host: "127.0.0.1", port: 0 });
  ends.push(() => void listening.close());
  const socket: Socket = connect(listening.port, "127.0.0.1");
  socket.pause();
  ends.push(() => void socket.destroy());
  await once(socket, "connect");
  const ask = Buffer.alloc(9 * 100_000, Buffer.from("G12345678"));
  for (let round = 0; round < 30; round++) socket.write(ask);
  // What the kernel's buffers hold is answered, and then nothing more.
  let before = -1;
  for (let rounds = 0; rounds < 50 && reads !== before; rounds++) {
    before = reads;
    await new Promise((later) => setTimeout(later, 300));
  }
  expect(reads).toBe(before);
  expect(reads).toBeLessThan(2_900_000);
  // It goes on as soon as it is read.
  socket.resume();
  await once(socket, "data");
  await new Promise((later) => setTimeout(later, 300));
  expect(reads).toBeGreaterThan(before);
}, 30_000);
