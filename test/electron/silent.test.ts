import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Port, portPair } from "../../contract/port.ts";
import { type Entries, inReview, startCheck, startVault } from "../../electron/processes.ts";

// A process that hangs must hold nobody up while a vault may be open in it. Its far end is played.

const played = vi.hoisted(() => ({ start: null as unknown as () => unknown }));
vi.mock("electron", () => ({ MessageChannelMain: vi.fn<() => void>(), utilityProcess: {} }));
vi.mock("../../electron/utility.ts", () => ({ startUtility: () => played.start() }));

const MINUTE = 60_000;
const entries = {} as Entries;
let far: Port;
let ended: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  ended = 0;
  played.start = () => {
    const [near, other] = portPair();
    far = other;
    const gone = Promise.withResolvers<number>();
    const end = async (): Promise<void> => {
      ended++;
      near.close();
      gone.resolve(0);
    };
    return { port: near, hand: () => undefined, exited: gone.promise, end };
  };
});
afterEach(() => void vi.useRealTimers());

/** What is asked is answered, until something of that name is. */
const answersUntil = (silent: string): void =>
  far.listen((message) => {
    const { ask, name } = message as { ask: number; name: string };
    const value = name === "join" ? { publicKey: "" } : { accounts: [] };
    if (name !== silent) far.send({ answer: ask, reply: { ok: true, value } });
  });
async function aVault(silent: string) {
  const starting = startVault(entries, null, [], () => undefined);
  answersUntil(silent);
  return starting;
}

test("a vault process that does not answer is ended, and that is told", async () => {
  const vault = await aVault("commit");
  await vault.ask("unseal", null);
  const hung = vault.ask("commit", null).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2 * MINUTE - 1);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await hung).toMatchObject({ code: "PROCESS_SILENT", about: { name: "commit" } });
  expect(ended).toBe(1);
  expect(await vault.exited).toBe(0);
});

test("one that says what it waits for is waited for: people look for a key", async () => {
  const vault = await aVault("seal");
  const head = { seq: 1, previous: null };
  const sealing = vault
    .ask("seal", { head, stationKey: "", at: "" })
    .catch((error: unknown) => error);
  for (let waited = 0; waited < 40; waited++) {
    far.send({ view: { kind: "keepalive", what: "touch", label: "key-1" } });
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  expect(await sealing).toMatchObject({ code: "PROCESS_SILENT", about: { name: "seal" } });
});

test("one that never comes up is ended", async () => {
  const starting = startCheck(entries, null, []).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(await starting).toMatchObject({ code: "PROCESS_SILENT", about: { name: "join" } });
  expect(ended).toBeGreaterThan(0);
});

test("a review's reading has longer, and an end", async () => {
  const asked = { dir: "", out: "", at: "" };
  const reading = inReview(entries, (ask) => ask("evidence", asked)).catch(
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  expect(await reading).toMatchObject({ code: "PROCESS_SILENT", about: { name: "evidence" } });
  expect(ended).toBeGreaterThan(0);
});
