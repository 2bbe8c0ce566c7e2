import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Subject } from "../../ceremony/ports.ts";
import { reviewedEntry } from "../../ceremony/review.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { foundIn } from "../../station/restorable-found.ts";
import { readRestorable } from "../../station/restorable.ts";
import { restoreInto } from "../../station/restore-copy.ts";
import { settleRestored } from "../../station/restore.ts";
import { keepReview } from "../../station/review-drafts.ts";
import { writeCopy } from "../../station/write-copy.ts";
import { OUTCOME, RED } from "../ceremony/use-chain.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// A review is signed once, and the laptop that has it can be lost the day after.

const FILES = {
  "reviews/INC-7/1.json": `{"format":"pullstation-review@v1"}`,
  "reviews/INC-7/1.html": "<p>what was done",
  "reviews/INC-7/1.txt": "a list of logs\n",
};
const NOW = "2026-11-23T12:00:00Z";
let home: string;
let dir: string;
let subject: Subject;
let root: string;
let folder: string;
const names = Object.keys(FILES);

beforeAll(async () => {
  home = freshFolder();
  dir = join(home, "station");
  await setStage(dir);
  subject = await sealIn(dir);
  for (const [file, text] of Object.entries(FILES)) lay(dir, file, text);
  lay(dir, "reviews/INC-7/2.json", "a draft that nobody signed");
  // What a record names elsewhere, or with another hash, goes nowhere.
  lay(dir, "reviews/INC-7/3.json", "changed since");
  const named = [
    ...Object.entries(FILES),
    ["reviews/INC-7/3.json", "as it was signed"],
    ["station.key", readFileSync(join(dir, "station.key"))],
  ] as const;
  const files = named.map(([file, bytes]) => ({
    file,
    sha256: hex(sha256(typeof bytes === "string" ? utf8(bytes) : bytes)),
  }));
  const records = await recordsIn(dir);
  const entry = (): ReturnType<typeof reviewedEntry> =>
    reviewedEntry("INC-7", { ...OUTCOME, files }, [RED], "", NOW, []);
  records.append(subject, entry());
  // Named twice, as when it was read once more: the copy holds it once.
  records.append(subject, entry());
}, 300_000);
afterAll(() => remove(home));
beforeEach(() => {
  root = freshFolder();
  mkdirSync(join(root, "USB"));
  folder = join(root, "USB", `pullstation-${subject.vaultId.slice(0, 8)}`);
  writeCopy(dir, subject.fileSha256, { name: "USB", folder: join(root, "USB") });
  return () => remove(root);
});

function lay(at: string, file: string, text: string): void {
  mkdirSync(dirname(join(at, file)), { recursive: true });
  writeFileSync(join(at, file), text);
}
const said = {
  officer: "Mia Roth",
  oldStation: "gone" as const,
  seed: () => new Uint8Array(32).fill(7),
  time: NOW,
};
/** The two ways of it: at a terminal, and in the app. */
const WAYS: readonly [string, (into: string) => Promise<unknown>][] = [
  ["at a terminal", (into) => restoreInto(into, readRestorable([join(root, "USB")], {}), said)],
  [
    "in the app",
    (into) => {
      const { failure } = foundIn([{ name: "USB", folder }], {}, into);
      expect(failure).toBe(null);
      const anchoredBy = { vaultId: true, head: false };
      return settleRestored(into, { ...said, anchoredBy, copies: 1, notes: [] });
    },
  ],
];

/** What of the review the evidence of a station holds. */
async function inEvidence(of: string): Promise<readonly string[]> {
  const out = join(root, "evidence");
  await exportEvidence({ dir: of, out, now: NOW });
  return names.filter((file) => {
    const there = existsSync(join(out, file));
    if (there) expect(readFileSync(join(out, file), "utf8")).toBe(Reflect.get(FILES, file));
    return there;
  });
}

test("a copy holds the files of reviews that records name, and nothing else of them", () => {
  for (const [file, text] of Object.entries(FILES))
    expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  expect(existsSync(join(folder, "reviews/INC-7/2.json"))).toBe(false);
  expect(existsSync(join(folder, "reviews/INC-7/3.json"))).toBe(false);
  expect(existsSync(join(folder, "station.key"))).toBe(false);
});

describe.each(WAYS)("a station that is restored %s", (_, restore) => {
  test("gives no review the number of one that was signed, though no copy held its files", async () => {
    rmSync(join(folder, "reviews"), { recursive: true });
    const into = join(root, "restored");
    await restore(into);
    const files = { html: utf8("<p>anew"), txt: utf8("list"), json: utf8("{}") };
    const numbers = [1, 2].map(() => keepReview(into, "INC-7", files).map(({ file }) => file));
    // 1 and 3 are named by records.
    expect(numbers.flat()).toEqual(
      [2, 4].flatMap((one) => ["html", "txt", "json"].map((end) => `reviews/INC-7/${one}.${end}`)),
    );
  });

  test("has the files of the reviews in its evidence", async () => {
    const into = join(root, "restored");
    await restore(into);
    expect(await inEvidence(into)).toEqual(names);
  });

  test("takes no damaged, foreign or endless file for one, and is restored all the same", async () => {
    const [json = "", html = "", list = ""] = names;
    writeFileSync(join(folder, json), "damaged");
    rmSync(join(folder, html));
    symlinkSync("/dev/zero", join(folder, html));
    rmSync(join(folder, list));
    mkdirSync(join(folder, list));
    lay(folder, "reviews/INC-7/4.json", "brought by somebody");
    const into = join(root, "restored");
    await restore(into);
    expect(existsSync(join(into, "reviews"))).toBe(false);
    expect(await inEvidence(into)).toEqual([]);
  });
});
