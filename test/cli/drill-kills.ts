import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journaledCalls } from "../../ceremony/access/journal.ts";
import { verify } from "../../ceremony/verify.ts";
import { listJournals } from "../../station/journal-file.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import {
  copyOf,
  hasRecord,
  journalLines,
  newFolder,
  pullstation,
  quickPolicy,
  reached,
  type Running,
  remove,
  startPullstation,
  type Summary,
  summaryOf,
} from "./drill-runs.ts";

/** When the whole set of processes is killed, by what lies on the disk. */
export interface Death {
  readonly name: string;
  readonly from: "nothing" | "sealed" | "open";
  readonly isTime: (dir: string) => boolean;
}

const file = (path: string) => (dir: string) => existsSync(join(dir, path));

export const SEALING: readonly Death[] = (
  [
    ["its settings are written", file("drill.json")],
    ["the kit is written", file("practice/kit/policy.json")],
    ["the stage is written", file("practice/scene.json")],
    ["the station has a key", file("station.key")],
    ["the runbook lies open", file("runbook.md")],
    ["a passphrase is known", file("practice/people.json")],
    ["the candidate is written", file("vault.pullstation.candidate")],
    ["a card is written", file("cards/001.txt")],
    ["every card is written", file("cards/002.txt")],
    ["the seal record is written", file("records/000001.json")],
    ["the vault counts", file("vault.pullstation")],
    ["the commit is recorded", file("records/000002.json")],
  ] as const
).map(([name, isTime]) => ({ name, from: "nothing", isTime }));

const atLine =
  (line: number) =>
  (dir: string): boolean =>
    journalLines(dir) >= line;
const atRecord =
  (kind: string) =>
  (dir: string): boolean =>
    hasRecord(dir, kind);
/** An instant in which nothing happens but waiting. */
const afterRecord = (kind: string, ms: number) => {
  const since = new Map<string, number>();
  return (dir: string): boolean => {
    if (!hasRecord(dir, kind)) return false;
    const first = since.get(dir) ?? performance.now();
    since.set(dir, first);
    return performance.now() - first > ms;
  };
};

export const journalDeath = (line: number): Death => ({
  name: `at journal line ${line}`,
  from: "sealed",
  isTime: atLine(line),
});

export const BETWEEN: readonly Death[] = [
  { name: "a refusal is recorded", from: "sealed", isTime: atRecord("refused") },
  { name: "the glass is broken, no journal yet", from: "sealed", isTime: atRecord("glass-broken") },
  { name: "the opening is recorded", from: "sealed", isTime: atRecord("access-open") },
  { name: "while it is open", from: "sealed", isTime: afterRecord("access-open", 1_000) },
  { name: "the expiry is recorded", from: "sealed", isTime: atRecord("access-expired") },
  { name: "closed, not approved", from: "sealed", isTime: atRecord("closed") },
  { name: "approved", from: "sealed", isTime: atRecord("approval") },
  { name: "the drill is recorded", from: "sealed", isTime: atRecord("drill") },
];

/** While a resumption drives to rest what an earlier death left open. */
export const resumeDeath = (line: number): Death => ({
  name: `resuming, at journal line ${line}`,
  from: "open",
  isTime: atLine(line),
});
export const RESUMING: readonly Death[] = [
  { name: "resuming, the glass is broken again", from: "open", isTime: secondGlass },
  { name: "resuming, recorded", from: "open", isTime: atRecord("resumed") },
  { name: "resuming, closed", from: "open", isTime: atRecord("closed") },
  { name: "resuming, approved", from: "open", isTime: atRecord("approval") },
];

function secondGlass(dir: string): boolean {
  const folder = join(dir, "records");
  const isGlass = (name: string): boolean =>
    name.endsWith(".json") &&
    readFileSync(join(folder, name), "utf8").includes('"kind":"glass-broken"');
  return readdirSync(folder).filter(isGlass).length > 1;
}

export interface Templates {
  readonly sealed: string;
  /** Killed while the access was open. */
  readonly open: string;
  /** How many lines its journal has. */
  readonly openLines: number;
  remove(): void;
}

const begin = (policy: string, out: string): readonly string[] => [
  ...["drill", "--duration", "5s", "--custodians", "2", "--threshold", "2"],
  ...["--policy", policy, "--out", out],
];

async function killedAt(
  running: Running,
  dir: string,
  isTime: Death["isTime"],
): Promise<{ readonly struck: boolean }> {
  const struck = await reached(running, () => isTime(dir));
  running.killAll();
  const { signal } = await running.ended;
  return { struck: struck && signal === "SIGKILL" };
}

export async function makeTemplates(): Promise<Templates> {
  const home = newFolder();
  const policy = join(home, "policy.json");
  writeFileSync(policy, quickPolicy());
  const sealed = join(home, "sealed");
  await killedAt(startPullstation(begin(policy, sealed)), sealed, atRecord("committed"));
  const open = copyOf(sealed);
  const wait = afterRecord("access-open", 200);
  await killedAt(startPullstation(["drill", "--resume", open]), open, wait);
  return {
    sealed,
    open,
    openLines: journalLines(open),
    remove: () => [home, open].forEach(remove),
  };
}

/** How many journal lines a whole job writes, and an open one until it is at rest. */
export async function countLines({
  sealed,
  open,
}: Templates): Promise<{ readonly whole: number; readonly rested: number }> {
  const dirs = [copyOf(sealed), copyOf(open)] as const;
  await Promise.all(dirs.map((dir) => pullstation(["drill", "--resume", dir])));
  const [whole, rested] = [journalLines(dirs[0]), journalLines(dirs[1])];
  dirs.forEach(remove);
  return { whole, rested };
}

export interface Recovery {
  /** How the journal stood when the set was killed. */
  readonly end: string;
  /** What did not hold. */
  readonly broken: readonly string[];
}

/** One death, one resumption, and another that must change nothing. */
export async function dieAndResume(
  { from, isTime }: Death,
  templates: Templates,
): Promise<Recovery> {
  const home = newFolder();
  const policy = join(home, "policy.json");
  writeFileSync(policy, quickPolicy());
  const dir = from === "nothing" ? join(home, "drill") : copyOf(templates[from]);
  try {
    const args = from === "nothing" ? begin(policy, dir) : ["drill", "--resume", dir];
    const { struck } = await killedAt(startPullstation(args), dir, isTime);
    const { end, broken } = await resumed(dir);
    // A resumption may need fewer lines than the one that was counted.
    return { end: struck ? end : "NOT REACHED", broken };
  } finally {
    remove(home);
    remove(dir);
  }
}

/** Resumes twice; what did not hold. */
export async function resumed(dir: string): Promise<Recovery> {
  const broken: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };
  const unfinished = (await listJournals(dir)).filter(({ state }) => state.phase !== "closed");
  const touched = unfinished.filter(({ state }) => state.accounts.some((one) => one.touched));
  const asked = callsIn(dir);
  const first = await pullstation(["drill", "--resume", dir]);
  const { status, out, err } = first;
  expect(status === 0, `--resume ended with ${status}: ${err}${status === 0 ? "" : out}`);
  expect(err === "", `--resume complained: ${err}`);
  for (const { incident, state } of unfinished)
    expect(out.includes(`${incident} is unfinished (${state.phase})`), "what was open is not said");
  if (touched.length > 0) {
    const latch = out.indexOf("closed at once with the closer's session: 111122223333");
    expect(latch !== -1, "the closer did not close at once");
    expect(latch < out.indexOf("Quorum and touch"), "the quorum came before the closer");
    const next = callsIn(dir)[asked.length];
    expect(
      next?.action === "AttachUserPolicy" && next.principal?.includes("BreakGlassCloser") === true,
      `the first call was ${next?.action} by ${next?.principal}`,
    );
  }
  if (status !== 0) return { end: "NOT RESUMED", broken };
  const recorded = recordedCalls(dir);
  // The dead processes' effects by their journals, and the closer's by the one that it wrote to.
  for (const { state } of unfinished)
    for (const { requestId, action } of journaledCalls(state.lines))
      expect(recorded.has(requestId), `${action} of the dead process is in no record`);
  for (const { requestId = "", action, principal } of callsIn(dir).slice(asked.length))
    if (principal?.includes("BreakGlassCloser") === true)
      expect(recorded.has(requestId), `the closer's ${action} is in no record`);
  broken.push(...notAtRest(dir, summaryOf(dir)));

  const before = stateOf(dir);
  const again = await pullstation(["drill", "--resume", dir]);
  expect(again.status === 0, `a second --resume ended with ${again.status}: ${again.err}`);
  expect(stateOf(dir) === before, "a second --resume changed something");
  broken.push(...notAtRest(dir, summaryOf(dir)));
  const phases = unfinished.map(({ state }) => state.phase).join(", ");
  return { end: phases === "" ? "nothing open" : phases, broken };
}

function notAtRest(dir: string, { passed, vaultId, atRest, dead, records }: Summary): string[] {
  const copy = readCopy(dir);
  const { verdict, findings } = verify(copy === null ? [] : [copy], { vaultId });
  const isAtRest = atRest.every(
    ({ latched, activeKeys, inlinePolicies }) =>
      latched && activeKeys === 0 && inlinePolicies.length === 0,
  );
  const open = join(dir, "open");
  return [
    ...(passed && dead ? [] : ["the summary does not say passed"]),
    ...(isAtRest ? [] : ["AWS is not at rest"]),
    ...(verdict === "VALID" && records.verdict === "VALID"
      ? []
      : [`records ${verdict}: ${findings.map(({ code }) => code).join(" ")}`]),
    ...["closed", "approval", "drill"].flatMap((kind) =>
      hasRecord(dir, kind) ? [] : [`no record ${kind}`],
    ),
    ...(existsSync(open) && readdirSync(open).length > 0 ? ["a closer's session is left"] : []),
  ];
}

/** Request ids of the calls that records tell with everything that is known of a call. */
function recordedCalls(dir: string): ReadonlySet<string | null> {
  const calls = readStory(dir)
    .filter(({ kind }) => kind === "aws-calls")
    .flatMap(({ evidence }) => evidence["calls"] as Readonly<Record<string, unknown>>[]);
  const whole = ["account", "as", "action", "region", "ms", "attempts", "verdict", "serverDate"];
  return new Set(
    calls
      .filter((call) => whole.every((name) => call[name] !== undefined))
      .map(({ requestId }) => requestId as string | null),
  );
}

interface CallLine {
  readonly requestId?: string;
  readonly action?: string;
  readonly principal?: string;
}

/** What practice AWS answered so far, by its own log. */
function callsIn(dir: string): readonly CallLine[] {
  const log = join(dir, "practice", "aws.json.calls.jsonl");
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as CallLine);
}

/** Everything that a resumption without need must leave alone. */
function stateOf(dir: string): string {
  const inside = ["journal", "records"].flatMap((folder) =>
    readdirSync(join(dir, folder))
      .toSorted()
      .map((name) => join(folder, name)),
  );
  return [...inside, "vault.pullstation", "practice/aws.json", "allowed_signers"]
    .map((path) => `${path} ${readFileSync(join(dir, path), "base64")}`)
    .join("\n");
}
