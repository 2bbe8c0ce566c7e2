import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { approveByTouch } from "../../ceremony/approval.ts";
import { copiedEntry } from "../../ceremony/copied.ts";
import { castOf } from "../../ceremony/drill/company.ts";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { brokenWith, reviewedEntry, unreviewed } from "../../ceremony/review.ts";
import { clock } from "../../cli/drill/scene.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { beginDrill, recordCutOff, recordUnfinished } from "../../electron/drill/begun.ts";
import { readStory } from "../../station/records-folder.ts";
import { readRestorable } from "../../station/restorable.ts";
import { restoreInto } from "../../station/restore-copy.ts";
import { requireReviewed } from "../../station/review-gate.ts";
import { replaceFile } from "../../station/vault-file.ts";
import { writeCopy } from "../../station/write-copy.ts";
import { progress } from "../station/rehearsal.ts";
import { onStage } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { checked, liveSubject, placed, tookOver } from "./deeds.ts";
import { Died, Disk } from "./disk.ts";
import type { OneProcess } from "./one-process.ts";

/** What comes between the ceremonies of a walk, and what a small model says of its records. */
export const DEEDS = [
  "custody",
  "took over",
  "key check",
  "copy",
  "drill",
  "drill, left",
  "drill, died",
  "review",
  "review, unsigned",
  "restore",
] as const;
export type Deed = (typeof DEEDS)[number];

const house = {
  clock,
  keep: (file: string, text: string) => replaceFile(file, utf8(text)),
};
/** What of a walk's folder stands outside the laptop: AWS, keys and people, and their cards. */
const WORLD = ["practice", "cards"];

export class Deeds {
  readonly #home = freshFolder();
  readonly #choose: (among: number) => number;
  readonly #step: () => void;
  readonly #process: OneProcess;
  #stations = 0;
  /** How many of each kind the chain has, as the model says. */
  readonly #records = new Map<string, number>();
  /** A drill that was begun and has no record yet. */
  #owed = false;
  /** Uses that were open, and whose review nobody signed. */
  readonly #due = new Set<string>();

  constructor(choose: (among: number) => number, step: () => void, process: OneProcess) {
    this.#process = process;
    this.#choose = choose;
    this.#step = step;
    mkdirSync(this.#stick.folder);
  }

  get #stick() {
    return { name: "AMARA", folder: join(this.#home, "AMARA") };
  }

  #more(kind: string): void {
    this.#records.set(kind, (this.#records.get(kind) ?? 0) + 1);
  }

  /** That use was open. */
  used(incident: string): void {
    this.#due.add(incident);
  }

  /** What a start does: a drill that was begun gets its record, once. */
  async start(dir: string): Promise<void> {
    const records = await this.#process.records();
    const written = recordCutOff(house, { dir, records });
    if ((written !== null) !== this.#owed) throw new Error(`a drill was cut off: ${this.#owed}`);
    if (this.#owed) this.#more("drill");
    this.#owed = false;
  }

  /** Answers the folder of the station from now on. */
  async do(deed: Deed, dir: string): Promise<string> {
    this.#step();
    switch (deed) {
      case "custody":
        placed(dir, await this.#process.records(), this.#choose(2) === 0 ? "north" : "south");
        this.#more("custody");
        return dir;
      case "took over":
        tookOver(dir, await this.#process.records());
        this.#more("took-over");
        return dir;
      case "key check": {
        const found = await checked(dir, await this.#process.records(), null, this.#step);
        if (found.length !== 1 || found[0]?.good !== true)
          throw new Error("a good key was refused");
        this.#more("key-checked");
        return dir;
      }
      case "copy":
        await this.#copy(dir);
        return dir;
      case "drill":
      case "drill, left":
        await this.#drill(dir, deed === "drill");
        return dir;
      case "drill, died":
        await this.#drillDied(dir);
        return dir;
      case "review":
      case "review, unsigned":
        await this.#review(dir, deed === "review");
        return dir;
      case "restore":
        return this.#restore(dir);
    }
  }

  #head = (dir: string): number => readStory(dir).at(-1)?.written.seq ?? 0;

  /** On the one stick of this walk, over the copy before; what lies there makes a station. */
  async #copy(dir: string): Promise<void> {
    const records = await this.#process.records();
    const written = writeCopy(dir, records.committed, this.#stick);
    if (written.upTo.seq !== this.#head(dir)) throw new Error("a copy is not up to the head");
    this.#step();
    const { vaultId } = liveSubject(dir);
    const { verdict } = readRestorable([this.#stick.folder], { vaultId, head: written.upTo });
    if (verdictAtStation(verdict) === "INVALID") throw new Error("a copy is not valid");
    records.append(liveSubject(dir), copiedEntry(written, "Amara", clock.now()));
    this.#more("copied");
  }

  async #drill(dir: string, ends: boolean): Promise<void> {
    // The app starts before anything is begun.
    await this.start(dir);
    beginDrill(house, dir, { after: this.#head(dir), form: "practice", faults: [], seed: null });
    this.#owed = true;
    this.#step();
    if (!ends) return;
    const ground = { dir, records: await this.#process.records() };
    const how = { how: "stopped", at: "glass", code: "DRILL_STOPPED" } as const;
    if (recordUnfinished(house, ground, how) === null) throw new Error("a drill has no record");
    this.#more("drill");
    this.#owed = false;
  }

  /** Its process dies, or the power is cut: it never was, or it has its record after the next start. */
  async #drillDied(dir: string): Promise<void> {
    await this.start(dir);
    const before = this.#records.get("drill") ?? 0;
    const disk = new Disk(dir, ...WORLD.map((name) => join(dir, name)));
    disk.arm({ kind: "die", at: 1 + this.#choose(26), torn: this.#choose(2) === 0 });
    try {
      await this.#drill(dir, true).catch((error: unknown) => {
        if (!(error instanceof Died)) throw error;
      });
      if (disk.dead && this.#choose(2) === 0) disk.cutPower(this.#choose);
    } finally {
      disk.end();
    }
    // What of it is on the disk says what is owed; opened anew, as a start does.
    this.#process.end();
    await this.#process.records();
    const isThere = readStory(dir).filter(({ kind }) => kind === "drill").length > before;
    const wasBegun = this.#owed || (this.#records.get("drill") ?? 0) > before;
    if (isThere && !wasBegun) throw new Error("a drill that was not begun has a record");
    this.#records.set("drill", before + (isThere ? 1 : 0));
    this.#owed = !isThere && existsSync(join(dir, "drill-begun.json"));
    // What was begun was told: from there on no death and no power cut takes it away.
    if (wasBegun && !isThere && !this.#owed) throw new Error("a drill that was begun is gone");
    await this.start(dir);
    if (existsSync(join(dir, "drill-begun.json"))) throw new Error("a drill is owed twice");
  }

  /** The gate names exactly what is due; a review opens it once it is signed. */
  async #review(dir: string, signs: boolean): Promise<void> {
    const story = readStory(dir);
    const [use] = unreviewed(story);
    if (use === undefined) return void this.#gate(dir);
    const { incident } = use;
    const records = await this.#process.records();
    const key = this.#choose(2) === 0 ? "north" : "south";
    const found = { verdict: "CLEAR", proof: "PROVEN", events: 0, files: [] } as const;
    const findings = { error: 0, warning: 0, note: 0 };
    const reviewers = [{ name: "Lise", key }];
    const entry = reviewedEntry(
      incident,
      { ...found, findings },
      reviewers,
      "",
      clock.now(),
      brokenWith(story, incident),
    );
    const reviewed = records.append(liveSubject(dir), entry);
    this.#more("reviewed");
    if (signs) {
      await onStage(dir, (stage) => {
        const cast = castOf({ askPeople: stage.ask }, 2, { calm: true });
        const ports = { vault: stage.vault, cast, records, clock, progress };
        return approveByTouch(ports, dir, { ...reviewed, kind: "reviewed" }, key);
      });
      this.#more("approval");
      this.#due.delete(incident);
      this.#step();
    }
    const named = this.#gate(dir);
    if (named.includes(incident) === signs) throw new Error(`a review: ${signs}, ${named.join()}`);
  }

  /** Incidents for which the next opening waits; all that the model says are among them. */
  #gate(dir: string): readonly string[] {
    let named: readonly string[] = [];
    try {
      requireReviewed(dir, []);
    } catch (error) {
      const { code, about } = error as { code?: string; about?: { incidents?: string } };
      if (code !== "REVIEW_DUE") throw error;
      named = (about?.incidents ?? "").split(", ");
    }
    const missed = [...this.#due].filter((one) => !named.includes(one));
    if (missed.length > 0) throw new Error(`no review is waited for: ${missed.join()}`);
    return named;
  }

  /** The laptop is gone: a fresh one is made a station of the stick, up to its last record. */
  async #restore(dir: string): Promise<string> {
    await this.start(dir);
    await this.#copy(dir);
    const { vaultId } = liveSubject(dir);
    const into = join(this.#home, `station-${++this.#stations}`);
    const { record } = await restoreInto(into, readRestorable([this.#stick.folder], { vaultId }), {
      officer: "Ada",
      oldStation: "gone",
      seed: () => new Uint8Array(32).fill(this.#stations),
      time: clock.now(),
    });
    // The copy does not have the record that it was made.
    this.#records.set("copied", (this.#records.get("copied") ?? 1) - 1);
    this.#more("restored");
    if (record.seq !== this.#head(into)) throw new Error("a restore has no record");
    for (const name of WORLD)
      if (existsSync(join(dir, name)))
        cpSync(join(dir, name), join(into, name), { recursive: true });
    remove(dir);
    this.#step();
    return into;
  }

  /** Every deed has its record, and none has two. */
  look(dir: string): void {
    const kinds = readStory(dir).map(({ kind }) => kind);
    for (const [kind, count] of this.#records) {
      const found = kinds.filter((one) => one === kind).length;
      if (found !== count) throw new Error(`${found} records of ${kind}, and ${count} deeds`);
    }
    if (existsSync(join(dir, "drill-begun.json")) !== this.#owed)
      throw new Error(`a drill is owed: ${this.#owed}`);
    this.#gate(dir);
  }

  end(): void {
    remove(this.#home);
  }
}
