import { expect, it } from "vitest";
import { watchOnline } from "../../cli/drill/watch.ts";
import type { OnlineView } from "../../contract/online.ts";

type Call = Extract<OnlineView, { kind: "call" }>["call"];

const call = (verdict: string, more: Partial<Call> = {}): Call => ({
  account: "111122223333",
  as: "activator",
  action: "iam:PutUserPolicy",
  region: "us-east-1",
  requestId: "1",
  attempts: 1,
  verdict,
  ms: 1,
  serverMs: null,
  ...more,
});

function told(...calls: readonly Call[]): readonly string[] {
  const notes: string[] = [];
  const watch = watchOnline({ note: (text) => void notes.push(text) });
  for (const one of calls) watch({ kind: "call", call: one });
  return notes;
}

it("says once that a call gets no answer, once how that changes, and once that it works again", () => {
  expect(
    told(
      ...["TIMED_OUT", "TIMED_OUT", "NO_CONNECTION", "OK", "OK"].map((verdict) => call(verdict)),
    ),
  ).toEqual([
    expect.stringContaining("iam:PutUserPolicy in us-east-1: TIMED_OUT; tried again. AWS did not"),
    expect.stringContaining(
      "NO_CONNECTION; tried again. There is no connection to AWS. Check cable",
    ),
    "111122223333: iam:PutUserPolicy in us-east-1 works again",
  ]);
});

it("tells a denial that repeats itself, and not the refusals that a closing waits for", () => {
  const denied = call("ACCESS_DENIED");
  expect(told(denied)).toEqual([]);
  expect(told(denied, denied)).toHaveLength(1);
  const asked = call("ACCESS_DENIED", { as: "emergency" });
  expect(told(asked, asked, asked)).toEqual([]);
  const gone = call("NO_SUCH_ENTITY");
  expect(told(gone, gone)).toEqual([]);
});

it("names what stands in AWS's place at once, with what to do about it", () => {
  const about = { host: "sts.us-east-1.amazonaws.com", status: "302", to: "https://portal" };
  expect(told(call("CAPTIVE_PORTAL", { about }))).toEqual([
    expect.stringMatching(
      /CAPTIVE_PORTAL; tried again.*sent to https:\/\/portal.*Sign in to this network/,
    ),
  ]);
});

it("takes what is no view for none", () => {
  const notes: string[] = [];
  const watch = watchOnline({ note: (text) => void notes.push(text) });
  for (const view of [null, "call", { kind: "call", call: {} }]) watch(view);
  expect(notes).toEqual([]);
});
