import { expect, it } from "vitest";
import { closeAccess, type AccessFlowPorts } from "../../ceremony/access-flow.ts";
import type { OnlineProcess, Subject } from "../../ceremony/ports.ts";
import type { OnlineClosing } from "../../contract/online.ts";

const CLOSED: OnlineClosing = {
  accountId: "111122223333",
  verdict: "CLOSED",
  latched: true,
  deny: "PROVEN",
  denials: [],
  rejections: { count: 3, overMs: 10_000 },
  confirmed: true,
  foreign: [],
  remains: [],
  reopened: [],
  outage: null,
};

async function ended(more: Partial<OnlineClosing>) {
  const said: string[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    close: [{ ...CLOSED, ...more }],
    calls: { proxy: null, calls: [], leftOut: 0 },
    awsTime: { earliestMs: 0, latestMs: 0 },
  };
  const online = { ask: (what: string) => Promise.resolve(answers[what]) };
  const flow = {
    records: { append: () => ({ seq: 1, sha256: "" }) },
    clock: { now: () => "2026-06-18T03:00:00.000Z" },
    progress: {
      step: async <T>(_: string, work: () => Promise<T>, tell: (all: T) => string) => {
        const all = await work();
        said.push(tell(all));
        return all;
      },
    },
  } as unknown as AccessFlowPorts;
  const incident = { id: "INC-7", officer: "Ben" };
  const process = online as unknown as OnlineProcess;
  const { dead } = await closeAccess(flow, process, {} as Subject, incident, "by hand");
  return { dead, said: said.join() };
}

it("a closing is the end once AWS was looked at again, and not before", async () => {
  const confirmed = await ended({});
  expect(confirmed.dead).toBe(true);
  expect(confirmed.said).toMatch(/^closed: latch on/);
  const stopped = await ended({ confirmed: null });
  expect(stopped.dead).toBe(false);
  expect(stopped.said).toMatch(
    /^NOT at rest everywhere: 111122223333: closed, but the second look/,
  );
});
