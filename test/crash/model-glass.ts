import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clock } from "../../cli/drill/scene.ts";
import { type Held, open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { openOrder } from "../../ceremony/access/order.ts";
import type { AccessPorts } from "../../ceremony/access/ports.ts";
import { closeAccess, openAccess } from "../../ceremony/access-flow.ts";
import type { Broken } from "../../ceremony/break-glass.ts";
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
import { progress } from "../station/rehearsal.ts";
import { onStage } from "../station/rotation.ts";
import type { OneProcess } from "./one-process.ts";
import { activeIsBounded, atRest, journalClosed } from "./invariants.ts";
import { numbered, pointed } from "./points.ts";
import { recover } from "./recover.ts";

class Stopped extends Error {}

/** The online process's answers by its own parts; dead, it answers nothing. */
function onlineOf(
  order: ActivationOrder,
  ports: AccessPorts,
  isDead: () => boolean,
): Broken["online"] {
  let held: Held | null = null;
  let told = 0;
  const theRun = () => {
    if (held === null) throw new Error("nothing was opened");
    return held.run;
  };
  const answers: Readonly<Record<string, (asked: { why: string }) => unknown>> = {
    open: async () => {
      const opened = await open(order, ports);
      ({ held } = opened);
      return opened.opening;
    },
    close: async ({ why }) => (held === null ? [] : close(held, why)),
    calls: () => {
      const { calls } = theRun();
      const since = calls.slice(told);
      told = calls.length;
      return { proxy: null, calls: since, leftOut: 0 };
    },
    awsTime: () => {
      const { serverClock, ports: at } = theRun();
      const now = at.clock.monotonic();
      return { earliestMs: serverClock.earliest(now), latestMs: serverClock.latest(now) };
    },
  };
  const ask = async (name: string, asked: { why: string }): Promise<unknown> => {
    const answer = isDead() ? null : await answers[name]?.(asked);
    if (isDead()) throw new Stopped();
    return answer;
  };
  return { ask: ask as Broken["online"]["ask"], end: () => Promise.resolve() };
}

/** The uses of a walk's vault: each on AWS as its administrator left it, and at rest at its end. */
export class Glass {
  readonly #where: () => string;
  readonly #choose: (among: number) => number;
  readonly #step: () => void;
  readonly #process: OneProcess;
  #uses = 0;
  #aws: PracticeAws | null = null;
  #order: ActivationOrder | null = null;

  constructor(
    where: () => string,
    choose: (among: number) => number,
    step: () => void,
    process: OneProcess,
  ) {
    this.#process = process;
    this.#where = where;
    this.#choose = choose;
    this.#step = step;
  }

  /** A walk's station may be restored into another folder. */
  get #dir(): string {
    return this.#where();
  }

  /**
   * Opens and closes once; or dies at one of its points, and is driven to rest by the next start. Answers
   * the incident.
   */
  async use(committed: string, dies: boolean): Promise<string> {
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
      await this.#told(
        order,
        onlineOf(order, pointed(ports, at), () => left <= 0),
      );
    } catch (error) {
      if (!(error instanceof Stopped) && left > 0) throw error;
      this.#process.end();
      await this.look();
    }
    cloud.end();
    const state = await readJournalFile(dir, incident);
    if (state.phase !== "closed") {
      const { broken } = await recover(aws, dir, order, "close");
      if (broken.length > 0) throw new Error(broken.join("; "));
    }
    await this.#recordClosing(incident, dies);
    const wrong = [
      ...atRest(aws.world, order.accounts),
      ...journalClosed(await readJournalFile(dir, incident)),
    ];
    if (wrong.length > 0) throw new Error(wrong.join("; "));
    await this.end();
    return incident;
  }

  /** Quorum and touch of the live set: what the vault process hands over. */
  async #orderOf(committed: string): Promise<ActivationOrder> {
    const dir = this.#dir;
    const incident = `INC-${++this.#uses}-${readStory(dir).length}`;
    const mine = await boxKeyPair();
    const box = await onStage(dir, async (stage) => {
      const records = await this.#process.records();
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
        latestDeadline: new Date(Date.parse(now) + 3_600_000).toISOString(),
      });
      await records.accept(handed);
      return handed.box;
    });
    for (let step = 0; step < 8; step++) this.#step();
    const order = await openOrder(mine, fromBase64url(box));
    const proof = { rejections: 3, overSeconds: 0.1, againAfterSeconds: 0.1 };
    return { ...order, policy: { ...order.policy, proof } };
  }

  /** Opens and closes as main does, each with its records. */
  async #told(order: ActivationOrder, online: Broken["online"]): Promise<void> {
    const dir = this.#dir;
    const { incident: id, durationSeconds } = order;
    const incident = { dir, id, durationSeconds, reason: "", responder: "Ada", officer: "Ben" };
    const broken = readStory(dir).at(-1);
    if (broken?.kind !== "glass-broken") throw new Error("an order was handed over unrecorded");
    const subject = subjectOf(broken);
    const ports = {
      records: await this.#process.records(),
      clock,
      progress,
      practiceEndpoint: null,
    };
    await openAccess(
      ports,
      { online, subject, vaultName: "", box: "", openByMs: null, peakBytes: 0 },
      incident,
    );
    await this.look();
    if (this.#records(id).at(-1) !== "access-open") throw new Error("an opening has no record");
    await closeAccess(ports, online, subject, incident, "by hand");
  }

  readonly #records = (incident: string): readonly string[] =>
    readStory(this.#dir).flatMap(({ kind, evidence }) =>
      evidence["incident"] === incident ? [kind] : [],
    );

  async #recordClosing(incident: string, died: boolean): Promise<void> {
    const dir = this.#dir;
    const story = readStory(dir);
    const broken = story.find(
      ({ kind, evidence }) => kind === "glass-broken" && evidence["incident"] === incident,
    );
    if (broken === undefined) throw new Error("an access was opened without its record");
    const records = await this.#process.records();
    const state = await readJournalFile(dir, incident);
    const live = story.findLast(({ kind }) => kind === "committed") ?? broken;
    const told = closingRecord(records, clock, subjectOf(live), incident, story, state);
    if (!told.dead) throw new Error("it was not proven dead");
    const kinds = this.#records(incident).join(", ");
    const whole = "glass-broken, aws-calls, access-open, aws-calls, closed";
    if (!died && kinds !== whole) throw new Error(`records of a use: ${kinds}`);
    if (!kinds.endsWith(", closed")) throw new Error(`records of its end: ${kinds}`);
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
