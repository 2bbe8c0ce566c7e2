import type { AppView } from "../../contract/app.ts";
import { act } from "./keyboard.ts";
import { views } from "./samples.ts";
import { no } from "./stages.ts";
import type { State } from "./states.ts";

/** Every state of the main window: each sample view, and what a person makes of some of them. */

const SCROLLING = new Set([
  "seal-contents-many",
  "records",
  "records-compared",
  "records-invalid",
  "review-findings",
  "review-clear",
  "restore-found",
  "restore-compared",
  "restore-told",
  "restore-forked",
  "restore-stale",
  "custody",
  "runbook",
  "runbook-none",
  "station",
  "upkeep-many",
  "station-unknown",
  "drill-checks-many",
  "drill-told",
  "drill-told-shut",
  "drill-told-failed",
  "rotate-dropped",
  "remains-later",
  "remains-copy",
]);
const UNREADY = new Set([
  "setup",
  "glass-connect",
  "glass-connect-rest",
  "isolate",
  "isolate-glass",
  "isolate-refused",
  "isolate-approve",
  "isolate-after",
  "import",
  "import-missing",
  "review",
  "restore",
  "restore-bare",
  "records-invalid",
  "isolate-check",
  "copy",
  "copy-ready",
  "copy-several",
  "copy-refused",
  "copy-done",
  "remains",
  "remains-cancelled",
  "remains-seal",
  "remains-later",
  "remains-copy",
  "remains-cut-off",
  "glass-opening",
  "drill-glass-opening",
  "glass-closing",
  "glass-closing-offline",
  "glass-access-proving",
  "left",
]);

/** Reached by hand from another state; on its own it would show the wrong step. */
const REACHED_ONLY = new Set(["review-unexplained"]);

const shown = Object.entries<AppView>(views)
  .filter(([name]) => !REACHED_ONLY.has(name))
  .map(([name, view]): [string, State] => [
    name,
    {
      window: "app",
      stage: { view },
      scrolls: SCROLLING.has(name),
      primaries: view.busy !== null || view.screen.kind === "away" || UNREADY.has(name) ? 0 : 1,
    },
  ]);

const reached: Readonly<Record<string, State>> = {
  "runbook-step": {
    window: "app",
    stage: { view: views.runbook },
    scrolls: true,
    reach: async (page) => {
      await act(page);
      await act(page);
      await act(page);
      await act(page);
    },
  },
  "glass-runbook": {
    window: "app",
    stage: { view: views["glass-access"] },
    scrolls: true,
    reach: (page) => page.locator(".foot > button").first().click(),
  },
  "glass-connect-fails": {
    window: "app",
    stage: {
      view: {
        ...views["glass-opening"],
        notice: {
          code: "CAPTIVE_PORTAL",
          about: { host: "sts.us-east-1.amazonaws.com", status: 302, to: "portal.example" },
        },
      },
    },
    primaries: 0,
  },
  "glass-reason-accounts": {
    window: "app",
    stage: { view: views["glass-reason"] },
    scrolls: true,
    reach: (page) => page.locator("summary").click(),
  },
  "glass-reason-wrong": {
    window: "app",
    stage: { view: views["glass-reason"] },
    reach: act,
  },
  "seal-custodians-wrong": {
    window: "app",
    stage: { view: views["seal-custodians"] },
    reach: async (page) => {
      await page.locator("#custodian-4").fill("");
      await act(page);
    },
  },
  "review-who": { window: "app", stage: { view: views["review-findings"] }, reach: act },
  "review-unexplained": {
    window: "app",
    stage: { view: views["review-unexplained"] },
    reach: act,
  },
  "custody-line": {
    window: "app",
    stage: { view: views.custody },
    reach: (page) => page.locator(".ledger button").nth(2).click(),
  },
  "custody-line-wrong": {
    window: "app",
    stage: { view: views.custody },
    reach: async (page) => {
      await page.locator(".ledger button").nth(3).click();
      await act(page);
    },
  },
  "rotate-wrong": {
    window: "app",
    stage: { view: views.rotate },
    reach: async (page) => {
      await page.locator("#without").fill("1111-2222");
      await act(page);
    },
  },
  "restore-role-empty": { window: "app", stage: { view: views["restore-role"] }, reach: act },
  "spare-empty": { window: "app", stage: { view: views.spare }, reach: act },
  "import-nameless": { window: "app", stage: { view: views["import-found"] }, reach: act },
  "drill-faults-drawn": {
    window: "app",
    stage: { view: views["drill-faults"] },
    reach: async (page) => {
      await page.getByRole("checkbox").last().click();
      await page.locator("#drill-seed").fill("no number");
      await act(page);
    },
  },
  "drill-checks-anyway": {
    window: "app",
    stage: { view: views["drill-checks"] },
    reach: (page) => page.locator(".row > button").last().click(),
  },
  "drill-witness-wrong": { window: "app", stage: { view: views["drill-witness"] }, reach: act },
  "record-printing": {
    window: "app",
    stage: { view: views.record, replies: { print: "silence" } },
    reach: act,
  },
  "home-refused": {
    window: "app",
    stage: { view: views.home, replies: { act: no("NOT_NOW", { what: "breakGlass" }) } },
    reach: act,
  },
};

export const appStates: ReadonlyMap<string, State> = new Map([
  ...shown,
  ...Object.entries(reached),
]);
