import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { recordCopies, trailSticks } from "../../station/trail-media.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sticks-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(file: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), "not looked into");
}

it("tells a trail, AWS's public keys and the digests' metadata by their names", () => {
  for (const file of [
    "AUDIT/AWSLogs/111122223333/CloudTrail/a.json.gz",
    "AUDIT/events.json",
    "AUDIT/keys.json",
    "AUDIT/keys-eu-west-1.json",
    "AUDIT/meta.json",
    "AUDIT/photo.jpg",
    "SMALL/lookup.json",
  ])
    put(file);
  expect(trailSticks([root])).toEqual([
    {
      name: "AUDIT",
      folder: join(root, "AUDIT"),
      trail: ["AWSLogs", "events.json"],
      publicKeys: ["keys-eu-west-1.json", "keys.json"],
      digestMeta: ["meta.json"],
    },
    {
      name: "SMALL",
      folder: join(root, "SMALL"),
      trail: ["lookup.json"],
      publicKeys: [],
      digestMeta: [],
    },
  ]);
});

it("takes no sealing's stick, no custodian's, and no link for a trail", () => {
  for (const file of [
    "IMPORT/policy.json",
    "IMPORT/mfa.json",
    "IMPORT/runbook.md",
    "USB/share.txt",
  ])
    put(file);
  mkdirSync(join(root, "LINKS"));
  symlinkSync("/etc", join(root, "LINKS", "AWSLogs"));
  symlinkSync("/etc/passwd", join(root, "LINKS", "events.json"));
  expect(trailSticks([root, join(root, "nowhere")])).toEqual([]);
});

it("finds copies of records at a stick's top and one folder below", () => {
  for (const file of [
    "COPY/records/000001.json",
    "USB/acme/records/000001.json",
    "NONE/a/b/records/x",
  ])
    put(file);
  expect(
    recordCopies([root])
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["COPY", "USB/acme"]);
});
