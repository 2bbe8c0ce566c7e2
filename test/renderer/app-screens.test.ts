import { afterAll, beforeAll, describe } from "vitest";
import { appStates } from "./app-states.ts";
import { everyState } from "./every-state.ts";
import { Windows } from "./harness.ts";
import { recordPage } from "./record-page.ts";

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start({ "record-page.html": recordPage() });
}, 60_000);
afterAll(() => windows.end());

describe("every screen of the app window", () => everyState(appStates, () => windows));
