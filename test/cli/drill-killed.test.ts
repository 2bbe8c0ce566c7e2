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

describe("a drill that loses its main process", () => {
  it.each([
    ["while custodians enter shares", sharing, "SIGKILL"],
    ["while the access is open", open, "SIGKILL"],
    ["by Ctrl-C while custodians enter shares", sharing, "SIGINT"],
    ["by Ctrl-C while the access is open", open, "SIGINT"],
    ["with every other by the terminal's Ctrl-C", open, "all SIGINT"],
  ] as const)(
    "leaves no process behind after two seconds (%s)",
    async (_, isTime, signal) => {
      const dir = copyOf(templates.sealed);
      const running = startPullstation(["drill", "--resume", dir]);
      try {
        expect(await reached(running, () => isTime(dir))).toBe(true);
        // Main alone, so that what it started has to notice; or the whole group, as a terminal does.
        if (signal === "all SIGINT") process.kill(-running.pid, "SIGINT");
        else process.kill(running.pid, signal);
        const { lingeredMs, err, status } = await running.ended;
        expect(lingeredMs).toBeLessThan(2_000);
        if (signal === "SIGKILL") expect(err).toBe("");
        else {
          expect(status).toBe(130);
          expect(err).toMatch(/^\nInterrupted\. .*\n {2}pullstation drill --resume \S+\n$/);
        }
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
        expect(await resumed(dir)).toMatchObject({ broken: [] });
      } finally {
        running.killAll();
        remove(dir);
      }
    },
    MINUTES,
  );
});
