import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAccess } from "../../station/access-stick.ts";
import { profilesOf } from "../../station/profiles.ts";

const TEXT = profilesOf([
  { accountId: "111122223333", accessKeyId: "AKIA1", secretAccessKey: "one" },
  { accountId: "444455556666", accessKeyId: "AKIA2", secretAccessKey: "two" },
]);
let root: string;
beforeEach(() => {
  intended.length = 0;
  root = mkdtempSync(join(tmpdir(), "pullstation-media-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const stick = (name: string, files: Readonly<Record<string, string>> = {}): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
};
/** What was journaled, and whether the file was there already. */
const intended: [file: string, lies: boolean][] = [];
const written = (mounted = true): Promise<string> =>
  writeAccess(
    [root],
    "INC-7",
    TEXT,
    () => mounted,
    async (file) => {
      const lies = statSync(join(root, file), { throwIfNoEntry: false })?.isFile() ?? false;
      intended.push([file, lies]);
    },
  );
const refusal = (code: string, about: object = {}) =>
  expect.objectContaining({ code, about: expect.objectContaining(about) });

test("is written to the one stick, as AWS's own profiles, for nobody else to read, once it is journaled", async () => {
  const folder = stick("RESPONDER");
  expect(await written()).toBe("RESPONDER/access-INC-7.txt");
  expect(intended).toEqual([["RESPONDER/access-INC-7.txt", false]]);
  expect(readdirSync(folder)).toEqual(["access-INC-7.txt"]);
  const path = join(folder, "access-INC-7.txt");
  expect(readFileSync(path, "utf8")).toBe(
    "[breakglass-111122223333]\naws_access_key_id = AKIA1\naws_secret_access_key = one\n\n" +
      "[breakglass-444455556666]\naws_access_key_id = AKIA2\naws_secret_access_key = two\n",
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("never lies beside a share or what was sealed, and never on this laptop's disk", async () => {
  const share = stick("AMARA", { "share.txt": `BG1${"Q".repeat(86)}\n` });
  const sealing = stick("IMPORT", { "policy.json": "{}" });
  await expect(written()).rejects.toThrow(refusal("STICK_MISSING"));
  stick("RESPONDER");
  await expect(written(false)).rejects.toThrow(refusal("STICK_NOT_MOUNTED"));
  expect(await written()).toBe("RESPONDER/access-INC-7.txt");
  expect([readdirSync(share), readdirSync(sealing)]).toEqual([["share.txt"], ["policy.json"]]);
});

test("is written nowhere where several sticks might be meant", async () => {
  const [one, two] = [stick("ONE"), stick("TWO")];
  await expect(written()).rejects.toThrow(refusal("STICKS_SEVERAL", { sticks: "ONE, TWO" }));
  expect([readdirSync(one), readdirSync(two), intended]).toEqual([[], [], []]);
});

test("says what it could not write, and to which stick", async () => {
  mkdirSync(join(stick("FULL"), "access-INC-7.txt"));
  await expect(written()).rejects.toThrow(refusal("ACCESS_NOT_WRITTEN", { stick: "FULL" }));
});
