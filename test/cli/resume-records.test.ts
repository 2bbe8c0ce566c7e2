import { afterAll, beforeAll, expect, test } from "vitest";
import { approveByTouch } from "../../ceremony/approval.ts";
import { castOf } from "../../ceremony/drill/company.ts";
import { Journal } from "../../ceremony/access/journal.ts";
import type { Subject, Written } from "../../ceremony/ports.ts";
import { clock } from "../../cli/drill/scene.ts";
import { parseApprovalEvidence } from "../../crypto/record.ts";
import { createJournal } from "../../station/journal-file.ts";
import { readStory } from "../../station/records-folder.ts";
import { requireProgram } from "../requires.ts";
import { judged, progress, recordsIn, sealIn, setStage } from "../station/rehearsal.ts";
import { onStage } from "../station/rotation.ts";
import { freshFolder, remove } from "../station/seal-kills.ts";
import { ENTER, INTERRUPT, PIN, pullstation } from "./at-pty.ts";

/** Several incidents in one folder: each closing has its record, and each record its own approval. */
const python = requireProgram("python3");
const MINUTES = 120_000;
const ACCOUNT = "111122223333";

let dir: string;
let subject: Subject;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  subject = await sealIn(dir);
}, MINUTES);
afterAll(() => remove(dir));

/** The journal of an access that was opened and is at rest, proven by a second look. */
async function atRest(incident: string): Promise<void> {
  const journal = new Journal(await createJournal(dir, incident), clock);
  const account = ACCOUNT;
  await journal.write({
    kind: "opened",
    format: "pullstation-journal-1",
    mode: "PRACTICE",
    vaultId: subject.vaultId,
    epoch: 1,
    incident,
    durationSeconds: 60,
    regions: ["us-east-1"],
    accounts: [
      {
        accountId: account,
        partition: "aws",
        emergencyUserArn: `arn:aws:iam::${account}:user/e`,
        latchArn: `arn:aws:iam::${account}:policy/l`,
        emergencyKeyId: "AKIAEXAMPLE",
      },
    ],
  });
  await journal.write({ kind: "intent", id: 1, account, action: "iam:PutUserPolicy", about: {} });
  await journal.write({ kind: "closed", account, rejections: 3, remains: [] });
  await journal.write({ kind: "confirmed", account });
}

async function closed(incident: string): Promise<Written> {
  await atRest(incident);
  return (await recordsIn(dir)).append(subject, {
    kind: "closed",
    who: {},
    why: "closed by hand",
    at: { time: clock.now(), clock: "station" },
    evidence: { incident, accounts: [] },
  });
}

const approve = (record: Written): Promise<Written> =>
  onStage(dir, async (stage) => {
    const cast = castOf({ askPeople: stage.ask }, 2, { calm: true });
    const ports = { vault: stage.vault, cast, records: await recordsIn(dir), clock, progress };
    return approveByTouch(ports, dir, { ...record, kind: "closed" });
  });

test.runIf(python)(
  "resume records the closing that a crash left out, whatever its name, and asks for the approval of what has none",
  async () => {
    const left = await closed("ABC-1");
    const old = await closed("OPS-9");
    await approve(old);
    await atRest("INC-12");
    const first = await pullstation(
      ["resume", dir],
      [
        ["INC-12: its closing was complete and had no record yet", ""],
        [`approves record ${left.seq}.`, ""],
        ["PIN of that key", INTERRUPT],
        ["not approved by touch yet", ""],
        ["approves record", ""],
        ["PIN of that key", `${PIN}${ENTER}`],
        ["Read aloud", ""],
      ],
    );
    expect(first.status, first.out).toBe(0);
    const story = readStory(dir);
    const ends = story.filter(({ kind }) => kind === "closed");
    expect(ends.map(({ evidence }) => evidence["incident"])).toEqual(["ABC-1", "OPS-9", "INC-12"]);
    const approvals = story
      .filter(({ kind }) => kind === "approval")
      .map(({ evidence }) => parseApprovalEvidence(evidence).sha256);
    expect(approvals).toEqual([old.sha256, ends[2]?.written.sha256]);

    // Later approvals are of other records: the first closing still has none.
    const second = await pullstation(
      ["resume", dir],
      [
        [`approves record ${left.seq}.`, ""],
        ["PIN of that key", `${PIN}${ENTER}`],
        ["Read aloud", ""],
      ],
    );
    expect(second.status, second.out).toBe(0);
    const third = await pullstation(["resume", dir], [["nothing is left to do", ""]]);
    expect(third.status, third.out).toBe(0);
    expect((await judged(dir)).verdict).toBe("VALID");
  },
  MINUTES,
);
