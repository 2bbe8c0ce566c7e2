import { join } from "node:path";
import { clock } from "../../cli/drill/scene.ts";
import type { Cast } from "../../ceremony/ports.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { verdictAtStation } from "../../ceremony/restore.ts";
import { replay, verify } from "../../ceremony/verify.ts";
import { WORDS } from "../../contract/words.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { cancelRotation, pendingRotation } from "../../station/recover-sealing.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { hasVault, readCandidate, readLive, readVault } from "../../station/vault-file.ts";
import { recoverIn, sealIn, unsealIn } from "../station/rehearsal.ts";
import { proveIn, rotateIn, type Wish } from "../station/rotation.ts";
import { checked } from "./deeds.ts";
import { Died, Disk, type Trouble } from "./disk.ts";
import { type CardSet, cardsOf, counting, withPorts } from "./model-cards.ts";
import { type Deed, DEEDS, Deeds } from "./model-deeds.ts";
import { Glass } from "./model-glass.ts";
import { OneProcess } from "./one-process.ts";

/**
 * A station through sequences of ceremonies, crashes and starts, beside a model that is small enough
 * to be believed: which set is live, which waits for its proof, which are dead. Where none is live
 * yet only a sealing and a start do anything. The sequences come from outside: all of some length, or drawn by a seed. After each event the invariants are looked at.
 */

export type Choose = (among: number) => number;

/** A custodian who goes home in the middle. */
class Left extends Error {}

export const SEALS = ["seal", "seal, died", "seal, power cut", "seal, disk refused"] as const;
type Seal = (typeof SEALS)[number];

/** Of a set that is live; the uses of AWS are the last two. */
export const CORE = [
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
export type Event = (typeof CORE)[number] | Deed | Seal;

const isSeal = (event: Event): event is Seal => (SEALS as readonly Event[]).includes(event);
const isDeed = (event: Event): event is Deed => (DEEDS as readonly Event[]).includes(event);

export class Walk {
  /** Another one after a restore. */
  dir: string;
  readonly #choose: Choose;
  readonly #glass: Glass;
  readonly #deeds: Deeds;
  readonly #process: OneProcess;
  /** What the model says. */
  #set: CardSet | null;
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
    this.#set = hasVault(dir) ? cardsOf(dir, readVault(dir)) : null;
    const step = (): number => this.steps++;
    this.#process = new OneProcess(() => this.dir);
    this.#glass = new Glass(() => this.dir, choose, step, this.#process);
    this.#deeds = new Deeds(choose, step, this.#process);
    this.#checks = count(dir, "share-checked");
  }

  get #live(): CardSet {
    return this.#set ?? fail("no set is live");
  }

  get isSealed(): boolean {
    return this.#set !== null;
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
    if (isSeal(event)) return this.#set === null ? this.#seal(event) : undefined;
    if (event === "start") this.#process.end();
    if (this.#set === null) return event === "start" ? this.#start() : undefined;
    if (isDeed(event)) return this.#deed(event);
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
        return this.#rotate({
          kind: "refuse",
          at: 1 + this.#choose(105),
          code,
          stays: this.#choose(2) === 0,
        });
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
      case "glass, died": {
        const incident = await this.#glass.use(this.#live.file, event === "glass, died");
        if (event === "glass, closed") this.#deeds.used(incident);
      }
    }
  }

  async #deed(deed: Deed): Promise<void> {
    const dir = await this.#deeds.do(deed, this.dir);
    if (dir === this.dir) return;
    this.dir = dir;
    this.#process.end();
    // No copy holds a candidate: what waited is given up by the start.
    if (this.#pending !== null) this.#dead.push(this.#pending);
    this.#pending = null;
    await this.#start();
  }

  async #seal(event: Seal): Promise<void> {
    const at = 1 + this.#choose(105);
    const code = (["ENOSPC", "EROFS", "EIO"] as const)[this.#choose(3)] ?? "EIO";
    const troubles: Readonly<Record<Seal, Trouble>> = {
      seal: { kind: "none" },
      "seal, died": { kind: "die", at, torn: this.#choose(2) === 0 },
      "seal, power cut": { kind: "die", at, torn: false },
      "seal, disk refused": { kind: "refuse", at, code, stays: true },
    };
    this.#process.end();
    await this.#onDisk(troubles[event], event === "seal, power cut", async () => {
      await sealIn(this.dir);
      this.steps += 12;
    });
    if (event === "seal" && this.#set === null)
      throw new Error("an undisturbed seal does not count");
  }

  /** Runs a ceremony on a disk in trouble, then goes on, or starts anew; the model follows what it may. */
  async #onDisk(trouble: Trouble, cut: boolean, work: () => Promise<unknown>): Promise<void> {
    const disk = new Disk(this.dir, join(this.dir, "practice"));
    disk.arm(trouble);
    try {
      await work().catch((error: unknown) => {
        const known = error instanceof Left || error instanceof Died || trouble.kind !== "none";
        if (!known && !isCode(error, "ROTATION_PENDING")) throw error;
      });
      if (cut && disk.dead) disk.cutPower(this.#choose);
      // A first seal has no old set: nothing is promised before its commit.
      if (this.#set !== null) await this.#liveOpens("while it is in trouble");
      if (disk.dead) this.#process.end();
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
      records: await this.#process.records(),
      plan: { custodians: ["Alice", "Bob"], carry: ["north", "south"] },
      enrol,
      cast: (cast) => ({
        ...counting(cast, () => steps++),
        reenter: (place, refused) => {
          steps++;
          return place === leaveAt ? Promise.reject(new Left()) : cast.reenter(place, refused);
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
    const records = await this.#process.records();
    const cast = (calm: Cast): Cast => counting(calm, () => steps++);
    const wish = withPorts({ cast, records }, () => steps++);
    await this.#onDisk(trouble, cut, () => proveIn(this.dir, wish));
    this.steps += steps;
    if (trouble.kind === "none" && this.#live.file !== waited.file)
      throw new Error("a proven rotation did not count");
  }

  async #cancel(): Promise<void> {
    if (this.#pending === null) return;
    this.steps++;
    const records = await this.#process.records();
    cancelRotation(this.dir, readStory(this.dir), records, clock.now());
    this.#dead.push(this.#pending);
    this.#pending = null;
  }

  /** A start: what was interrupted is taken up, and the model is told what became of it. */
  async #start(): Promise<void> {
    this.steps++;
    const outcome = await recoverIn(this.dir, await this.#process.records());
    await this.#deeds.start(this.dir);
    if (this.#set === null) {
      if (liveIn(this.dir) !== null) this.#set = cardsOf(this.dir, readVault(this.dir));
      else if (hasVault(this.dir) || readCandidate(this.dir) !== null || outcome === "pending")
        throw new Error(`a seal that does not count was left: ${outcome}`);
      return;
    }
    const live = hex(sha256(readVault(this.dir)));
    const waits = pendingRotation(this.dir, readStory(this.dir));
    if ((outcome === "pending") !== (waits !== null)) throw new Error(`start: ${outcome}`);
    if (live !== this.#live.file) {
      const next = cardsOf(this.dir, readVault(this.dir));
      if (next.epoch !== this.#live.epoch + 1)
        throw new Error(`epoch ${this.#live.epoch} was followed by ${next.epoch}`);
      this.#dead.push(this.#live);
      this.#set = next;
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
    const isFull = this.#choose(2) === 0;
    const place = this.#choose(set.cards.length);
    const { payload, passphrase } = set.cards[place] ?? { payload: "", passphrase: "" };
    const shown = { payload, passphrase: isFull ? passphrase : null };
    const records = await this.#process.records();
    const found = await checked(this.dir, records, shown, () => this.steps++);
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
    this.#deeds.look(this.dir);
    if (this.#set === null) {
      if (liveIn(this.dir) !== null || hasVault(this.dir))
        throw new Error("an unsealed set is live");
      return;
    }
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
    const found = verify([copy], { vaultId: hex(vault.epoch.vaultId) });
    const { findings } = found;
    const verdict = verdictAtStation(found);
    if (verdict !== (isNamed(chain) ? "VALID" : "RESTORED"))
      throw new Error(`the chain: ${JSON.stringify(findings)}`);
  }

  async end(): Promise<void> {
    this.#deeds.end();
    await this.#glass.end();
  }
}

const fail = (why: string): never => {
  throw new Error(why);
};

const isCode = (error: unknown, code: string): boolean =>
  (error as { code?: unknown } | null)?.code === code;

/**
 * Whether a seal names each laptop that signed. One that was restored is named by the next epoch; one that is
 * gone before it never is, and that stays said.
 */
const isNamed = (chain: readonly { readonly kind: string }[]): boolean => {
  const kinds = chain
    .map(({ kind }) => kind)
    .filter((kind) => /^(?:committed|restored)$/.test(kind));
  return kinds.every((kind, at) => kind !== "restored" || kinds[at + 1] === "committed");
};

const count = (dir: string, kind: string): number =>
  readStory(dir).filter((one) => one.kind === kind).length;

const liveIn = (dir: string): string | null => {
  const copy = readCopy(dir);
  return copy === null ? null : (replay([copy]).walk.result().live?.fileSha256 ?? null);
};
