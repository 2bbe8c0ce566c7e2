import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { custodyEntry } from "../../ceremony/custody.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readRestorable } from "../../station/restorable.ts";
import { writeCopy } from "../../station/write-copy.ts";
import { all, mostCases, type Flow, operationsOf } from "../crash/survive.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// No passphrase is judged here: it is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

// A stick pulled out, a power cut, a stick that is full, read-only or broken: at each operation.

const MINUTES = 300_000;
let empty: string;
let older: string;
let subject: Subject;
let head: number;
const folderOf = (home: string): string => join(home, "AMARA");
const copied = (): string => `pullstation-${subject.vaultId.slice(0, 8)}`;

beforeAll(async () => {
  [empty, older] = [freshFolder(), freshFolder()];
  for (const home of [empty, older]) mkdirSync(folderOf(home));
  const dir = join(empty, "station");
  await setStage(dir);
  subject = await sealIn(dir);
  const { vaultId } = subject;
  const line = { item: { kind: "key", label: "north" }, act: "placed", where: "a safe" } as const;
  (await recordsIn(dir)).append(
    subject,
    custodyEntry({ ...line, bag: vaultId, whole: true, by: "Ada", note: "" }, "", clock.now()),
  );
  head = readStory(dir).at(-1)?.written.seq ?? 0;
  cpSync(dir, join(older, "station"), { recursive: true });
  write(older);
  // The copy before lacks the last record.
  const last = join(folderOf(older), copied(), "records", `${String(head).padStart(6, "0")}.json`);
  for (const file of [last, `${last}.sig`]) rmSync(file);
}, MINUTES);
afterAll(() => [empty, older].forEach(remove));

const write = (home: string) =>
  writeCopy(join(home, "station"), subject.fileSha256, { name: "AMARA", folder: folderOf(home) });

/** Up to which record each of what is taken for a copy goes: all of them are whole. */
const copiesOn = (home: string): readonly number[] =>
  readdirSync(folderOf(home))
    .map((name) => join(folderOf(home), name))
    .filter((folder) => (readCopy(folder)?.records.size ?? 0) > 0)
    .map((folder) => {
      const { verdict } = readRestorable([folder], { vaultId: subject.vaultId });
      expect(verdict.verdict).toBe("VALID");
      return verdict.head?.seq ?? 0;
    });

const copying = (template: () => string, hasOlder: boolean): Flow => ({
  template,
  disk: (home) => ({ dir: folderOf(home), except: [] }),
  run: async (home, tell) => tell(`up to ${write(home).upTo.seq}`),
  after: async (home, told) => {
    const found = copiesOn(home);
    if (told.length > 0) expect(found).toContain(head);
    if (hasOlder) expect(found.length).toBeGreaterThan(0);
    for (const upTo of found) expect(hasOlder ? [head - 1, head] : [head]).toContain(upTo);
    // The next writing puts it right.
    expect(write(home).upTo.seq).toBe(head);
    expect(readdirSync(folderOf(home))).toEqual([copied()]);
    expect(copiesOn(home)).toEqual([head]);
    return found.length === 0 ? "none" : found.includes(head) ? "the new one" : "the old one";
  },
});

test(
  "a first copy on a stick is whole or is taken for none",
  async () => {
    const flow = copying(() => empty, false);
    const ends = await all(flow, mostCases(await operationsOf(flow)));
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: none", "refused: none", "done: the new one"]),
    );
  },
  MINUTES,
);

test(
  "the next copy: the old one or the new one is whole, whatever was lost",
  async () => {
    const flow = copying(() => older, true);
    const ends = await all(flow, mostCases(await operationsOf(flow)));
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(["died: the old one", "refused: the old one", "done: the new one"]),
    );
    expect([...ends.keys()].filter((end) => end.endsWith(": none"))).toEqual([]);
  },
  MINUTES,
);
