import type { PowerMonitor } from "electron";

/** Nobody touched anything for so long: the app locks itself, where it may. */
const IDLE_SECONDS = 300;

type Power = Pick<PowerMonitor, "getSystemIdleState" | "getSystemIdleTime"> & {
  on(event: "lock-screen" | "suspend", listener: () => void): unknown;
};

/**
 * `lock` is called at the screen's lock, when the laptop sleeps, and when nobody touched it for long and
 * `mayIdle`. The answer is to be called every second: on Linux nobody tells of the screen's lock, and it
 * is seen only where it is looked at.
 */
export function watchForLock(power: Power, lock: () => void, mayIdle: () => boolean): () => void {
  power.on("lock-screen", lock);
  power.on("suspend", lock);
  let wasLocked = false;
  return () => {
    const isLocked = power.getSystemIdleState(IDLE_SECONDS) === "locked";
    // Once for each: a system that says so for ever must not cover the app for ever.
    if (isLocked && !wasLocked) lock();
    wasLocked = isLocked;
    // The countdown must stay in sight, and closing at hand, while an access is open.
    if (mayIdle() && power.getSystemIdleTime() >= IDLE_SECONDS) lock();
  };
}
