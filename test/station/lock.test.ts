import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "../../station/lock.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "pullstation-lock-"));

test("a folder that another living process holds is refused, by its pid", async () => {
  const dir = folder();
  const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 10000)"]);
  try {
    writeFileSync(join(dir, "station.lock"), `${other.pid}\n`);
    expect(() => lockFolder(dir)).toThrow(
      expect.objectContaining({ code: "STATION_BUSY", about: { pid: other.pid, dir } }),
    );
  } finally {
    other.kill();
    await once(other, "exit");
  }
  // The holder is gone: a crash left the lock, and it is taken over.
  const release = lockFolder(dir);
  release();
  expect(existsSync(join(dir, "station.lock"))).toBe(false);
});

test("a torn lock file holds nobody out", () => {
  const dir = folder();
  writeFileSync(join(dir, "station.lock"), "");
  lockFolder(dir)();
});
