import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clock } from "../../cli/drill/scene.ts";
import { checkCeremony } from "../../ceremony/check-ceremony.ts";
import type { Cast, Records, VaultProcess } from "../../ceremony/ports.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import type { RotatePorts } from "../../ceremony/rotate-ceremony.ts";
import { replay, verify } from "../../ceremony/verify.ts";
import { WORDS } from "../../contract/words.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { readCandidate, readLive, readVault } from "../../station/vault-file.ts";
import { recordsIn, recoverIn, unsealIn } from "../station/rehearsal.ts";
import { onStage, proveIn, rotateIn, type Wish } from "../station/rotation.ts";
import { Died, Disk, type Trouble } from "./disk.ts";
import { Glass } from "./model-glass.ts";

/**
 * A station through sequences of ceremonies, crashes and starts, beside a model that is small enough
 * to be believed: which set is live, which waits for its proof, which are dead. The sequences come
 * from outside: all of some length, or drawn by a seed. After each event the invariants are looked at.
 */

/** One sealing's cards, as their custodians keep them. */
interface CardSet {
  readonly epoch: number;
  readonly file: string;
  readonly cards: readonly { readonly payload: string; readonly passphrase: string }[];
}

export type Choose = (among: number) => number;

/** A custodian who goes home in the middle. */
class Left extends Error {}

export const EVENTS = [
  "rotate",
  "rotate, left at its proof",
  "rotate, died",
  "rotate, power cut",
  "rotate, disk refused",
  "prove",
  "prove, power cut",
  "cancel",
  "start",
  "check",
  "glass, closed",
  "glass, died",
] as const;
export type Event = (typeof EVENTS)[number];

export class Walk {
  readonly dir: string;
  readonly #choose: Choose;
  readonly #glass: Glass;
  /** What the model says. */
  #live: CardSet;
  #pending: CardSet | null = null;
  readonly #dead: CardSet[] = [];
  #checks = 0;
  /** Things asked of a process, deeds of a person, records: what the walk is made of. */
  steps = 0;
  looks = 0;
  readonly trace: string[] = [];

  constructor(dir: string, choose: Choose) {
    this.dir = dir;
    this.#choose = choose;
    this.#live = cardsOf(dir, readVault(dir));
    this.#glass = new Glass(dir, choose, () => this.steps++);
    this.#checks = count(dir, "share-checked");
  }

  /** Throws with the trace where an invariant does not hold. */
  async event(event: Event): Promise<void> {
    this.trace.push(event);
    this.steps++;
    try {
      await this.#do(event);
      await this.#look();
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(`after ${this.trace.join("; ")}: ${why}`, { cause: error });
    }
  }

  async #do(event: Event): Promise<void> {
    switch (event) {
      case "rotate":
        return this.#rotate({ kind: "none" });
      case "rotate, left at its proof":
        return this.#rotate({ kind: "none" }, true);
      case "rotate, died":
        return this.#rotate({
          kind: "die",
          at: 1 + this.#choose(105),
          torn: this.#choose(2) === 0,
        });
      case "rotate, power cut":
        return this.#rotate({ kind: "die", at: 1 + this.#choose(105), torn: false }, false, true);
      case "rotate, disk refused": {
        const code = (["ENOSPC", "EROFS", "EIO"] as const)[this.#choose(3)] ?? "EIO";
        return this.#rotate({ kind: "refuse", at: 1 + this.#choose(105), code, stays: true });
      }
      case "prove":
        return this.#prove({ kind: "none" }, false);
      case "prove, power cut":
        return this.#prove({ kind: "die", at: 1 + this.#choose(50), torn: false }, true);
      case "cancel":
        return this.#cancel();
      case "start":
        return this.#start();
      case "check":
        return this.#check();
      case "glass, closed":
      case "glass, died":
        return this.#glass.use(this.#live.file, event === "glass, died");
    }
  }

  /** Runs a ceremony on a disk in trouble, then starts anew; the model follows what it may. */
  async #onDisk(trouble: Trouble, cut: boolean, work: () => Promise<unknown>): Promise<void> {
    const disk = new Disk(this.dir, join(this.dir, "practice"));
    disk.arm(trouble);
    try {
      await work().catch((error: unknown) => {
        const known = error instanceof Left || error instanceof Died || trouble.kind !== "none";
        if (!known && !isCode(error, "ROTATION_PENDING")) throw error;
      });
      if (cut && disk.dead) disk.cutPower(this.#choose);
      await this.#liveOpens("while it is in trouble");
      disk.lift();
    } finally {
      disk.end();
    }
    await this.#start();
  }

  async #rotate(trouble: Trouble, leaves = false, cut = false): Promise<void> {
    const waited = this.#pending;
    let steps = 0;
    const enrol = [[], [0], [1], [0, 1]][this.#choose(4)] ?? [];
    const leaveAt = leaves ? 1 + this.#choose(2) : 0;
    const wish: Wish = {
      plan: { custodians: ["Alice", "Bob"], carry: ["north", "south"] },
      enrol,
      cast: (cast) => ({
        ...counting(cast, () => steps++),
        reenter: (place) => {
          steps++;
          return place === leaveAt ? Promise.reject(new Left()) : cast.reenter(place);
        },
      }),
    };
    await this.#onDisk(trouble, cut, () =>
      rotateIn(
        this.dir,
        withPorts(wish, () => steps++),
      ),
    );
    this.steps += steps;
    if (waited !== null && this.#pending?.file !== waited.file && this.#live.file !== waited.file)
      throw new Error("a rotation put the one that waited aside");
    if (trouble.kind === "none" && !leaves && waited === null && this.#pending !== null)
      throw new Error("an undisturbed rotation did not count");
  }

  async #prove(trouble: Trouble, cut: boolean): Promise<void> {
    if (this.#pending === null) return;
    const waited = this.#pending;
    let steps = 0;
    const wish = withPorts({ cast: (cast) => counting(cast, () => steps++) }, () => steps++);
    await this.#onDisk(trouble, cut, () => proveIn(this.dir, wish));
    this.steps += steps;
    if (trouble.kind === "none" && this.#live.file !== waited.file)
      throw new Error("a proven rotation did not count");
  }

  async #cancel(): Promise<void> {
    if (this.#pending === null) return;
    this.steps++;
    const records = await recordsIn(this.dir);
    cancelRotation(this.dir, readStory(this.dir), records, clock.now());
    this.#dead.push(this.#pending);
    this.#pending = null;
  }

  /** A start: what was interrupted is taken up, and the model is told what became of it. */
  async #start(): Promise<void> {
    this.steps++;
    const outcome = await recoverIn(this.dir);
    const live = hex(sha256(readVault(this.dir)));
    const waits = pendingRotation(this.dir, readStory(this.dir));
    if ((outcome === "pending") !== (waits !== null)) throw new Error(`start: ${outcome}`);
    if (live !== this.#live.file) {
      const next = cardsOf(this.dir, readVault(this.dir));
      if (next.epoch !== this.#live.epoch + 1)
        throw new Error(`epoch ${this.#live.epoch} was followed by ${next.epoch}`);
      this.#dead.push(this.#live);
      this.#live = next;
      this.#pending = null;
    }
    const candidate = readCandidate(this.dir);
    if (waits === null) {
      if (candidate !== null) throw new Error("a candidate that nobody waits for");
      if (this.#pending !== null) throw new Error("a rotation that waited is gone");
    } else if (candidate !== null && this.#pending?.file !== waits.candidate.fileSha256)
      this.#pending = cardsOf(this.dir, candidate);
    this.#checks = count(this.dir, "share-checked");
  }

  /** A custodian of any set, dead ones too, shows a card or a share. */
  async #check(): Promise<void> {
    const sets = [this.#live, this.#live, ...this.#dead];
    const set = sets[this.#choose(sets.length)] ?? this.#live;
    const form = this.#choose(2) === 0 ? "card" : "full";
    const place = this.#choose(set.cards.length);
    const { payload, passphrase } = set.cards[place] ?? { payload: "", passphrase: "" };
    const card = { payload };
    const { found } = await onStage(this.dir, async (stage) => {
      const check = await stage.check();
      const records = await recordsIn(this.dir);
      const ports = { committed: records.committed, append: records.append.bind(records) };
      return checkCeremony(
        {
          check: async () => check,
          person: async () => {
            this.steps++;
            if (form === "card") await check.person("checkCard", { card });
            else await check.person("checkShare", { card, passphrase });
          },
          records: ports,
          clock,
          progress: { note: () => undefined, refused: () => undefined },
        },
        this.dir,
        { what: form },
      );
    });
    this.steps += 3;
    const good = found.length === 1 && found.every((one) => one.good);
    if (good !== (set.file === this.#live.file))
      throw new Error(`a card of epoch ${set.epoch} was ${good ? "good" : "refused"}`);
    if (good) this.#checks++;
    if (count(this.dir, "share-checked") !== this.#checks) throw new Error("a check has no record");
  }

  async #liveOpens(when: string): Promise<void> {
    const live = liveIn(this.dir);
    const file = readLive(this.dir, live);
    if (file === null) throw new Error(`no set opens ${when}`);
    const { contents, wipe } = await unsealIn(
      this.dir,
      this.#choose(2) === 0 ? "north" : "south",
      file,
    );
    wipe();
    if (contents.accounts.length !== 1) throw new Error(`another vault opened ${when}`);
  }

  /** The invariants, between events. */
  async #look(): Promise<void> {
    this.looks++;
    // Exactly one live epoch, the one that the model says, and its file is the vault's.
    const copy = readCopy(this.dir);
    if (copy === null) throw new Error("the records are gone");
    const vault = parseVault(readVault(this.dir));
    if (liveIn(this.dir) !== this.#live.file || hex(vault.fileHash) !== this.#live.file)
      throw new Error("the live epoch is another than the model's");
    await this.#liveOpens("between events");
    // No card of a dead epoch opens the live file, nor one of a candidate.
    const others = [...this.#dead.slice(-4), ...(this.#pending === null ? [] : [this.#pending])];
    for (const { cards, epoch } of others) {
      const entering = beginUnseal(vault, WORDS);
      for (const { payload, passphrase } of cards) {
        const verdict = await entering.add({ payload }, new SecretBytes(utf8(passphrase)));
        if (verdict.kind !== "rejected") throw new Error(`a card of epoch ${epoch} was accepted`);
      }
      entering.wipe();
    }
    // No active access without an open journal, and every effect has its record.
    await this.#glass.look();
    const chain = readStory(this.dir);
    const has = (kind: string): boolean =>
      chain.some((one) => one.kind === kind && one.evidence["fileSha256"] === this.#live.file);
    if (!has("committed")) throw new Error("the live file has no committed record");
    if (this.#live.epoch > 1 && !has("rotated")) throw new Error("it has no rotated record");
    // No set became live before every share of it was proven.
    const proven = chain.flatMap(({ kind, vaultHash, evidence }) =>
      kind === "share-checked" &&
      vaultHash === this.#live.file &&
      evidence["ceremony"] === "rotation"
        ? [evidence["place"]]
        : [],
    );
    if (this.#live.epoch > 1 && new Set(proven).size < this.#live.cards.length)
      throw new Error("a set is live whose shares were not all proven");
    // The chain verifies, with the vault beside it.
    const { verdict, findings } = verify([copy], { vaultId: hex(vault.epoch.vaultId) });
    if (verdict !== "VALID") throw new Error(`the chain: ${JSON.stringify(findings)}`);
  }

  end(): Promise<void> {
    return this.#glass.end();
  }
}

const isCode = (error: unknown, code: string): boolean =>
  (error as { code?: unknown } | null)?.code === code;

const count = (dir: string, kind: string): number =>
  readStory(dir).filter((one) => one.kind === kind).length;

const liveIn = (dir: string): string | null => {
  const copy = readCopy(dir);
  return copy === null ? null : (replay([copy]).walk.result().live?.fileSha256 ?? null);
};

/** The cards of the vault file, as a rehearsal's people keep them now. */
function cardsOf(dir: string, file: Uint8Array): CardSet {
  const { header, epoch, fileHash } = parseVault(file);
  const people = JSON.parse(readFileSync(join(dir, "practice", "people.json"), "utf8")) as Record<
    string,
    string
  >;
  const first = epoch.epoch === 1;
  const folder = join(dir, first ? "cards" : `cards/epoch-${epoch.epoch}`);
  const cards = header.custodians.map(({ place }) => ({
    payload: readFileSync(join(folder, `00${place}.txt`), "utf8").trim(),
    passphrase: people[first ? String(place) : `${epoch.epoch}/${place}`] ?? "",
  }));
  return { epoch: epoch.epoch, file: hex(fileHash), cards };
}

/** Every deed of a person, and everything asked of a process, is a step. */
function counting(cast: Cast, step: () => void): Cast {
  const counted =
    <A extends readonly unknown[], R>(deed: (...args: A) => R) =>
    (...args: A): R => {
      step();
      return deed(...args);
    };
  return {
    ...cast,
    choosePassphrase: counted(cast.choosePassphrase),
    enrolKey: counted(cast.enrolKey),
    reenter: counted(cast.reenter),
    touch: counted(cast.touch),
    shares: async function* shares(threshold) {
      for await (const verdict of cast.shares(threshold)) {
        step();
        yield verdict;
      }
    },
  };
}

const withPorts = (wish: Wish, step: () => void): Wish => ({
  ...wish,
  wrap: (ports: RotatePorts): RotatePorts => ({
    ...ports,
    vault: async () => {
      const process = await ports.vault();
      const ask: VaultProcess["ask"] = (name, input) => {
        step();
        return process.ask(name, input);
      };
      return { ...process, ask };
    },
    records: countedRecords(ports.records, step),
  }),
});

const countedRecords = (records: Records, step: () => void): Records => ({
  head: () => records.head(),
  get committed() {
    return records.committed;
  },
  stationKey: records.stationKey,
  append: (subject, entry) => {
    step();
    return records.append(subject, entry);
  },
  accept: (signed) => {
    step();
    return records.accept(signed);
  },
});
