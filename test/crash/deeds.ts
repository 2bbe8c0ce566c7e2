import { checkCeremony, type CheckWish } from "../../ceremony/check-ceremony.ts";
import { custodyEntry } from "../../ceremony/custody.ts";
import type { Subject, Written } from "../../ceremony/ports.ts";
import { tookOverEntry } from "../../ceremony/role.ts";
import { clock } from "../../cli/drill/scene.ts";
import { PRACTICE_PIN } from "../../practice/stage/people.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { readStory } from "../../station/records-folder.ts";
import { onStage } from "../station/rotation.ts";

// What people do at a station between its ceremonies.

/** The vault that the records call live; throws when none is. */
export function liveSubject(dir: string): Subject {
  const commit = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (commit === undefined) throw new Error("nothing was committed");
  const { evidence, epoch } = commit;
  return { ...subjectOf(commit), epoch, fileSha256: String(evidence["fileSha256"]) };
}

/** One line of the custody register. */
export function placed(dir: string, records: RecordStore, label: string): Written {
  const line = { act: "placed", where: "a safe", bag: "0041", whole: true, by: "Ada" } as const;
  const entry = custodyEntry(
    { ...line, item: { kind: "key", label }, note: "" },
    label,
    clock.now(),
  );
  return records.append(liveSubject(dir), entry);
}

export function tookOver(dir: string, records: RecordStore): Written {
  return records.append(liveSubject(dir), tookOverEntry("gone", "Rui Tan", clock.now(), "stolen"));
}

export interface Shown {
  readonly payload: string;
  /** Null: the card alone. */
  readonly passphrase: string | null;
}

/** A person shows a card or share, or touches a key (null); what was found and recorded. */
export const checked = (
  dir: string,
  records: RecordStore,
  shown: Shown | null,
  step: () => void = () => undefined,
) =>
  onStage(dir, async (stage) => {
    const check = await stage.check();
    const wish: CheckWish = {
      what: shown === null ? "key" : shown.passphrase === null ? "card" : "full",
    };
    const { found } = await checkCeremony(
      {
        check: async () => check,
        person: async () => {
          step();
          if (shown === null) await check.person("checkKey", { pin: PRACTICE_PIN });
          else {
            const { payload, passphrase } = shown;
            const card = { payload };
            if (passphrase === null) await check.person("checkCard", { card });
            else await check.person("checkShare", { card, passphrase });
          }
        },
        records: { committed: records.committed, append: records.append.bind(records) },
        clock,
        progress: { note: () => undefined, refused: () => undefined },
      },
      dir,
      wish,
    );
    return found;
  });
