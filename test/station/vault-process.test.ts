import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openOrder } from "../../ceremony/access/order.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests, vaultView } from "../../contract/vault.ts";
import { openRecords } from "../../station/records-folder.ts";
import { type BoxKeyPair, boxKeyPair } from "../../crypto/box.ts";
import { base64url, fromBase64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { parseRecord } from "../../crypto/record.ts";
import { verifySshsig } from "../../crypto/sshsig.ts";
import { serveVault } from "../../station/vault-process.ts";
import { type Rehearsal, rehearsal, sealIn, setStage } from "./rehearsal.ts";

const dir = mkdtempSync(join(tmpdir(), "pullstation-vault-process-"));
const trail = {
  arn: "arn:aws:cloudtrail:eu-central-1:111122223333:trail/audit",
  bucket: "audit-trail",
};
let subject: Subject;
let online: BoxKeyPair;

beforeAll(async () => {
  await setStage(dir);
  subject = await sealIn(dir, { trail });
  online = await boxKeyPair();
}, 60_000);

async function onStage<T>(work: (stage: Rehearsal) => Promise<T>): Promise<T> {
  const stage = rehearsal();
  try {
    await stage.ask("start", { dir, fresh: null, latencyMs: 0 });
    return await work(stage);
  } finally {
    await stage.end();
  }
}

const order = async () => {
  const records = await openRecords(dir, "PRACTICE", () => randomBytes(32));
  return {
    publicKey: base64url(online.publicKey),
    incident: "INC-1",
    reason: "the identity provider is down",
    responder: "Ada",
    officer: "Ben",
    purpose: "rest" as const,
    durationSeconds: 20,
    stationKey: records.stationKey,
    head: records.head(),
    at: "2026-11-22T12:00:00.000Z",
    latestDeadline: "2026-11-22T12:15:20.000Z",
  };
};

test("a vault file that the records don't call live is refused before the first card", () =>
  onStage(async (stage) => {
    const vault = await stage.vault();
    for (const committed of [null, "00".repeat(32)])
      await expect(vault.ask("beginUnseal", { dir, committed })).rejects.toMatchObject({
        code: "VAULT_NOT_COMMITTED",
      });
    await expect(stage.ask("enterShare", { place: 1, mistake: null })).rejects.toMatchObject({
      code: "STEP_OUT_OF_ORDER",
    });
  }));

test("the order of steps is the process's own: no unsealing without touch, none without quorum", () =>
  onStage(async (stage) => {
    const vault = await stage.vault();
    await expect(vault.ask("handOver", await order())).rejects.toMatchObject({
      code: "STEP_OUT_OF_ORDER",
    });
    await vault.ask("beginUnseal", { dir, committed: subject.fileSha256 });
    await stage.ask("enterShare", { place: 1, mistake: null });
    await expect(vault.ask("unseal", null)).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
    await stage.ask("touch", null);
    await expect(vault.ask("unseal", null)).rejects.toMatchObject({
      code: "QUORUM_INCOMPLETE",
      about: { have: 1, need: 2 },
    });
  }));

/** The vault process of an app, and the lane of its windows. */
async function withWindows() {
  const [main, people, key] = [portPair(), portPair(), portPair()];
  await serveVault({ main: main[1], people: people[1], key: key[1] }, () => 0);
  const told: unknown[] = [];
  const { ask } = connect(main[0], vaultRequests, (view) => told.push(vaultView.parse(view)));
  await ask("join", { people: null, practiceKeys: true, mediaRoots: [] });
  await ask("beginUnseal", { dir, committed: subject.fileSha256 });
  const passphrases = JSON.parse(readFileSync(join(dir, "practice", "people.json"), "utf8"));
  const share = (place: number) => ({
    card: { payload: readFileSync(join(dir, "cards", `00${place}.txt`), "utf8") },
    passphrase: passphrases[place] as string,
  });
  return { ask, told, share, window: connect(people[0], ceremonyRequests) };
}

test("a window is let go only once what was asked there is settled, and told", async () => {
  const { ask, told, share, window } = await withWindows();
  await ask("seat", { task: "share", at: null });
  // The window goes here: nobody waits for this answer.
  void window.ask("enterShare", share(1));
  await ask("release", null);
  expect(told).toMatchObject([{ kind: "share", verdict: "accepted", have: 1 }]);
  // What comes of it later is nobody's.
  await expect(window.ask("enterShare", share(2))).rejects.toMatchObject({
    code: "SENDER_REFUSED",
  });
});

test("a window is answered its own task, at its own place, and nothing else", async () => {
  const { ask, share, window } = await withWindows();
  const said = (
    name: "enterShare" | "touch" | "card" | "saveCard" | "choosePassphrase" | "keys",
    input: unknown,
  ) =>
    window.ask(name, input as never).then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
  const card = (place: number) => said("card", { place, paper: "A4" });
  expect(await said("enterShare", share(1))).toBe("SENDER_REFUSED");
  await ask("seat", { task: "card", at: 2 });
  // It is asked too early, by the right one.
  expect(await card(2)).toBe("STEP_OUT_OF_ORDER");
  expect([await card(1), await said("saveCard", { place: 3 })]).toEqual([
    "SENDER_REFUSED",
    "SENDER_REFUSED",
  ]);
  expect(await said("choosePassphrase", { place: 2 })).toBe("SENDER_REFUSED");
  expect(await said("enterShare", share(1))).toBe("SENDER_REFUSED");
  await ask("seat", { task: "share", at: null });
  expect(await said("touch", { pin: "" })).toBe("SENDER_REFUSED");
  expect(await said("enterShare", share(1))).toBe("answered");
});

test("the glass-broken record names whose shares and key opened, and the order says what for", () =>
  onStage(async (stage) => {
    const vault = await stage.vault();
    const begun = await vault.ask("beginUnseal", { dir, committed: subject.fileSha256 });
    for (const place of [2, 1]) await stage.ask("enterShare", { place, mistake: null });
    const { label } = await stage.ask("touch", null);
    await vault.ask("unseal", null);
    const over = await vault.ask("handOver", await order());
    const record = parseRecord(utf8(over.record));
    const names = begun.custodians.map(({ name }) => name).toReversed();
    expect(record.who).toMatchObject({ custodians: names.join(", "), key: label });
    expect(record.evidence["purpose"]).toBe("rest");
    expect(record.evidence["trail"]).toEqual(trail);
    verifySshsig({
      armored: over.signature,
      namespace: "pullstation-drill@v1",
      message: utf8(over.record),
    });
    const opened = await openOrder(online, fromBase64url(over.box));
    expect(opened).toMatchObject({
      mode: "PRACTICE",
      purpose: "rest",
      incident: "INC-1",
      recordSha256: hex(sha256(utf8(over.record))),
      // Twenty seconds from then on end when the record says that it ends at the latest.
      goodForMs: 15 * 60_000,
    });
    // What the review asks for, in the vault's own word.
    const { profile, regions } = opened.policy;
    expect(record.evidence).toMatchObject({ profile, regions });
    // The vault is shut again: nothing more is handed over.
    await expect(vault.ask("handOver", await order())).rejects.toMatchObject({
      code: "STEP_OUT_OF_ORDER",
    });
  }));
