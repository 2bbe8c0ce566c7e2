import { expect, test } from "vitest";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { isLive, mustStay } from "../../electron/live.ts";
import { views } from "../renderer/samples.ts";

// With an access that is, or may be, open.

const { access } = views["glass-access"] as AppView;
const glass = views["glass-closing"].screen as ScreenOf<"glass">;
const at = (screen: AppView["screen"]): AppView => ({ ...views.home, access, screen });
const atGlass = (change: Partial<ScreenOf<"glass">>): AppView => at({ ...glass, ...change });
const away = (doing: ScreenOf<"away">["doing"]): AppView =>
  at({ kind: "away", who: "Amara Obi", doing });

test.each([
  ["the access is open", atGlass({ step: "access" })],
  ["AWS is asked to open", atGlass({ step: "connect" })],
  ["AWS is asked to close", atGlass({ step: "close" })],
  ["AWS is asked to bring it to rest", atGlass({ purpose: "rest", step: "close" })],
  ["the responder reads the keys", away("access")],
  ["an MFA code is typed", away("code")],
] satisfies [string, AppView][])("it stays and does not lock itself while %s", (_, view) => {
  expect([isLive(view), mustStay(view)]).toEqual([true, true]);
  const rest = { ...view, access: null };
  expect([isLive(rest), mustStay(rest)]).toEqual([false, false]);
});

test.each([
  ["shares are gathered", atGlass({ purpose: "rest", step: "custodians" })],
  ["a custodian types a share", away("share")],
  ["a key is touched", away("key")],
  ["the key is waited for", atGlass({ purpose: "rest", step: "key" })],
  ["the cable is waited for", atGlass({ purpose: "rest", step: "connect" })],
  ["what was left is shut", at(views.left.screen)],
] satisfies [string, AppView][])("bringing to rest, it locks itself while %s", (_, view) => {
  expect([isLive(view), mustStay(view)]).toEqual([false, false]);
});

test("a process that hangs holds no window, and keeps its ways out uncovered", () => {
  const view = atGlass({ step: "close", silent: true });
  expect([isLive(view), mustStay(view)]).toEqual([true, false]);
});
