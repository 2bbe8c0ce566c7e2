import { constants } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { severalAtOnce } from "../crash/table.ts";
import {
  BETWEEN,
  type Death,
  dieAndResume,
  journalDeath,
  makeTemplates,
  type Recovery,
  resumed,
  resumeDeath,
  RESUMING,
  SEALING,
  type Templates,
} from "./drill-kills.ts";
import {
  copyOf,
  hasProcessTable,
  hasRecord,
  processOf,
  reached,
  remove,
  standing,
  startPullstation,
} from "./drill-runs.ts";

/**
 * Some of the deaths that `npm run test:kill` dies in full: those in which what is on the disk and
 * what is at AWS differ most.
 */
const MINUTES = 600_000;

let templates: Templates;
beforeAll(async () => {
  templates = await makeTemplates();
}, MINUTES);
afterAll(() => templates.remove());

const named = (deaths: readonly Death[], ...names: readonly string[]): readonly Death[] =>
  deaths.filter(({ name }) => names.includes(name));

const ends = async (deaths: readonly Death[]): Promise<readonly (readonly [string, Recovery])[]> =>
  severalAtOnce(deaths, 3, async (death) => [death.name, await dieAndResume(death, templates)]);

describe("a drill of which every process is killed", () => {
  it.each([
    [
      "while it opens: no session yet, latch about to go, key about to work",
      () => [6, 12, 14].map(journalDeath),
    ],
    ["while it is open, and while it closes", () => [15, 20, 23].map(journalDeath)],
    [
      "between its journal and its records",
      () => named(BETWEEN, "the glass is broken, no journal yet", "closed, not approved"),
    ],
    [
      "while it is resumed",
      () => [
        resumeDeath(templates.openLines + 8),
        ...named(RESUMING, "resuming, the glass is broken again"),
      ],
    ],
    [
      "while it seals",
      () => named(SEALING, "the candidate is written", "the seal record is written"),
    ],
  ])(
    "is closed first and driven to rest by --resume, once (%s)",
    async (_, deaths) => {
      for (const [name, { broken }] of await ends(deaths())) expect(broken, name).toEqual([]);
    },
    MINUTES,
  );
});

const sharing = (dir: string): boolean => hasRecord(dir, "refused");
const open = (dir: string): boolean => hasRecord(dir, "access-open");

const INTERRUPTED = /Interrupted\. (.*)\n {2}pullstation drill --resume \S+\n$/;

describe("a drill that loses its main process", () => {
  it.each([
    ["while custodians enter shares", sharing, "SIGKILL"],
    ["while the access is open", open, "SIGKILL"],
    ["by Ctrl-C while custodians enter shares", sharing, "SIGINT"],
    ["by a polite kill while custodians enter shares", sharing, "SIGTERM"],
  ] as const)(
    "leaves no process behind after two seconds (%s)",
    async (_, isTime, signal) => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => isTime(dir))).toBe(true);
        // Main alone, so that what it started has to notice.
        process.kill(running.pid, signal);
        const { lingeredMs, err, status } = await running.ended;
        expect(lingeredMs).toBeLessThan(2_000);
        if (signal === "SIGKILL") expect(err).toBe("");
        else {
          expect(status).toBe(128 + constants.signals[signal]);
          expect(err).toMatch(INTERRUPTED);
        }
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );
});

describe("a drill that is interrupted while the access is open", () => {
  it.each([
    ["Ctrl-C, which a terminal sends to every process", "SIGINT", "all"],
    ["a polite kill of main", "SIGTERM", "main"],
    ["the terminal's end", "SIGHUP", "all"],
  ] as const)(
    "closes it first, says so, and is finished by --resume (%s)",
    async (_, signal, whom) => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => open(dir))).toBe(true);
        process.kill(whom === "all" ? -running.pid : running.pid, signal);
        const { lingeredMs, err, status } = await running.ended;
        expect(lingeredMs).toBeLessThan(2_000);
        expect(status).toBe(128 + constants.signals[signal]);
        expect(INTERRUPTED.exec(err)?.[1]).toBe("The access is closed; this finishes the drill:");
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        expect(await resumed(dir)).toMatchObject({ broken: [] });
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );

  it(
    "leaves at once when it is interrupted again, and doesn't call it closed",
    async () => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => open(dir))).toBe(true);
        process.kill(running.pid, "SIGINT");
        await new Promise((resolve) => setTimeout(resolve, 2));
        process.kill(running.pid, "SIGTERM");
        const { err, status } = await running.ended;
        expect(status).toBe(128 + constants.signals.SIGTERM);
        expect(INTERRUPTED.exec(err)?.[1]).toMatch(/^What is open ends at its deadline/);
        expect(await resumed(dir)).toMatchObject({ broken: [] });
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );
});

describe.runIf(hasProcessTable)("a drill that loses one of its other processes", () => {
  it.each([
    ["the vault process, while custodians enter shares", "vault-process.ts", sharing],
    ["the people and keys, while custodians enter shares", "stage/process.ts", sharing],
    ["the online process, while the access is open", "online-process.ts", open],
    ["practice AWS, while the access is open", "stage/process.ts", open],
  ] as const)(
    "says so, ends, and is brought to rest by --resume (%s)",
    async (_, entry, isTime) => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => isTime(dir))).toBe(true);
        const pid = processOf(running, entry) ?? 0;
        expect(pid).toBeGreaterThan(0);
        process.kill(pid, "SIGKILL");
        const { status, err, lingeredMs } = await running.ended;
        expect(status).toBe(1);
        expect(err).toContain("(PROCESS_ENDED)");
        expect(lingeredMs).toBeLessThan(2_000);
        // What held the access is gone, and AWS is there: the closer's session shuts it.
        if (entry === "online-process.ts") expect(standing(dir).latched).toBe(true);
        expect(await resumed(dir)).toMatchObject({ broken: [] });
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );
});
