import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { RELYING_PARTY } from "../../hardware/security-key.ts";
import { atTerminal } from "./at-terminal.ts";
import { check, expect, summary } from "./checks.ts";
import { client } from "./client.ts";
import * as fido2 from "./fido2-tools.ts";
import { cleanUp, missing, plugIn, scratchFile } from "./rig.ts";

/**
 * The software key as other programs see it: libfido2's tools, ykman, and the house's own client
 * on node-hid's native addon, each over a mocked hidraw node. `npm run test:hid`.
 */

const PIN = "2468";
const PARTY = "example.test";
const PULLSTATION = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const SIGN = fileURLToPath(new URL("sign-by-hand.ts", import.meta.url));
const VAULT = fileURLToPath(new URL("vault-child.ts", import.meta.url));
const AT_ONCE = 3;

async function libfido2(protocol: "1" | "2"): Promise<void> {
  const by = `libfido2 p${protocol}`;
  const rig = await plugIn({ more: ["--pin-protocol", protocol] });
  const salt = fido2.saltOf("one");
  const other = fido2.saltOf("two");
  let bare: fido2.MadeCredential = { id: "", publicKey: "" };
  let secretBare = "";

  await check(by, "lists the key and reads its info", async () => {
    const listed = await fido2.list(rig);
    expect(listed.startsWith("/dev/hidraw0: vendor=0x1050, product=0x0403"), listed);
    const info = await fido2.info(rig);
    for (const line of [
      "aaguid: 50524143544943454b45590000000001",
      "extension strings: credProtect, hmac-secret",
      "options: nork, up, noplat, noclientPin, pinUvAuthToken",
      `pin protocols: ${protocol}`,
    ])
      expect(info.includes(line), `no "${line}" in ${info}`);
  });
  await check(
    by,
    "without a PIN: credential, attestation verified, one secret per salt",
    async () => {
      bare = await fido2.makeCredential(rig, PARTY, [], "");
      const first = await fido2.assert(rig, PARTY, bare.id, salt, [], "");
      secretBare = first.secret;
      expect(secretBare.length === 64, fido2.failed(first.result));
      await fido2.verifyAssertion(rig, first, bare, []);
      const again = await fido2.assert(rig, PARTY, bare.id, salt, [], "");
      const differs = await fido2.assert(rig, PARTY, bare.id, other, [], "");
      expect(again.secret === secretBare, "the same salt gave another secret");
      expect(differs.secret !== secretBare, "another salt gave the same secret");
    },
  );
  await check(by, "sets the PIN, changes it, and a wrong one costs a try", async () => {
    expect(fido2.failed(await fido2.setPin(rig, "13579")) === "", "set");
    expect(fido2.failed(await fido2.changePin(rig, "13579", PIN)) === "", "change");
    const wrong = fido2.failed(await fido2.changePin(rig, "9999", "1111"));
    expect(wrong.includes("FIDO_ERR_PIN_INVALID"), wrong);
    const info = await fido2.info(rig);
    expect(info.includes("pin retries: 7"), info);
    expect(info.includes(" clientPin"), info);
    expect(fido2.failed(await fido2.changePin(rig, PIN, PIN)) === "", "the right PIN");
    expect((await fido2.info(rig)).includes("pin retries: 8"), "the right PIN restores the tries");
  });
  await check(by, "with the PIN: the same credential gives another secret (UV bound)", async () => {
    const withUv = await fido2.assert(rig, PARTY, bare.id, salt, ["-v"], PIN);
    await fido2.verifyAssertion(rig, withUv, bare, ["-v"]);
    const without = await fido2.assert(rig, PARTY, bare.id, salt, [], "");
    expect(without.secret === secretBare, "without UV it changed");
    expect(withUv.secret.length === 64, fido2.failed(withUv.result));
    expect(withUv.secret !== secretBare, "with and without UV are the same");
  });
  await check(
    by,
    "credProtect 3: no assertion without UV, and none for another party",
    async () => {
      const asked = await fido2.tryCredential(rig, [], "");
      expect(asked.status !== 0 && asked.err.includes("Enter PIN"), `no PIN asked: ${asked.err}`);
      const made = await fido2.makeCredential(rig, PARTY, ["-v", "-c", "3"], PIN);
      const without = await fido2.assert(rig, PARTY, made.id, salt, [], "");
      expect(fido2.failed(without.result).includes("FIDO_ERR_NO_CREDENTIALS"), without.result.err);
      const elsewhere = await fido2.assert(rig, "other.test", made.id, salt, ["-v"], PIN);
      expect(fido2.failed(elsewhere.result).includes("FIDO_ERR_NO_CREDENTIALS"), "another party");
      const one = await fido2.assert(rig, PARTY, made.id, salt, ["-v"], PIN);
      const two = await fido2.assert(rig, PARTY, made.id, salt, ["-v"], PIN);
      expect(one.secret.length === 64 && one.secret === two.secret, fido2.failed(one.result));
    },
  );
  await check(by, "three wrong PINs: blocked until it is plugged in again", async () => {
    const told: string[] = [];
    for (let round = 0; round < 4; round++)
      told.push(fido2.failed(await fido2.changePin(rig, "9999", "1111")));
    expect(told[1]?.includes("FIDO_ERR_PIN_INVALID") === true, told.join("; "));
    expect(told[2]?.includes("FIDO_ERR_PIN_AUTH_BLOCKED") === true, told.join("; "));
    expect(told[3]?.includes("FIDO_ERR_PIN_AUTH_BLOCKED") === true, told.join("; "));
    expect((await fido2.info(rig)).includes("pin retries: 5"), "five tries should be left");
  });
  await rig.end();
}

async function kept(): Promise<void> {
  const state = scratchFile("key.json");
  let made: fido2.MadeCredential = { id: "", publicKey: "" };
  let secret = "";
  const salt = fido2.saltOf("kept");
  const first = await plugIn({ state, more: ["--pin", PIN] });
  await check("libfido2", "a credential outlives the key's process; a reset ends it", async () => {
    made = await fido2.makeCredential(first, PARTY, ["-v"], PIN);
    secret = (await fido2.assert(first, PARTY, made.id, salt, ["-v"], PIN)).secret;
    await first.end();
    const second = await plugIn({ state });
    const again = await fido2.assert(second, PARTY, made.id, salt, ["-v"], PIN);
    expect(again.secret === secret && secret.length === 64, fido2.failed(again.result));
    expect(fido2.failed(await fido2.reset(second)) === "", "reset");
    const gone = await fido2.assert(second, PARTY, made.id, salt, [], "");
    expect(fido2.failed(gone.result).includes("FIDO_ERR_NO_CREDENTIALS"), gone.result.err);
    expect((await fido2.info(second)).includes("noclientPin"), "the PIN should be gone");
    await second.end();
  });
}

async function touched(): Promise<void> {
  const rig = await plugIn({ touch: "enter", more: ["--touch-timeout", "1"] });
  await check(
    "libfido2",
    "a touch that comes late is a touch; none at all is a timeout",
    async () => {
      const making = fido2.makeCredential(rig, PARTY, [], "");
      const ticking = setInterval(() => rig.touch(), 300);
      const made = await making;
      clearInterval(ticking);
      const none = await fido2.assert(rig, PARTY, made.id, fido2.saltOf("x"), [], "");
      expect(fido2.failed(none.result).includes("FIDO_ERR_USER_ACTION_TIMEOUT"), none.result.err);
    },
  );
  await rig.end();
}

async function ykman(): Promise<void> {
  const rig = await plugIn();
  const by = "ykman";
  const run = async (command: readonly string[], input = ""): Promise<string> => {
    const result = await rig.run(["ykman", ...command], input);
    if (result.status !== 0) throw new Error(`ykman ${command.join(" ")}: ${result.err}`);
    return result.out;
  };
  await check(by, "lists the key; both slots are empty", async () => {
    const listed = await run(["list"]);
    expect(listed.includes("5.4.3") && listed.includes("[OTP+FIDO]"), listed);
    const info = await run(["otp", "info"]);
    expect(/Slot 1: empty[\s\S]*Slot 2: empty/.test(info), info);
    expect((await run(["fido", "info"])).includes("PIN is not set"), "fido info");
  });
  await check(by, "programs a slot; HMAC-SHA1 answers are the published ones", async () => {
    // RFC 2202 test case 1: key 0x0b twenty times, "Hi There".
    await run(["otp", "chalresp", "--force", "2", "0b".repeat(20)]);
    expect((await run(["otp", "info"])).includes("Slot 2: programmed"), "slot 2 is not programmed");
    const hi = await run(["otp", "calculate", "2", Buffer.from("Hi There").toString("hex")]);
    expect(hi.trim() === "b617318655057264e28bc0b6fb378c8ef146be00", hi);
    for (const size of [1, 63]) {
      const challenge = Buffer.alloc(size, 0x5a);
      const got = (await run(["otp", "calculate", "2", challenge.toString("hex")])).trim();
      const want = createHmac("sha1", Buffer.alloc(20, 0x0b)).update(challenge).digest("hex");
      expect(got === want, `${size} bytes: ${got} instead of ${want}`);
    }
  });
  await check(by, "a slot that asks for a touch; an emptied slot is refused", async () => {
    await run(["otp", "chalresp", "--force", "--touch", "1", "0c".repeat(20)]);
    const got = (await run(["otp", "calculate", "1", "abcd"])).trim();
    const want = createHmac("sha1", Buffer.alloc(20, 0x0c)).update(Buffer.from("abcd", "hex"));
    expect(got.includes(want.digest("hex")), got);
    await run(["otp", "delete", "--force", "1"]);
    const refused = await rig.run(["ykman", "otp", "calculate", "1", "abcd"]);
    expect(refused.status !== 0, "an empty slot answered");
  });
  await rig.end();
}

/** The house's client on node-hid's addon: what it derives, libfido2 and ykman derive too. */
async function ourClient(protocol: "1" | "2"): Promise<void> {
  const by = `node-hid p${protocol}`;
  const rig = await plugIn({ more: ["--pin", PIN, "--pin-protocol", protocol] });
  const salts = ["one", "two"];
  const derived = async (credential: string): Promise<string[]> => {
    const secrets: string[] = [];
    for (const salt of salts.map(fido2.saltOf)) {
      const made = await fido2.assert(rig, RELYING_PARTY, credential, salt, ["-v"], PIN);
      expect(made.secret.length === 64, fido2.failed(made.result));
      secrets.push(made.secret);
    }
    return secrets;
  };
  await check(by, "enrols and touches; libfido2 derives the same secrets from it", async () => {
    const report = await client(rig, { pin: PIN, salts });
    expect(report.failed === "" && report.uvBound, JSON.stringify(report));
    expect(report.labels.join() === "fido2: Practice Key,otp: Practice Key", report.labels.join());
    expect(report.aaguid === "50524143-5449-4345-4b45-590000000001", report.aaguid);
    const theirs = await derived(report.credential);
    expect(theirs.join() === report.secrets.join(), "libfido2 derives something else");
    expect(theirs.join() === report.pair.join(), "two salts in one touch give something else");
  });
  await check(by, "a credential of fido2-cred: the same secrets again", async () => {
    const options = ["-v", "-c", "3"];
    const made = await fido2.makeCredential(rig, RELYING_PARTY, options, PIN);
    const report = await client(rig, { pin: PIN, salts, credential: made.id });
    expect(report.failed === "", report.failed);
    expect((await derived(made.id)).join() === report.secrets.join(), "they differ");
  });
  await check(by, "signs as for a record: stock ssh-keygen finds it good", async () => {
    const { status, out, err } = await rig.runPatient([process.execPath, SIGN], `${PIN}\n`);
    expect(status === 0 && out.includes('Good "pullstation-trial@v1" signature'), out + err);
  });
  await check(by, "a wrong PIN and a credential of another key are named", async () => {
    const wrong = await client(rig, { pin: "1111", salts: ["one"] });
    expect(wrong.failed === "PIN_WRONG", wrong.failed);
    const credential = fido2.base64(new Uint8Array(48));
    const stranger = await client(rig, { pin: PIN, salts: ["one"], credential });
    expect(stranger.failed === "KEY_HAS_NO_CREDENTIAL", stranger.failed);
  });
  await rig.end();
}

async function keysCommand(): Promise<void> {
  const rig = await plugIn({ more: ["--pin", PIN] });
  await check(
    "node-hid",
    "pullstation keys lists the key; --try finds its secret stable",
    async () => {
      const command = [process.execPath, PULLSTATION, "keys"];
      const listed = await rig.runPatient([...command, "--json"]);
      const { keys } = JSON.parse(listed.out) as { keys: { kind: string; pin: unknown }[] };
      expect(keys.map(({ kind }) => kind).join() === "fido2,otp", listed.out);
      expect(JSON.stringify(keys[0]?.pin) === '{"set":true,"retries":8}', listed.out);
      const tried = await rig.runPatient([...command, "--try"], `${PIN}\n`);
      expect(tried.out.includes("the same secret at both touches"), tried.out + tried.err);
    },
  );
  await check("node-hid", "the vault process of a real ceremony sees the key", async () => {
    const { out, err } = await rig.runPatient([process.execPath, VAULT]);
    const seen = '[{"label":"Practice Key","pinSet":true,"pinRetries":8,"why":null}]\n';
    expect(out === seen, out + err);
  });
  await rig.end();
}

async function ourWaiting(): Promise<void> {
  const more = ["--pin", PIN, "--touch-timeout", "1"];
  const rig = await plugIn({ touch: "enter", more });
  await check(
    "node-hid",
    "a touch given up, one that never comes, a key unplugged meanwhile",
    async () => {
      const cancelled = await client(rig, { pin: PIN, salts: ["one"], cancelAfter: 300 });
      expect(cancelled.failed === "TOUCH_CANCELLED", cancelled.failed);
      const late = await client(rig, { pin: PIN, salts: ["one"] });
      expect(late.failed === "TOUCH_TIMEOUT", late.failed);
      const gone = await client(rig, { pin: PIN, salts: ["one"] }, "unplugged at touch");
      expect(gone.failed === "KEY_UNPLUGGED", gone.failed);
    },
  );
  await rig.end();
}

async function ourOtp(): Promise<void> {
  const rig = await plugIn({ more: ["--pin", PIN] });
  await check(
    "node-hid",
    "OTP slots that ykman programmed answer as ykman is answered",
    async () => {
      const touch = [[], ["--touch"]] as const;
      for (const slot of [1, 2] as const) {
        const asked = ["ykman", "otp", "chalresp", "--force", ...(touch[slot - 1] ?? [])];
        const set = await rig.run([...asked, String(slot), `0${slot}`.repeat(20)]);
        expect(set.status === 0, set.err);
        const challenge = Buffer.from(fido2.saltOf(`challenge ${slot}`)).toString("hex");
        const report = await client(rig, { pin: PIN, salts: [], otp: { slot, challenge } });
        const theirs = await rig.run(["ykman", "otp", "calculate", String(slot), challenge]);
        expect(report.otp.length === 40, report.failed);
        expect(theirs.out.includes(report.otp), `${theirs.out} instead of ${report.otp}`);
      }
    },
  );
  await rig.end();
}

/** A few rigs at once: each is its own key in its own testbed, and most of the time is waiting. */
async function all(rigs: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...rigs];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const absent = missing();
if (absent.length > 0) {
  for (const what of absent) process.stderr.write(`missing: ${what}\n`);
  const required = process.env["PULLSTATION_REQUIRE"] === "all";
  process.stderr.write(required ? "all of it is required here\n" : "nothing was checked\n");
  process.exitCode = required ? 1 : 0;
} else {
  try {
    const ours = [() => ourClient("2"), () => ourClient("1"), ourWaiting, ourOtp, atTerminal];
    await all([
      ykman,
      () => libfido2("2"),
      () => libfido2("1"),
      ...ours,
      keysCommand,
      kept,
      touched,
    ]);
  } finally {
    cleanUp();
  }
  process.exitCode = summary() === 0 ? 0 : 1;
}
