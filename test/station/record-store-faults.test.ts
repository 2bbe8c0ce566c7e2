import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replay, verify } from "../../ceremony/verify.ts";
import { fromUtf8, utf8 } from "../../crypto/bytes.ts";
import { allowedSigners } from "../../crypto/record.ts";
import { type Entry, readCopy, RecordStore, type Written } from "../../station/record-store.ts";
import { makeStory, type Story } from "../ceremony/chain-kit.ts";
import { Disk, REFUSED, type Trouble } from "../crash/disk.ts";

// A disk that refuses, at every file operation of an append, and then is well again: the same store
// goes on, as an app does that no full disk ends.

let story: Story;
/** The story's first records, written once for each of their numbers. */
let begun: string;
beforeAll(async () => {
  story = await makeStory();
  begun = mkdtempSync(join(tmpdir(), "records-faults-"));
  for (const { after } of Object.values(ACTS)) {
    const store = RecordStore.open(join(begun, String(after)), story.signers.station);
    for (let seq = 1; seq <= after; seq++) await accept(store, seq);
  }
});
afterAll(() => rmSync(begun, { recursive: true, force: true }));

function storeAfter(after: number): { home: string; store: RecordStore } {
  const home = mkdtempSync(join(tmpdir(), "records-faults-"));
  cpSync(join(begun, String(after)), home, { recursive: true });
  return { home, store: RecordStore.open(home, story.signers.station) };
}

const subject = () => ({
  mode: "REAL" as const,
  vaultId: story.scribe.vaultId,
  epoch: 1,
  fileSha256: story.seals[0]?.fileSha256 ?? "",
});
const entry = (why: string, more: Partial<Entry> = {}): Entry => ({
  kind: "share-checked",
  who: { custodian: "Ben" },
  why,
  at: { time: "2026-03-01T02:17:00Z", clock: "station" },
  evidence: {},
  ...more,
});
const accept = async (store: RecordStore, seq: number): Promise<Written> => {
  const { bytes, signature } = story.scribe.lines[seq - 1] ?? {};
  return store.accept({
    record: fromUtf8(bytes ?? new Uint8Array()),
    signature: signature ?? "",
  });
};

/** What is written while the disk refuses, after so many records of the story. */
interface Act {
  readonly after: number;
  readonly write: (store: RecordStore) => Promise<Written>;
}
const ACTS: Readonly<Record<string, Act>> = {
  "a record of the station": {
    after: 3,
    write: async (store) => store.append(subject(), entry("the first")),
  },
  "a committed record": {
    after: 2,
    write: async (store) => {
      const { fileSha256 } = subject();
      return store.append(
        subject(),
        entry("it counts", { kind: "committed", evidence: { fileSha256 } }),
      );
    },
  },
  "a seal's record": { after: 0, write: (store) => accept(store, 1) },
  "a record that the vault signed": { after: 4, write: (store) => accept(store, 5) },
};

interface Ran {
  readonly operations: readonly string[];
  /** What callers were told is written. */
  readonly told: readonly Written[];
  /** The disk's own chain after the refusal, and the store's. */
  readonly heads: readonly [disk: unknown, store: unknown];
  /** At the next start. */
  readonly kinds: readonly (string | null)[];
  readonly lost: readonly Written[];
  readonly errors: readonly unknown[];
  readonly refused: boolean;
}

const headOf = (home: string): unknown => {
  const copy = readCopy(home);
  const { head, live } = replay(copy === null ? [] : [copy]).walk.result();
  return { seq: (head?.seq ?? 0) + 1, previous: head?.sha256 ?? null, live: live?.fileSha256 };
};

/** `again`: what was refused is asked for once more, before the next record. */
interface Then {
  readonly again: boolean;
  readonly cut: boolean;
}

async function run(act: Act, trouble: Trouble, { again, cut }: Then): Promise<Ran> {
  const { home, store } = storeAfter(act.after);
  const disk = new Disk(home, join(home, "none"));
  try {
    const told: Written[] = [];
    disk.arm(trouble);
    const first = await act.write(store).catch((error: unknown) => error as Error);
    const operations = [...disk.operations];
    if (!(first instanceof Error)) told.push(first);
    if (trouble.kind === "refuse" && trouble.stays)
      expect(() => store.append(subject(), entry("the second"))).toThrow(/./);
    disk.lift();
    const heads = [headOf(home), { ...store.head(), live: store.committed ?? undefined }] as const;
    if (again && first instanceof Error) told.push(await act.write(store));
    // Before the first record there is no vault to speak of.
    if (store.head().seq > 1) told.push(store.append(subject(), entry("the second")));
    if (cut) disk.cutPower(() => 0);
    const signers = readCopy(home)?.allowedSigners;
    const { seq } = RecordStore.open(home, story.signers.station).head();
    const copy = readCopy(home);
    // Who signs was written with the records, not only at the next start.
    if (!cut) expect(signers).toEqual(copy?.allowedSigners);
    const { records, findings } = verify(copy === null ? [] : [copy]);
    expect(seq).toBe(records.length + 1);
    return {
      operations,
      told,
      heads,
      kinds: records.map(({ kind }) => kind),
      lost: told.filter((one) => records[one.seq - 1]?.sha256 !== one.sha256),
      errors: findings.filter(({ severity }) => severity === "error"),
      refused: first instanceof Error,
    };
  } finally {
    disk.end();
    rmSync(home, { recursive: true, force: true });
  }
}

describe.each(Object.entries(ACTS))("%s, and a disk that refuses", (_, act) => {
  test.each([
    ["then another record", false, { again: false, cut: false }],
    ["then the same once more, and another", false, { again: true, cut: false }],
    ["then the same, another, and a power cut", false, { again: true, cut: true }],
    ["the next record too, then both", true, { again: true, cut: true }],
  ])("%s: a valid chain that holds all that was told", async (__, stays, then) => {
    const { operations } = await run(act, { kind: "none" }, then);
    expect(operations.length).toBeGreaterThanOrEqual(8);
    let refusals = 0;
    for (const [index, operation] of operations.entries())
      for (const code of ["ENOSPC", "EROFS", "EIO"] as const) {
        if (!REFUSED[code].some((verb) => operation.startsWith(verb))) continue;
        const trouble = { kind: "refuse", at: index + 1, code, stays } as const;
        const ran = await run(act, trouble, then);
        const where = `${code} at ${operation}`;
        expect(ran.errors, where).toEqual([]);
        expect(ran.lost, where).toEqual([]);
        expect(ran.heads[1], where).toEqual(ran.heads[0]);
        if (ran.refused) refusals++;
        // What was asked for once more stands once.
        if (then.again) expect(ran.kinds.length, where).toBe(act.after + 2);
      }
    expect(refusals).toBeGreaterThanOrEqual(15);
  });
});

test("allowed_signers that the disk refused is no refusal of its record, and is written with the next", async () => {
  const act = ACTS["a committed record"];
  if (act === undefined) throw new Error("no such act");
  const { operations } = await run(act, { kind: "none" }, { again: false, cut: false });
  // The operation after the record's own.
  const at = operations.length + 1;
  const trouble = { kind: "refuse", at, code: "ENOSPC", stays: false } as const;
  const { home, store } = storeAfter(act.after);
  const disk = new Disk(home, join(home, "none"));
  try {
    rmSync(join(home, "allowed_signers"));
    disk.arm(trouble);
    await act.write(store);
    disk.lift();
    expect(readCopy(home)?.allowedSigners).toBeUndefined();
    store.append(subject(), entry("the next"));
    const [seal] = story.seals;
    expect(readCopy(home)?.allowedSigners).toEqual(
      utf8(allowedSigners("REAL", seal === undefined ? [] : [seal])),
    );
  } finally {
    disk.end();
    rmSync(home, { recursive: true, force: true });
  }
});

test("a rotation's commit that counts only at the second try changes who signs at once", async () => {
  const before = 13;
  const commit = before + 1;
  // The twelfth operation syncs the record's rename; those behind it are the list's own.
  for (let at = 1; at <= 12; at++) {
    const home = mkdtempSync(join(tmpdir(), "records-faults-"));
    const store = RecordStore.open(home, story.signers.station);
    for (let seq = 1; seq <= before; seq++) await accept(store, seq);
    const disk = new Disk(home, join(home, "none"));
    try {
      disk.arm({ kind: "refuse", at, code: "EIO", stays: false });
      await accept(store, commit).catch(() => undefined);
      disk.lift();
      await accept(store, commit).catch(() => undefined);
      expect(store.head().seq).toBe(commit + 1);
      const [one, two] = story.seals;
      expect(readCopy(home)?.allowedSigners, `at operation ${at}`).toEqual(
        utf8(
          allowedSigners(
            "REAL",
            [one, two].flatMap((seal) => seal ?? []),
          ),
        ),
      );
    } finally {
      disk.end();
      rmSync(home, { recursive: true, force: true });
    }
  }
});
