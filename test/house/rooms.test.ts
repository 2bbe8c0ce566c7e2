import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { expect, test } from "vitest";
import { reaches } from "../../build/house/reaches.ts";
import { grants, NETWORK, rooms, SDK, SPAWNING } from "../../build/house/rooms.ts";

// The table itself: what must be true of it whatever else changes.

const manifest = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as Record<"dependencies" | "devDependencies", Record<string, string>>;
const all = Object.entries(rooms);

const below = (room: string): Set<string> =>
  new Set((rooms[room]?.imports ?? []).flatMap((next) => [next, ...below(next)]));

const having = (names: readonly string[], row: "packages" | "builtins"): string[] =>
  all.filter(([, room]) => room[row].some((name) => names.includes(name))).map(([room]) => room);

test("imports go down or sideways, never round", () => {
  for (const [room, row] of all) {
    for (const next of row.imports)
      expect(rooms[next]?.floor, `${room} → ${next}`).toBeLessThanOrEqual(row.floor);
    expect([...below(room)], room).not.toContain(room);
  }
});

test("the ground floor and the subject are pure", () => {
  for (const room of ["contract", "aws/documents", "ceremony"])
    expect(rooms[room], room).toMatchObject({ builtins: [], powers: [] });
  expect(rooms["crypto"]).toMatchObject({ imports: [], builtins: ["crypto"], powers: [] });
});

test("one room has the SDK, one file starts processes, one a thread, practice alone listens", () => {
  expect(having(SDK, "packages")).toEqual(["aws/clients"]);
  expect(having(SPAWNING, "builtins")).toEqual(["build"]);
  expect(having(NETWORK, "builtins")).toEqual(["aws/clients", "practice"]);
  const spawning = grants.filter(({ builtins }) => builtins?.some((b) => SPAWNING.includes(b)));
  expect(spawning.map(({ file }) => file)).toEqual([
    "cli/fork.ts",
    "station/trail/part.ts",
    "station/trail/part-thread.ts",
  ]);
  const listening = grants.filter(({ builtins }) => builtins?.some((b) => NETWORK.includes(b)));
  expect(listening.map(({ file }) => file)).toEqual(["practice/key/listen.ts"]);
});

test("nothing that ships imports the rehearsal stage: it is a process of its own", () => {
  const seeing = all.filter(
    ([room, { imports }]) =>
      !room.startsWith("practice") && imports.some((next) => next.startsWith("practice")),
  );
  expect(seeing.map(([room]) => room)).toEqual([]);
});

test("every name in the table exists, and what ships is a dependency", () => {
  for (const [room, { packages, builtins }] of all) {
    // Electron is what the app is packaged into, not a package in it.
    const runtime = { electron: manifest.devDependencies["electron"] };
    const known: Readonly<Record<string, string | undefined>> =
      room === "build" ? manifest.devDependencies : { ...manifest.dependencies, ...runtime };
    expect(
      packages.filter((name) => known[name] === undefined),
      room,
    ).toEqual([]);
    expect(
      builtins.filter((name) => !builtinModules.includes(name)),
      room,
    ).toEqual([]);
  }
});

test("every grant, boundary and tolerated import says why", () => {
  const reasons = [
    ...grants.map(({ why }) => why),
    ...reaches.flatMap(({ why, tolerated }) => [why, ...(tolerated ?? []).map((t) => t.why)]),
    ...all.map(([, { holds }]) => holds),
  ];
  expect(reasons.filter((why) => why.split(" ").length < 4)).toEqual([]);
});
