import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { open, type Opening } from "../../ceremony/access/activation.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { clock } from "../../cli/drill/scene.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { closerFile, listClosers } from "../../station/journal-file.ts";
import { knownIncidents } from "../../station/known-incidents.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { accountOf, orderOf, portsOf, worldOf } from "../ceremony/stage.ts";
import { handOverIn } from "./hand-over.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// The same emergency, a second time: the first opening came to nothing.

const MINUTES = 120_000;
let dir: string;
let subject: Subject;
let aws: PracticeAws;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  subject = await sealIn(dir);
}, MINUTES);
beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf() });
  return () => aws.close();
});
afterAll(() => remove(dir));

const isKnown = async (incident: string): Promise<boolean> => (await knownIncidents(dir))(incident);

const wrongCode = (): Promise<string> => Promise.resolve("000000");

/** As far as AWS lets it; what came of it is recorded as main does. */
async function opens(incident: string, account = accountOf(0)): Promise<Opening["kind"]> {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir, incident });
  const order = orderOf(1, { incident, accounts: [account] });
  const { opening } = await open(order, { ...ports, mfaCode: wrongCode });
  if (opening.kind === "OPENED") return opening.kind;
  // Until the record says what came of it, nobody knows.
  expect(await isKnown(incident)).toBe(true);
  (await recordsIn(dir)).append(subject, {
    kind: "access-failed",
    who: {},
    why: `not opened in every account: ${opening.kind}`,
    at: { time: clock.now(), clock: "station" },
    evidence: { incident, opening },
  });
  return opening.kind;
}

test(
  "an id is free again when its opening was refused before anything was written at AWS",
  async () => {
    await handOverIn(dir, await recordsIn(dir), "INC-1");
    expect(await opens("INC-1", { ...accountOf(0), totpSeed: null })).toBe("REFUSED");
    expect(await isKnown("INC-1")).toBe(false);
    // The closer's session of that opening shuts nothing, and is not taken for an open access.
    await closerFile(dir, "INC-1").keep({
      mode: "PRACTICE",
      incident: "INC-1",
      accountId: accountOf(0).accountId,
      partition: "aws",
      emergencyUserArn: "",
      latchArn: "",
      session: { accessKeyId: "", secretAccessKey: "", sessionToken: "", expiresMs: 0 },
    });

    await handOverIn(dir, await recordsIn(dir), "INC-1");
    expect(await listClosers(dir)).toEqual([]);
    expect(await maybeOpen(dir)).toEqual([]);
    expect(await isKnown("INC-1")).toBe(true);
    expect(await opens("INC-1")).toBe("OPENED");
    expect(await maybeOpen(dir)).toEqual(["INC-1"]);
    const records = await recordsIn(dir);
    await expect(handOverIn(dir, records, "INC-1")).rejects.toThrow("INCIDENT_KNOWN");
  },
  MINUTES,
);

test(
  "it is taken where somebody had opened the account before, or nothing tells what came of it",
  async () => {
    await handOverIn(dir, await recordsIn(dir), "INC-2");
    expect(await opens("INC-2", { ...accountOf(0), boundarySha256: "00".repeat(32) })).toBe(
      "TAMPERED",
    );
    expect(await isKnown("INC-2")).toBe(true);
  },
  MINUTES,
);
