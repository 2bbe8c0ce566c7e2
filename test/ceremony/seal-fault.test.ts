import { expect, test, vi } from "vitest";
import { proveSealing } from "../../ceremony/prove.ts";
import { aVault, PIN, words } from "./sealing.ts";

// a splitter that gives the last custodian a share of another secret: nothing in the header shows it
vi.mock("../../crypto/shamir.ts", async (original) => {
  const real = await original<typeof import("../../crypto/shamir.ts")>();
  const split: typeof real.split = async (...asked) => {
    const points = await real.split(...asked);
    const last = points.at(-1);
    if (last !== undefined) last.y[0] = (last.y[0] ?? 0) ^ 1;
    return points;
  };
  return { ...real, split };
});

test("a share of another secret is found before the vault counts", async () => {
  const { candidate, keyA } = await aVault();
  await expect(proveSealing(candidate, [{ key: keyA, pin: PIN }], words)).rejects.toMatchObject({
    code: "PROOF_FAILED",
    about: { what: "shares of different secrets" },
  });
});
