import type { AccessFlowPorts } from "../../ceremony/access-flow.ts";
import type { Heard } from "../../ceremony/drill/heard.ts";
import type { GlassPorts, Incident } from "../../ceremony/break-glass.ts";
import type { Cast, OnlineProcess, Subject } from "../../ceremony/ports.ts";
import type { Pulse } from "../../ceremony/pulse.ts";
import type { practiceRequests } from "../../contract/practice.ts";
import type { Output } from "../../contract/serve.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { CodedError } from "../../crypto/errors.ts";
import type { Interruption } from "./interruption.ts";
import type { progressOn } from "./progress.ts";
import { clock, type Settings } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { watchOnline } from "./watch.ts";

export type Scene = Output<typeof practiceRequests, "start">;

/** What is noted on the way, beside the records, for the drill's own. */
export interface Notes {
  /** Custodians whose shares were accepted, and the key that was touched. */
  readonly present: string[];
  touched: string | null;
  backAfterMs: number | null;
  readonly lostAnswers: string[];
  death: { readonly after: string; readonly shutMs: number } | null;
}

/** Everything a drill goes through, in one place for its acts. */
export interface Drill {
  readonly dir: string;
  readonly stage: Stage;
  readonly cast: Cast;
  /** The same people without mistakes on purpose: who is missing stays away, to the end. */
  readonly calm: Cast;
  /** As they are on the disk: opened anew after the laptop died. */
  records: RecordStore;
  readonly progress: ReturnType<typeof progressOn>;
  readonly endpoint: string;
  readonly scene: Scene;
  readonly settings: Settings;
  readonly interruption: Interruption;
  readonly heard: Heard;
  readonly pulse: Pulse;
  readonly notes: Notes;
  vaultPeakBytes: number;
}

export const flowPorts = ({ records, progress, endpoint }: Drill): AccessFlowPorts => ({
  records,
  clock,
  progress,
  practiceEndpoint: endpoint,
});

/** `started`: told of each online process, before it has an order. */
export const glassPorts = (
  { stage, cast, records, progress, heard, pulse, notes }: Drill,
  started: (online: OnlineProcess & { kill(): void }) => void = () => undefined,
): GlassPorts => {
  const watch = watchOnline(progress);
  return {
    vault: stage.vault,
    online: () => {
      const online = stage.online((view) => {
        watch(view);
        heard.take(view);
        pulse.heard(view);
      });
      started(online);
      return online;
    },
    cast: {
      ...cast,
      touch: async (refused) => (notes.touched = await cast.touch(refused)),
      async *shares(threshold) {
        for await (const verdict of cast.shares(threshold)) {
          if (verdict.kind === "accepted") notes.present.push(verdict.who ?? verdict.by);
          yield verdict;
        }
      },
    },
    records,
    clock,
    progress,
  };
};

export function incidentOf({ dir, scene }: Drill, durationSeconds: number): Incident {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return {
    dir,
    id: `INC-DRILL-${stamp}`,
    reason: "Drill: the database of the sample shop does not come back",
    responder: scene.people.responder,
    officer: scene.people.officer,
    durationSeconds,
  };
}

/** The records that this drill wrote: the chain may hold earlier ones. */
export const ownStory = ({ dir, settings }: Pick<Drill, "dir" | "settings">) =>
  readStory(dir).filter(({ seq }) => seq > settings.after);

/** The vault that the drill is about: the one that was committed last. */
export function subjectIn(dir: string): Subject {
  const committed = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (committed === undefined) throw new CodedError("RECORDS_MISSING", { dir });
  return subjectOf(committed);
}
