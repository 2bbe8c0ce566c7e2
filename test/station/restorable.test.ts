import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { tookOverEntry } from "../../ceremony/role.ts";
import { verifyAside } from "../../ceremony/verify.ts";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { restoreFound } from "../../contract/restore.ts";
import { readCopy } from "../../station/record-store.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { foundIn } from "../../station/restorable-found.ts";
import { asideOf } from "../../station/restoring.ts";
import { requireEmpty, requireFree, settleRestored } from "../../station/restore.ts";
import { requireRole } from "../../station/role-gate.ts";
import { RUNBOOK, realStation } from "./real-station.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// What the review process tells of copies on sticks, and what main makes of them.

let old: string;
let home: string;
let into: string;
beforeAll(async () => {
  old = freshFolder();
  await realStation(old);
}, 60_000);
afterAll(() => remove(old));
beforeEach(() => {
  home = freshFolder();
  into = join(home, "station");
});
afterEach(() => remove(home));

/** What a stick carries. */
function stick(name: string, of = old): { readonly name: string; readonly folder: string } {
  const folder = join(home, name);
  mkdirSync(folder);
  for (const file of ["vault.pullstation", "records", "runbook.md", "policy.json"])
    cpSync(join(of, file), join(folder, file), { recursive: true });
  return { name, folder };
}

const said = (oldStation: "gone" | "kept") => ({
  officer: "Mia Roth",
  oldStation,
  anchoredBy: { vaultId: true, head: false },
  copies: 1,
  notes: [],
  seed: () => new Uint8Array(32).fill(7),
  time: "2026-11-23T12:00:00Z",
});
const settle = (oldStation: "gone" | "kept", dir = into) => settleRestored(dir, said(oldStation));

/** A spare or a primary, restored from a stick of the old station. */
async function restored(oldStation: "gone" | "kept", name: string): Promise<string> {
  const dir = join(home, name);
  foundIn([stick(`stick-of-${name}`)], {}, dir);
  await settle(oldStation, dir);
  return dir;
}

describe("what lies on the sticks", () => {
  it("is told as people need it, and nothing is written by looking", () => {
    const found = foundIn([stick("USB")], {}, null);
    expect(restoreFound.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      failure: null,
      take: "USB",
      mode: "REAL",
      epoch: 1,
      head: { seq: 2 },
      vault: { name: "Acme Prod", threshold: 2, custodians: 2, keys: 2 },
      certified: true,
      findings: [],
      anchoredBy: { vaultId: false, head: false },
    });
    expect(existsSync(asideOf(into))).toBe(false);
  });

  it("names a head that the copy doesn't reach, and lays out nothing", () => {
    const head = { seq: 9, sha256: "ab".repeat(32) };
    const found = foundIn([stick("USB")], { head }, into);
    expect(found).toMatchObject({
      failure: { code: "RESTORE_NOT_WHOLE", about: { codes: "HEAD_DIFFERS" } },
      take: null,
    });
    expect(existsSync(asideOf(into))).toBe(false);
  });

  it("names a fork of two stations that both went on", async () => {
    const [one, other] = [await restored("gone", "one"), await restored("kept", "other")];
    const { failure, findings } = foundIn([stick("A", one), stick("B", other)], {}, null);
    expect(failure?.code).toBe("RESTORE_NOT_WHOLE");
    expect(findings.map(({ code }) => code)).toContain("FORK");
  });

  it("tells sticks of several vaults apart, and what holds no copy", async () => {
    const second = join(home, "second");
    await realStation(second);
    expect(foundIn([stick("A"), stick("B", second)], {}, null).failure?.code).toBe(
      "COPIES_OF_SEVERAL_VAULTS",
    );
    mkdirSync(join(home, "bare", "records"), { recursive: true });
    expect(foundIn([{ name: "bare", folder: join(home, "bare") }], {}, null).failure).toEqual({
      code: "COPY_MISSING",
      about: { path: "bare" },
    });
  }, 60_000);

  it("says once that a laptop is uncertified, and tolerates it", async () => {
    const one = await restored("gone", "one");
    const records = await openRecords(one, "REAL", () => new Uint8Array(32));
    const commit = readStory(one).find(({ kind }) => kind === "committed");
    if (commit === undefined) throw new Error("it was committed");
    records.append(subjectOf(commit), tookOverEntry("gone", "Mia Roth", "2026-11-24T12:00:00Z"));
    const found = foundIn([stick("A", one)], {}, null);
    expect(found).toMatchObject({ failure: null, certified: false });
    expect(found.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["STATION_UNCERTIFIED", "note"],
    ]);
  });
});

describe("the station that is made of it", () => {
  it("has the sealed files, a key of its own and the record; it is whole, and not certified", async () => {
    foundIn([stick("USB")], {}, into);
    expect(existsSync(into)).toBe(false);
    const { record } = await settle("gone");
    expect(record.seq).toBe(3);
    expect(readFileSync(join(into, "vault.pullstation"))).toEqual(
      readFileSync(join(old, "vault.pullstation")),
    );
    expect(readFileSync(join(into, "runbook.md"), "utf8")).toBe(RUNBOOK);
    expect(existsSync(asideOf(into))).toBe(false);
    const copy = readCopy(into);
    const { vaultId = "" } = readStory(into)[0] ?? {};
    const found = await verifyAside(copy === null ? [] : [copy], { vaultId });
    expect(found.verdict).toBe("INVALID");
    expect(verdictAtStation(found)).toBe("RESTORED");
    // Anything worse than that stays what it is.
    rmSync(join(into, "records", "000002.json.sig"));
    const broken = readCopy(into);
    expect(verdictAtStation(await verifyAside(broken === null ? [] : [broken], { vaultId }))).toBe(
      "INVALID",
    );
  });

  it.each(["runbook.md", "policy.json"])("has no %s but the sealed one", async (file) => {
    const whole = stick("USB");
    foundIn([whole], {}, into);
    expect(readFileSync(join(asideOf(into), file))).toEqual(readFileSync(join(old, file)));
    writeFileSync(join(whole.folder, file), "somebody else's");
    foundIn([whole], {}, into);
    expect(existsSync(join(asideOf(into), file))).toBe(false);
    await settle("gone");
    expect(existsSync(join(into, file))).toBe(false);
  });

  it("takes the place of a folder in which nothing was ever sealed, and keeps its proxy", async () => {
    await openRecords(into, "REAL", () => new Uint8Array(32).fill(9));
    writeFileSync(join(into, "proxy.txt"), "http://proxy.example:3128\n");
    writeFileSync(join(into, "vault.pullstation.candidate"), "never counted");
    foundIn([stick("USB")], {}, into);
    await settle("kept");
    expect(readFileSync(join(into, "proxy.txt"), "utf8")).toContain("proxy.example");
    expect(existsSync(join(into, "vault.pullstation.candidate"))).toBe(false);
    expect(readStory(into).at(-1)?.evidence["stationKey"]).toBeTypeOf("string");
  });

  it.each(["vault.pullstation", "journal/INC-1.jsonl", "open/INC-1.json", "records/000001.json"])(
    "is never written over one that has %s",
    (file) => {
      mkdirSync(join(into, file, ".."), { recursive: true });
      writeFileSync(join(into, file), "something");
      expect(() => requireEmpty(into)).toThrow(
        expect.objectContaining({ code: "RESTORE_FOLDER_USED" }),
      );
    },
  );
});

describe("a spare", () => {
  it("opens nothing before somebody recorded what became of the primary", async () => {
    const dir = await restored("kept", "spare");
    const refused = expect.objectContaining({
      code: "STATION_IS_SPARE",
      about: { since: "2026-11-23", seq: 2 },
    });
    expect(() => requireRole(dir, "open")).toThrow(refused);
    expect(() => requireRole(dir, "rotate")).toThrow(refused);
    const records = await openRecords(dir, "REAL", () => new Uint8Array(32));
    const commit = readStory(dir).find(({ kind }) => kind === "committed");
    if (commit === undefined) throw new Error("it was committed");
    const say = (primary: "gone" | "unreachable"): void =>
      void records.append(
        subjectOf(commit),
        tookOverEntry(primary, "Mia Roth", "2026-11-24T12:00:00Z"),
      );
    say("unreachable");
    requireRole(dir, "open");
    expect(() => requireRole(dir, "rotate")).toThrow(refused);
    say("gone");
    requireRole(dir, "open");
    requireRole(dir, "rotate");
  });

  it("is restored anew where it was, and what it was is kept; a primary never is", async () => {
    const dir = await restored("kept", "spare");
    const before = readStory(dir).at(-1)?.written.sha256;
    foundIn([stick("newer")], {}, dir);
    const { record } = await settleRestored(
      dir,
      { ...said("kept"), time: "2026-12-01T12:00:00.000Z", seed: () => new Uint8Array(32).fill(8) },
      true,
    );
    expect(record.seq).toBe(3);
    const kept = `${dir}.until-2026-12-01T12-00-00-000Z`;
    expect(readStory(kept).at(-1)?.written.sha256).toBe(before);
    expect(readStory(dir).at(-1)?.written.sha256).not.toBe(before);
    const used = expect.objectContaining({ code: "RESTORE_FOLDER_USED" });
    const primary = await restored("gone", "primary");
    await expect(requireFree(primary, true)).rejects.toEqual(used);
    await expect(requireFree(dir, false)).rejects.toEqual(used);
    // Its own use is reviewed first: nobody would ask for it afterwards.
    const records = await openRecords(dir, "REAL", () => new Uint8Array(32));
    const commit = readStory(dir).find(({ kind }) => kind === "committed");
    if (commit === undefined) throw new Error("it was committed");
    const { seq } = records.append(subjectOf(commit), {
      kind: "access-open",
      who: { responder: "Ivo Brandt" },
      why: "the emergency access is open",
      at: { time: "2026-12-02T12:00:00Z", clock: "aws" },
      evidence: { incident: "INC-7" },
    });
    // Only a vault's own key signs that its glass was broken; here nobody looks at the signature.
    const file = join(dir, "records", `00000${seq}.json`);
    writeFileSync(file, readFileSync(file, "utf8").replace('"access-open"', '"glass-broken"'));
    await expect(requireFree(dir, true)).rejects.toMatchObject({
      code: "RESTORE_REVIEW_DUE",
      about: { incidents: "INC-7" },
    });
    // What may be open there is brought to rest first.
    mkdirSync(join(dir, "open"));
    writeFileSync(join(dir, "open", "INC-1.close"), "{}");
    await expect(requireFree(dir, true)).rejects.toEqual(used);
  });

  it("is told which of its own records a copy doesn't hold", async () => {
    const dir = await restored("kept", "spare");
    expect(foundIn([stick("newer")], {}, null, dir).beside).toEqual({ common: 2, own: 3 });
    expect(foundIn([stick("of-it", dir)], {}, null, dir).beside).toEqual({ common: 3, own: 3 });
    expect(foundIn([stick("no-spare")], {}, null).beside).toBeNull();
  });

  it("is not restored anew from a copy that tells of its own past another story", async () => {
    const dir = await restored("kept", "spare");
    const other = join(home, "other");
    cpSync(old, other, { recursive: true });
    for (const name of ["000002.json", "000002.json.sig"]) rmSync(join(other, "records", name));
    const commit = readStory(old).at(-1);
    if (commit === undefined) throw new Error("it was committed");
    const records = await openRecords(other, "REAL", () => new Uint8Array(32));
    const { kind, who, why, evidence } = commit;
    const at = { time: "2026-11-22T13:00:00Z", clock: "station" } as const;
    records.append(subjectOf(commit), { kind, who, why, at, evidence });
    const found = foundIn([stick("forked", other)], {}, dir, dir);
    expect(found).toMatchObject({ failure: null, beside: { common: 1, own: 3 } });
    const before = readStory(dir).length;
    await expect(settleRestored(dir, said("kept"), true)).rejects.toMatchObject({
      code: "RESTORE_FORKS",
      about: { seq: 2 },
    });
    expect(readStory(dir)).toHaveLength(before);
    expect(existsSync(join(dir, "station.lock"))).toBe(false);
  });

  it("is none where the old station is gone, nor where nothing was restored", async () => {
    requireRole(await restored("gone", "primary"), "rotate");
    requireRole(old, "rotate");
  });
});
