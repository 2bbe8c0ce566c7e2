import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  brokenWith,
  refusedReviewers,
  reviewedEntry,
  type SigningKey,
  unreviewed,
} from "../../ceremony/review.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { recordHtml } from "../../station/paper/record.ts";
import { readStory } from "../../station/records-folder.ts";
import { filesOf } from "./chain-kit.ts";
import { BLUE, DEAD, INCIDENT, OUTCOME, RED, type Writer, writer } from "./use-chain.ts";

// Whoever opened a vault does not sign off alone what was done with it.

const opens = (label: string): SigningKey => ({ label, use: "open" });
const approves = (label: string): SigningKey => ({ label, use: "approve" });
const SAID = "which broke the glass in this use";
const PRINTED = "signed by no other key than broke the glass";

let dir: string;
let chain: Writer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "reviewers-"));
  chain = await writer({ name: "Acme Prod" });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Opened with one key, put to rest with another perhaps. */
function used(key: string, rest = key): void {
  const broken = (purpose: string, by: string): void => {
    const who = { responder: "Ivo Brandt", key: by };
    chain.add("glass-broken", { purpose, accounts: [DEAD.account] }, undefined, { who });
  };
  broken("open", key);
  chain.add("access-open", { deadline: "2026-06-18T03:05:00Z" });
  if (rest !== key) broken("rest", rest);
  chain.add("closed", { accounts: [DEAD] });
}
function story(): ReturnType<typeof readStory> {
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(chain.scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  return readStory(dir);
}
/** What an auditor reads of it, and what the page of the use says. */
async function told(): Promise<{ readonly evidence: string; readonly page: string }> {
  const records = story();
  const out = join(dir, "out");
  await exportEvidence({ dir, out, now: "2026-06-30T08:00:00.000Z" });
  return {
    evidence: readFileSync(join(out, "index.html"), "utf8"),
    page: recordHtml({ vaultName: "Acme Prod", records }),
  };
}

const says = (...keys: readonly string[]): RecordBody["evidence"] =>
  reviewedEntry(INCIDENT, OUTCOME, [RED], "", "2026-06-19T09:00:00Z", keys)
    .evidence as RecordBody["evidence"];

describe("who may sign a review", () => {
  it("is not only who broke the glass, where the vault has keys that approve", () => {
    const keys = [approves("Blue tag"), opens("Red tag"), opens("Spare")];
    expect(refusedReviewers([RED], keys, ["Red tag"])).toEqual({
      code: "REVIEWERS_OPENED",
      about: { keys: "Red tag", others: "Blue tag, Spare" },
    });
    const spare = { name: "Tomo Aoki", key: "Spare" };
    expect(refusedReviewers([RED, spare], keys, ["Red tag", "Spare"])).toEqual({
      code: "REVIEWERS_OPENED",
      about: { keys: "Red tag, Spare", others: "Blue tag" },
    });
    expect(refusedReviewers([RED, BLUE], keys, ["Red tag"])).toBeNull();
    expect(refusedReviewers([BLUE], keys, ["Red tag"])).toBeNull();
    // Another key that opens did not open this time.
    expect(refusedReviewers([spare], keys, ["Red tag"])).toBeNull();
  });

  it("is anyone with a key where none approves only: the record says it", () => {
    expect(refusedReviewers([RED], [opens("Red tag"), opens("Spare")], ["Red tag"])).toBeNull();
  });

  it("is nobody without a key, twice, or not named at all", () => {
    const keys = [approves("Blue tag"), opens("Red tag")];
    for (const [reviewers, field] of [
      [[], "nobody is named"],
      [[{ name: "Eve", key: "Green" }], "Green"],
      [[BLUE, { name: "Eve", key: BLUE.key }], BLUE.key],
      [[BLUE, { ...RED, name: BLUE.name }], BLUE.name],
    ] as const)
      expect(refusedReviewers(reviewers, keys, [])).toEqual({
        code: "REVIEWERS_INVALID",
        about: { field },
      });
  });

  it("is judged by every key that broke the glass in that use, and in no other", () => {
    used("Red tag", "Spare");
    const who = { key: "Third" };
    chain.add("glass-broken", { incident: "INC-8", purpose: "open" }, undefined, { who });
    expect(brokenWith(story(), INCIDENT)).toEqual(["Red tag", "Spare"]);
    expect(brokenWith(story(), "INC-9")).toEqual([]);
  });
});

describe("a review that no other key signs", () => {
  it("says so in its record, and only then", () => {
    expect(says("Red tag")).toMatchObject({ sameKeyAsOpening: true });
    expect(says("Blue tag")).not.toHaveProperty("sameKeyAsOpening");
    expect(says()).not.toHaveProperty("sameKeyAsOpening");
  });

  it("is told as that in the evidence and on the record's page, and counts", async () => {
    used("Red tag");
    chain.approve(chain.reviewed([RED], OUTCOME, ["Red tag"]), "Red tag");
    const { evidence, page } = await told();
    expect(evidence).toMatch(/class="gap">.*nobody signs it but with “Red tag”/);
    expect(evidence).toContain(SAID);
    expect(page.split(PRINTED)).toHaveLength(3);
    expect(unreviewed(story())).toEqual([]);
  });

  it("is told in the evidence of a record from before it said so, which stays readable", async () => {
    used("Red tag");
    chain.approve(chain.reviewed([RED]), "Red tag");
    expect((await told()).evidence).toContain(SAID);
    expect(unreviewed(story())).toEqual([]);
  });

  it("is not what another key's signature makes", async () => {
    used("Red tag");
    const record = chain.reviewed([RED, BLUE], OUTCOME, ["Red tag"]);
    chain.approve(record, "Red tag");
    chain.approve(record, "Blue tag");
    const { evidence, page } = await told();
    expect(evidence).not.toContain(SAID);
    expect(page).not.toContain(PRINTED);
  });
});
