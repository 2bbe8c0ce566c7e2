import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clock } from "../../cli/drill/scene.ts";
import { checkCeremony, type CheckOutcome, type CheckWish } from "../../ceremony/check-ceremony.ts";
import { dueChecks } from "../../ceremony/due.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { WORDS } from "../../contract/words.ts";
import { decodePayload, encodeWords } from "../../crypto/codeword.ts";
import { parseVault } from "../../crypto/vault.ts";
import { readStory } from "../../station/records-folder.ts";
import { readVault } from "../../station/vault-file.ts";
import { judged, progress, recordsIn, type Rehearsal, sealIn, setStage } from "./rehearsal.ts";
import { onStage } from "./rotation.ts";
import { freshFolder, remove } from "./seal-kills.ts";

const PIN = "2468";
let dir: string;
let subject: Subject;
let names: readonly string[];
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  subject = await sealIn(dir);
  names = parseVault(readVault(dir)).header.custodians.map(({ name }) => name);
}, 60_000);
afterAll(() => remove(dir));

type Person = Awaited<ReturnType<Rehearsal["check"]>>["person"];
const payload = (place: number): string =>
  readFileSync(join(dir, "cards", `00${place}.txt`), "utf8").trim();
const phrase = (place: number): string =>
  (JSON.parse(readFileSync(join(dir, "practice/people.json"), "utf8")) as Record<string, string>)[
    place
  ] ?? "";

const full = (place: number, typed = place) => ({
  card: { payload: payload(place) },
  passphrase: phrase(typed),
});

/** One person at the keyboard of a check process, and what became of it. */
const checked = (
  wish: CheckWish,
  person: (ask: Person) => Promise<unknown>,
): Promise<CheckOutcome> =>
  onStage(dir, async (stage) => {
    const process = await stage.check();
    const records = await recordsIn(dir);
    return checkCeremony(
      {
        check: async () => process,
        person: async () => void (await person(process.person)),
        records: {
          committed: records.committed,
          append: (about, line) => records.append(about, line),
        },
        clock,
        progress,
      },
      dir,
      wish,
    );
  });

const last = () => readStory(dir).at(-1);

describe("a share check", () => {
  test("of the card alone asks for no passphrase, and is a signed, dated line", async () => {
    const { found } = await checked({ what: "card" }, async (ask) => {
      expect(await ask("checkCard", { card: { payload: payload(2) } })).toEqual({
        kind: "good",
        place: 2,
        who: names[1],
      });
    });
    expect(found).toMatchObject([{ good: true, form: "card", who: names[1] }]);
    expect(last()).toMatchObject({
      kind: "share-checked",
      epoch: 1,
      vaultHash: subject.fileSha256,
      who: { custodian: names[1] },
      evidence: { form: "card", place: 2 },
    });
    expect((await judged(dir)).verdict).toBe("VALID");
  });

  test("in full proves the share itself; a refused one is a line too", async () => {
    const { found } = await checked({ what: "full" }, async (ask) => {
      const card = { payload: payload(1) };
      expect(await ask("checkShare", { card, passphrase: phrase(2) })).toMatchObject({
        kind: "rejected",
        why: "WRONG_PASSPHRASE",
      });
      expect(await ask("checkShare", { card, passphrase: phrase(1) })).toMatchObject({
        kind: "good",
        who: names[0],
      });
    });
    expect(found.map(({ good }) => good)).toEqual([false, true]);
    expect(readStory(dir).slice(-2)).toMatchObject([
      { kind: "refused", who: { "card-of": names[0] }, evidence: { code: "WRONG_PASSPHRASE" } },
      { kind: "share-checked", evidence: { form: "full", place: 1 } },
    ]);
  });

  test("names the words that are wrong", async () => {
    const read = decodePayload(payload(1));
    if (read.kind !== "read") throw new Error("unreadable");
    const words = [...encodeWords(read.bytes, WORDS)];
    words[16] = WORDS[(WORDS.indexOf(words[16] ?? "") + 1) % WORDS.length] ?? "";
    await checked({ what: "card" }, async (ask) => {
      expect(await ask("checkCard", { card: { words } })).toMatchObject({
        why: "WORDS_SUSPECT",
        words: [17],
      });
    });
  });

  test("what was checked before somebody left is recorded all the same", async () => {
    const before = readStory(dir).length;
    await expect(
      checked({ what: "card" }, async (ask) => {
        await ask("checkCard", { card: { payload: payload(1) } });
        throw new Error("the window was left");
      }),
    ).rejects.toThrow("the window was left");
    expect(readStory(dir).length).toBe(before + 1);
  });

  test("is one a process: whatever is asked after it is refused, and so is another's share", () =>
    onStage(dir, async (stage) => {
      const { committed } = await recordsIn(dir);
      const one = await stage.check();
      await one.ask("beginCheck", { dir, committed });
      // A slip is not the end of it, and another custodian's share is none of this check's.
      await one.person("checkShare", full(1, 2));
      await expect(one.person("checkShare", full(2))).rejects.toMatchObject({
        code: "CHECK_OF_ANOTHER",
        about: { whose: names[0], who: names[1] },
      });
      await expect(one.person("checkKey", { pin: PIN })).rejects.toMatchObject({
        code: "CHECK_DONE",
      });
      expect(await one.person("checkShare", full(1))).toMatchObject({ kind: "good" });
      for (const more of [
        one.person("checkShare", full(1)),
        one.person("checkShare", full(2)),
        one.person("checkCard", { card: { payload: payload(1) } }),
        one.person("checkKey", { pin: PIN }),
        one.ask("beginCheck", { dir, committed }),
      ])
        await expect(more).rejects.toMatchObject({ code: "CHECK_DONE" });
      const found = await one.ask("takeChecks", null);
      expect(found.map(({ good }) => good)).toEqual([false, true]);

      const left = await stage.check();
      await left.ask("beginCheck", { dir, committed });
      expect(await left.ask("takeChecks", null)).toEqual([]);
      await expect(left.person("checkShare", full(1))).rejects.toMatchObject({
        code: "CHECK_DONE",
      });
    }));

  test("needs the vault that the records call live, and is asked for after it", () =>
    onStage(dir, async (stage) => {
      const { ask, person } = await stage.check();
      await expect(person("checkCard", { card: { payload: payload(1) } })).rejects.toMatchObject({
        code: "STEP_OUT_OF_ORDER",
      });
      await expect(ask("beginCheck", { dir, committed: "0".repeat(64) })).rejects.toMatchObject({
        code: "VAULT_NOT_COMMITTED",
      });
    }));
});

describe("a key check", () => {
  test("recomputes the public half with the real salt, and tells PIN and firmware", async () => {
    const { found } = await checked({ what: "key" }, async (ask) => {
      await ask("checkKey", { pin: PIN });
    });
    expect(found).toMatchObject([
      { kind: "key", good: true, form: "opens", pinSet: true, pinRetries: 8 },
    ]);
    expect(last()).toMatchObject({
      kind: "key-checked",
      evidence: { form: "opens", pinSet: true, pinRetries: 8 },
    });
  });

  test("of two under way at once one counts", () =>
    onStage(dir, async (stage) => {
      const { ask, person } = await stage.check();
      await ask("beginCheck", { dir, committed: (await recordsIn(dir)).committed });
      const both = await Promise.allSettled([
        person("checkKey", { pin: PIN }),
        person("checkKey", { pin: PIN }),
      ]);
      expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect((await ask("takeChecks", null)).filter(({ good }) => good)).toHaveLength(1);
      await expect(person("checkKey", { pin: PIN })).rejects.toMatchObject({ code: "CHECK_DONE" });
    }));

  test("a wrong PIN is said, recorded, and spends one try", async () => {
    const { found } = await checked({ what: "key" }, async (ask) => {
      await expect(ask("checkKey", { pin: "9999" })).rejects.toMatchObject({ code: "PIN_WRONG" });
      await ask("checkKey", { pin: PIN });
    });
    expect(found).toMatchObject([{ good: false, why: "PIN_WRONG" }, { good: true }]);
    expect(readStory(dir).at(-2)).toMatchObject({ kind: "refused", evidence: { check: "key" } });
  });
});

test("due rows follow the records: who must show what, and since when it is overdue", () => {
  const story = readStory(dir);
  const at = story[0]?.at.time ?? "";
  const later = (days: number) => new Date(Date.parse(at) + days * 86_400_000).toISOString();
  expect(dueChecks(story, later(89)).filter(({ overdue }) => overdue)).toEqual([]);
  const late = dueChecks(story, later(91)).filter(({ overdue }) => overdue);
  expect(late.map(({ what, who }) => `${what} ${who}`).toSorted()).toEqual(
    names.map((name) => `card-check ${name}`).toSorted(),
  );
  const year = dueChecks(story, later(366)).filter(({ overdue }) => overdue);
  expect(new Set(year.map(({ what }) => what))).toEqual(
    new Set(["card-check", "full-check", "key-check"]),
  );
});
