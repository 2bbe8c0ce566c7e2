import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  importSticks,
  isComplete,
  isStick,
  sharesOnMedia,
  writeShare,
} from "../../station/media.ts";

const NAME = { vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58", epoch: 4, place: 1 };
const PAYLOAD = `BG1${"0".repeat(86)}`;
const folders = isStick("PRACTICE");

function media(sticks: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const root = mkdtempSync(join(tmpdir(), "pullstation-media-"));
  for (const [stick, files] of Object.entries(sticks)) {
    mkdirSync(join(root, stick));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, stick, file), text);
  }
  return root;
}

test("a stick is known as the import stick by its names alone, the complete one first", () => {
  const root = media({
    HOLIDAY: { "photo.jpg": "" },
    OLD: { "111122223333-emergency.csv": "" },
    IMPORT: {
      "b-emergency.CSV": "",
      "a-activator.csv": "",
      "policy.json": "",
      "runbook.md": "",
      "notes.txt": "",
    },
  });
  mkdirSync(join(root, "OLD", "policy.json"));
  symlinkSync("/etc/hostname", join(root, "OLD", "runbook.md"));
  const sticks = importSticks([root, join(root, "not-there")]);
  expect(sticks.map(({ name }) => name)).toEqual(["IMPORT", "OLD"]);
  expect(sticks[0]).toMatchObject({
    keyFiles: ["a-activator.csv", "b-emergency.CSV"],
    policy: true,
    runbook: true,
    mfa: false,
  });
  // A folder or a link by that name is no file of the stick.
  expect(sticks[1]).toMatchObject({ policy: false, runbook: false });
  expect(sticks.map(isComplete)).toEqual([true, false]);
});

test("a share goes to the one stick beside the import stick, and is found there again", () => {
  const root = media({ IMPORT: {}, SAM: { "other.txt": "stays" } });
  const to = writeShare([root], [join(root, "IMPORT")], { ...NAME, place: 3 }, PAYLOAD, folders);
  expect(to).toBe("SAM/share-7f3a91c2-e4-003.txt");
  expect(sharesOnMedia([root])).toEqual([{ from: to, payload: PAYLOAD }]);
  expect(readFileSync(join(root, "SAM/other.txt"), "utf8")).toBe("stays");
});

const write = (root: string) => () =>
  writeShare([root], [join(root, "IMPORT")], NAME, PAYLOAD, folders);

test("a share of the epoch before stays where it is, and an import stick is never written to", () => {
  const root = media({ SAM: {}, IMPORT: { "policy.json": "" } });
  const old = writeShare([root], [], { ...NAME, epoch: 3 }, `BG1${"1".repeat(86)}`, folders);
  const now = writeShare([root], [], NAME, PAYLOAD, folders);
  expect([old, now]).toEqual(["SAM/share-7f3a91c2-e3-001.txt", "SAM/share-7f3a91c2-e4-001.txt"]);
  expect(sharesOnMedia([root])).toHaveLength(2);
});

test("in earnest a share is written where something is mounted, and never to this laptop's disk", () => {
  const root = media({ GONE: {}, SAM: {} });
  const mounted = (name: string) => (folder: string) => folder === join(root, name);
  expect(() => writeShare([root], [], NAME, PAYLOAD, isStick("REAL"))).toThrow(
    expect.objectContaining({ code: "STICK_NOT_MOUNTED", about: { folders: "GONE, SAM" } }),
  );
  expect(sharesOnMedia([root])).toEqual([]);
  // The folder that a stick left behind is none of several.
  expect(writeShare([root], [], NAME, PAYLOAD, mounted("SAM"))).toMatch(/^SAM\//);
  expect(["/proc", join(root, "GONE"), join(root, "NOWHERE")].map(isStick("REAL"))).toEqual([
    true,
    false,
    false,
  ]);
});

test("no stick, several, or one that can't be written to are each named", () => {
  const lone = media({ IMPORT: {} });
  const several = media({ IMPORT: {}, A: {}, B: {} });
  const full = media({ FULL: {} });
  // A folder of that name can't be replaced by a file, whoever asks.
  mkdirSync(join(full, "FULL", "share-7f3a91c2-e4-001.txt", "x"), { recursive: true });
  expect(write(lone)).toThrow(expect.objectContaining({ code: "STICK_MISSING" }));
  expect(write(several)).toThrow(
    expect.objectContaining({ code: "STICKS_SEVERAL", about: { sticks: "A, B" } }),
  );
  expect(write(full)).toThrow(
    expect.objectContaining({
      code: "STICK_NOT_WRITTEN",
      about: expect.objectContaining({ stick: "FULL" }) as unknown,
    }),
  );
});
