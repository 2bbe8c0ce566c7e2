import type { AppView } from "../../contract/app.ts";
import { act } from "./keyboard.ts";
import { views } from "./samples.ts";
import { no } from "./stages.ts";
import type { State } from "./states.ts";

/** Every state of the main window: each sample view, and what a person makes of some of them. */

const SCROLLING = new Set([
  "seal-contents-many",
  "records",
  "records-invalid",
  "runbook",
  "runbook-none",
  "station",
]);
const UNREADY = new Set([
  "setup",
  "glass-connect",
  "glass-connect-rest",
  "isolate",
  "isolate-glass",
  "isolate-refused",
  "isolate-after",
  "import",
  "import-missing",
  "isolate-check",
  "remains",
  "remains-cancelled",
  "glass-closing",
  "glass-closing-offline",
]);

const shown = Object.entries<AppView>(views).map(([name, view]): [string, State] => [
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
  "import-nameless": { window: "app", stage: { view: views["import-found"] }, reach: act },
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
