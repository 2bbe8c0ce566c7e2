import { base64url, fromBase64url, fromUtf8, utf8 } from "./bytes.ts";
import { type BoxKeyPair, openBox, sealTo } from "./box.ts";
import { label } from "./hkdf.ts";

const INFO = label("BGV1 lane");

/**
 * The coding of a lane that a third process carries unread: each message is JSON in a box sealed
 * to the far end's ephemeral key. It hides messages from the carrier's logs and memory; it does not
 * authenticate against a carrier that swaps keys (main starts both ends anyway).
 */
export function laneCodec(
  mine: BoxKeyPair,
  farEnd: string,
): {
  encode(message: unknown): Promise<string>;
  decode(message: unknown): Promise<unknown>;
} {
  const to = fromBase64url(farEnd);
  return {
    encode: async (message) => {
      const plain = utf8(JSON.stringify(message));
      const box = await sealTo(to, plain, INFO);
      plain.fill(0);
      return base64url(box);
    },
    decode: async (message) => {
      const plain = await openBox(mine.secretKey, fromBase64url(String(message)), INFO);
      const value: unknown = JSON.parse(fromUtf8(plain.expose()));
      plain.wipe();
      return value;
    },
  };
}
