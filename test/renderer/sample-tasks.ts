import type { CeremonyTask } from "../../contract/ceremony-window.ts";
import { KEYS, UNTIL } from "./samples.ts";

/** One typed task for each ceremony window, real and rehearsed. */

const about = { name: "Acme Prod", epoch: 4, threshold: 3, of: 5 };
const others = [
  { place: 1, name: "Priya Nair" },
  { place: 3, name: "Sam Kjær" },
  { place: 4, name: "Lucía Ortiz" },
];

export interface TaskSample {
  readonly mode: "PRACTICE" | "REAL";
  readonly task: CeremonyTask;
}

const real = (task: CeremonyTask): TaskSample => ({ mode: "REAL", task });
const rehearsal = (task: CeremonyTask): TaskSample => ({ mode: "PRACTICE", task });

const share: CeremonyTask = {
  kind: "share",
  vault: about,
  seats: ["Amara Obi", "Jon Weiss"],
  others,
};

export const tasks = {
  passphrase: real({ kind: "passphrase", place: 2, who: "Amara Obi", vault: about }),
  card: real({ kind: "card", place: 2, who: "Amara Obi", printed: false, vault: about }),
  "card-practice": rehearsal({
    kind: "card",
    place: 2,
    who: "Amara Obi",
    printed: false,
    vault: about,
  }),
  "card-again": real({
    kind: "card",
    place: 2,
    who: "Amara Obi",
    printed: true,
    vault: about,
  }),
  enrol: real({ kind: "enrol", key: 0, label: "Red tag", vault: about }),
  share: real(share),
  "share-practice": rehearsal(share),
  touch: real({ kind: "touch", keys: KEYS, vault: about }),
  "touch-practice": rehearsal({ kind: "touch", keys: ["Red tag"], vault: about }),
  approve: real({ kind: "approve", label: "Red tag", record: 12, vault: about }),
  check: real({ kind: "check", what: "card", custodians: [...others], vault: about }),
  "check-full": real({ kind: "check", what: "full", custodians: [...others], vault: about }),
  "check-practice": rehearsal({
    kind: "check",
    what: "full",
    custodians: [...others],
    vault: about,
  }),
  "check-key": real({ kind: "check-key", keys: KEYS, vault: about }),
  code: real({ kind: "code", account: "111122223333", again: false, vault: about }),
  "code-again": real({ kind: "code", account: "111122223333", again: true, vault: about }),
  access: real({
    kind: "access",
    incident: "INC-2026-0618",
    untilMs: UNTIL,
    awsOffsetMs: 0,
    vault: about,
  }),
} as const satisfies Readonly<Record<string, TaskSample>>;
