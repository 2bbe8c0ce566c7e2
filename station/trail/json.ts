import type { Action } from "../../aws/documents/trail/question.ts";
import type { Review } from "../../aws/documents/trail/review.ts";
import { utc } from "../../aws/documents/trail/time.ts";
import { explain } from "../../contract/failures.ts";
import type { RecordedStory } from "./recorded.ts";

const date = (ms: number | null): string | null => (ms === null ? null : utc(ms));

const accessJson = ({ access }: Review) => ({
  incident: access.incident,
  accounts: access.accounts,
  opened: utc(access.openedMs),
  deadline: utc(access.deadlineMs),
  closed: date(access.closedMs),
  records: access.recordSha256s,
});

const actionJson = ({ event, phase, proof, credential, byName }: Action) => ({
  time: utc(event.time),
  id: event.id,
  account: event.account,
  region: event.region,
  service: event.service,
  name: event.name,
  denied: event.error !== null,
  error: event.error,
  phase,
  proof,
  category: event.category,
  readOnly: event.readOnly,
  actor: event.actor.name,
  credential,
  byName,
  source: event.source,
  agent: event.agent,
  parameters: event.params,
});

/** The whole review for machines: times are RFC 3339 UTC, findings carry their sentences. */
export const reviewJson = (story: RecordedStory, found: Review) => ({
  format: "pullstation-review@v1",
  verdict: found.verdict,
  mode: story.mode,
  vaultId: story.vaultId,
  anchored: story.anchored,
  responder: story.access.responder,
  reason: story.access.reason,
  access: accessJson(found),
  reviewed: { from: utc(found.wanted.from), to: utc(found.wanted.to) },
  proof: found.proof,
  findings: found.findings.map((one) => ({ ...one, ...explain(one.code, one.about) })),
  coverage: found.coverage.map((one) => ({
    ...one,
    first: date(one.first),
    last: date(one.last),
    gaps: one.gaps.map(({ from, to }) => ({ from: utc(from), to: utc(to) })),
  })),
  credentials: found.credentials.map((one) => ({
    ...one,
    from: date(one.from),
    until: date(one.until),
  })),
  services: found.services,
  regions: found.regions,
  actions: found.actions.map(actionJson),
  kit: found.kit.map(actionJson),
  files: found.files.map((one) => ({
    ...one,
    oldest: date(one.oldest),
    newest: date(one.newest),
  })),
  read: found.read,
});
