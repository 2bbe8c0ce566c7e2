import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { failures } from "../../contract/failures.ts";
import { WORDS } from "../../contract/words.ts";
import { fromUtf8, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { inputOf, type Kit, kitPath, outcome, stored } from "./kit.ts";

const [first, slots] = ["kit.json", "kit-slots.json"].map(
  (name) => JSON.parse(fromUtf8(stored(name))) as Kit,
) as [Kit, Kit];
const kit: Kit = {
  opens: [...first.opens, ...slots.opens],
  refused: [...first.refused, ...slots.refused],
  cards: first.cards,
};
const baseOf = (file: string): Kit["opens"][number] => {
  const base = kit.opens.find((one) => one.file === file);
  if (base === undefined) throw new Error(`${file} is not in the kit`);
  return base;
};

test("the kit is the one that was stored: every file, and no other", () => {
  const sums = fromUtf8(stored("SHA256SUMS"))
    .trim()
    .split("\n")
    .map((line) => line.split("  ") as [string, string]);
  for (const [sum, name] of sums) expect(hex(sha256(stored(name))), name).toBe(sum);
  const golden = readdirSync(kitPath(".")).filter((name) => /\.(?:pullstation|json)$/.test(name));
  expect(golden.toSorted()).toEqual(sums.map(([, name]) => name).toSorted());
  const named = [...kit.opens, ...kit.refused].map(({ file }) => file);
  expect(golden.filter((name) => !name.endsWith(".json")).toSorted()).toEqual(named.toSorted());
});

describe("must open", () => {
  test.each(kit.opens)("$file: $about", async (vault) => {
    for (const index of vault.keys.keys())
      expect(await outcome(stored(vault.file), vault, index)).toBe(`opened ${vault.contents}`);
  });
});

describe("must be refused", () => {
  test.each(kit.refused)("$file: $about ($code)", async ({ file, code, when, from, key }) => {
    const bytes = stored(file);
    if (when === "read") expect(() => parseVault(bytes)).toThrow(expect.objectContaining({ code }));
    expect(await outcome(bytes, baseOf(from), key)).toBe(code);
    expect(failures).toHaveProperty(code);
  });
});

describe("what a wrong share is told", () => {
  test.each(kit.cards)("$about: $why", async (verdict) => {
    const entering = beginUnseal(parseVault(stored(verdict.vault)), WORDS);
    const passphrase = new SecretBytes(utf8(verdict.passphrase));
    expect(await entering.add(inputOf(verdict), passphrase)).toMatchObject({
      kind: "rejected",
      why: verdict.why,
    });
  });
});
