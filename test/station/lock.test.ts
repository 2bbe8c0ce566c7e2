import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "../../station/lock.ts";

const LOCK = new URL("../../station/lock.ts", import.meta.url).href;
const folder = (): string => mkdtempSync(join(tmpdir(), "pullstation-lock-"));

/** A process that takes the lock, says whether it has it, and holds it until it is killed. */
function taker(dir: string) {
  const code = `
    const { lockFolder } = await import(${JSON.stringify(LOCK)});
    try { lockFolder(${JSON.stringify(dir)}); process.stdout.write("HELD\\n"); }
    catch (error) { process.stdout.write(error.code + "\\n"); process.exit(0); }
    setTimeout(() => {}, 20000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = once(child.stdout, "data").then(([data]) => String(data).trim());
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  };
  return { pid: child.pid, said, end };
}

test("a folder that another living process holds is refused, by its pid", async () => {
  const dir = folder();
  const other = taker(dir);
  try {
    expect(await other.said).toBe("HELD");
    expect(() => lockFolder(dir)).toThrow(
      expect.objectContaining({ code: "STATION_BUSY", about: { pid: other.pid, dir } }),
    );
  } finally {
    await other.end();
  }
  // The holder is gone: a crash left the lock, and it is taken over.
  lockFolder(dir)();
  expect(readdirSync(dir)).toEqual([]);
});

test("a living process that only has the number of the one that was is no holder", async () => {
  const dir = folder();
  const other = taker(folder());
  try {
    await other.said;
    writeFileSync(join(dir, "station.lock"), `${other.pid} another-boot 12345\n`);
    lockFolder(dir)();
  } finally {
    await other.end();
  }
});

test("of several that come to a stale lock at once, one has it", async () => {
  const dir = folder();
  writeFileSync(join(dir, "station.lock"), "999999999 gone 1\n");
  const all = Array.from({ length: 6 }, () => taker(dir));
  try {
    const said = await Promise.all(all.map((one) => one.said));
    expect(said.filter((word) => word === "HELD")).toHaveLength(1);
    expect(said.filter((word) => word === "STATION_BUSY")).toHaveLength(5);
    const holder = all[said.indexOf("HELD")]?.pid;
    expect(readFileSync(join(dir, "station.lock"), "utf8")).toMatch(new RegExp(`^${holder} `));
  } finally {
    await Promise.all(all.map((one) => one.end()));
  }
});

test("a torn lock file holds nobody out", () => {
  const dir = folder();
  writeFileSync(join(dir, "station.lock"), "");
  lockFolder(dir)();
});
