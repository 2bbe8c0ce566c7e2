import { utf8 } from "../../crypto/bytes.ts";
import { nativeArgon2id, sodiumArgon2id } from "../../crypto/kdf.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { type Figure, median, ms, timed } from "./figure.ts";

const ROUNDS = 3;

/** The two engines in turns, so that noise meets both. */
export async function measureKdf(): Promise<readonly Figure[]> {
  const passphrase = utf8("academic acid acne acquire acrobat activity");
  const salt = new Uint8Array(16).fill(7);
  const native: number[] = [];
  const sodium: number[] = [];
  for (let count = 0; count < ROUNDS; count++) {
    native.push(await timed(() => nativeArgon2id(passphrase, salt, KDF_REAL, 32)));
    sodium.push(await timed(() => sodiumArgon2id(passphrase, salt, KDF_REAL, 32)));
  }
  const [ours, other] = [median(native), median(sodium)];
  return [
    {
      what: "Argon2id once, 256 MiB, t=3, p=1, native addon",
      ours: ms(ours),
      against: `libsodium in WebAssembly: ${ms(other)} (${(other / ours).toFixed(1)} ×)`,
      goal: null,
      met: null,
      values: { nativeMs: ours, libsodiumMs: other },
    },
  ];
}
