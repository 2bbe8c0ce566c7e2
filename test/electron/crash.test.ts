import { EventEmitter } from "node:events";
import type { WebContents } from "electron";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { revived, whenGone } from "../../electron/crash.ts";

// A page is its events here; test/e2e/died.test.ts kills real ones.

class Page extends EventEmitter {
  killed = 0;
  isDestroyed = (): boolean => false;
  forcefullyCrashRenderer(): void {
    this.killed++;
    this.emit("render-process-gone", {}, { reason: "killed", exitCode: 9 });
  }
}
const as = (page: Page): WebContents => page as unknown as WebContents;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a page that hangs is ended after a while, unless it answers again", () => {
  const page = new Page();
  const gone = vi.fn<() => void>();
  whenGone(as(page), gone);
  page.emit("unresponsive");
  vi.advanceTimersByTime(9_000);
  page.emit("responsive");
  vi.advanceTimersByTime(60_000);
  expect([page.killed, gone.mock.calls.length]).toEqual([0, 0]);
  page.emit("unresponsive");
  vi.advanceTimersByTime(10_001);
  expect([page.killed, gone.mock.calls.length]).toEqual([1, 1]);
});

test("a page that waits for a dialog of the system is left alone", () => {
  const page = new Page();
  const gone = vi.fn<() => void>();
  whenGone(as(page), gone, () => true);
  page.emit("unresponsive");
  vi.advanceTimersByTime(60_000);
  expect([page.killed, gone.mock.calls.length]).toEqual([0, 0]);
});

test("a window that prints is not ended while the system asks", () => {
  const page = new Page();
  let prints = true;
  const ports = { reload: vi.fn<() => void>(), giveUp: vi.fn<() => void>(), now: () => 0 };
  revived(as(page), { ...ports, waits: () => prints });
  page.emit("unresponsive");
  vi.advanceTimersByTime(60_000);
  expect([page.killed, ports.reload.mock.calls.length]).toEqual([0, 0]);
  prints = false;
  page.emit("unresponsive");
  vi.advanceTimersByTime(10_001);
  expect([page.killed, ports.reload.mock.calls.length]).toEqual([1, 1]);
});

test("a window that goes now and then comes back; one that goes four times in a minute is given up", () => {
  const page = new Page();
  let now = 0;
  const told: string[] = [];
  revived(as(page), {
    reload: () => void told.push("reload"),
    giveUp: (times) => void told.push(`given up after ${times}`),
    waits: () => false,
    now: () => now,
  });
  const goesAt = (at: number): void => {
    now = at;
    page.emit("render-process-gone", {}, { reason: "crashed", exitCode: 1 });
    vi.advanceTimersByTime(1);
  };
  for (const at of [0, 30_000, 61_000, 91_000, 122_000]) goesAt(at);
  expect(told).toEqual(["reload", "reload", "reload", "reload", "reload"]);
  told.splice(0);
  for (const at of [300_000, 300_100, 300_200, 300_300]) goesAt(at);
  expect(told).toEqual(["reload", "reload", "reload", "given up after 4"]);
  // An app that stays for an open access tries again from the beginning.
  goesAt(300_400);
  expect(told.at(-1)).toBe("reload");
});
