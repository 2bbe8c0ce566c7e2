import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linksUp } from "../../station/isolation.ts";

/** A sysfs as the kernel shows it: flags are IFF_* in hex, carrier only when readable. */
function sysfs(links: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const root = mkdtempSync(join(tmpdir(), "pullstation-sysfs-"));
  for (const [name, files] of Object.entries(links)) {
    mkdirSync(join(root, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
  }
  return root;
}

test("loopback alone is isolated", () => {
  expect(
    linksUp(sysfs({ lo: { flags: "0x9\n", carrier: "1\n", operstate: "unknown\n" } })),
  ).toEqual([]);
});

test("a plugged cable counts, address or not; an unplugged or switched-off one doesn't", () => {
  const root = sysfs({
    lo: { flags: "0x9\n", carrier: "1\n" },
    eth0: { flags: "0x1003\n", carrier: "1\n", operstate: "up\n" },
    eth1: { flags: "0x1003\n", carrier: "0\n", operstate: "down\n" },
    wlan0: { flags: "0x1002\n", operstate: "down\n" },
    tun0: { flags: "0x1091\n", carrier: "1\n", operstate: "unknown\n" },
  });
  expect(linksUp(root).toSorted()).toEqual(["eth0", "tun0"]);
});

test("without sysfs the addresses are asked, and this test's machine answers without a throw", () => {
  expect(Array.isArray(linksUp("/nonexistent-sysfs"))).toBe(true);
});
