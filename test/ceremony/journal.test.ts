import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Journal, readJournal } from "../../ceremony/access/journal.ts";
import type { JournalFile } from "../../ceremony/access/ports.ts";
import { headerOf } from "../../ceremony/access/activation.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { createJournal } from "../../station/journal-file.ts";
import { accountId, folder, orderOf } from "./stage.ts";

class Paper implements JournalFile {
  text = "";
  appends = 0;
  fails = false;

  append(text: string): Promise<void> {
    if (this.fails) return Promise.reject(new Error("no space left on device"));
    this.appends += 1;
    this.text += text;
    return Promise.resolve();
  }
}

const account = accountId(0);
const intent = (id: number, action: string) =>
  ({ kind: "intent", id, account, action, about: {} }) as const;
const done = (id: number, verdict: string) =>
  ({ kind: "done", id, verdict, requestId: null, ms: 1 }) as const;

async function written(paper = new Paper()): Promise<Paper> {
  const journal = new Journal(paper, onlinePorts.clock);
  await journal.write(headerOf(orderOf(2)));
  await journal.write({ kind: "deadline", fromMs: 1000, notBeforeMs: 0, untilMs: 601_000 });
  await journal.write(intent(1, "iam:PutUserPolicy"));
  await journal.write(done(1, "OK"));
  await journal.write(intent(2, "iam:TagUser"));
  await journal.write(done(2, "TIMED_OUT"));
  await journal.write(intent(3, "iam:DetachUserPolicy"));
  await journal.write(done(3, "ACCESS_DENIED"));
  await journal.write(intent(4, "iam:UpdateAccessKey"));
  return paper;
}

describe("the journal", () => {
  it("tells what was done, what was refused, and what may have been done", async () => {
    const state = readJournal((await written()).text);
    const [first, second] = state.accounts;
    expect(first?.effects.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["iam:PutUserPolicy", "done"],
      ["iam:TagUser", "unknown"],
      ["iam:DetachUserPolicy", "refused"],
      ["iam:UpdateAccessKey", "unknown"],
    ]);
    expect(first?.touched).toBe(true);
    expect(second?.touched).toBe(false);
    expect(state.phase).toBe("opening");
    expect(state.deadline?.untilMs).toBe(601_000);
  });

  it("follows each account through its phases; the least finished one is the whole's", async () => {
    const paper = await written();
    const journal = new Journal(paper, onlinePorts.clock, readJournal(paper.text));
    await journal.write({ kind: "active", account });
    expect(readJournal(paper.text).phase).toBe("open");
    await journal.write({ kind: "closing", account, why: "by hand" });
    expect(readJournal(paper.text).phase).toBe("closing");
    await journal.write({ kind: "closed", account, rejections: 3, remains: [] });
    await journal.write({ kind: "confirmed", account });
    expect(readJournal(paper.text).phase).toBe("opening");
    await journal.write({ kind: "closed", account: accountId(1), rejections: 3, remains: [] });
    await journal.write({ kind: "confirmed", account: accountId(1) });
    const state = readJournal(paper.text);
    expect(state.phase).toBe("closed");
    expect(state.damaged || state.torn).toBe(false);
  });

  it("is closed only by a closing that was confirmed by a second look, damaged or not", async () => {
    const paper = await written();
    const both = [account, accountId(1)];
    const journal = new Journal(paper, onlinePorts.clock, readJournal(paper.text));
    for (const one of both)
      await journal.write({ kind: "closed", account: one, rejections: 3, remains: [] });
    const phases = (): string[] =>
      [false, true].map((damaged) => readJournal(paper.text, damaged).phase);
    expect(phases()).toEqual(["opening", "opening"]);
    for (const one of both) await journal.write({ kind: "confirmed", account: one });
    expect(phases()).toEqual(["closed", "closed"]);
    await journal.write({ kind: "closing", account, why: "again" });
    await journal.write({ kind: "closed", account, rejections: 4, remains: [] });
    expect(phases()).toEqual(["closing", "closing"]);
    expect(readJournal(paper.text).accounts[0]?.rejections).toBe(4);
    expect(readJournal("", true).phase).toBe("open");
    await journal.write({ kind: "abandoned", why: "NEVER_WRITTEN" });
    expect(readJournal(paper.text, true).phase).toBe("closing");
  });

  it("dates an account's end by the second look that found it at rest", async () => {
    const paper = await written();
    const days = { day: 13 };
    const clock = { ...onlinePorts.clock, now: () => `2026-06-${days.day++}T18:00:00.000Z` };
    const journal = new Journal(paper, clock, readJournal(paper.text));
    await journal.write({ kind: "closed", account, rejections: 3, remains: [] });
    const ended = (): unknown => readJournal(paper.text).accounts.map(({ closedAt }) => closedAt);
    expect(ended()).toEqual([null, null]);
    await journal.write({ kind: "confirmed", account });
    await journal.write({ kind: "latched", account: accountId(1) });
    expect(ended()).toEqual(["2026-06-14T18:00:00.000Z", null]);
  });

  it("is not made anew when it was deleted underneath", async () => {
    const place = folder();
    const file = await createJournal(place.dir, "INC-2026-0042");
    const path = join(place.dir, "journal", "INC-2026-0042.jsonl");
    rmSync(path);
    await expect(file.append("{}\n")).rejects.toThrow("ENOENT");
    expect(existsSync(path)).toBe(false);
    place.remove();
  });

  it("ignores a torn last line wherever it was cut, and goes on behind the whole ones", async () => {
    const { text } = await written();
    const whole = readJournal(text);
    const lastLine = text.trimEnd().lastIndexOf("\n") + 1;
    for (let cut = lastLine + 1; cut < text.length; cut += 7) {
      const state = readJournal(text.slice(0, cut));
      expect(state.torn).toBe(true);
      expect(state.damaged).toBe(false);
      expect(state.lines).toHaveLength(whole.lines.length - 1);
      const paper = new Paper();
      paper.text = Buffer.from(text).subarray(0, state.validBytes).toString();
      await new Journal(paper, onlinePorts.clock, state).write({ kind: "active", account });
      expect(readJournal(paper.text)).toMatchObject({ damaged: false, torn: false, phase: "open" });
    }
  });

  it("notices every changed character: nothing after it is believed", async () => {
    const { text } = await written();
    const whole = readJournal(text);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.constantFrom("0", "x", '"', "}", " ", "\n"),
        (at, char) => {
          fc.pre(text[at] !== char);
          const state = readJournal(text.slice(0, at) + char + text.slice(at + 1));
          expect(state.damaged || state.torn).toBe(true);
          expect(state.lines).toEqual(whole.lines.slice(0, state.lines.length));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("writes lines of one moment with one fsync, each intent before its effect may start", async () => {
    const paper = new Paper();
    const journal = new Journal(paper, onlinePorts.clock);
    await Promise.all([1, 2, 3].map((id) => journal.write(intent(id, "iam:TagUser"))));
    expect(paper.appends).toBe(1);
    expect(readJournal(paper.text).lines).toHaveLength(3);
  });

  it("refuses for good once an append has failed: no gap can hide in it", async () => {
    const paper = await written();
    const journal = new Journal(paper, onlinePorts.clock, readJournal(paper.text));
    paper.fails = true;
    await expect(journal.write({ kind: "active", account })).rejects.toThrow("no space left");
    paper.fails = false;
    await expect(journal.write({ kind: "active", account })).rejects.toThrow("no space left");
  });

  it("holds no secret of the order", async () => {
    const { text } = await written();
    for (const { activator, closer, emergency, totpSeed } of orderOf(2).accounts)
      for (const secret of [activator, closer, emergency].map((key) => key?.secretAccessKey ?? ""))
        expect(text.includes(secret) || text.includes(totpSeed ?? "?")).toBe(false);
  });
});
