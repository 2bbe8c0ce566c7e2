/**
 * Added the vaults with OTP slots once, beside those of make.ts. It refuses to run where they stand:
 * golden files are never made again.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { seal, type SealingPlan } from "../../ceremony/seal.ts";
import { base64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { encodePayload } from "../../crypto/codeword.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { parseVault } from "../../crypto/vault.ts";
import { aKey, enrolled, planOf } from "../ceremony/sealing.ts";
import { enrolledSlot, otpContents, otpKey, withSerial } from "../ceremony/slots.ts";
import { type Fields, fieldsOf, withFields } from "../crypto/forge.ts";
import { kitPath, type Opens, outcome, type Refused } from "./kit.ts";

if (existsSync(kitPath("kit-slots.json")))
  throw new Error("the kit stands, and is never made again");

const random = await systemEntropy();
const opens: Opens[] = [];
const refused: Refused[] = [];
const sums = new Map<string, string>();
/** The slot is the third key of both vaults. */
const SLOT = 2;
const SERIAL = 12_345_678;
const AAGUID = "cb69481e-8ff7-4039-93ec-0a2729a154a8";

function store(name: string, bytes: Uint8Array): void {
  writeFileSync(kitPath(name), bytes, { flag: "wx" });
  sums.set(name, hex(sha256(bytes)));
}

async function made(name: string, about: string, real: boolean) {
  const mode = real ? "REAL" : "PRACTICE";
  const keys = [];
  for (const label of ["key-a", "key-b"]) {
    const key = await enrolled(aKey(label), label);
    if (!("enrolment" in key)) throw new Error("no enrolment");
    keys.push(real ? { ...key, enrolment: { ...key.enrolment, aaguid: AAGUID } } : key);
  }
  const yubikey = otpKey("yubikey");
  const slot = await enrolledSlot(real ? withSerial(yubikey, SERIAL) : yubikey, "slot-c", { mode });
  const change: Partial<SealingPlan> = real ? { mode, kdf: KDF_REAL } : {};
  const plan = planOf([...keys, slot], { count: 2, contents: otpContents, ...change });
  const phrases = plan.custodians.map(({ passphrase }) =>
    new TextDecoder().decode(passphrase.expose()),
  );
  const { file, cards, vaultSigningKey } = await seal(plan, random);
  const kit: Opens = {
    file: name,
    about,
    cards: cards.map(({ bytes }, index) => ({
      payload: encodePayload(bytes),
      passphrase: phrases[index] ?? "",
    })),
    keys: [
      ...keys.map(({ enrolment }) => ({
        credentialId: base64url(enrolment.credentialId),
        output: hex(enrolment.output),
      })),
      {
        serial: slot.slot.serial,
        challenge: base64url(slot.slot.challenge),
        output: hex(slot.slot.output),
      },
    ],
    contents: hex(sha256(utf8(JSON.stringify(plan.contents)))),
  };
  store(name, file);
  opens.push(kit);
  const fields = fieldsOf(file);
  const [a, b, entry] = fields["keys"] as [Fields, Fields, Fields];
  const refuse = async (slug: string, what: string, changed: readonly Fields[]): Promise<void> => {
    const bytes = await withFields(file, { ...fields, keys: [...changed] }, vaultSigningKey);
    let when: Refused["when"] = "read";
    let code: string;
    try {
      parseVault(bytes);
      when = "open";
      code = await outcome(bytes, kit, SLOT);
    } catch (error) {
      code = (error as { code: string }).code;
    }
    if (code.startsWith("opened")) throw new Error(`${slug} opens`);
    const target = `refused-${slug}.pullstation`;
    store(target, bytes);
    refused.push({ file: target, about: what, code, when, from: name, key: SLOT });
  };
  return { a, b, entry, refuse };
}

const zero = (length: number): string => base64url(new Uint8Array(length));
const ending = (...last: readonly number[]): string =>
  base64url(Uint8Array.of(...new Uint8Array(30).fill(5), ...last));

const practice = await made("opens-otp.pullstation", "an OTP slot beside two FIDO2 keys", false);
{
  const { a, b, entry, refuse } = practice;
  const changed = (change: Fields): readonly Fields[] => [a, b, { ...entry, ...change }];
  const { touch: _, ...untouched } = entry;
  await refuse("otp-only", "an OTP slot alone", [entry]);
  await refuse("otp-two-slots", "two OTP slots alone", [
    entry,
    { ...entry, label: "slot-d", challenge: ending(1, 2), pk: zero(1216) },
  ]);
  await refuse("otp-one-fido2", "an OTP slot beside one FIDO2 key", [a, entry]);
  await refuse("otp-twice", "one OTP slot twice", [a, b, entry, { ...entry, label: "slot-d" }]);
  await refuse("otp-approves", "an OTP slot that approves", changed({ use: "approve" }));
  await refuse("otp-as-fido2", "an OTP slot that is called FIDO2", changed({ kind: "fido2" }));
  await refuse("otp-no-touch", "an OTP slot without touch", changed({ touch: false }));
  await refuse("otp-touch-gone", "an OTP slot that says nothing of touch", [a, b, untouched]);
  await refuse("otp-field-unknown", "a field that no slot has", changed({ aaguid: AAGUID }));
  await refuse("otp-slot-3", "slot 3", changed({ slot: 3 }));
  await refuse("otp-slot-1", "the other slot", changed({ slot: 1 }));
  await refuse("otp-serial", "a practice vault with a real slot", changed({ serial: SERIAL }));
  await refuse(
    "otp-challenge-zero",
    "a challenge that ends in padding",
    changed({ challenge: ending(7, 0) }),
  );
  await refuse(
    "otp-challenge-end",
    "a challenge that ends in two equal bytes",
    changed({ challenge: ending(7, 7) }),
  );
  await refuse("otp-challenge-short", "a challenge of 31 bytes", changed({ challenge: zero(31) }));
  await refuse("otp-challenge", "another challenge", changed({ challenge: ending(7, 8) }));
  await refuse("otp-label", "another label", changed({ label: "slot-z" }));
  await refuse("otp-pk", "another X-Wing key", changed({ pk: zero(1216) }));
  await refuse("otp-enc", "another encapsulation", changed({ enc: zero(1120) }));
  await refuse("otp-wrap", "another wrap", changed({ wrap: zero(48) }));
}
const real = await made(
  "opens-otp-real.pullstation",
  "a real vault with an OTP slot beside two FIDO2 keys",
  true,
);
{
  const { a, b, entry, refuse } = real;
  await refuse("otp-real-only", "a real vault with an OTP slot alone", [entry]);
  await refuse("otp-real-one-fido2", "a real vault with an OTP slot and one FIDO2 key", [a, entry]);
  await refuse("otp-real-practice", "a real vault with the practice key's slot", [
    a,
    b,
    { ...entry, serial: null },
  ]);
  await refuse("otp-real-serial", "a real vault with another YubiKey's serial number", [
    a,
    b,
    { ...entry, serial: SERIAL + 1 },
  ]);
}

store("kit-slots.json", utf8(`${JSON.stringify({ opens, refused, cards: [] }, null, 2)}\n`));
const before = readFileSync(kitPath("SHA256SUMS"), "utf8");
if (!before.endsWith("\n")) throw new Error("SHA256SUMS breaks off");
appendFileSync(
  kitPath("SHA256SUMS"),
  [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${sum}  ${name}\n`)
    .join(""),
);
