import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exportEvidence } from "../../station/evidence/export.ts";
import { filesOf } from "../ceremony/chain-kit.ts";
import { DEAD, RED, writer } from "../ceremony/use-chain.ts";
import { chromiumPath } from "../electron-host/chromium.ts";
import { axeViolations } from "./checks.ts";
import { QUIET } from "./harness.ts";

// The auditor's browser: the folder from disk, without a network and without scripts of its own.

let root: string;
let browser: Browser;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "evidence-page-"));
  const chain = await writer({ name: "Acme Prod", threshold: 2, custodians: ["Priya", "Amara"] });
  chain.add("glass-broken", { purpose: "open", accounts: [DEAD.account] });
  chain.add("access-open", { deadline: "2026-06-18T03:05:00Z" });
  chain.add("closed", { accounts: [DEAD] });
  chain.approve(chain.reviewed([RED]), "Red tag");
  const dir = join(root, "vault");
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(chain.scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  await exportEvidence({ dir, out: join(root, "out"), now: "2026-06-30T08:00:00.000Z" });
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: QUIET,
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
});

it("opens from disk, and every link in it does, with no script, no request elsewhere, no complaint", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("request", (request) => asked.push(request.url()));
  const index = pathToFileURL(join(root, "out", "index.html")).href;
  await page.goto(index);
  expect(await page.locator("h1").textContent()).toContain("Acme Prod");
  expect(await page.locator("script").count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  const links = await page
    .locator("a")
    .evaluateAll((all) => [...new Set(all.map((one) => (one as HTMLAnchorElement).href))]);
  expect(links.length).toBeGreaterThan(15);
  for (const href of links) {
    const other = await context.newPage();
    const gone = await other.goto(href).then(
      () => null,
      (error: unknown) => String(error),
    );
    // A signature is no page: the browser offers to save it, which proves that it is there.
    if (gone !== null) expect(gone, href).toContain("Download is starting");
    await other.close();
  }
  expect(asked.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
  expect(complaints).toEqual([]);
});
