import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unsealIn } from "../station/rehearsal.ts";
import { asText, foundIn, type Secret, secretsOf, sessionsIn, spellings } from "./drill-secrets.ts";
import { hasRecord, newFolder, remove } from "./drill-runs.ts";

const MAIN = fileURLToPath(new URL("drill-tapped.ts", import.meta.url));
const MINUTE = 60_000;

let home: string;
let dir: string;
let secrets: readonly Secret[];
const said = { terminal: "", exits: [] as (number | null)[] };
const path = (name: string): string => join(home, name);
const read = (name: string): string => readFileSync(path(name), "latin1");

/** A drill, killed while it is open, and then its resumption: with what main carried in both. */
async function run(name: string, until: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [MAIN, dir, path(`${name}.tap`)], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (said.terminal += data.toString()));
  const look = setInterval(() => {
    for (const session of sessionsIn(dir)) seen.set(session.name, session);
    if (until()) process.kill(-(child.pid ?? 0), "SIGKILL");
  }, 20);
  said.exits.push(await new Promise((resolve) => child.once("close", resolve)));
  clearInterval(look);
}
const seen = new Map<string, Secret>();

beforeAll(async () => {
  home = newFolder();
  dir = path("drill");
  await run("open", () => hasRecord(dir, "access-open"));
  await run("resume", () => false);
  await run("again", () => false);
  const { contents, vaultSigningKey, quorumSecret, touchSecret } = await unsealIn(dir, "north");
  secrets = [
    ...secretsOf(dir),
    ...seen.values(),
    { name: "quorum secret", bytes: quorumSecret },
    { name: "touch secret", bytes: touchSecret },
    { name: "vault key", bytes: vaultSigningKey.expose() },
    ...contents.accounts.map(({ totpSeed }) => ({
      name: "sealed TOTP seed",
      text: totpSeed ?? "",
    })),
  ];
}, 2 * MINUTE);
afterAll(() => remove(home));

describe("the search for secrets", () => {
  it("knows what there is to find", () => {
    expect(said.exits).toEqual([null, 0, 0]);
    const names = secrets.map(({ name }) => name).join("\n");
    for (const kind of [
      ...["passphrase 2", "payload 001", "share 002", "words", "key of 111122223333-activator"],
      ...["TOTP seed", "secret of key south", "station seed", "session token", "vault key"],
    ])
      expect(names).toContain(kind);
    // Of the activator, and of the closer twice: the killed activation and its resumption.
    expect(seen.size).toBeGreaterThanOrEqual(4);
    for (const secret of secrets)
      expect((secret.text ?? secret.bytes ?? "").length).toBeGreaterThan(5);
  });

  it("finds each of them in any spelling, whatever stands around it", () => {
    for (const secret of secrets)
      for (const spelling of spellings(secret))
        expect(foundIn(`{"value":"x${spelling}y"}`, [secret]), secret.name).toEqual([secret.name]);
    const [card] = secrets.filter(({ name }) => name.startsWith("card "));
    const bytes = card?.bytes ?? new Uint8Array();
    for (const before of ["", "x", "xx", "xxx"]) {
      const longer = Buffer.concat([Buffer.from(before), bytes, Buffer.from("tail")]);
      for (const coding of ["base64", "base64url", "hex"] as const)
        expect(foundIn(longer.toString(coding), card === undefined ? [] : [card])).toHaveLength(1);
      expect(foundIn(asText({ deep: [new Uint8Array(longer)] }), card ? [card] : [])).toHaveLength(
        1,
      );
    }
    expect(foundIn(readFileSync(join(dir, "practice/people.json"), "utf8"), secrets)).toHaveLength(
      2,
    );
  });
});

describe("main", () => {
  it.each(["open", "resume", "again"])("carries no secret in any message (%s)", (name) => {
    const carried = read(`${name}.tap`);
    // It did carry something: questions and answers, and in the first two the people's sealed lane.
    const asked = name === "again" ? ["standing"] : ["beginUnseal", "handOver", "box"];
    for (const word of asked) expect(carried.includes(`"${word}"`), word).toBe(true);
    expect(foundIn(carried, secrets)).toEqual([]);
  });

  it("shows none on the terminal, and neither does any process that it starts", () => {
    expect(said.terminal.includes("quorum: ")).toBe(true);
    expect(said.terminal.includes('"format": "pullstation-drill-summary@v1"')).toBe(true);
    expect(foundIn(said.terminal, secrets)).toEqual([]);
  });

  it("writes none: not into records, journal, report, summary or any file but those of their owners", () => {
    const owners = /^(?:practice|cards)(?:\/|$)|^station\.key$/;
    const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter(
      (name) => !owners.test(name) && statSync(join(dir, name)).isFile(),
    );
    expect(files).toContain("record.html");
    expect(files.some((name) => name.startsWith("journal/"))).toBe(true);
    for (const name of files)
      expect(foundIn(readFileSync(join(dir, name), "latin1"), secrets), name).toEqual([]);
  });
});
