import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DrillFault } from "../../contract/drill.ts";
import { readStory } from "../../station/records-folder.ts";
import {
  copyOf,
  newFolder,
  pullstation,
  quickPolicy,
  type Ran,
  recordsIn,
  remove,
  standing,
  type Summary,
  summaryOf,
} from "./drill-runs.ts";

/** Every fault through the real processes: several in one drill, where they can come together. */
const MINUTES = 240_000;

interface Drilled {
  readonly dir: string;
  readonly ran: Ran;
  readonly summary: Summary & {
    readonly faults: readonly {
      readonly fault: DrillFault;
      readonly struck: boolean | null;
      readonly did: readonly string[];
    }[];
    readonly compared: readonly { readonly label: string; readonly usualMs: number | null }[];
  };
  readonly record: Readonly<Record<string, unknown>>;
}

let home: string;
let first: Drilled;
const copies: string[] = [];

const drilled = (dir: string, ran: Ran): Drilled => ({
  dir,
  ran,
  summary: summaryOf(dir) as Drilled["summary"],
  record: recordsIn(dir).findLast(({ kind }) => kind === "drill")?.evidence ?? {},
});

/** Another drill with the first one's vault, in a copy of its folder. */
async function again(faults: readonly string[], ...more: readonly string[]): Promise<Drilled> {
  const dir = copyOf(first.dir);
  copies.push(dir);
  const asked = faults.flatMap((fault) => ["--fault", fault]);
  return drilled(
    dir,
    await pullstation(["drill", "--again", dir, "--duration", "8s", ...asked, ...more]),
  );
}

/** A drill with a fault drawn by lot, and people's words about it. */
async function saying(dir: string): Promise<Drilled> {
  const drawn = ["--fault", "random", "--seed", "5", "--duration", "8s"];
  const said = ["--witness", "Ida Berg", "--deviation", "The bag was not sealed."];
  const more = ["--deviation", "<b>Late</b>", "--follow-up", "Buy bags.", "--alarm", "K7"];
  const ran = await pullstation(["drill", "--again", dir, ...drawn, ...said, ...more]);
  const next = drilled(dir, ran);
  told(next);
  return next;
}

beforeAll(async () => {
  home = newFolder();
  const dir = join(home, "first");
  writeFileSync(join(home, "policy.json"), quickPolicy());
  const small = ["--custodians", "3", "--threshold", "2", "--duration", "5s"];
  const files = ["--policy", join(home, "policy.json"), "--out", dir];
  first = drilled(dir, await pullstation(["drill", ...small, ...files, "--json"]));
}, MINUTES);
afterAll(() => {
  remove(home);
  for (const dir of copies) remove(dir);
});

/** What a drill says of each fault; its folder, records and AWS must be in order beside. */
function told({ dir, ran, summary, record }: Drilled): Readonly<Record<string, string>> {
  expect(ran.err).toBe("");
  expect(summary.faults.map(({ fault, struck }) => [fault, struck])).toEqual(
    summary.faults.map(({ fault }) => [fault, true]),
  );
  expect(ran.status, ran.out).toBe(0);
  expect(summary.passed).toBe(true);
  expect(summary.records.verdict).toBe("VALID");
  expect(standing(dir)).toEqual({ latched: true, active: 0 });
  expect(record).toMatchObject({
    passed: true,
    dead: true,
    resumed: false,
    faults: summary.faults,
  });
  for (const { fault, did } of summary.faults)
    for (const line of did) expect(ran.out).toContain(`${fault}: ${line}`);
  return Object.fromEntries(summary.faults.map(({ fault, did }) => [fault, did.join("; ")]));
}

describe.concurrent("a drill in which something goes wrong on purpose", () => {
  it(
    "a custodian is missing, AWS is slow to answer, a stranger makes a key",
    async () => {
      const run = await again(["missing-custodian", "throttled", "foreign-key"]);
      const said = told(run);
      expect(said["missing-custodian"]).toMatch(
        /^Sam Kjær did not come; .*Priya Nair opened it together/,
      );
      expect(said["throttled"]).toMatch(/slow down [2-9] times .*PutUserPolicy/);
      expect(said["foreign-key"]).toMatch(/turned off 1 key .*AKIAPRACTICE/);
      // Its closing alone turned the stranger's key off.
      const { keys } = Object(
        Object.values(
          Object(JSON.parse(readFileSync(join(run.dir, "practice/aws.json"), "utf8"))).accounts,
        )[0],
      ).users["bg-emergency"];
      expect(keys.map(({ status }: { status: string }) => status)).toEqual([
        "Inactive",
        "Inactive",
      ]);
    },
    MINUTES,
  );

  it(
    "a key is lost, answers are lost, the network goes away until after the deadline",
    async () => {
      const run = await again(["lost-key", "response-lost", "network-gone"]);
      const said = told(run);
      expect(said["lost-key"]).toBe("“north” was not there; “south” opened the vault");
      expect(said["response-lost"]).toMatch(/^AWS did PutUserPolicy, .*UpdateAccessKey/);
      expect(said["network-gone"]).toMatch(/out of reach until 10\.0 s after the opening/);
      // That AWS ended it by itself was seen once it could be asked again.
      expect(run.record).toMatchObject({ opened: true, expiryProven: true });
      const approvals = recordsIn(run.dir).filter(({ kind }) => kind === "approval");
      expect(approvals.at(-1)?.evidence["approver"]).toBe("south");
    },
    MINUTES,
  );

  it(
    "a card got wet, and AWS takes its time to know its own changes",
    async () => {
      const run = await again(["damaged-share", "slow-propagation"]);
      const said = told(run);
      expect(said["damaged-share"]).toMatch(/^the card of Sam Kjær was refused as unreadable/);
      expect(said["slow-propagation"]).toMatch(/did not know its own change yet \d+ times?/);
      expect(run.summary.refusals.map(({ by, code }) => [by, code])[0]).toEqual([
        "Sam Kjær",
        "UNREADABLE",
      ]);
    },
    MINUTES,
  );

  it(
    "IAM is down: it can't be opened, nothing is written, and what remains is said",
    async () => {
      const run = await again(["iam-down"]);
      const said = told(run);
      expect(said["iam-down"]).toMatch(/^IAM failed at \d+ calls .*; nothing was written/);
      expect(run.record).toMatchObject({
        opened: false,
        expiryProven: null,
        cannotOpen: { code: "ACCESS_NOT_OPENED" },
      });
      expect(run.ran.out).toContain("It can't be opened, and this is what remains");
      expect(run.ran.out).toContain("The root user's sign-in");
      const since = recordsIn(run.dir).slice(recordsIn(first.dir).length);
      expect(since.map(({ kind }) => kind)).toContain("access-failed");
      expect(since.map(({ kind }) => kind)).not.toContain("access-open");
      // Resumed, it is what it was: over.
      const resumed = await pullstation(["drill", "--resume", run.dir]);
      expect(resumed).toMatchObject({ status: 0, err: "" });
      expect(recordsIn(run.dir)).toHaveLength(since.length + recordsIn(first.dir).length);
    },
    MINUTES,
  );

  it(
    "the laptop's clock is hours wrong; the next drill is not shut out, and holds what people said",
    async () => {
      const run = await again(["clock-wrong"]);
      expect(told(run)["clock-wrong"]).toMatch(/7\.0 hours ahead of AWS/);
      const next = await saying(run.dir);
      expect(next.record).toMatchObject({
        seed: 5,
        deviations: ["The bag was not sealed.", "<b>Late</b>"],
        alarm: "K7",
      });
      expect(next.record["followUps"]).toContain("Buy bags.");
      expect(next.ran.out).toMatch(/quorum +[\d.]+ m?s .*usually [\d.]+ m?s \(2 drills\)/);
      const usual = next.summary.compared.find(({ label }) => label === "quorum")?.usualMs;
      const before = [first, run].map(
        ({ summary }) => summary.steps.find(({ name }) => name === "glass.quorum")?.ms ?? 0,
      );
      expect(Math.abs((usual ?? 0) - ((before[0] ?? 0) + (before[1] ?? 0)) / 2)).toBeLessThan(2);
      const html = readFileSync(join(next.dir, "drill.html"), "utf8");
      expect(html).toContain("Ida Berg");
      expect(html).toContain("&lt;b&gt;Late&lt;/b&gt;");
      expect(html).toMatch(/<svg class="chart"[\s\S]*class="usual"/);
      expect(html).toContain("default-src 'none'");
      expect(html).not.toMatch(
        /<(?:script|link|img|iframe|object)\b|@import|url\((?!data:)|\bsrc=/i,
      );
      const { vaultId } = next.summary;
      const verify = await pullstation(["verify", next.dir, "--vault-id", vaultId]);
      expect(verify).toMatchObject({ status: 0, err: "" });
    },
    MINUTES,
  );

  it(
    "the laptop dies with the latch off: the next start closes first, quorum and touch the rest",
    async () => {
      const run = await again(["laptop-killed", "missing-custodian"]);
      const said = told(run);
      expect(said["laptop-killed"]).toMatch(/closer's session shut .*; quorum and touch/);
      // Who is missing stays away from the second quorum, too.
      const missing = said["missing-custodian"]?.split(" did not come")[0] ?? "";
      const quorums = readStory(run.dir).filter(({ kind }) => kind === "glass-broken");
      for (const { who } of quorums.slice(1)) expect(who["custodians"]).not.toContain(missing);
      const since = recordsIn(run.dir).slice(recordsIn(first.dir).length);
      expect(since.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["glass-broken", "resumed", "closed", "approval", "drill"]),
      );
      expect(run.summary.steps.map(({ name }) => name)).toContain("resume.latch");
    },
    MINUTES,
  );

  it(
    "too few shares are left: the vault stays shut, and AWS is not asked",
    async () => {
      const run = await again(["missing-custodian", "damaged-share"]);
      const said = told(run);
      expect(said["missing-custodian"]).toContain("only 1 of 2 shares came together");
      expect(run.record).toMatchObject({
        incident: null,
        cannotOpen: { code: "QUORUM_INCOMPLETE" },
      });
      expect(run.summary.awsCalls).toEqual([]);
    },
    MINUTES,
  );
});

describe("a drill's record", () => {
  it("stands at the end of the chain, signed by the station, with all that was measured", () => {
    expect(first.ran).toMatchObject({ status: 0, err: "" });
    expect(recordsIn(first.dir).at(-1)?.kind).toBe("drill");
    expect(first.record).toMatchObject({
      passed: true,
      opened: true,
      expiryProven: true,
      dead: true,
      faults: [],
      seed: null,
      cannotOpen: null,
      deviations: [],
      alarm: null,
      incident: first.summary.incident,
    });
    const steps = first.record["steps"] as readonly { name: string; ms: number }[];
    expect(steps.map(({ name }) => name)).toEqual(first.summary.steps.map(({ name }) => name));
    for (const { ms } of steps) expect(Number.isInteger(ms)).toBe(true);
  });
});

describe("unusable input", () => {
  it.each([
    ["a fault that is none", ["--fault", "earthquake"], /Faults are missing-custodian/],
    [
      "faults that can't come together",
      ["--fault", "iam-down", "--fault", "foreign-key"],
      /can't come in one drill/,
    ],
    [
      "the same fault twice",
      ["--fault", "lost-key", "--fault", "lost-key"],
      /can't come in one drill/,
    ],
    ["a seed that is no number", ["--fault", "random", "--seed", "x"], /whole number/],
    ["words with a line end", ["--deviation", "one\ntwo"], /Plain words in one line/],
    ["another drill without a first", ["--again", "gone"], /There is no drill in/],
    ["another drill with other files", ["--again", "gone", "--policy", "p"], /cannot be used with/],
  ])("%s: exit 2 and a sentence", async (_, args, sentence) => {
    const dir = join(home, "unusable");
    const out = args.includes("--again") ? [] : ["--out", dir];
    const ran = await pullstation(["drill", ...args, ...out], home);
    expect(ran.err).toMatch(sentence);
    expect(ran.status).toBe(2);
  });
});
