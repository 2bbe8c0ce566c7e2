import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verify } from "../../ceremony/verify.ts";
import { base64url, fromUtf8, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { recordName } from "../../crypto/record.ts";
import { type Entry, readCopy, RecordStore } from "../../station/record-store.ts";
import { createStationKey, loadStationKey } from "../../station/station-key.ts";
import { type Line, makeStory, type Story, testSigner } from "../ceremony/chain-kit.ts";

let home: string;
let story: Story;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "records-"));
  story = await makeStory();
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const open = (): RecordStore => RecordStore.open(home, story.signers.station);
const line = (seq: number): Line => {
  const found = story.scribe.lines[seq - 1];
  if (found === undefined) throw new Error(`the story has no record ${seq}`);
  return found;
};
const signedAt = (seq: number) => ({
  record: fromUtf8(line(seq).bytes),
  signature: line(seq).signature,
});
const files = (): string[] => readdirSync(join(home, "records")).toSorted();
const path = (file: string): string => join(home, "records", file);
const subject = () => ({
  mode: "REAL" as const,
  vaultId: story.scribe.vaultId,
  epoch: 1,
  fileSha256: story.seals[0]?.fileSha256 ?? "",
});
const entry = (more: Partial<Entry> = {}): Entry => ({
  kind: "share-checked",
  who: { custodian: "Ben" },
  why: "quarterly check",
  at: { time: "2026-03-01T02:17:00Z", clock: "station" },
  evidence: {},
  ...more,
});
const begun = async (): Promise<RecordStore> => {
  const store = open();
  await store.accept(signedAt(1));
  return store;
};

describe("the record store", () => {
  it("begins empty, takes the vault's records and adds the station's; the chain verifies", async () => {
    const store = open();
    expect(store.head()).toEqual({ seq: 1, previous: null });
    expect(store.stationKey).toBe(base64url(story.signers.station.wireKey));
    const first = await store.accept(signedAt(1));
    expect(first).toEqual({ seq: 1, sha256: hex(sha256(line(1).bytes)) });
    const second = store.append(subject(), entry());
    expect(store.head()).toEqual({ seq: 3, previous: second.sha256 });
    store.append(
      subject(),
      entry({ kind: "committed", evidence: { fileSha256: subject().fileSha256 } }),
    );
    const copy = readCopy(home);
    expect(copy === null ? null : verify([copy])).toMatchObject({
      verdict: "UNANCHORED",
      epoch: 1,
      findings: [],
    });
    expect(readCopy(join(home, "records"))?.records.size).toBe(6);
    expect(readCopy(join(home, "elsewhere"))).toBeNull();
  });

  it("goes on where it stopped", async () => {
    const store = await begun();
    const second = store.append(subject(), entry());
    expect(open().head()).toEqual({ seq: 3, previous: second.sha256 });
  });

  it("writes a whole story, byte for byte, and allowed_signers of its committed seals", async () => {
    const store = open();
    for (let seq = 1; seq <= 14; seq++) await store.accept(signedAt(seq));
    expect(readCopy(home)?.records).toEqual(story.scribe.copy().records);
    expect(new Uint8Array(readFileSync(join(home, "allowed_signers")))).toEqual(
      story.allowedSigners,
    );
  });

  it("refuses what isn't next, isn't whole or isn't its signer's, and writes nothing of it", async () => {
    const store = await begun();
    const before = files();
    const stranger = await testSigner("stranger");
    const refusals = [
      [signedAt(1), "RECORD_MISPLACED"],
      [signedAt(3), "RECORD_MISPLACED"],
      [{ ...signedAt(2), signature: line(1).signature }, "SIGNATURE_REFUSED"],
      [{ ...signedAt(2), record: `${signedAt(2).record} ` }, "RECORD_UNREADABLE"],
      [
        {
          ...signedAt(2),
          signature: story.signers.vault1.sign("pullstation-record@v1", line(2).bytes),
        },
        "SIGNER_WRONG",
      ],
    ] as const;
    for (const [signed, code] of refusals)
      await expect(store.accept(signed)).rejects.toThrow(`RECORD_REFUSED code=${code}`);
    expect(() => store.append(subject(), entry({ kind: "glass-broken" }))).toThrow(
      "RECORD_REFUSED",
    );
    expect(() => store.append(subject(), entry({ kind: "nonsense" }))).toThrow("RECORD_REFUSED");
    expect(() => store.append({ ...subject(), epoch: 7 }, entry())).toThrow("EPOCH_WRONG");
    expect(() => store.append(subject(), entry({ why: "" }))).toThrow("RECORD_MALFORMED");
    expect(files()).toEqual(before);
    expect(store.head().seq).toBe(2);
    expect((await store.accept(signedAt(2))).seq).toBe(2);
    // A laptop that no seal names yet may record, and the verdict says so.
    RecordStore.open(home, stranger).append(subject(), entry({ kind: "restored" }));
    const copy = readCopy(home);
    const codes = copy === null ? [] : verify([copy]).findings.map(({ code }) => code);
    expect(codes).toContain("STATION_UNCERTIFIED");
  });

  it("removes an append that a crash cut short, and says which files", async () => {
    await begun();
    for (const file of ["000002.json.sig", "000003.json.tmp", "000002.json.sig.tmp"])
      writeFileSync(path(file), "half");
    const store = open();
    expect(store.recovered.toSorted()).toEqual([
      "000002.json.sig",
      "000002.json.sig.tmp",
      "000003.json.tmp",
    ]);
    expect(files()).toEqual(["000001.json", "000001.json.sig"]);
    expect(store.append(subject(), entry()).seq).toBe(2);
    expect(open().recovered).toEqual([]);
  });

  it("between an append's two renames holds a signature without its record, which never was", async () => {
    const store = await begun();
    store.append(subject(), entry());
    rmSync(path("000002.json"));
    const after = open();
    expect(after.recovered).toEqual(["000002.json.sig"]);
    expect(after.head().seq).toBe(2);
  });

  it.each([
    ["in the middle", ["000002.json"]],
    ["more than one at the end", ["000002.json", "000003.json"]],
    ["all", ["000001.json", "000002.json", "000003.json"]],
  ])("keeps the signatures of records that were taken away: %s", async (_, taken) => {
    const store = await begun();
    store.append(subject(), entry());
    store.append(subject(), entry());
    for (const file of taken) rmSync(path(file));
    const before = files();
    expect(open).toThrow("CHAIN_NOT_VALID code=RECORD_MISSING");
    expect(files()).toEqual(before);
  });

  it("doesn't go on after a chain that isn't whole", async () => {
    const store = await begun();
    store.append(subject(), entry());
    store.append(subject(), entry());
    rmSync(path("000002.json.sig"));
    expect(open).toThrow("CHAIN_NOT_VALID code=SIGNATURE_MISSING");
    writeFileSync(path("000002.json"), "{}");
    expect(open).toThrow("CHAIN_NOT_VALID");
  });

  it("doesn't write over a record that another writer put in its place", async () => {
    const store = await begun();
    writeFileSync(path(recordName(2)), "another's");
    expect(() => store.append(subject(), entry())).toThrow("RECORD_REFUSED code=FORK");
    expect(readFileSync(path(recordName(2)), "utf8")).toBe("another's");
  });

  it("restores allowed_signers when it is lost or was changed", async () => {
    await begun();
    const file = join(home, "allowed_signers");
    const text = readFileSync(file, "utf8");
    expect(text.match(/namespaces="pullstation-record@v1"/g)).toHaveLength(3);
    writeFileSync(file, `${text}vault ssh-ed25519 AAAA\n`);
    open();
    expect(readFileSync(file, "utf8")).toBe(text);
    rmSync(file);
    open();
    expect(existsSync(file)).toBe(true);
  });
});

describe("the station's key", () => {
  const seed = sha256(utf8("station seed"));

  it("is written once, 0600, and loads as the same key", async () => {
    const file = join(home, "station.key");
    const created = await createStationKey(file, "PRACTICE", seed);
    const loaded = await loadStationKey(file, "PRACTICE");
    expect(loaded.wireKey).toEqual(created.wireKey);
    expect(loaded.sign("x", utf8("y"))).toBe(created.sign("x", utf8("y")));
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(createStationKey(file, "PRACTICE", seed)).rejects.toThrow("STATION_KEY_UNUSABLE");
  });

  it("is refused when others may read it, when it was changed, or in the other mode", async () => {
    const file = join(home, "station.key");
    await createStationKey(file, "PRACTICE", seed);
    await expect(loadStationKey(file, "REAL")).rejects.toThrow("STATION_KEY_UNUSABLE");
    await expect(loadStationKey(join(home, "none"), "REAL")).rejects.toThrow(
      "STATION_KEY_UNUSABLE",
    );
    if (process.platform !== "win32") {
      chmodSync(file, 0o640);
      await expect(loadStationKey(file, "PRACTICE")).rejects.toThrow("others may read it");
    }
    chmodSync(file, 0o600);
    writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
    await expect(loadStationKey(file, "PRACTICE")).rejects.toThrow("it was changed");
  });
});
