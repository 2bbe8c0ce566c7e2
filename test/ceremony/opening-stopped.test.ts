import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import type { Progress } from "../../ceremony/access/ports.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { readJournalFile } from "../../station/journal-file.ts";
import { emergencyUser, type Folder, folder, HASTE, orderOf, portsOf, worldOf } from "./stage.ts";

// Whoever stops an opening finds the glass whole, at whichever of its steps the wish came.

let aws: PracticeAws;
let place: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(2) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

type Step = Extract<Progress, { kind: "step" }>["step"];

/** Opens two accounts; the wish to stop comes when the first of them has made this step. */
async function stoppedAt(step: Step) {
  let wished = false;
  let stopping = new AbortController();
  const { ports } = await portsOf({
    endpoint: aws.endpoint,
    dir: place.dir,
    patience: HASTE,
    report: (progress: Progress) => {
      if (progress.kind !== "step" || progress.step !== step || wished) return;
      wished = true;
      // As the online process does: the next wish is another one.
      stopping.abort();
      stopping = new AbortController();
    },
  });
  const { opening } = await open(orderOf(2), ports, () => stopping.signal);
  return opening;
}

const users = () => [0, 1].map((index) => emergencyUser(aws.world, index));
const writes = (): readonly string[] =>
  aws
    .calls()
    .map(({ action }) => action)
    .filter((action) => /^(?:Put|Tag|Detach|Attach|Update|Delete)/.test(action));

describe("an opening that people stop", () => {
  it.each(["identified", "inspected"] as const)(
    "writes nothing when the wish came at %s",
    async (step) => {
      const opening = await stoppedAt(step);
      expect(opening).toMatchObject({ kind: "REFUSED", code: "OPENING_STOPPED" });
      expect(writes()).toEqual([]);
      const state = await readJournalFile(place.dir, orderOf(2).incident);
      expect(state.phase).toBe("closed");
    },
  );

  it.each(["window-written", "window-read-back", "latch-lifted", "active"] as const)(
    "is driven to rest in every account when the wish came at %s",
    async (step) => {
      const opening = await stoppedAt(step);
      if (opening.kind !== "OPENED") throw new Error(opening.kind);
      for (const account of opening.accounts)
        expect(account).toMatchObject({
          state: "FAILED",
          why: "OPENING_STOPPED",
          closing: { verdict: "CLOSED" },
        });
      for (const user of users())
        expect(user).toMatchObject({
          keys: [{ status: "Inactive" }],
          attached: [expect.stringContaining("BreakGlassClosed")],
        });
    },
  );

  it("goes on closing after one wish, and a second one ends that, too", async () => {
    const user = emergencyUser(aws.world);
    // Somebody at AWS switches the key on again, each time.
    let isHeld = false;
    const holding = setInterval(() => {
      isHeld ||= "BreakGlassWindow" in user.inline;
      if (isHeld) for (const one of user.keys) one.status = "Active";
    }, 1);
    let wishes = 0;
    let stopping = new AbortController();
    const wish = (): void => {
      wishes++;
      stopping.abort();
      stopping = new AbortController();
    };
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress: Progress) => {
        if (progress.kind === "step" && progress.step === "window-read-back") wish();
      },
    });
    const opening = open(orderOf(1), ports, () => stopping.signal);
    const early = await Promise.race([opening, ports.pause(2_000).then(() => "closing")]);
    expect(early).toBe("closing");
    wish();
    const { opening: ended } = await opening;
    clearInterval(holding);
    expect(wishes).toBe(2);
    expect(ended).toMatchObject({
      accounts: [{ state: "FAILED", closing: { verdict: "NOT_AT_REST" } }],
    });
  });
});
