import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verify } from "../../ceremony/verify.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { sealIn, setStage } from "../station/rehearsal.ts";
import { rotateIn } from "../station/rotation.ts";
import { newFolder, pullstation, quickPolicy, type Ran, remove, summaryOf } from "./drill-runs.ts";

const MINUTES = 120_000;
let home: string;
/** A stick's copy before a rotation and after it, and the station that they are of. */
let station: string;
let before: string;
let after: string;
const at = (name: string): string => join(home, name);

/** What a stick carries. */
function stickOf(dir: string, name: string): string {
  const stick = at(name);
  const folder = join(stick, "vault");
  mkdirSync(folder, { recursive: true });
  for (const file of [
    "vault.pullstation",
    "records",
    "allowed_signers",
    "runbook.md",
    "policy.json",
  ])
    if (existsSync(join(dir, file)))
      cpSync(join(dir, file), join(folder, file), { recursive: true });
  return stick;
}

const restore = (
  copies: readonly string[],
  into: string,
  ...more: readonly string[]
): Promise<Ran> =>
  pullstation(["restore", ...copies, "--into", into, "--officer", "Mia Roth", ...more]);
const gone = ["--old-station", "gone"];
const headOf = (dir: string): string => {
  const head = readStory(dir).at(-1);
  return `${head?.seq}:${head?.written.sha256}`;
};
const errorsIn = (dir: string): readonly string[] => {
  const copy = readCopy(dir);
  const { findings } = verify(copy === null ? [] : [copy]);
  return findings.flatMap(({ severity, code }) => (severity === "error" ? [code] : []));
};

beforeAll(async () => {
  home = newFolder();
  station = at("station");
  mkdirSync(station);
  await setStage(station);
  await sealIn(station);
  before = stickOf(station, "before");
  await rotateIn(station);
  after = stickOf(station, "after");
}, MINUTES);
afterAll(() => remove(home));

describe("a fresh laptop", () => {
  it("becomes a station by a copy, says what nobody compared, and records who and what of the old one", async () => {
    const into = at("fresh");
    const ran = await restore([after], into, ...gone);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).toContain("epoch 2");
    expect(ran.out).toContain("Whose vault this is nobody compared");
    expect(ran.out).toContain("Nothing says that this is the newest copy");
    expect(ran.out).toContain("UNCERTIFIED until the next epoch");
    expect(readStory(into).at(-1)).toMatchObject({
      kind: "restored",
      who: { officer: "Mia Roth" },
      evidence: {
        oldStation: "gone",
        role: "primary",
        anchoredBy: { vaultId: false, head: false },
        copies: 1,
      },
    });
    // A key of its own, and nothing of the old one's.
    expect(readFileSync(join(into, "station.key"))).not.toEqual(
      readFileSync(join(station, "station.key")),
    );
    expect(errorsIn(into)).toEqual(["STATION_UNCERTIFIED"]);
    expect(readFileSync(join(into, "vault.pullstation"))).toEqual(
      readFileSync(join(station, "vault.pullstation")),
    );
    expect(existsSync(join(into, "runbook.md"))).toBe(true);
    expect(existsSync(`${into}.restoring`)).toBe(false);
  });

  it("is told what paper proves, and may be a spare", async () => {
    const into = at("spare");
    const { vaultId } = readStory(station)[0] ?? { vaultId: "" };
    const paper = ["--vault-id", vaultId, "--head", headOf(station), "--old-station", "kept"];
    const ran = await restore([after], into, ...paper);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).not.toMatch(/nobody compared|Nothing says/);
    expect(ran.out).toContain("This is a spare.");
    expect(readStory(into).at(-1)?.evidence).toMatchObject({
      role: "spare",
      anchoredBy: { vaultId: true, head: true },
    });
  });

  it("takes the newest of several copies, and says which ends early", async () => {
    const into = at("newest");
    const ran = await restore([before, after], into, ...gone);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).toContain("epoch 2");
    expect(ran.out).toContain("COPY_BEHIND");
  });

  it("begins anew where a restore was cut off", async () => {
    const into = at("cut");
    mkdirSync(join(`${into}.restoring`, "records"), { recursive: true });
    writeFileSync(join(`${into}.restoring`, "records", "000001.json"), "torn");
    expect(await restore([after], into, ...gone)).toMatchObject({ status: 0 });
    expect(errorsIn(into)).toEqual(["STATION_UNCERTIFIED"]);
  });

  it("goes on from a copy of an uncertified station, and names it", async () => {
    await restore([after], at("first"), ...gone);
    const ran = await restore([stickOf(at("first"), "of-first")], at("second"), ...gone);
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).toContain("STATION_UNCERTIFIED");
  });
});

describe("copies that will not do", () => {
  const cases: readonly (readonly [string, () => readonly string[], number, RegExp])[] = [
    [
      "older than the paper",
      () => [before, "--head", headOf(station)],
      1,
      /HEAD_DIFFERS[\s\S]*RESTORE_NOT_WHOLE/,
    ],
    [
      "a vault file of an old epoch beside newer records",
      () => {
        const stick = stickOf(station, "stale");
        cpSync(
          join(before, "vault", "vault.pullstation"),
          join(stick, "vault", "vault.pullstation"),
        );
        return [stick];
      },
      1,
      /RESTORE_STALE/,
    ],
    [
      "a record that was taken out",
      () => {
        const stick = stickOf(station, "gap");
        rmSync(join(stick, "vault", "records", "000002.json"));
        return [stick];
      },
      1,
      /RECORD_MISSING[\s\S]*RESTORE_NOT_WHOLE/,
    ],
    ["another vault's id", () => [after, "--vault-id", "0".repeat(32)], 1, /ANCHOR_DIFFERS/],
    ["no copy at all", () => [at("nowhere")], 2, /COPY_MISSING/],
    ["a stick with several vaults' folders", () => [home], 2, /COPIES_SEVERAL/],
  ];
  it.each(cases)("%s", async (_, given, status, said) => {
    const into = at("refused");
    const [copy = "", ...more] = given();
    const ran = await restore([copy], into, ...gone, ...more);
    expect(ran.err).toMatch(said);
    expect(ran.status).toBe(status);
    expect(existsSync(into)).toBe(false);
  });

  it("two stations that both went on: a fork is named, and nothing is restored", async () => {
    for (const name of ["one", "other"]) {
      await restore([after], at(name), ...gone);
      stickOf(at(name), `stick-of-${name}`);
    }
    const ran = await restore([at("stick-of-one"), at("stick-of-other")], at("forked"), ...gone);
    expect(ran.status).toBe(1);
    expect(ran.err).toContain("FORK");
    expect(existsSync(at("forked"))).toBe(false);
  });

  it("a station is never written over another; what nobody can be asked must be said", async () => {
    const over = await restore([after], station, ...gone);
    expect(over.status).toBe(2);
    expect(over.err).toContain("RESTORE_FOLDER_USED");
    const unsaid = await restore([after], at("unsaid"));
    expect(unsaid.status).toBe(2);
    expect(unsaid.err).toContain("RESTORE_ASKS");
    expect(existsSync(at("unsaid"))).toBe(false);
  });
});

describe("a drill on a fresh laptop", () => {
  it(
    "restores from what a stick carries, opens and closes there, and passes though its key is new",
    async () => {
      const policy = at("policy.json");
      writeFileSync(policy, quickPolicy());
      const small = ["--custodians", "2", "--threshold", "2", "--duration", "5s"];
      const old = at("drill");
      const first = await pullstation(["drill", ...small, "--policy", policy, "--out", old]);
      expect(first).toMatchObject({ status: 0, err: "" });
      const into = at("drill-2");
      const fresh = ["--restored", old, "--out", into, "--duration", "5s", "--fault", "lost-key"];
      const ran = await pullstation(["drill", ...fresh]);
      expect(ran, ran.out).toMatchObject({ status: 0, err: "" });
      expect(ran.out).toContain("restored up to record");
      expect(summaryOf(into)).toMatchObject({ passed: true, dead: true, expiryProven: true });
      const kinds = readStory(into).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "drill")).toHaveLength(2);
      expect(kinds).toContain("restored");
      // Its record says what kind of drill it was; its own time is compared with others of that kind only.
      const drills = readStory(into).filter(({ kind }) => kind === "drill");
      const record = readStory(into).find(({ kind }) => kind === "restored")?.seq;
      expect(drills.map(({ evidence }) => evidence["restored"])).toEqual([
        undefined,
        { record, ms: expect.any(Number) as number },
      ]);
      expect(drills.at(-1)?.why).toContain("a drill on a fresh laptop passed");
      expect(ran.out).toMatch(/^ +restore +.*no earlier drill$/m);
      expect(new Set(errorsIn(into))).toEqual(new Set(["STATION_UNCERTIFIED"]));
      // The stick held neither the old key nor its journal, and the old folder is as it was.
      expect(readdirSync(join(into, "journal"))).toHaveLength(1);
      expect(readStory(old).map(({ kind }) => kind)).not.toContain("restored");
    },
    MINUTES,
  );
});
