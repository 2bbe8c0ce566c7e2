import { describe, expect, it } from "vitest";
import type { AccessFlowPorts } from "../../ceremony/access-flow.ts";
import type { OnlineProcess, StationEntry, Subject } from "../../ceremony/ports.ts";
import { Pulse, STILL_MS } from "../../ceremony/pulse.ts";
import { closeAnyway } from "../../ceremony/rest.ts";
import type { OnlineClosing } from "../../contract/online.ts";

const [ONE, TWO] = ["111122223333", "444455556666"] as const;
const AGAIN_MS = 300_000;

function felt() {
  const time = { ms: 1_000 };
  const pulse = new Pulse({ monotonic: () => time.ms });
  const call = (account: string, serverMs: number | null): void =>
    pulse.heard({
      kind: "call",
      call: {
        account,
        as: "activator",
        action: "iam:ListAccessKeys",
        region: "us-east-1",
        requestId: null,
        ms: 12,
        attempts: 1,
        verdict: serverMs === null ? "TIMED_OUT" : "OK",
        serverMs,
      },
    });
  const step = (account: string, made: string): void =>
    pulse.heard({ kind: "step", account, step: made });
  const waits = (account: string, ms: number): void => pulse.heard({ kind: "waits", account, ms });
  return { time, pulse, call, step, waits };
}

describe("a pulse", () => {
  it("is silent after the stated time without a word, and not while a wait was announced", () => {
    const { time, pulse, call, waits } = felt();
    time.ms += STILL_MS - 1;
    expect(pulse.isSilent).toBe(false);
    time.ms += 1;
    expect(pulse.isSilent).toBe(true);
    call(ONE, null);
    expect(pulse.isSilent).toBe(false);
    waits(ONE, AGAIN_MS);
    time.ms += AGAIN_MS + STILL_MS - 1;
    expect(pulse.isSilent).toBe(false);
    time.ms += 1;
    expect(pulse.isSilent).toBe(true);
    pulse.begin();
    expect(pulse.isSilent).toBe(false);
  });

  it("waits for who types a code", () => {
    const { time, pulse } = felt();
    pulse.heard({ kind: "codeWanted", account: ONE });
    time.ms += 2 * STILL_MS;
    expect(pulse.isSilent).toBe(false);
  });

  it("stands still where AWS is not heard, though it still calls", () => {
    const { time, pulse, call } = felt();
    for (let at = 0; at < 9; at++) {
      expect(pulse.isStill).toBe(false);
      time.ms += STILL_MS / 9;
      call(ONE, null);
    }
    expect(pulse.isStill).toBe(true);
    expect(pulse.isSilent).toBe(false);
    call(ONE, 1);
    expect(pulse.isStill).toBe(false);
  });

  it("is told by the account that is worst off: another one's second look hides nothing", () => {
    const { time, pulse, call, step, waits } = felt();
    call(ONE, 1);
    call(TWO, 1);
    waits(ONE, AGAIN_MS);
    time.ms += STILL_MS;
    expect(pulse.isStill).toBe(true);
    step(TWO, "confirmed");
    expect(pulse.isStill).toBe(false);
    time.ms += AGAIN_MS;
    expect(pulse.isStill).toBe(true);
  });
});

const CALL = {
  account: ONE,
  as: "emergency",
  action: "iam:GetUser",
  region: "us-east-1",
  requestId: "r-1",
  ms: 12,
  attempts: 1,
  verdict: "ACCESS_DENIED",
  serverMs: Date.parse("2026-06-18T02:00:00Z"),
};
const CLOSED: OnlineClosing = {
  accountId: ONE,
  verdict: "CLOSED",
  latched: true,
  deny: "PROVEN",
  denials: [CALL],
  rejections: { count: 3, overMs: 10_000 },
  confirmed: true,
  foreign: [],
  remains: [],
  reopened: [],
  outage: null,
};

/** An online process whose close ends with this, or never; the records that are told of it. */
const closing = (end: Promise<unknown>, isDiskFull = false) => {
  const told: string[] = [];
  const online = {
    ask: (what: string) => {
      if (what === "close") return end;
      if (what === "calls") return Promise.resolve({ proxy: null, calls: [CALL], leftOut: 0 });
      return Promise.resolve({ earliestMs: CALL.serverMs, latestMs: CALL.serverMs });
    },
    end: () => {
      told.push("ended");
      return Promise.resolve();
    },
  } as unknown as OnlineProcess;
  const written: StationEntry[] = [];
  const records = {
    append: (_: Subject, entry: StationEntry) => {
      if (isDiskFull) throw new Error("no space left on device");
      written.push(entry);
      return { seq: written.length, sha256: "" };
    },
  } as unknown as AccessFlowPorts["records"];
  const clock = { now: () => "2026-06-18T09:00:00.000Z", monotonic: () => 0 };
  const flow = { records, clock } as unknown as AccessFlowPorts;
  const close = (beat: { pulse: Pulse; pause: (ms: number) => Promise<void> }) =>
    closeAnyway(flow, { online, subject: {} as Subject }, INCIDENT, "an error", beat, () => {
      told.push("shut");
      return Promise.resolve(true);
    });
  return { close, told, written };
};
const INCIDENT = { id: "INC-7", officer: "Ben" };

const never = (): Promise<void> => new Promise(() => undefined);

describe("closing after an error", () => {
  it("lets a closing that gets on take its time, its second look and all", async () => {
    const { time, pulse, step, waits } = felt();
    const { promise: end, resolve } = Promise.withResolvers<unknown>();
    const { close, told } = closing(end);
    const steps = ["latched", "deny-proven", "keys-off", "at-rest", "dead"];
    const from = time.ms;
    const pause = async (ms: number): Promise<void> => {
      time.ms += ms;
      const passed = time.ms - from;
      // Eighty seconds each, and then the policy's second look.
      if (passed % 80_000 === 0 && steps.length > 0) {
        step(ONE, steps.shift() ?? "");
        if (steps.length === 0) waits(ONE, AGAIN_MS);
      }
      if (passed < 400_000 + AGAIN_MS) return;
      resolve([CLOSED]);
      await new Promise((go) => setTimeout(go, 0));
    };
    expect(await close({ pulse, pause })).toBe("closed");
    expect(told).toEqual([]);
  });

  it("tells the records every call and what was proven, whose denials no journal holds", async () => {
    const { pulse } = felt();
    const { close, written } = closing(Promise.resolve([CLOSED]));
    expect(await close({ pulse, pause: never })).toBe("closed");
    expect(written).toMatchObject([
      { kind: "aws-calls", evidence: { calls: [{ action: "iam:GetUser" }] } },
      {
        kind: "closed",
        why: "an error",
        at: { time: "2026-06-18T02:00:00.000Z", clock: "aws" },
        evidence: { accounts: [{ deny: "PROVEN", denials: [{ requestId: "r-1" }] }] },
      },
    ]);
  });

  it("tells them of a closing that proved less, too, before the closer shuts", async () => {
    const { pulse } = felt();
    const { close, told, written } = closing(
      Promise.resolve([{ ...CLOSED, verdict: "NOT_AT_REST" }]),
    );
    expect(await close({ pulse, pause: never })).toBe("latched");
    expect(written.map(({ kind }) => kind)).toEqual(["aws-calls", "closed"]);
    expect(told).toEqual(["ended", "shut"]);
  });

  it("has closed though the records can't be written", async () => {
    const { pulse } = felt();
    const { close, told } = closing(Promise.resolve([CLOSED]), true);
    expect(await close({ pulse, pause: never })).toBe("closed");
    expect(told).toEqual([]);
  });

  it("shuts with the closer once it stands still", async () => {
    const { time, pulse, step } = felt();
    const { close, told } = closing(new Promise(() => undefined));
    const from = time.ms;
    const pause = (ms: number): Promise<void> => {
      time.ms += ms;
      if (time.ms - from === 10_000) step(ONE, "latched");
      return Promise.resolve();
    };
    expect(await close({ pulse, pause })).toBe("latched");
    expect(time.ms - from).toBe(10_000 + STILL_MS);
    expect(told).toEqual(["ended", "shut"]);
  });

  it("shuts at once when the process is gone", async () => {
    const { pulse } = felt();
    const { close, told } = closing(Promise.reject(new Error("gone")));
    expect(await close({ pulse, pause: never })).toBe("latched");
    expect(told).toEqual(["ended", "shut"]);
  });
});
