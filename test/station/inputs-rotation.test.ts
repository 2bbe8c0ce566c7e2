import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { importInputs } from "../../station/inputs.ts";
import { importRotation, type RotationFiles } from "../../station/inputs-rotation.ts";

const ONE = "111122223333";
const TWO = "444455556666";
const dir = mkdtempSync(join(tmpdir(), "pullstation-rotation-"));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const key = (account: string, role: string, id: string): string =>
  file(
    `${account}-${role}-${id}.csv`,
    `Access key ID,Secret access key\n${id},${"s".repeat(40)}\n`,
  );
const keysOf = (account: string, mark: string): string[] => [
  key(account, "activator", `AKIAPRACTICEACTIVE${mark}`),
  key(account, "emergency", `AKIAPRACTICEEMERGE${mark}`),
];
const policy = (changes: object = {}): string =>
  file(
    "policy.json",
    JSON.stringify({
      defaultDurationSeconds: 600,
      maxDurationSeconds: 3600,
      regions: ["us-east-1"],
      profile: "restore-service",
      kitExpires: "2099-01-01T00:00:00Z",
      reaperMaxHours: 4,
      proof: { rejections: 3, overSeconds: 0, againAfterSeconds: 0 },
      ...changes,
    }),
  );

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const old = importInputs({
  mode: "PRACTICE",
  keyFiles: [...keysOf(ONE, "AA"), ...keysOf(TWO, "BB")],
  defaultAccount: null,
  mfaFile: file("mfa.json", JSON.stringify({ [ONE]: SEED })),
  policyFile: policy(),
  runbookFile: file("runbook.md", "# Steps\n\n# Secret pages\n\nold secret\n"),
});
const beside = { dir, text: old.runbook, sha256: old.runbookSha256 };

const rotated = (changes: Partial<RotationFiles> = {}) =>
  importRotation(old.contents, beside, {
    mode: "PRACTICE",
    keyFiles: [],
    defaultAccount: null,
    mfaFile: null,
    policyFile: null,
    runbookFile: null,
    withoutAccounts: [],
    ...changes,
  });

test("with no file everything is kept, and every account is said to keep its keys", () => {
  const next = rotated();
  expect(next.contents).toEqual(old.contents);
  expect(next).toMatchObject({ newKeys: [], keptKeys: [ONE, TWO], dropped: [] });
  expect(next.runbookSha256).toBe(hex(sha256(utf8("# Steps\n\n"))));
});

test("new keys of one account replace its keys alone; its seed stays unless the file names it", () => {
  const keyFiles = keysOf(ONE, "CC");
  const [one, two] = rotated({ keyFiles }).contents.accounts;
  expect(one).toMatchObject({ activator: { accessKeyId: "AKIAPRACTICEACTIVECC" }, totpSeed: SEED });
  expect(two).toEqual(old.contents.accounts[1]);
  const typed = rotated({ keyFiles, mfaFile: file("typed.json", JSON.stringify({ [ONE]: "" })) });
  expect(typed.contents.accounts[0]?.totpSeed).toBeNull();
});

test("a key that the old epoch holds is refused, whosever it was", () => {
  const moved = key(TWO, "activator", "AKIAPRACTICEACTIVEAA");
  expect(() => rotated({ keyFiles: [moved, ...keysOf(TWO, "DD").slice(1)] })).toThrow(
    expect.objectContaining({
      code: "KEY_SEALED_ALREADY",
      about: { id: "AKIAPRACTICEACTIVEAA", file: `${TWO}-activator-AKIAPRACTICEACTIVEAA.csv` },
    }),
  );
});

test("an account goes by its name, and comes with its policy only", () => {
  const next = rotated({ withoutAccounts: [TWO] });
  expect(next.contents.accounts.map(({ accountId }) => accountId)).toEqual([ONE]);
  expect(next.dropped).toEqual([TWO]);
  expect(() => rotated({ withoutAccounts: ["999999999999"] })).toThrow(
    expect.objectContaining({ code: "ROTATION_CHANGES_NOTHING_THERE" }),
  );
  const keyFiles = keysOf("777788889999", "EE");
  expect(() => rotated({ keyFiles })).toThrow(
    expect.objectContaining({ code: "ROTATION_NEEDS_POLICY" }),
  );
  const added = { newKeys: ["777788889999"], added: ["777788889999"] };
  expect(rotated({ keyFiles, policyFile: policy() })).toMatchObject(added);
  expect(rotated({ keyFiles: keysOf(ONE, "EE") })).toMatchObject({ newKeys: [ONE], added: [] });
  const both = { keyFiles: keysOf(TWO, "EE"), policyFile: policy(), withoutAccounts: [TWO] };
  expect(() => rotated(both)).toThrow(
    expect.objectContaining({ code: "ROTATION_DROPS_BROUGHT", about: { account: TWO } }),
  );
  expect(() => rotated({ withoutAccounts: [ONE, TWO] })).toThrow(
    expect.objectContaining({ code: "ROTATION_DROPS_ALL" }),
  );
});

test("a new policy is what stands at AWS for every account", () => {
  const next = rotated({ policyFile: policy({ regions: ["eu-west-1"] }) });
  for (const [index, account] of next.contents.accounts.entries())
    expect(account.boundarySha256).not.toBe(old.contents.accounts[index]?.boundarySha256);
  expect(next.contents.policy.regions).toEqual(["eu-west-1"]);
});

test("a runbook beside the vault that is not the sealed one is not taken", () => {
  const changed = { ...beside, text: "# Other\n" };
  expect(() =>
    importRotation(old.contents, changed, {
      mode: "PRACTICE",
      keyFiles: [],
      defaultAccount: null,
      mfaFile: null,
      policyFile: null,
      runbookFile: null,
      withoutAccounts: [],
    }),
  ).toThrow(expect.objectContaining({ code: "RUNBOOK_NOT_AS_SEALED" }));
});
