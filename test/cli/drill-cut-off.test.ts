import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judged } from "../station/rehearsal.ts";
import {
  copyOf,
  newFolder,
  processOf,
  pullstation,
  quickPolicy,
  reached,
  recordsIn,
  remove,
  type Ran,
  type Running,
  startPullstation,
  summaryOf,
} from "./drill-runs.ts";

/** Whatever ends a drill before anything was opened: it has its own record, and the next one another. */
const MINUTES = 240_000;

let home: string;
let cut: string;
let ran: Ran;
const copies: string[] = [];

const copy = (): string => {
  const dir = copyOf(cut);
  copies.push(dir);
  return dir;
};
const count = (dir: string, kind: string): number =>
  recordsIn(dir).filter((one) => one.kind === kind).length;
const drills = (dir: string) =>
  recordsIn(dir).flatMap(({ kind, evidence }) => (kind === "drill" ? [evidence] : []));
/** Once custodians enter shares, `end` ends it. */
async function endedAtShares(
  dir: string,
  args: readonly string[],
  end: (running: Running) => void,
): Promise<Ran> {
  const before = count(dir, "refused");
  const running = startPullstation(["drill", ...args]);
  try {
    expect(await reached(running, () => count(dir, "refused") > before)).toBe(true);
    end(running);
    return await running.ended;
  } finally {
    running.killAll();
  }
}

const CUT_OFF = {
  passed: false,
  opened: null,
  faults: [{ fault: "missing-custodian", struck: null }],
  unfinished: { how: "left", code: "DRILL_CUT_OFF" },
};
const WHOLE = { passed: true, opened: true, resumed: false, unfinished: null };

beforeAll(async () => {
  home = newFolder();
  cut = join(home, "drill");
  const policy = join(home, "policy.json");
  writeFileSync(policy, quickPolicy());
  const small = ["--custodians", "3", "--threshold", "2", "--duration", "5s"];
  const args = [...small, "--fault", "missing-custodian", "--policy", policy, "--out", cut];
  ran = await endedAtShares(cut, args, ({ pid }) => process.kill(pid, "SIGINT"));
}, MINUTES);
afterAll(() => [home, ...copies].forEach(remove));

describe("a drill that ends while custodians enter shares", () => {
  it("has its record at once when Ctrl-C ends it", () => {
    expect(ran.status).toBe(130);
    expect(drills(cut)).toMatchObject([CUT_OFF]);
  });

  it(
    "has it at the next --resume when it was killed; the drill that is held then has its own",
    async () => {
      const dir = copy();
      await endedAtShares(dir, ["--resume", dir], (running) => running.killAll());
      expect(drills(dir)).toHaveLength(1);
      expect(await pullstation(["drill", "--resume", dir])).toMatchObject({ status: 0, err: "" });
      expect(drills(dir)).toMatchObject([CUT_OFF, CUT_OFF, WHOLE]);
      expect(summaryOf(dir).passed).toBe(true);
      // A passed one is only reported again.
      expect(await pullstation(["drill", "--resume", dir])).toMatchObject({ status: 0, err: "" });
      expect(drills(dir)).toHaveLength(3);
      expect((await judged(dir)).verdict).toBe("VALID");
    },
    MINUTES,
  );

  it(
    "has it at once when it fails, and another can be held",
    async () => {
      const dir = copy();
      const { status, err } = await endedAtShares(dir, ["--resume", dir], (running) =>
        process.kill(processOf(running, "vault-process.ts") ?? 0, "SIGKILL"),
      );
      expect([status, err]).toEqual([1, expect.stringContaining("(PROCESS_ENDED)")]);
      const failed = { how: "failed", at: "glass", code: "PROCESS_ENDED" };
      expect(drills(dir)).toMatchObject([CUT_OFF, { ...CUT_OFF, unfinished: failed }]);
      const again = ["drill", "--again", dir, "--duration", "5s"];
      expect(await pullstation(again)).toMatchObject({ status: 0, err: "" });
      expect(drills(dir).slice(2)).toMatchObject([{ ...WHOLE, faults: [] }]);
    },
    MINUTES,
  );
});
