import { expect, test, vi } from "vitest";
import { checkKey } from "../../ceremony/key-check.ts";
import * as wrap from "../../crypto/wrap.ts";
import { aKey, aVault, PIN } from "./sealing.ts";

test("a key that opens is proven by its public half, a reviewer's by its signature", async () => {
  const { candidate, keyA, keyB, reviewer } = await aVault();
  for (const [key, label, form] of [
    [keyA, "key-a", "opens"],
    [keyB, "key-b", "opens"],
    [reviewer, "reviewer", "approves"],
  ] as const)
    expect(await checkKey(key, candidate.vault, PIN)).toEqual({ kind: "proved", label, form });
});

test("another vault's key, a changed answer and a wrong PIN are told apart", async () => {
  const { candidate, keyA } = await aVault();
  const { vault } = candidate;
  expect(await checkKey(aKey("C"), vault, PIN)).toMatchObject({ why: "KEY_HAS_NO_CREDENTIAL" });
  expect(await checkKey(keyA, vault, "9999")).toMatchObject({ why: "PIN_WRONG" });
  // What a reset key would give: another answer to the same salt.
  const odd = {
    info: () => keyA.info(),
    holds: keyA.holds.bind(keyA),
    approve: keyA.approve.bind(keyA),
    touch: async () => new Uint8Array(32).fill(7),
  };
  expect(await checkKey(odd, vault, PIN)).toMatchObject({
    why: "KEY_OUTPUT_CHANGED",
    about: { label: "key-a" },
  });
});

test("the answer is wiped, and no secret half outlives the check", async () => {
  const { candidate, keyA } = await aVault();
  const pair = vi.spyOn(wrap, "touchKeyPair");
  let seen: Uint8Array | null = null;
  const spied = {
    info: () => keyA.info(),
    holds: keyA.holds.bind(keyA),
    approve: keyA.approve.bind(keyA),
    touch: async (asked: Parameters<typeof keyA.touch>[0]) => (seen = await keyA.touch(asked)),
  };
  await checkKey(spied, candidate.vault, PIN);
  expect(seen).toEqual(new Uint8Array(32));
  pair.mockRestore();
});
