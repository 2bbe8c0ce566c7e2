import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dueUses } from "../../ceremony/due-uses.ts";
import { reviewStates, unreviewed } from "../../ceremony/review.ts";
import { verify } from "../../ceremony/verify.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { requireReviewed } from "../../station/review-gate.ts";
import { readStory } from "../../station/records-folder.ts";
import { filesOf } from "./chain-kit.ts";
import { BLUE, INCIDENT, RED, type Writer, writer } from "./use-chain.ts";

// The chain is real and signed: what blocks an opening is judged from the files on the disk.

let dir: string;
let chain: Writer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "gate-"));
  chain = await writer();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function story(): ReturnType<typeof readStory> {
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(chain.scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  expect(verify([chain.scribe.copy()], {}).findings).toEqual([]);
  return readStory(dir);
}
const blocks = (overrides: readonly string[] = []): unknown => {
  story();
  try {
    requireReviewed(dir, overrides);
    return null;
  } catch (error) {
    return error;
  }
};
const used = (): void => {
  chain.add("glass-broken", { purpose: "open" });
  chain.add("access-open");
  chain.add("closed", {}, "2026-06-18T02:55:00Z");
};

const SESSION = "sts:GetSessionToken";
const calls = (...told: readonly [action: string, verdict: string][]): RecordBody["evidence"] => ({
  leftOut: 0,
  calls: told.map(([action, verdict]) => ({ action, verdict })),
});

describe("the next opening after a use", () => {
  it("waits until every reviewer whom the record names has touched", () => {
    expect(blocks()).toBeNull();
    used();
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE", about: { incidents: INCIDENT } });
    const record = chain.reviewed([RED, BLUE]);
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE" });
    chain.approve(record, "Red tag");
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE" });
    expect(reviewStates(story())).toMatchObject([
      {
        signed: false,
        reviewers: [
          { ...RED, signedAt: expect.any(String) },
          { ...BLUE, signedAt: null },
        ],
      },
    ]);
    chain.approve(record, "Blue tag");
    expect(blocks()).toBeNull();
    expect(unreviewed(story())).toEqual([]);
  });

  it("goes on when the quorum overrides each of them by name, and stays due", () => {
    used();
    expect(blocks(["INC-8"])).toMatchObject({ code: "REVIEW_DUE" });
    expect(blocks([INCIDENT])).toBeNull();
    chain.add("glass-broken", { incident: "INC-8", purpose: "open", overrides: [INCIDENT] });
    expect(unreviewed(story()).map(({ incident }) => incident)).toEqual([INCIDENT, "INC-8"]);
  });

  it("is not satisfied by a review without reviewers, or by a touch for another record", () => {
    used();
    const nobody = chain.reviewed([]);
    chain.approve(nobody, "Red tag");
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE" });
    const closed = chain.scribe.lines.find(({ body }) => body.kind === "closed");
    chain.reviewed([RED]);
    if (closed !== undefined) chain.approve(closed, "Red tag");
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE" });
  });

  it("is judged from a chain that verifies: no approval is made up beside it", () => {
    used();
    chain.approve(chain.reviewed([RED]), "Red tag");
    expect(blocks()).toBeNull();
    const forged = chain.scribe.lines.at(-1);
    writeFileSync(
      join(dir, "records", "000007.json.sig"),
      chain.scribe.lines.at(-2)?.signature ?? "",
    );
    expect(forged?.body).toMatchObject({ seq: 7, kind: "approval" });
    expect(() => requireReviewed(dir, [])).toThrow("CHAIN_NOT_VALID");
    expect(() => requireReviewed(dir, [INCIDENT])).toThrow("CHAIN_NOT_VALID");
  });

  it("is not satisfied by a review that is older than the end of the use", () => {
    chain.add("glass-broken", { purpose: "open" });
    chain.add("access-open");
    chain.approve(chain.reviewed([RED]), "Red tag");
    expect(blocks()).toBeNull();
    chain.add("closed");
    expect(blocks()).toMatchObject({ code: "REVIEW_DUE" });
  });

  it.each<[string, boolean, () => void]>([
    ["went back before AWS was asked", false, () => chain.add("cancelled")],
    [
      "was refused before its first write, without a session",
      false,
      () => {
        chain.add("aws-calls", calls(["sts:GetCallerIdentity", "OK"], [SESSION, "DENIED"]));
        chain.add("access-failed", { opening: { kind: "REFUSED" } });
      },
    ],
    ...([SESSION, "sts:AssumeRole"] as const).map((action): [string, boolean, () => void] => [
      `was refused after AWS had answered ${action}`,
      true,
      () => {
        chain.add("aws-calls", calls([action, "OK"]));
        chain.add("access-failed", { opening: { kind: "REFUSED" } });
      },
    ]),
    [
      "got a session, and was called off when it was tried again",
      true,
      () => {
        chain.add("aws-calls", calls([SESSION, "OK"]));
        chain.add("access-failed", { opening: { kind: "REFUSED" } });
        chain.add("glass-broken", { purpose: "open" });
        chain.add("cancelled");
      },
    ],
    [
      "made more calls than are told",
      true,
      () => {
        chain.add("aws-calls", { ...calls(), leftOut: 1 });
        chain.add("access-failed", { opening: { kind: "REFUSED" } });
      },
    ],
    [
      "found the kit changed",
      true,
      () => chain.add("access-failed", { opening: { kind: "TAMPERED" } }),
    ],
    ["left nothing but its beginning: a crash", true, () => undefined],
    [
      "was open before it was called off",
      true,
      () => {
        chain.add("access-open");
        chain.add("cancelled");
      },
    ],
  ])("that %s: review due %s", (_, due, then) => {
    chain.add("glass-broken", { purpose: "open" });
    then();
    expect(blocks() === null).toBe(!due);
  });

  it("does not count bringing to rest as a use of its own", () => {
    chain.add("glass-broken", { purpose: "rest", incident: "INC-9" });
    expect(blocks()).toBeNull();
  });
});

const at = (now: string) => dueUses(story(), "2026-09-14T00:00:00Z", now);

describe("what is due", () => {
  it("lists review, drill and the kit's end, soonest first, and says what is late", () => {
    used();
    expect(
      at("2026-06-22T00:00:00Z").map(({ what, who, on, overdue }) => [
        what,
        who,
        on.slice(0, 10),
        overdue,
      ]),
    ).toEqual([
      ["copy", "", "2026-03-08", true],
      ["drill", "", "2026-05-31", true],
      ["alarm", "", "2026-05-31", true],
      ["review", INCIDENT, "2026-06-21", true],
      ["kit-expiry", "", "2026-09-14", false],
    ]);
    chain.add("drill", { passed: true }, "2026-06-20T10:00:00Z");
    chain.approve(chain.reviewed([RED]), "Red tag");
    expect(at("2026-06-22T00:00:00Z").map(({ what, last }) => [what, last])).toEqual([
      ["copy", null],
      ["alarm", null],
      ["kit-expiry", null],
      ["drill", "2026-06-20T10:00:00Z"],
    ]);
  });

  it("calls a kit late whose end can't be read", () => {
    expect(dueUses([], "soon", "2026-06-22T00:00:00Z")).toMatchObject([
      { what: "kit-expiry", overdue: true },
    ]);
  });

  it("says that it does not know the kit's end, and goes on saying it", () => {
    expect(dueUses([], null, "2026-06-22T00:00:00Z")).toMatchObject([
      { what: "kit-unknown", on: "2026-06-22T00:00:00Z" },
    ]);
  });
});
