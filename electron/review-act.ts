import { usesIn } from "../ceremony/uses.ts";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  brokenWith,
  needsAnother,
  refusedReviewers,
  reviewedEntry,
  type ReviewState,
  type SigningKey,
  reviewStates,
  unreviewed,
} from "../ceremony/review.ts";
import type { ScreenOf } from "../contract/app.ts";
import type { ReviewFound } from "../contract/review.ts";
import { isCredential } from "../crypto/header-keys.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseVault } from "../crypto/vault.ts";
import { readStory } from "../station/records-folder.ts";
import { policyBeside } from "../station/policy-beside.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { trailSticks } from "../station/trail-media.ts";
import { readVault } from "../station/vault-file.ts";
import { type AppCode, type Done, Left, tell } from "./desk.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import { approve } from "./left-act.ts";
import { inReview } from "./processes.ts";
import type { Station } from "./station.ts";

/**
 * Before the glass is broken again: every earlier use must have a signed review, or the people here
 * say that they override it. Answers the incidents that they do; the vault process asks for each of
 * a real vault's by name. A rehearsal shows the same screen and waits for nobody.
 */
export async function untilReviewed(
  house: House,
  station: Station,
  standing: Standing,
): Promise<readonly string[]> {
  const { desk } = house;
  for (;;) {
    const due = unreviewed(readStory(station.dir));
    if (due.length === 0) return [];
    desk.screen({
      kind: "blocked",
      uses: due.map(({ incident, since, reviewers }) => ({
        incident,
        since,
        signed: reviewers.filter(({ signedAt }) => signedAt !== null).length,
        of: reviewers.length,
      })),
    });
    const action = await desk.nextOrLeave("review", "override");
    if (action.do === "override") return due.map(({ incident }) => incident);
    await reviewAct(house, station, standing, action.incident);
  }
}

/**
 * One use is reviewed: the trail from a stick, what was found, and a touch by each reviewer. Taken up
 * where it was left: what is recorded waits for its touches only. `Left` when people stop.
 */
export async function reviewAct(
  house: House,
  station: Station,
  standing: Standing,
  incident: string,
): Promise<void> {
  const { desk } = house;
  const { dir } = station;
  const state = stateOf(dir, incident);
  if (state === null) return;
  desk.screen(screenOf(station, state));
  let again = state.reviewed === null;
  for (;;) {
    if (again) {
      const found = await trailOf(house, station, standing, incident);
      if (!(await toSign(house, station, incident, found))) continue;
    }
    if (await signed(house, station, standing, incident)) return;
    again = true;
  }
}

const stateOf = (dir: string, incident: string): ReviewState | null =>
  reviewStates(readStory(dir)).find((one) => one.incident === incident) ?? null;

function screenOf({ dir }: Station, state: ReviewState): ScreenOf<"review"> {
  const { incident, since } = state;
  const uses = usesIn(readStory(dir), incident).filter(([one]) => one?.kind === "glass-broken");
  // One that was called off under the same id is none that anybody reviews.
  const use = uses.findLast(([, next]) => next?.kind !== "cancelled") ?? uses.at(-1);
  const broken = use?.[0];
  const accounts = broken?.evidence["accounts"];
  const keys = signingKeys(dir);
  return {
    kind: "review",
    step: "trail",
    times: {},
    incident,
    reason: broken?.why ?? "",
    responder: broken?.who["responder"] ?? "",
    accounts: Array.isArray(accounts) ? accounts.map(String) : [],
    since,
    sticks: [],
    regions: regionsOf(dir),
    found: null,
    page: null,
    paper: false,
    keys: keys.map(({ label }) => label),
    broken: [...brokenWith(readStory(dir), incident)],
    another: needsAnother(keys),
    reviewers: state.reviewers.map((one) => ({ ...one })),
    record: state.reviewed?.seq ?? null,
  };
}

/** Reviewers' own first: keys that open can sign, too. */
const signingKeys = (dir: string): readonly SigningKey[] =>
  parseVault(readVault(dir))
    .header.keys.filter(isCredential)
    .toSorted((a, b) => a.use.localeCompare(b.use));

/** Where no sealed policy lies beside the vault the reviewer types them. */
const regionsOf = (dir: string): string[] => [...(policyBeside(dir)?.regions ?? [])];

/** How often the sticks are looked at. */
const LOOK_MS = 1_000;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** A stick is plugged in, and the review process reads what is on it. */
async function trailOf(
  house: House,
  station: Station,
  { vaultId }: Standing,
  incident: string,
): Promise<ReviewFound> {
  const { desk, clock, entries } = house;
  for (;;) {
    const sticks = trailSticks(station.mediaRoots);
    desk.amend("review", {
      step: "trail",
      paper: false,
      sticks: sticks.map(({ name, trail, publicKeys, digestMeta }) => ({
        name,
        trail: [...trail],
        publicKeys: [...publicKeys],
        digestMeta: [...digestMeta],
      })),
    });
    const action = await pressedOrChanged(
      house,
      () => JSON.stringify(trailSticks(station.mediaRoots)) === JSON.stringify(sticks),
    );
    if (action === null) continue;
    const [stick] = sticks;
    const wrong = action.regions.find((region) => !REGION.test(region));
    try {
      if (wrong !== undefined)
        throw new CodedError<AppCode>("REVIEW_REGION_INVALID", { text: wrong });
      if (stick === undefined || stick.trail.length === 0)
        throw new CodedError<AppCode>("REVIEW_NO_TRAIL");
      const at = (name: string): string => join(stick.folder, name);
      const found = await desk.busy("review.read", () =>
        inReview(entries, (ask) =>
          ask("review", {
            dir: station.dir,
            vaultId,
            incident,
            trail: stick.trail.map(at),
            publicKeys: stick.publicKeys.map(at),
            digestMeta: stick.digestMeta.map(at),
            regions: action.regions,
            allRegions: action.allRegions,
            sources: action.sources,
            at: clock.now(),
          }),
        ),
      );
      desk.amend("review", { regions: action.regions, times: { trail: clock.now() } });
      return found;
    } catch (error) {
      tell(desk, error);
    }
  }
}

/** What a person asks for at the trail's screen; null when a stick came or went before. */
async function pressedOrChanged(
  { desk, pause }: House,
  isSame: () => boolean,
): Promise<Done<"readTrail"> | null> {
  const asked = desk.nextOrLeave("readTrail");
  for (;;) {
    const action = await Promise.race([asked, pause(LOOK_MS).then(() => null)]);
    if (action !== null) return action;
    if (!isSame()) return null;
  }
}

/** The findings, until reviewers are named and the review is recorded; false: read once more. */
async function toSign(
  house: House,
  { dir, records }: Station,
  incident: string,
  found: ReviewFound,
): Promise<boolean> {
  const { desk, clock, papers } = house;
  // Named by a process that reads hostile files: a plain name under the review's folder, or nothing.
  const named = found.written.find(({ file }) => file.endsWith(".html"))?.file ?? "";
  const html = named.includes("..") ? "" : named;
  const page = `paper/review-${basename(html)}`;
  papers.set(`/${page}`, readFileSync(join(dir, html), "utf8"));
  desk.amend("review", { step: "findings", found, page });
  for (;;) {
    const action = await desk.nextOrLeave("reviewers", "showPaper", "again");
    if (action.do === "again") return false;
    if (action.do === "showPaper") {
      desk.amend("review", { paper: action.shown });
      continue;
    }
    const { screen } = desk.view;
    const { reviewers, explanation } = action;
    const broken = brokenWith(readStory(dir), incident);
    const refused = refusedReviewers(reviewers, signingKeys(dir), broken);
    if (refused !== null) {
      desk.show({ notice: refused });
      continue;
    }
    if (found.verdict === "EXPLAIN" && explanation === "") {
      desk.show({ notice: { code: "REVIEW_UNEXPLAINED", about: {} } });
      continue;
    }
    const count = (wanted: string): number =>
      found.findings
        .filter(({ severity }) => severity === wanted)
        .reduce((sum, one) => sum + one.count, 0);
    const commit = readStory(dir).findLast(({ kind }) => kind === "committed");
    if (commit === undefined) return false;
    const now = clock.now();
    records.append(
      subjectOf(commit),
      reviewedEntry(
        incident,
        {
          verdict: found.verdict,
          proof: found.proof,
          findings: { error: count("error"), warning: count("warning"), note: count("note") },
          events: found.events,
          files: found.written,
        },
        reviewers,
        explanation,
        now,
        broken,
      ),
    );
    if (screen.kind === "review")
      desk.amend("review", { times: { ...screen.times, findings: now } });
    return true;
  }
}

/** Each reviewer touches; true once all have, false to read the trail once more. */
async function signed(
  house: House,
  station: Station,
  standing: Standing,
  incident: string,
): Promise<boolean> {
  const { desk } = house;
  for (;;) {
    const state = stateOf(station.dir, incident);
    const { reviewed, reviewers } = state ?? { reviewed: null, reviewers: [] };
    if (reviewed === null) return false;
    desk.amend("review", {
      step: "sign",
      paper: false,
      record: reviewed.seq,
      reviewers: reviewers.map((one) => ({ ...one })),
    });
    if (state?.signed === true) {
      await desk.next("next", "cancel");
      return true;
    }
    const action = await desk.nextOrLeave("hand", "again");
    if (action.do === "again") return false;
    const reviewer = reviewers[action.place - 1];
    if (reviewer === undefined || reviewer.signedAt !== null) continue;
    try {
      await approve(house, station, standing, { ...reviewed, kind: "reviewed" }, reviewer.key);
    } catch (error) {
      // Who left the window signs later.
      if (!(error instanceof Left)) tell(desk, error);
    }
  }
}
