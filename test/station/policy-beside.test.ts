import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dueAt } from "../../station/due.ts";
import { durationsOf, policyBeside } from "../../station/policy-beside.ts";
import { readStory } from "../../station/records-folder.ts";
import { sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

let dir: string;
let file: string;
let sealed: string;
beforeAll(async () => {
  dir = freshFolder();
  file = join(dir, "policy.json");
  await setStage(dir);
  await sealIn(dir);
  sealed = readFileSync(file, "utf8");
}, 60_000);
beforeEach(() => writeFileSync(file, sealed));
afterAll(() => remove(dir));

const kit = () =>
  dueAt(dir, new Date().toISOString()).rows.flatMap(({ what }) =>
    what.startsWith("kit-") ? [what] : [],
  );
const UNKNOWN = { usual: 900, most: null };

test("the policy beside the vault is the one that the record of its sealing names", () => {
  const policy = policyBeside(dir);
  const { defaultDurationSeconds: usual, maxDurationSeconds: most } = JSON.parse(sealed) as {
    defaultDurationSeconds: number;
    maxDurationSeconds: number;
  };
  expect(durationsOf(policy)).toEqual({ usual, most });
  expect(readStory(dir).find(({ kind }) => kind === "sealed")?.evidence["about"]).toHaveProperty(
    "policySha256",
  );
});

test.each([
  [
    "says more than was sealed",
    (text: string) => text.replace(/"maxDurationSeconds":\d+/, '"maxDurationSeconds":14400'),
  ],
  ["is another text of the same policy", (text: string) => `${text}\n`],
  ["is no JSON", () => "{"],
  ["is no policy", () => "{}"],
  [
    "puts the kit's end off",
    (text: string) => text.replace(/"kitExpires":"\d{4}/, '"kitExpires":"2099'),
  ],
])("one that %s says nothing of how long an access may last, or the kit", (_, change) => {
  expect(kit()).toEqual(["kit-expiry"]);
  writeFileSync(file, change(sealed));
  expect(readFileSync(file, "utf8")).not.toBe(sealed);
  expect(kit()).toEqual(["kit-unknown"]);
  expect(policyBeside(dir)).toBeNull();
  expect(durationsOf(policyBeside(dir))).toEqual(UNKNOWN);
});

test("nor does one that is gone", () => {
  rmSync(file);
  expect(kit()).toEqual(["kit-unknown"]);
  expect(policyBeside(dir)).toBeNull();
});

test("a record from before the policy's name was kept says nothing against it", () => {
  // The record chain of another vault: none of its records names this one.
  const other = freshFolder();
  try {
    writeFileSync(join(other, "policy.json"), sealed);
    writeFileSync(join(other, "vault.pullstation"), readFileSync(join(dir, "vault.pullstation")));
    expect(durationsOf(policyBeside(other)).most).toBe(
      (JSON.parse(sealed) as { maxDurationSeconds: number }).maxDurationSeconds,
    );
  } finally {
    remove(other);
  }
});
