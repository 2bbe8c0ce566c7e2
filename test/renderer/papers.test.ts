import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drillEntry } from "../../ceremony/drill/record.ts";
import type { CustodyRow } from "../../contract/custody.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { review } from "../../aws/documents/trail/review.ts";
import { custodyHtml } from "../../station/paper/custody.ts";
import { drillHtml } from "../../station/paper/drill.ts";
import { reviewHtml } from "../../station/paper/review.ts";
import { goodEvents, KEY, makeSigner, makeTrail } from "../aws/trail-kit.ts";
import { filesOf, proofs, question, trailOf } from "../aws/trail-reading.ts";
import { chromiumPath } from "../electron-host/chromium.ts";
import { axeViolations } from "./checks.ts";
import { QUIET } from "./harness.ts";
import { recordPage } from "./record-page.ts";

// What is printed is read on the screen first, in a frame of the window, where the screens' own check
// doesn't look: each page is opened here by itself.

type Mode = "REAL" | "PRACTICE";
const VAULT = "7f3a91c20b64d8e54a19c7f023bd6e58";
const HEAD = { seq: 24, sha256: "36c0".repeat(16) };

const row = (change: Partial<CustodyRow>): CustodyRow => ({
  item: { kind: "share", place: 1 },
  holder: "Amara Obi",
  where: "Safe in Basel, second drawer",
  bag: "B-1881",
  placed: "2026-03-01T10:00:00.000Z",
  inspected: "2026-06-01T10:00:00.000Z",
  state: "sound",
  earlier: ["B-1702"],
  due: "2026-09-01T10:00:00.000Z",
  ...change,
});
const custody = (mode: Mode): string =>
  custodyHtml({
    vaultName: "Acme Prod",
    vaultId: VAULT,
    mode,
    epoch: 4,
    head: HEAD,
    made: "2026-06-18T10:00:00.000Z",
    rows: [
      row({}),
      row({ item: { kind: "key", label: "Red tag" }, holder: "Red tag", state: "broken" }),
      row({ where: "", bag: "", placed: null, inspected: null, state: "unplaced", earlier: [] }),
    ],
  });

function drill(mode: Mode, passed: boolean): string {
  const told: Parameters<typeof drillEntry>[0] = {
    incident: "INC-DRILL-1",
    passed,
    opened: true,
    expiryProven: true,
    dead: passed,
    resumed: true,
    cannotOpen: null,
    faults: [{ fault: "lost-key", struck: true, did: ["the other key was touched"] }],
    seed: 7,
    steps: [{ name: "glass.quorum", ms: 61_000 }],
    refusals: [],
    real: null,
    practice: { vaultId: VAULT, head: HEAD },
    deviations: ["the cable was searched for"],
    followUps: ["Label the cable"],
    alarm: null,
    unfinished: null,
  };
  const record = {
    ...drillEntry(told, { witness: "Lise Moreau" }, "2026-06-18T10:00:00.000Z"),
    seq: 24,
    mode,
    vaultId: VAULT,
    vaultHash: "bb".repeat(32),
    epoch: 4,
    previous: null,
  } as unknown as RecordBody;
  return drillHtml({ vaultName: "Acme Prod", records: [{ ...record, written: HEAD }] });
}

function reviewed(mode: Mode, isProven: boolean): string {
  const signer = makeSigner();
  const made = makeTrail(goodEvents(), signer, { hours: 12 });
  const asked = question(isProven ? { proofs: proofs(made, signer) } : {});
  const access = {
    ...asked.access,
    reason: "Sign-in is down",
    responder: "Ivo Brandt",
    keys: [KEY],
  };
  const story = { mode, vaultId: VAULT, anchored: isProven, access, others: [] };
  return reviewHtml(story, review(trailOf(filesOf(made)), asked));
}

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: QUIET,
  });
});
afterAll(() => browser.close());

it.each([
  ["a record", recordPage],
  ["a drill", () => drill("REAL", true)],
  ["a practice drill that failed", () => drill("PRACTICE", false)],
  ["a custody sheet", () => custody("REAL")],
  ["a practice custody sheet", () => custody("PRACTICE")],
  ["a review that is proven", () => reviewed("REAL", true)],
  ["a practice review that proves nothing", () => reviewed("PRACTICE", false)],
])("%s gives axe nothing to find", async (_, html) => {
  const page = await browser.newPage();
  await page.setContent(html());
  expect(await page.locator("h1").textContent()).not.toBe("");
  expect(await axeViolations(page)).toEqual([]);
  await page.close();
});
