import { faulted, FAULTS, TARGETS } from "./faults.ts";
import {
  arrivesLate,
  closerFaulted,
  ENDINGS,
  foundAtStart,
  openedAgain,
  type Plant,
  planted,
  PLANTS,
  withoutRoom,
} from "./foreign.ts";
import { deathAt, deathInFlight, pointsOf } from "./kills.ts";
import { type Outcome, type Row, severalAtOnce, table } from "./table.ts";

/**
 * The crash matrix: SIGKILL at every point of an opening and a closing, in a real process; and
 * every fault on every call. After each run the invariants are looked at, from AWS's side.
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

const plants = Object.entries(PLANTS);
for (const accounts of [1, 3]) {
  const cases = ENDINGS.flatMap((ending) =>
    plants.map(([name, plant]) => ({ ending, name, plant })),
  );
  add(
    `done by others meanwhile, ${accounts} account${accounts === 1 ? "" : "s"}`,
    cases.map(({ ending, name }) => `${name}, ${ending}`),
    await severalAtOnce(cases, 4, ({ plant, ending }) => planted(plant, ending, accounts)),
  );
}
const withLatches = plants.filter(([name]) => !/latch, attached/.test(name));
add(
  "done by others, and rounds without a latch",
  withLatches.map(([name]) => name),
  await severalAtOnce(withLatches, 4, ([, plant]) => planted(plant, "close", 1, 8)),
);
add(
  "no room for the latch",
  ["1 account", "3 accounts"],
  await severalAtOnce([1, 3], 2, (accounts) => withoutRoom(accounts)),
);
const AGAIN = ([1, 3] as const).flatMap((accounts) =>
  (["close", "die"] as const).map((ending) => ({ accounts, ending })),
);
add(
  "opened again from outside, after it was dead",
  AGAIN.map(({ accounts, ending }) => `${accounts}, ${ending}`),
  await severalAtOnce(AGAIN, 2, ({ accounts, ending }) => openedAgain(ending, accounts)),
);
const AT_START = [
  ...plants.filter(([name]) => !/latch, attached|window/.test(name)),
  ["the latch is missing", ((user) => (user.attached = [])) as Plant] as const,
];
add(
  "found at the start, 2 accounts",
  AT_START.map(([name]) => name),
  await severalAtOnce(AT_START, 4, ([, plant]) => foundAtStart(plant)),
);

const closers = FAULTS.flatMap((kind) => [1, 3].map((times) => ({ kind, times })));
add(
  "the closer alone, its call faulted, 3 accounts",
  closers.map(({ kind, times }) => `${kind} × ${times}`),
  await severalAtOnce(closers, 4, ({ kind, times }) => closerFaulted(kind, times, 3)),
);

const LATE = WRITES.flatMap(([action, nth]) => (nth === 1 ? [action] : []));
for (const accounts of [1, 3]) {
  const cases = (["open", "close"] as const).flatMap((phase) =>
    LATE.map((action) => ({ phase, action })),
  );
  add(
    `a call that arrives late, ${accounts} account${accounts === 1 ? "" : "s"}`,
    cases.map(({ phase, action }) => `${phase} ${action}`),
    await severalAtOnce(cases, 4, ({ phase, action }) => arrivesLate(action, phase, accounts)),
  );
}

process.stdout.write(`${table(rows)}\n`);
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
for (const line of failures) process.stdout.write(`BROKEN  ${line}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
