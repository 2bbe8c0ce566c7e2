import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Journal } from "../../ceremony/access/journal.ts";
import { STILL_MS } from "../../ceremony/pulse.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { Desk } from "../../electron/desk.ts";
import type { House } from "../../electron/house.ts";
import { shutFirst } from "../../electron/left-act.ts";
import { createJournal } from "../../station/journal-file.ts";
import { views } from "../renderer/samples.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { type FakeOnline, started } from "./fake-online.ts";

// What a start shuts first, with a process that answers late, or never.

vi.mock("electron", () => import("./no-electron.ts"));
vi.mock("../../electron/processes.ts", async (original) => ({
  ...(await original<object>()),
  startOnline: (await import("./fake-online.ts")).startFake,
}));

const ACCOUNT = "111122223333";
let dir: string;
beforeEach(async () => {
  started.splice(0);
  dir = freshFolder();
  const clock = { now: () => new Date().toISOString(), monotonic: () => performance.now() };
  await new Journal(await createJournal(dir, "INC-0"), clock).write({
    kind: "opened",
    format: "pullstation-journal-1",
    mode: "REAL",
    vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58",
    epoch: 1,
    incident: "INC-0",
    durationSeconds: 1800,
    regions: ["us-east-1"],
    accounts: [
      {
        accountId: ACCOUNT,
        partition: "aws",
        emergencyUserArn: `arn:aws:iam::${ACCOUNT}:user/emergency`,
        latchArn: `arn:aws:iam::${ACCOUNT}:policy/latch`,
        emergencyKeyId: "AKIAZXCVBNMASDFGHQWE",
      },
    ],
  });
});
afterEach(() => remove(dir));

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function starting() {
  const desk = new Desk(views.home as AppView, () => undefined);
  const time = { ms: 0 };
  const house = {
    desk,
    clock: { now: () => "2026-06-18T02:20:00.000Z", monotonic: () => time.ms },
    // Looking is often, patience is not.
    pause: (ms: number) => (ms > 1_000 ? new Promise(() => undefined) : turn()),
    linksUp: () => ["enp3s0"],
    entries: {},
  } as unknown as House;
  let isOver = false;
  const over = shutFirst(house, dir, null).then((found) => {
    isOver = true;
    return found;
  });
  await vi.waitFor(() => expect(started[0]?.asked).toEqual(["closeWithCloser"]));
  const closer = started[0] as FakeOnline;
  const left = (): ScreenOf<"left"> => desk.view.screen as ScreenOf<"left">;
  return { desk, time, over, closer, left, isOver: () => isOver };
}

const refuses = (desk: Desk, what: "next" | "endSilent"): void =>
  expect(() => desk.act({ do: what })).toThrow("NOT_NOW");

test("it can be stopped, and gone on without its answer then, not before", async () => {
  const { desk, over, closer, left } = await starting();
  expect(left()).toMatchObject({ asking: "asked", lines: [{ id: "latched", state: "now" }] });
  expect(desk.view.busy).toBeNull();
  refuses(desk, "next");
  refuses(desk, "endSilent");
  desk.act({ do: "stop" });
  await vi.waitFor(() => expect(left().asking).toBe("stopping"));
  expect(closer.asked).toEqual(["closeWithCloser", "stop"]);
  expect(desk.view.notice?.code).toBe("STOP_HEARD");
  desk.act({ do: "next" });
  expect(await over).toBe(true);
  expect(closer.ended).toBe(true);
});

test("what it came to by a wish to stop is said, and waits for somebody", async () => {
  const { desk, over, closer, left, isOver } = await starting();
  desk.act({ do: "stop" });
  await vi.waitFor(() => expect(left().asking).toBe("stopping"));
  const accounts = [{ accountId: ACCOUNT, verdict: "TIMED_OUT" }];
  closer.answers("closeWithCloser", { begun: true, accounts, without: [] });
  await vi.waitFor(() => expect(left()).toMatchObject({ asking: null, latched: false }));
  await vi.waitFor(() => expect(desk.view.busy).toBeNull());
  expect(left().lines).toMatchObject([{ id: "latched", state: "failed" }]);
  expect([desk.view.notice, isOver()]).toEqual([null, false]);
  desk.act({ do: "next" });
  expect(await over).toBe(true);
});

test("why AWS does not answer is said while it lasts", async () => {
  const { desk, closer, left } = await starting();
  const call = (verdict: string): void =>
    closer.says({
      kind: "call",
      call: {
        account: ACCOUNT,
        as: "closer-role",
        action: "iam:AttachUserPolicy",
        region: "us-east-1",
        requestId: null,
        ms: 12,
        attempts: 4,
        verdict,
        serverMs: null,
      },
    });
  call("TIMED_OUT");
  expect(desk.view.notice?.code).toBe("TIMED_OUT");
  call("OK");
  expect(desk.view.notice).toBeNull();
  closer.says({ kind: "step", account: ACCOUNT, step: "latched" });
  expect(left().lines).toMatchObject([{ id: "latched", state: "done" }]);
});

test("one that hangs can be ended, and nothing is said to have ended by itself", async () => {
  const { desk, time, over, closer, left } = await starting();
  time.ms = STILL_MS - 1;
  await turn();
  expect(left().asking).toBe("asked");
  closer.says({ kind: "waits", account: ACCOUNT, ms: 30_000 });
  time.ms = STILL_MS + 30_000;
  await turn();
  expect(left().asking).toBe("asked");
  time.ms = 2 * STILL_MS + 30_000;
  await vi.waitFor(() => expect(left().asking).toBe("silent"));
  desk.act({ do: "endSilent" });
  await vi.waitFor(() => expect(left().asking).toBeNull());
  expect(closer.ended).toBe(true);
  expect(desk.view.notice).toBeNull();
  await vi.waitFor(() => desk.act({ do: "next" }));
  expect(await over).toBe(true);
});

test("custodians may go on past one that hangs: it is ended with that", async () => {
  const { desk, time, over, closer, left } = await starting();
  time.ms = STILL_MS;
  await vi.waitFor(() => expect(left().asking).toBe("silent"));
  desk.act({ do: "next" });
  expect(await over).toBe(true);
  expect(closer.ended).toBe(true);
  // It is not proven: the band goes on saying so.
  expect(desk.view.access).toMatchObject({ incident: "INC-0" });
});
