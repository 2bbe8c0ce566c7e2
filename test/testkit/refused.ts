import { base64url, concat, u32be, utf8 } from "../../crypto/bytes.ts";
import { canonical } from "../../crypto/canonical.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { vaultIdOf } from "../../crypto/epoch.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { vaultPublicKey } from "../../crypto/vault.ts";
import { type Fields, fieldsOf, partsOf, resigned, withFields } from "../crypto/forge.ts";

const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

const zero = (length: number): string => base64url(new Uint8Array(length));

/** Makes what must be refused of one small vault (and the payload of its next epoch). */
export async function makeRefused(
  { file, seed }: { readonly file: Uint8Array; readonly seed: SecretBytes },
  second: Uint8Array,
  refuse: (slug: string, about: string, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const parts = partsOf(file);
  const fields = fieldsOf(file);
  const signed = (changes: Fields): Promise<Uint8Array> =>
    withFields(file, { ...fields, ...changes }, seed);
  const [custodianA, custodianB] = fields["custodians"] as [Fields, Fields];
  const [key] = fields["keys"] as [Fields];
  const kdf = fields["kdf"] as Fields;

  await refuse("empty", "nothing at all", new Uint8Array(0));
  await refuse("magic-only", "the first eight bytes", file.subarray(0, 8));
  await refuse("not-a-vault", "a ZIP file's beginning", concat(utf8("PK\u0003\u0004"), file));
  await refuse("version-2", "format BGVAULT2", concat(utf8("BGVAULT2"), file.subarray(8)));
  await refuse("cut-in-header", "cut inside the header", file.subarray(0, 900));
  await refuse("cut-in-payload", "cut inside the ciphertext", file.subarray(0, file.length - 300));
  await refuse("cut-last-byte", "the last byte is missing", file.subarray(0, file.length - 1));
  await refuse("trailing-byte", "one byte after the end", concat(file, Uint8Array.of(0)));
  await refuse(
    "huge-header",
    "claims a header of 4 GiB",
    concat(utf8("BGVAULT1"), u32be(0xffffffff), file.subarray(12)),
  );
  await refuse(
    "huge-payload",
    "claims a payload of 4 GiB",
    concat(file.subarray(0, 12), u32be(0xffffffff), file.subarray(16)),
  );
  await refuse("bit-in-header", "one bit of the header", flip(file, 300));
  await refuse("bit-in-nonce", "one bit of the nonce", flip(file, 16 + parts.header.length));
  await refuse("bit-in-payload", "one bit of the ciphertext", flip(file, file.length - 500));
  await refuse("bit-in-signature", "one bit of the signature", flip(file, file.length - 1));

  // each of these has a good signature by the vault's own key
  const raw = (headerText: string): Promise<Uint8Array> =>
    resigned({ ...parts, header: utf8(headerText) }, seed);
  const text = new TextDecoder().decode(parts.header);
  await refuse("header-space", "a space in the header", await raw(text.replace("{", "{ ")));
  await refuse("header-bom", "a byte order mark", await raw(`\ufeff${text}`));
  await refuse(
    "header-escape",
    "an escape that needs none",
    await raw(text.replace("Test", "\\u0054est")),
  );
  await refuse("header-float", "1.0 for 1", await raw(text.replace('"epoch":1', '"epoch":1.0')));
  await refuse(
    "header-twice",
    "a key that stands twice",
    await raw(text.replace('"epoch":1', '"epoch":1,"epoch":1')),
  );
  await refuse(
    "header-not-utf8",
    "bytes that are no UTF-8",
    await resigned({ ...parts, header: parts.header.with(50, 0xff) }, seed),
  );
  await refuse("header-list", "a list for an object", await raw("[]"));
  await refuse("field-unknown", "a field that the format does not know", await signed({ more: 1 }));
  const { keyboard: _, ...withoutKeyboard } = fields;
  await refuse(
    "field-missing",
    "no keyboard layout",
    await withFields(file, withoutKeyboard, seed),
  );
  await refuse("mode-unknown", "a third mode", await signed({ mode: "TEST" }));
  await refuse("mode-real", "practice dressed up as real", await signed({ mode: "REAL" }));
  await refuse(
    "real-with-practice-keys",
    "a real vault with two practice keys",
    await signed({
      mode: "REAL",
      kdf: { ...kdf, memoryKiB: 262_144, passes: 3 },
      keys: [
        key,
        { ...key, label: "key-b", credentialId: zero(32), salt: zero(32), pk: zero(1216) },
      ],
    }),
  );
  await refuse(
    "practice-with-real-key",
    "a practice vault with a real key",
    await signed({ keys: [{ ...key, aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8" }] }),
  );
  await refuse("vault-id", "another vault's id", await signed({ vaultId: zero(16) }));
  await refuse("epoch-0", "epoch 0", await signed({ epoch: 0 }));
  await refuse("epoch-65536", "epoch 65,536", await signed({ epoch: 65_536 }));
  await refuse("epoch-2", "the next epoch's number", await signed({ epoch: 2 }));
  await refuse("set-id", "another sealing's id", await signed({ setId: zero(16) }));
  await refuse("name", "another name", await signed({ name: "Another vault" }));
  await refuse(
    "name-bidi",
    "a name with a bidi override",
    await signed({ name: "Test\u202etluav" }),
  );
  await refuse("name-nfd", "a name that is not NFC", await signed({ name: "Ame\u0301lie" }));
  await refuse(
    "created",
    "sealed a year later",
    await signed({ createdAt: "2027-11-22T12:00:00Z" }),
  );
  await refuse(
    "created-local",
    "a local time",
    await signed({ createdAt: "2026-11-22T12:00:00+01:00" }),
  );
  await refuse("threshold-1", "a quorum of one", await signed({ threshold: 1 }));
  await refuse(
    "threshold-3",
    "a quorum above the number of custodians",
    await signed({ threshold: 3 }),
  );
  await refuse(
    "custodian-gone",
    "one custodian left out",
    await signed({ custodians: [custodianA] }),
  );
  await refuse(
    "x-zero",
    "a share at x = 0",
    await signed({ custodians: [{ ...custodianA, x: 0 }, custodianB] }),
  );
  await refuse(
    "x-256",
    "a share at x = 256",
    await signed({ custodians: [{ ...custodianA, x: 256 }, custodianB] }),
  );
  await refuse(
    "x-twice",
    "two shares at one x",
    await signed({ custodians: [custodianA, { ...custodianB, x: custodianA["x"] ?? 1 }] }),
  );
  await refuse(
    "places-swapped",
    "custodians out of order",
    await signed({ custodians: [custodianB, custodianA] }),
  );
  await refuse(
    "names-twice",
    "two custodians of one name",
    await signed({ custodians: [custodianA, { ...custodianB, name: custodianA["name"] ?? "" }] }),
  );
  await refuse(
    "salts-twice",
    "two custodians with one salt",
    await signed({ custodians: [custodianA, { ...custodianB, salt: custodianA["salt"] ?? "" }] }),
  );
  await refuse(
    "commitment",
    "another share commitment",
    await signed({ custodians: [{ ...custodianA, commitment: zero(32) }, custodianB] }),
  );
  await refuse(
    "commitment-short",
    "a commitment of 31 bytes",
    await signed({ custodians: [{ ...custodianA, commitment: zero(31) }, custodianB] }),
  );
  await refuse(
    "card-hash",
    "another card hash",
    await signed({ custodians: [{ ...custodianA, cardHash: zero(32) }, custodianB] }),
  );
  await refuse("no-keys", "no security key", await signed({ keys: [] }));
  await refuse("key-twice", "one key twice", await signed({ keys: [key, key] }));
  await refuse(
    "key-kind",
    "a kind of key that version 1 does not know",
    await signed({ keys: [{ ...key, kind: "otp" }] }),
  );
  await refuse(
    "key-label",
    "a label that allowed_signers would misread",
    await signed({ keys: [{ ...key, label: "a,b *" }] }),
  );
  await refuse(
    "key-salt",
    "another hmac-secret salt",
    await signed({ keys: [{ ...key, salt: zero(32) }] }),
  );
  await refuse(
    "key-pk",
    "another X-Wing key",
    await signed({ keys: [{ ...key, pk: zero(1216) }] }),
  );
  await refuse(
    "key-enc",
    "another encapsulation",
    await signed({ keys: [{ ...key, enc: zero(1120) }] }),
  );
  await refuse("key-wrap", "another wrap", await signed({ keys: [{ ...key, wrap: zero(48) }] }));
  await refuse(
    "key-point",
    "a compressed public key",
    await signed({ keys: [{ ...key, publicKey: zero(65) }] }),
  );
  await refuse("base64-padding", "base64url with padding", await signed({ check: `${zero(32)}=` }));
  await refuse(
    "base64-stray-bits",
    "base64url with stray bits",
    await signed({ check: `${zero(32).slice(0, -1)}B` }),
  );
  await refuse("kdf-weak", "8 MiB of memory", await signed({ kdf: { ...kdf, memoryKiB: 8192 } }));
  await refuse(
    "kdf-4-tib",
    "4 TiB of memory",
    await signed({ kdf: { ...kdf, memoryKiB: 0xffffffff } }),
  );
  await refuse("kdf-passes-1", "one pass", await signed({ kdf: { ...kdf, passes: 1 } }));
  await refuse("kdf-passes-11", "eleven passes", await signed({ kdf: { ...kdf, passes: 11 } }));
  await refuse("kdf-lanes-5", "five lanes", await signed({ kdf: { ...kdf, lanes: 5 } }));
  await refuse(
    "kdf-algorithm",
    "another algorithm",
    await signed({ kdf: { ...kdf, algorithm: "scrypt" } }),
  );
  await refuse(
    "kdf-stronger",
    "more memory than the cards were made with",
    await signed({ kdf: { ...kdf, memoryKiB: 19_457 } }),
  );
  await refuse("salt", "another salt", await signed({ salt: zero(32) }));
  await refuse("check", "another check", await signed({ check: zero(32) }));
  await refuse("keyboard", "another keyboard layout", await signed({ keyboard: "fr" }));
  await refuse("runbook", "another runbook", await signed({ runbookSha256: "00".repeat(32) }));
  await refuse(
    "runbook-upper",
    "a hash in upper case",
    await signed({ runbookSha256: "CD".repeat(32) }),
  );
  await refuse(
    "nonce",
    "another nonce, signed",
    await resigned({ ...parts, nonce: flip(parts.nonce, 0) }, seed),
  );
  await refuse(
    "payload",
    "another ciphertext, signed",
    await resigned({ ...parts, ciphertext: flip(parts.ciphertext, 99) }, seed),
  );
  await refuse(
    "payload-empty",
    "no ciphertext, signed",
    await resigned({ ...parts, ciphertext: new Uint8Array(0) }, seed),
  );
  await refuse(
    "payload-of-epoch-2",
    "the payload of another epoch, signed",
    await resigned({ ...partsOf(second), header: parts.header }, seed),
  );
  const strangerSeed = new SecretBytes((await systemEntropy())(32));
  const vaultKey = await vaultPublicKey(strangerSeed);
  await refuse(
    "signed-by-stranger",
    "another key's signature",
    await resigned(parts, strangerSeed),
  );
  await refuse(
    "stranger-key",
    "another vault key with its own id and signature",
    await resigned(
      {
        ...parts,
        header: canonical({
          ...fields,
          vaultKey: base64url(vaultKey),
          vaultId: base64url(vaultIdOf(vaultKey)),
        }),
      },
      strangerSeed,
    ),
  );
}
