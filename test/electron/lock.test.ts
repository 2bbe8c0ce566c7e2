import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { watchForLock } from "../../electron/lock.ts";

function watched(mayIdle = true) {
  const power = Object.assign(new EventEmitter(), {
    state: "active" as "active" | "idle" | "locked" | "unknown",
    idle: 0,
    getSystemIdleState: () => power.state,
    getSystemIdleTime: () => power.idle,
  });
  const locks = { count: 0 };
  const look = watchForLock(
    power,
    () => void locks.count++,
    () => mayIdle,
  );
  return { power, look, locks };
}

test("a screen's lock that nobody tells of is seen, once for each", () => {
  const { power, look, locks } = watched(false);
  look();
  expect(locks.count).toBe(0);
  power.state = "locked";
  look();
  look();
  expect(locks.count).toBe(1);
  power.state = "active";
  look();
  power.state = "locked";
  look();
  expect(locks.count).toBe(2);
});

test("one that is told, and sleep, lock at once, with an access open too", () => {
  const { power, locks } = watched(false);
  power.emit("lock-screen");
  power.emit("suspend");
  expect(locks.count).toBe(2);
});

test.each([
  [299, true, 0],
  [300, true, 1],
  [3_000, false, 0],
])("idle for %i s, where it may lock itself: %s", (idle, mayIdle, count) => {
  const { power, look, locks } = watched(mayIdle);
  Object.assign(power, { idle, state: "idle" });
  look();
  expect(locks.count).toBe(count);
});
