import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { touchVault } from "../../ceremony/touch.ts";
import { WORDS } from "../../contract/words.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readStory } from "../../station/records-folder.ts";
import { readVault } from "../../station/vault-file.ts";
import { keyOnFile } from "../practice/plugged-key.ts";
import { judged, openedIn, recordsIn, recoverIn, sealIn, setStage, unsealIn } from "./rehearsal.ts";
import { freshFolder, leftOvers, remove } from "./seal-kills.ts";
import { proveIn, rotateIn } from "./rotation.ts";

const ACCOUNT = "111122223333";
const MINUTE = 60_000;

let template: string;
let names: readonly string[];
const made: string[] = [];
function sealedFolder(): string {
  const dir = freshFolder();
  cpSync(template, dir, { recursive: true });
  made.push(dir);
  return dir;
}

beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
  names = parseVault(readVault(template)).header.custodians.map(({ name }) => name);
}, MINUTE);
afterEach(() => {
  for (const dir of made.splice(0)) remove(dir);
});

const kinds = (dir: string): readonly string[] => readStory(dir).map(({ kind }) => kind);
const header = (dir: string) => parseVault(readVault(dir)).header;
const labels = (dir: string) => header(dir).keys.map(({ label }) => label);
const contentsIn = async (dir: string, label: string) => {
  const { contents, wipe } = await unsealIn(dir, label);
  wipe();
  return contents;
};
const csv = (id: string): string => `Access key ID,Secret access key\n${id},${"s".repeat(40)}\n`;

/** New access keys as the console gives them, for the sealed account. */
function newKeys(dir: string): string[] {
  const files = { activator: "AKIAPRACTICENEWAAAA2", emergency: "AKIAPRACTICENEWEEEE2" };
  return Object.entries(files).map(([role, id]) => {
    const file = join(dir, "practice", `${ACCOUNT}-${role}-new.csv`);
    writeFileSync(file, csv(id));
    return file;
  });
}

/** Each of the cards of the first epoch at the vault that lies in `dir` now. */
async function oldCardsAt(dir: string): Promise<readonly string[]> {
  const vault = parseVault(readVault(dir));
  const people = JSON.parse(readFileSync(join(template, "practice/people.json"), "utf8")) as Record<
    string,
    string
  >;
  const entering = beginUnseal(vault, WORDS);
  const said: string[] = [];
  for (const place of [1, 2]) {
    const payload = readFileSync(join(template, "cards", `00${place}.txt`), "utf8");
    const verdict = await entering.add({ payload }, new SecretBytes(utf8(people[place] ?? "")));
    said.push(verdict.kind === "rejected" ? verdict.why : verdict.kind);
  }
  return said;
}

const touched = async (dir: string, label: string) => {
  const key = keyOnFile(join(dir, "practice", `key-${label}.json`), label, "2468");
  const touch = await touchVault(key, parseVault(readVault(dir)), "2468");
  return touch.kind === "touch" ? "opens" : touch.why;
};

/** Ends at the second custodian's re-entry. */
const interrupted = async (dir: string): Promise<void> => {
  const left = new Error("somebody left");
  const reenterOnce = rotateIn(dir, {
    cast: (cast) => ({
      reenter: (place, refused) =>
        place === 1 ? cast.reenter(place, refused) : Promise.reject(left),
    }),
    plan: { custodians: [...names] },
  });
  await expect(reenterOnce).rejects.toBe(left);
};

describe("a rotation", () => {
  test("makes everything anew for the next epoch, and the old cards open it no more", async () => {
    const dir = sealedFolder();
    const before = parseVault(readVault(dir));
    const told: unknown[] = [];
    const { subject, remains } = await rotateIn(dir, {
      plan: { custodians: [...names] },
      // Nobody is told of a proof that a crash could take back.
      cast: () => ({
        proven: (place) => told.push([place, readStory(dir).at(-1)?.evidence["place"]]),
      }),
    });
    expect(told).toEqual(names.map((_, index) => [index + 1, index + 1]));
    const after = parseVault(readVault(dir));
    expect(subject.epoch).toBe(2);
    expect(after.epoch.vaultId).toEqual(before.epoch.vaultId);
    for (const field of ["vaultKey", "salt", "check"] as const)
      expect(after.header[field]).not.toEqual(before.header[field]);
    expect(await openedIn(dir)).toBe(ACCOUNT);
    expect(await oldCardsAt(dir)).toEqual(["OTHER_EPOCH", "OTHER_EPOCH"]);
    expect(await judged(dir)).toEqual({
      verdict: "VALID",
      kinds: ["sealed", "committed", "rotated", "share-checked", "share-checked", "committed"],
      findings: [],
    });
    expect(remains.map(({ code }) => code)).toEqual([
      "ROTATION_OLD_SET_OPENS",
      "ROTATION_KEYS_KEPT",
      "ROTATION_KEY_CARRIED",
    ]);
    expect(leftOvers(dir)).toEqual([]);
  });

  test("names who opened the old epoch, and is signed by its key", async () => {
    const dir = sealedFolder();
    await rotateIn(dir);
    const rotated = readStory(dir).find(({ kind }) => kind === "rotated");
    expect(rotated).toMatchObject({
      epoch: 1,
      who: { custodians: names.toReversed().join(", "), key: "north" },
      evidence: {
        epoch: 2,
        about: { carried: ["north", "south"], keptKeys: [ACCOUNT], trialOpenedWith: ["north"] },
      },
      // What was not there is not said to have opened.
      why: "sealed anew for the next epoch, proven by re-reading every card and by a trial opening with north; carried over and not tried: south",
    });
  });

  test("changes custodians, n and k", async () => {
    const dir = sealedFolder();
    const custodians = ["Dora", "Emil", "Fay", "Gus"];
    await rotateIn(dir, { plan: { custodians, threshold: 3 } });
    expect(header(dir)).toMatchObject({ threshold: 3 });
    expect(header(dir).custodians.map(({ name }) => name)).toEqual(custodians);
    expect(await openedIn(dir)).toBe(ACCOUNT);
  });

  test("takes in new access keys, refuses those it has, and says what stays true", async () => {
    const dir = sealedFolder();
    const old = await contentsIn(dir, "north");
    const file = join(dir, "practice", `${ACCOUNT}-activator-old.csv`);
    writeFileSync(file, csv(old.accounts[0]?.activator.accessKeyId ?? ""));
    await expect(rotateIn(dir, { plan: { keyFiles: [file] } })).rejects.toMatchObject({
      code: "KEY_SEALED_ALREADY",
    });
    expect(kinds(dir)).toEqual(["sealed", "committed"]);
    const { remains } = await rotateIn(dir, { plan: { keyFiles: newKeys(dir) } });
    expect(remains).toContainEqual({
      code: "ROTATION_OLD_KEYS_LIVE",
      about: { epoch: 1, accounts: ACCOUNT },
    });
    const [account] = (await contentsIn(dir, "north")).accounts;
    expect(account).toMatchObject({
      activator: { accessKeyId: "AKIAPRACTICENEWAAAA2" },
      emergency: { accessKeyId: "AKIAPRACTICENEWEEEE2" },
      // The device and its seed are the same: only the access keys are new.
      totpSeed: old.accounts[0]?.totpSeed,
      boundarySha256: old.accounts[0]?.boundarySha256,
    });
  });

  test("changes runbook and policy together with the vault, and not before", async () => {
    const dir = sealedFolder();
    const runbookFile = join(dir, "practice", "runbook-new.md");
    writeFileSync(runbookFile, "# New runbook\n\n# Secret pages\n\nthe safe's code\n");
    const policyFile = join(dir, "practice", "policy-new.json");
    const policy = JSON.parse(readFileSync(join(dir, "policy.json"), "utf8")) as object;
    writeFileSync(policyFile, JSON.stringify({ ...policy, defaultDurationSeconds: 1 }));
    const read = (name: string) => readFileSync(join(dir, name), "utf8");
    const [runbook, before] = [read("runbook.md"), read("policy.json")];
    await rotateIn(dir, {
      plan: { runbookFile, policyFile },
      cast: (cast) => ({
        reenter: (place, refused) => {
          expect([read("runbook.md"), read("policy.json")]).toEqual([runbook, before]);
          return cast.reenter(place, refused);
        },
      }),
    });
    expect(read("runbook.md")).toBe("# New runbook\n\n");
    expect(hex(sha256(utf8(read("runbook.md"))))).toBe(header(dir).runbookSha256);
    expect(JSON.parse(read("policy.json"))).toMatchObject({ defaultDurationSeconds: 1 });
    expect((await contentsIn(dir, "north")).secretPages).toContain("the safe's code");
  });

  test("a runbook that lies there changed is not sealed unasked", async () => {
    const dir = sealedFolder();
    writeFileSync(join(dir, "runbook.md"), "# Another\n");
    await expect(rotateIn(dir)).rejects.toMatchObject({ code: "RUNBOOK_NOT_AS_SEALED" });
  });
});

describe("security keys at a rotation", () => {
  test("one that is lost is revoked while another lies in a safe", async () => {
    const dir = sealedFolder();
    // The stage touches north to open; south is nowhere, and stays.
    await rotateIn(dir, { plan: { carry: ["north", "south"] } });
    expect(await touched(dir, "south")).toBe("opens");
    const next = sealedFolder();
    const { remains } = await rotateIn(next, { plan: { carry: ["north"] } });
    expect(labels(next)).toEqual(["north"]);
    expect(await touched(next, "north")).toBe("opens");
    expect(await touched(next, "south")).toBe("KEY_HAS_NO_CREDENTIAL");
    expect(remains.map(({ code }) => code)).toContain("ROTATION_KEY_REVOKED");
  });

  test("one on the table is enrolled anew, and its old answer is worth nothing", async () => {
    const dir = sealedFolder();
    const saltOf = (label: string) =>
      header(dir).keys.flatMap((key) => (key.label === label && "salt" in key ? [key.salt] : []));
    const [north, south] = [saltOf("north"), saltOf("south")];
    const { remains } = await rotateIn(dir, { enrol: [0] });
    expect(saltOf("north")).not.toEqual(north);
    expect(saltOf("south")).toEqual(south);
    expect(await openedIn(dir)).toBe(ACCOUNT);
    expect(remains).toContainEqual({
      code: "ROTATION_KEY_CARRIED",
      about: { epoch: 1, labels: "south" },
    });
  });

  test("the set needs a key on the table: without one nothing could prove it", async () => {
    const dir = sealedFolder();
    await expect(rotateIn(dir, { plan: { carry: ["south"] } })).rejects.toMatchObject({
      code: "ROTATION_NEEDS_KEY",
    });
    expect(kinds(dir)).toEqual(["sealed", "committed"]);
    expect(leftOvers(dir)).toEqual([]);
  });

  test("one that the vault doesn't have can't be carried", async () => {
    await expect(rotateIn(sealedFolder(), { plan: { carry: ["east"] } })).rejects.toMatchObject({
      code: "ROTATION_CHANGES_NOTHING_THERE",
    });
  });
});

describe("until every new share is proven, the old set is the one that opens", () => {
  test("a rotation that ended in the middle of its proof is gone on with", async () => {
    const dir = sealedFolder();
    await interrupted(dir);
    expect(header(dir).threshold).toBe(2);
    expect(await oldCardsAt(dir)).toEqual(["accepted", "accepted"]);
    expect(await recoverIn(dir)).toBe("pending");
    expect(pendingRotation(dir, readStory(dir))).toMatchObject({ done: [1], custodians: names });
    const asked: number[] = [];
    await proveIn(dir, {
      cast: (cast) => ({
        reenter: (place, refused) => {
          asked.push(place);
          return cast.reenter(place, refused);
        },
      }),
    });
    expect(asked).toEqual([2]);
    expect(await oldCardsAt(dir)).toEqual(["OTHER_EPOCH", "OTHER_EPOCH"]);
    expect(await openedIn(dir)).toBe(ACCOUNT);
    expect((await judged(dir)).verdict).toBe("VALID");
    expect(await recoverIn(dir)).toBe("nothing");
  });

  test("cancelled, it is never committed, and a new one is another set of the same epoch", async () => {
    const dir = sealedFolder();
    await interrupted(dir);
    const given = cancelRotation(dir, readStory(dir), await recordsIn(dir), clock.now());
    expect(leftOvers(dir)).toEqual([]);
    expect(await recoverIn(dir)).toBe("nothing");
    expect(await oldCardsAt(dir)).toEqual(["accepted", "accepted"]);
    const records = await recordsIn(dir);
    expect(() =>
      records.append(given.candidate, {
        kind: "committed",
        who: {},
        why: "by force",
        at: { time: clock.now(), clock: "station" },
        evidence: { fileSha256: given.candidate.fileSha256 },
      }),
    ).toThrow(expect.objectContaining({ code: "RECORD_REFUSED" }));
    const { subject } = await rotateIn(dir);
    expect(subject.epoch).toBe(2);
    expect(subject.fileSha256).not.toBe(given.candidate.fileSha256);
    expect((await judged(dir)).verdict).toBe("VALID");
  });

  test("a second rotation is refused while one waits", async () => {
    const dir = sealedFolder();
    await interrupted(dir);
    await expect(rotateIn(dir)).rejects.toMatchObject({ code: "ROTATION_PENDING" });
    expect(pendingRotation(dir, readStory(dir))).not.toBeNull();
  });

  test("a share that is refused at re-entry stands in the records, and nothing counts", async () => {
    const dir = sealedFolder();
    await expect(
      rotateIn(dir, {
        // The second custodian brings the first one's card.
        cast: (cast) => ({
          reenter: (place, refused) => cast.reenter(place === 2 ? 1 : place, refused),
        }),
      }),
    ).rejects.toMatchObject({ code: "REENTRY_REFUSED" });
    expect(await oldCardsAt(dir)).toEqual(["accepted", "accepted"]);
    await proveIn(dir);
    expect(await openedIn(dir)).toBe(ACCOUNT);
  });

  test("no card of a candidate is shown by a process that only proves it", async () => {
    const dir = sealedFolder();
    await interrupted(dir);
    expect(existsSync(join(dir, "cards/epoch-2/001.txt"))).toBe(true);
    await proveIn(dir, {
      cast: (cast, stage) => ({
        reenter: async (place, refused) => {
          await expect(stage.ask("choosePassphrase", { place })).rejects.toMatchObject({
            code: "STEP_OUT_OF_ORDER",
          });
          return cast.reenter(place, refused);
        },
      }),
    });
  });
});
