import { faulted, FAULTS, TARGETS } from "./faults.ts";
import { deathAt, deathInFlight, pointsOf } from "./kills.ts";
import { type Outcome, type Row, severalAtOnce, table } from "./table.ts";

/**
 * The crash matrix: SIGKILL at every point of an opening and a closing, in a real process; and
 * every fault on every call. After each run the four invariants are looked at, from AWS's side.
 */
const started = performance.now();
const failures: string[] = [];
const rows: Row[] = [];

function add(what: string, names: readonly string[], outcomes: readonly Outcome[]): void {
  rows.push({ what, outcomes });
  outcomes.forEach(({ broken }, index) => {
    for (const line of broken) failures.push(`${what}, ${names[index] ?? "?"}: ${line}`);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(`${seconds.padStart(4)} s  ${what}: ${outcomes.length} runs\n`);
}

const choiceOf = (index: number): "reopen" | "close" => (index % 2 === 0 ? "reopen" : "close");

const one = await pointsOf(1);
for (const phase of ["open", "close"]) {
  const points = one.filter((point) => point.startsWith(phase));
  const outcomes = await severalAtOnce(points, 3, (point, index) =>
    deathAt(1, point, choiceOf(index)),
  );
  add(`kill -9 at each point of ${phase}, 1 account`, points, outcomes);
}

const WRITES: readonly (readonly [string, number])[] = [
  ["GetSessionToken", 1],
  ["AssumeRole", 1],
  ["PutUserPolicy", 1],
  ["TagUser", 1],
  ["DetachUserPolicy", 1],
  ["UpdateAccessKey", 1],
  ["AttachUserPolicy", 1],
  ["UpdateAccessKey", 2],
  ["DeleteUserPolicy", 1],
];
for (const choice of ["reopen", "close"] as const) {
  const names = WRITES.map(([action, nth]) => `${action} ${nth}`);
  const outcomes = await severalAtOnce(WRITES, 3, ([action, nth]) =>
    deathInFlight(1, action, nth, choice),
  );
  add(`kill -9 while AWS has done it, then ${choice}`, names, outcomes);
}

const two = (await pointsOf(2)).filter(
  (point, index) =>
    /journal|closer|put|tag|attach|detach|setKey|deleteInline/.test(point) && index % 4 === 0,
);
add(
  "kill -9, every 4th write or journal point, 2 accounts",
  two,
  await severalAtOnce(two, 3, (point, index) => deathAt(2, point, choiceOf(index))),
);

for (const kind of FAULTS)
  for (const stays of [false, true]) {
    const outcomes = await severalAtOnce(TARGETS, 6, (target) =>
      faulted(target, kind, stays, 1, 1),
    );
    const names = TARGETS.map(({ phase, action, who }) => `${phase} ${action} ${who ?? ""}`);
    add(`${kind} ${stays ? "until lifted" : "once"}, each call`, names, outcomes);
  }

// As in production: the SDK's own four attempts stand before ours.
const some = TARGETS.filter((_, index) => index % 3 === 0);
for (const kind of ["lost-response", "throttle"] as const)
  add(
    `${kind} once, 4 attempts, 2 accounts`,
    some.map(({ action }) => action),
    await severalAtOnce(some, 4, (target) => faulted(target, kind, false, 2, 4)),
  );

process.stdout.write(`${table(rows)}\n`);
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
for (const line of failures) process.stdout.write(`BROKEN  ${line}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
