import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clock } from "../../cli/drill/scene.ts";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { openOrder } from "../../ceremony/access/order.ts";
import { closingRecord } from "../../ceremony/rest.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import { boxKeyPair } from "../../crypto/box.ts";
import { base64url, fromBase64url } from "../../crypto/bytes.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import type { World } from "../../practice/aws/world.ts";
import { readJournalFile } from "../../station/journal-file.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { readStory } from "../../station/records-folder.ts";
import { emergencyUser, portsOf } from "../ceremony/stage.ts";
import { recordsIn } from "../station/rehearsal.ts";
import { onStage } from "../station/rotation.ts";
import { activeIsBounded, atRest, journalClosed } from "./invariants.ts";
import { numbered, pointed } from "./points.ts";
import { recover } from "./recover.ts";

class Stopped extends Error {}

/** The uses of a walk's vault: each on AWS as its administrator left it, and at rest at its end. */
export class Glass {
  readonly #dir: string;
  readonly #choose: (among: number) => number;
  readonly #step: () => void;
  #uses = 0;
  #aws: PracticeAws | null = null;
  #order: ActivationOrder | null = null;

  constructor(dir: string, choose: (among: number) => number, step: () => void) {
    this.#dir = dir;
    this.#choose = choose;
    this.#step = step;
  }

  /** Opens and closes once; or dies at one of its points, and is driven to rest by the next start. */
  async use(committed: string, dies: boolean): Promise<void> {
    const dir = this.#dir;
    const order = await this.#orderOf(committed);
    const world = JSON.parse(readFileSync(join(dir, "practice", "aws.json"), "utf8")) as World;
    const aws = await startPracticeAws({ world });
    this.#aws = aws;
    this.#order = order;
    let left = dies ? 1 + this.#choose(110) : Infinity;
    const at = numbered((point) => {
      if (point.startsWith("before")) this.#step();
      // Nothing of a process that is gone goes on.
      if (--left <= 0) throw new Stopped();
    });
    const { endpoint } = aws;
    const { incident } = order;
    const { ports, cloud } = await portsOf({ endpoint, dir, incident, answerMs: 8_000 });
    try {
      const { held, opening } = await open(order, pointed(ports, at));
      if (!dies && opening.kind !== "OPENED") throw new Error(`not opened: ${opening.kind}`);
      await this.look();
      await close(held, "by hand");
    } catch (error) {
      if (!(error instanceof Stopped) && left > 0) throw error;
      await this.look();
    }
    cloud.end();
    const state = await readJournalFile(dir, incident);
    if (state.phase !== "closed") {
      const { broken } = await recover(aws, dir, order, "close");
      if (broken.length > 0) throw new Error(broken.join("; "));
    }
    await this.#recordClosing(incident);
    const wrong = [
      ...atRest(aws.world, order.accounts),
      ...journalClosed(await readJournalFile(dir, incident)),
    ];
    if (wrong.length > 0) throw new Error(wrong.join("; "));
    await this.end();
  }

  /** Quorum and touch of the live set: what the vault process hands over. */
  async #orderOf(committed: string): Promise<ActivationOrder> {
    const dir = this.#dir;
    const incident = `INC-${++this.#uses}-${readStory(dir).length}`;
    const mine = await boxKeyPair();
    const box = await onStage(dir, async (stage) => {
      const records = await recordsIn(dir);
      const vault = await stage.vault();
      await vault.ask("beginUnseal", { dir, committed });
      for (const place of [1, 2]) await stage.ask("enterShare", { place, mistake: null });
      await stage.ask("touch", null);
      await vault.ask("unseal", null);
      const now = clock.now();
      const handed = await vault.ask("handOver", {
        publicKey: base64url(mine.publicKey),
        incident,
        reason: "a walk of the model",
        responder: "Ada",
        officer: "Ben",
        purpose: "open",
        durationSeconds: 20,
        stationKey: records.stationKey,
        head: records.head(),
        at: now,
        latestDeadline: now,
      });
      await records.accept(handed);
      return handed.box;
    });
    for (let step = 0; step < 8; step++) this.#step();
    const order = await openOrder(mine, fromBase64url(box));
    const proof = { rejections: 3, overSeconds: 0.1, againAfterSeconds: 0.1 };
    return { ...order, policy: { ...order.policy, proof } };
  }

  async #recordClosing(incident: string): Promise<void> {
    const dir = this.#dir;
    const story = readStory(dir);
    const broken = story.find(
      ({ kind, evidence }) => kind === "glass-broken" && evidence["incident"] === incident,
    );
    if (broken === undefined) throw new Error("an access was opened without its record");
    const records = await recordsIn(dir);
    const state = await readJournalFile(dir, incident);
    const live = story.findLast(({ kind }) => kind === "committed") ?? broken;
    const { dead } = closingRecord(records, clock, subjectOf(live), incident, story, state);
    if (!dead) throw new Error("it was not proven dead");
    this.#step();
  }

  /** No active access without an open journal, a bounded window, and the record of its quorum. */
  async look(): Promise<void> {
    const [aws, order] = [this.#aws, this.#order];
    if (aws === null || order === null) return;
    const active = emergencyUser(aws.world).keys.some(({ status }) => status === "Active");
    const state = await readJournalFile(this.#dir, order.incident);
    const told = readStory(this.#dir).some(
      ({ kind, evidence }) => kind === "glass-broken" && evidence["incident"] === order.incident,
    );
    if (active && (state.phase === "closed" || !told))
      throw new Error("an active access without an open journal or a record");
    const wrong = activeIsBounded(aws.world, order.accounts, aws.serverTime());
    if (wrong.length > 0) throw new Error(wrong.join("; "));
  }

  async end(): Promise<void> {
    await this.#aws?.close();
    this.#aws = null;
    this.#order = null;
  }
}
