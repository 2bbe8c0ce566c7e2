import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { explain } from "../../contract/failures.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  orderOf,
  portsOf,
  worldOf,
} from "./stage.ts";

// IAM's control plane is one region for a whole partition: down or half down, it is named as that.

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

const writes = (): number =>
  aws
    .calls()
    .filter(({ action, outcome }) => /^(?:Put|Tag|Detach)/.test(action) && outcome === "ok").length;

/** A wish to stop once the closing has looked twice in vain, each time with two attempts. */
const afterOneRound = () => {
  const before = looks();
  return {
    get aborted() {
      return looks() > before + 4;
    },
  };
};
const looks = (): number =>
  aws.calls().filter(({ action }) => action === "ListSSHPublicKeys").length;

async function opened(accounts = 1) {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, answerMs: 250 });
  return open(orderOf(accounts), ports);
}

describe("IAM's control plane", () => {
  it.each(["http500", "throttle", "hang", "lost-request"] as const)(
    "that is down (%s) while STS answers is named, and nothing is written",
    async (kind) => {
      aws.faults.add({ kind, service: "iam", times: "always" });
      const { opening } = await opened();
      expect(opening).toMatchObject({
        kind: "REFUSED",
        code: "IAM_DOWN",
        about: { account: accountId(0), answered: 0 },
      });
      expect(writes()).toBe(0);
      expect((await readJournalFile(place.dir, "INC-2026-0042")).phase).toBe("closed");
      const { what, todo } =
        opening.kind === "REFUSED" ? explain(opening.code, opening.about) : { what: "", todo: "" };
      expect(what).toContain(accountId(0));
      expect(`${what} ${todo}`).not.toContain("?");
    },
  );

  it.each(["GetPolicyVersion", "ListSSHPublicKeys", "GetUser"])(
    "that answers all but %s is named half down, and nothing is written",
    async (action) => {
      aws.faults.add({ kind: "http500", action, times: "always" });
      const { opening } = await opened();
      expect(opening).toMatchObject({ kind: "REFUSED", code: "IAM_HALF_DOWN" });
      const about = opening.kind === "REFUSED" ? opening.about : {};
      expect(about["action"]).toBe(`iam:${action}`);
      expect(Number(about["answered"])).toBeGreaterThan(5);
      expect(writes()).toBe(0);
    },
  );

  it.each(["GetUser", "ListGroupsForUser", "GetPolicyVersion"])(
    "that throttles %s a few times is asked again within the opening, and the record counts it",
    async (action) => {
      aws.faults.add({ kind: "throttle", action, times: 3 });
      // As many attempts as the online process makes.
      const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, attempts: 4 });
      const { held, opening } = await open(orderOf(1), ports);
      expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
      const told = held.run.calls.filter((call) => call.action === `iam:${action}`);
      expect(Math.max(...told.map(({ attempts }) => attempts))).toBeGreaterThan(1);
      expect(told.every(({ verdict }) => verdict === "OK")).toBe(true);
    },
  );

  it("that reads but does not write is named half down, and driven to rest", async () => {
    aws.faults.add({
      kind: "http500",
      action: "DetachUserPolicy",
      times: 2,
    });
    const { opening } = await opened();
    expect(opening).toMatchObject({
      kind: "OPENED",
      accounts: [
        {
          state: "FAILED",
          at: "latch and key: iam:DetachUserPolicy",
          why: "IAM_HALF_DOWN",
          closing: { verdict: "CLOSED" },
        },
      ],
    });
    expect(emergencyUser(aws.world)).toMatchObject({
      attached: [accountOf(0).latchArn],
      keys: [{ status: "Inactive" }],
    });
  });

  it("that tampering hides behind does not hide it: what was found is told first", async () => {
    emergencyUser(aws.world).groups.push("admins");
    aws.faults.add({ kind: "http500", action: "ListSSHPublicKeys", times: "always" });
    const { opening } = await opened();
    expect(opening).toMatchObject({ kind: "TAMPERED" });
    const found = opening.kind === "TAMPERED" ? opening.accounts[0]?.differences : [];
    expect(found?.map(({ kind }) => kind).toSorted()).toEqual(["GROUP", "UNREAD"]);
  });

  it("that is down while closing keeps the close trying, and says what it could not see", async () => {
    const { held } = await opened();
    aws.faults.add({ kind: "http500", service: "iam", times: "always" });
    const [closing] = await close(held, "by hand", afterOneRound());
    expect(closing?.verdict).toBe("NOT_AT_REST");
    expect(closing?.remains.map(({ kind }) => kind)).toContain("UNREAD");
    expect(closing?.outage).toMatchObject({
      code: "IAM_DOWN",
      about: { verdict: "SERVICE_FAILED", answered: 0 },
    });
    aws.faults.clear();
    expect(await close(held, "again")).toMatchObject([{ verdict: "CLOSED", outage: null }]);
  });

  it("that is half down while closing is named, beside what was seen", async () => {
    const { held } = await opened();
    aws.faults.add({ kind: "http500", action: "ListSSHPublicKeys", times: "always" });
    const [closing] = await close(held, "by hand", afterOneRound());
    expect(closing).toMatchObject({
      remains: [{ kind: "UNREAD", what: "iam:ListSSHPublicKeys" }],
      outage: { code: "IAM_HALF_DOWN", about: { verdict: "SERVICE_FAILED" } },
    });
  });
});
