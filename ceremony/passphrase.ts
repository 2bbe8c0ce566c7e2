import { utf8 } from "../crypto/bytes.ts";
import type { Entropy } from "../crypto/entropy.ts";
import { SecretBytes } from "../crypto/secret.ts";

const WORDS = 8;

/**
 * A generated passphrase: eight words of the card's own list of 1,024, so 80 bits; a–z and spaces,
 * each word known after four letters. Takes 16 bytes of entropy.
 */
export function newPassphrase(wordList: readonly string[], entropy: Entropy): SecretBytes {
  const random = entropy(2 * WORDS);
  const words = Array.from({ length: WORDS }, (_, index) => {
    const number = (((random[2 * index] ?? 0) << 8) | (random[2 * index + 1] ?? 0)) & 1023;
    return wordList[number] ?? "";
  });
  random.fill(0);
  return new SecretBytes(utf8(words.join(" ")));
}
