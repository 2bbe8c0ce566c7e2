import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Subject } from "../../ceremony/ports.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readRestorable } from "../../station/restorable.ts";
import { writeCopy } from "../../station/write-copy.ts";
import { Disk } from "../crash/disk.ts";
import type { Bomb } from "./fs-bomb.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { rotateIn } from "./rotation.ts";
import { freshFolder, remove } from "./seal-kills.ts";

const MINUTES = 300_000;
let home: string;
let dir: string;
let subject: Subject;
let root: string;
const stick = () => ({ name: "AMARA", folder: join(root, "AMARA") });
const write = (from = dir, committed: string | null = subject.fileSha256) =>
  writeCopy(from, committed, stick());

beforeAll(async () => {
  home = freshFolder();
  dir = join(home, "station");
  await setStage(dir);
  subject = await sealIn(dir);
}, MINUTES);
afterAll(() => remove(home));
beforeEach(() => {
  root = freshFolder();
  mkdirSync(stick().folder);
  return () => remove(root);
});

const onStick = (name: string): string => join(stick().folder, name);
const older = (): number => (readStory(dir).at(-1)?.written.seq ?? 0) - 1;
const folder = () => `pullstation-${subject.vaultId.slice(0, 8)}`;
/** Every file under the stick, with its bytes. */
const tree = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(stick().folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .toSorted()
      .map((path) => [
        path.slice(stick().folder.length + 1),
        readFileSync(path).toString("base64"),
      ]),
  );
async function oneMoreRecord(at: string, why = "one more"): Promise<void> {
  const records = await recordsIn(at);
  const time = new Date().toISOString();
  records.append(subject, {
    kind: "refused",
    who: {},
    why,
    at: { time, clock: "station" },
    evidence: {},
  });
}
const elsewhere = (name: string): string => {
  const to = join(home, name);
  cpSync(dir, to, { recursive: true });
  return to;
};

const refusedWith = (code: string): void => {
  const before = tree();
  expect(() => write()).toThrow(expect.objectContaining({ code }));
  expect(tree()).toEqual(before);
};
/** A stick with the copy before, and the operations of writing the next. */
function prepared(): { readonly disk: Disk } {
  const last = `${String(older() + 1).padStart(6, "0")}.json`;
  write();
  const at = join(stick().folder, folder(), "records");
  rmSync(join(at, last));
  rmSync(join(at, `${last}.sig`));
  return { disk: new Disk(stick().folder, join(root, "nothing")) };
}

describe("a copy on a stick", () => {
  test("is the vault, its records, runbook and policy, and makes a station again", () => {
    const written = write();
    const head = readStory(dir).at(-1)?.written;
    expect(written).toEqual({
      stick: "AMARA",
      folder: folder(),
      epoch: 1,
      fileSha256: subject.fileSha256,
      upTo: head,
    });
    const names = readdirSync(join(stick().folder, folder())).toSorted();
    expect(names).toEqual([
      "allowed_signers",
      "policy.json",
      "records",
      "runbook.md",
      "vault.pullstation",
    ]);
    expect(readdirSync(stick().folder)).toEqual([folder()]);
    const found = readRestorable([stick().folder], {
      vaultId: subject.vaultId,
      ...(head === undefined ? {} : { head }),
    });
    expect(found.verdict).toMatchObject({ verdict: "VALID", epoch: 1 });
  });

  test("is written anew in the place of an older one of the same vault", async () => {
    write();
    const before = tree();
    await oneMoreRecord(dir);
    const { upTo } = write();
    expect(upTo).toEqual(readStory(dir).at(-1)?.written);
    expect(tree()).not.toEqual(before);
    expect(readdirSync(stick().folder)).toEqual([folder()]);
    // Once more, with nothing new.
    expect(write().upTo).toEqual(upTo);
  });

  test(
    "takes the place of one of an epoch before",
    async () => {
      const rotated = elsewhere("rotated");
      write();
      const { subject: next } = await rotateIn(rotated);
      expect(write(rotated, next.fileSha256)).toMatchObject({ epoch: 2 });
      expect(readRestorable([stick().folder], {}).verdict).toMatchObject({ epoch: 2 });
      const after = tree();
      // And never the other way.
      expect(() => write()).toThrow(expect.objectContaining({ code: "STICK_NEWER_COPY" }));
      expect(tree()).toEqual(after);
    },
    MINUTES,
  );

  test("needs the vault that the records call live", () => {
    expect(() => write(dir, "00".repeat(32))).toThrow(
      expect.objectContaining({ code: "VAULT_NOT_COMMITTED" }),
    );
    expect(tree()).toEqual({});
  });
});

describe("nothing is written, and nothing changed, where", () => {
  test("a share lies", () => {
    cpSync(join(dir, "cards", "001.txt"), onStick("share.txt"));
    refusedWith("STICK_HOLDS_SHARE");
  });
  test("access keys lie", () => {
    writeFileSync(onStick("accessKeys.csv"), "x");
    refusedWith("STICK_HOLDS_KEYS");
  });
  test(
    "another vault's copy lies, under whatever name",
    async () => {
      const other = join(home, "other");
      await setStage(other);
      const { fileSha256 } = await sealIn(other);
      write(other, fileSha256);
      refusedWith("STICK_OTHER_VAULT");
      cpSync(onStick(readdirSync(stick().folder)[0] ?? ""), onStick(folder()), { recursive: true });
      refusedWith("STICK_OTHER_VAULT");
    },
    MINUTES,
  );
  test("the copy has records that this station lacks", async () => {
    const ahead = elsewhere("ahead");
    await oneMoreRecord(ahead);
    write(ahead);
    refusedWith("STICK_NEWER_COPY");
  });
  test("the copy tells the same places otherwise", async () => {
    const fork = elsewhere("fork");
    await oneMoreRecord(fork, "another story");
    write(fork);
    const own = elsewhere("own");
    await oneMoreRecord(own, "this story");
    const before = tree();
    expect(() => write(own)).toThrow(expect.objectContaining({ code: "STICK_NEWER_COPY" }));
    expect(tree()).toEqual(before);
  });
  test("an older copy lies elsewhere on it", () => {
    for (const name of ["vault.pullstation", "records"])
      cpSync(join(dir, name), onStick(name), { recursive: true });
    refusedWith("STICK_COPY_ELSEWHERE");
  });
  test("the folder is something else", () => {
    mkdirSync(onStick(folder()));
    writeFileSync(join(onStick(folder()), "holiday.txt"), "x");
    refusedWith("STICK_FOLDER_TAKEN");
  });
});

const child = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The writing in a process of its own, killed before the nth operation on the stick; 0: their names. */
function killedAt(at: number): Promise<readonly string[]> {
  const bomb: Bomb = { dir: stick().folder, except: "/nowhere", at, torn: at % 2 === 0 };
  const asked = JSON.stringify({ dir, committed: subject.fileSha256, stick: stick() });
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--import", child("fs-bomb.ts"), child("copy-child.ts"), asked],
      { env: { ...process.env, PULLSTATION_TEST_BOMB: JSON.stringify(bomb) }, timeout: 20_000 },
      (error, out) => {
        if (at === 0) resolve(JSON.parse(out) as string[]);
        else if (error?.signal === "SIGKILL") resolve([]);
        else reject(error ?? new Error(`operation ${at} never came`));
      },
    );
  });
}

/** What lies there makes a station, up to that record or the one before it. */
function stands(before: number, after: number): void {
  const copies = readdirSync(stick().folder)
    .map((name) => readCopy(join(stick().folder, name)))
    .filter((copy) => copy !== null);
  expect(copies.length).toBeGreaterThan(0);
  const [whole] = copies.map(({ name }) => readRestorable([name], { vaultId: subject.vaultId }));
  expect([before, after]).toContain(whole?.verdict.head?.seq);
  for (const { name } of copies)
    expect(readRestorable([name], { vaultId: subject.vaultId }).verdict.verdict).toBe("VALID");
}

describe("whatever happens while it is written", () => {
  test(
    "killed on the way: the old copy or the new one is whole, and is put right",
    async () => {
      prepared().disk.end();
      const before = join(root, "before");
      cpSync(stick().folder, before, { recursive: true });
      const count = (await killedAt(0)).length;
      expect(count).toBeGreaterThan(40);
      for (let at = 1; at <= count; at += at > count - 12 ? 1 : 9) {
        rmSync(stick().folder, { recursive: true });
        cpSync(before, stick().folder, { recursive: true });
        await killedAt(at);
        stands(older(), older() + 1);
        // The next writing puts it right.
        expect(write().upTo.seq).toBe(older() + 1);
        expect(readdirSync(stick().folder)).toEqual([folder()]);
      }
    },
    MINUTES,
  );

  test.for(["ENOSPC", "EROFS", "EIO"] as const)("%s is named, and the old copy stays", (code) => {
    const { disk } = prepared();
    disk.arm({ kind: "refuse", at: 12, code, stays: true });
    expect(() => write()).toThrow(
      expect.objectContaining({
        code: "STICK_NOT_WRITTEN",
        about: { stick: "AMARA", reason: code },
      }),
    );
    disk.end();
    stands(older(), older());
  });
});
