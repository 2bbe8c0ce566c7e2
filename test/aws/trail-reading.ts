import { createHash } from "node:crypto";
import { readDigestMeta, readPublicKeys } from "../../aws/documents/trail/digest.ts";
import { LIMITS } from "../../aws/documents/trail/part.ts";
import type { Question } from "../../aws/documents/trail/question.ts";
import { interestOf, type Review } from "../../aws/documents/trail/review.ts";
import { Trail, type TrailReader } from "../../aws/documents/trail/trail.ts";
import {
  ACCOUNT,
  CLOSED,
  DEADLINE,
  INCIDENT,
  KEY,
  type MadeTrail,
  OPENED,
  RECORD,
  REGION,
  type TrailSigner,
} from "./trail-kit.ts";

const HOUR = 3_600_000;

export const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const read = (reader: TrailReader, content: Uint8Array): void => {
  try {
    // In small pieces: no entry may depend on where a chunk ends.
    for (let at = 0; at < content.length; at += 777) reader.push(content.subarray(at, at + 777));
    reader.end(createHash("sha256").update(content).digest("hex"));
  } catch (error) {
    if ((error as { code?: string }).code === "TRAIL_TOO_LARGE") throw error;
    reader.failed(String((error as { about?: { why?: string } }).about?.why));
  }
};

/** Reads contents by name, as the edge does: those from `cut` on as a part of its own. */
export function trailOf(
  files: readonly (readonly [string, Uint8Array])[],
  cut = files.length,
  most = LIMITS,
): Trail {
  const interest = interestOf([ACCOUNT], [KEY]);
  const trail = new Trail(interest, 0, most);
  for (const [name, content] of files.slice(0, cut)) read(trail.open(name), content);
  if (cut < files.length) {
    const second = new Trail(interest, cut, most);
    for (const [name, content] of files.slice(cut)) read(second.open(name), content);
    trail.take(structuredClone(second.part));
  }
  for (let due = trail.due(); due.length > 0; due = trail.due())
    for (const file of due) read(trail.again(file), files[file]?.[1] ?? new Uint8Array());
  return trail;
}

export const question = (more: Partial<Question> = {}): Question => ({
  access: {
    incident: INCIDENT,
    accounts: [ACCOUNT],
    opened: [ACCOUNT],
    openedMs: OPENED + 300,
    deadlineMs: DEADLINE,
    closedMs: CLOSED,
    windows: [{ fromMs: OPENED + 300, untilMs: DEADLINE, exact: true }],
    tries: [],
    durationMs: DEADLINE - OPENED,
    recordSha256s: [RECORD],
    regions: [REGION],
    profile: "restore-service",
    trail: null,
  },
  others: [],
  regions: [],
  allRegions: true,
  keys: [KEY],
  sources: [],
  proofs: { keys: [], signatures: [] },
  nowMs: CLOSED + 5 * HOUR,
  ...more,
});

export const proofs = (made: MadeTrail, signer: TrailSigner): Question["proofs"] => ({
  keys: readPublicKeys(bytes(signer.list)) ?? [],
  signatures: readDigestMeta(bytes(made.meta)) ?? [],
});

export const filesOf = (made: MadeTrail): [string, Uint8Array][] =>
  [...made.logs, ...made.digests].map(({ name, content }) => [name, content]);

export const codes = ({ findings }: Review, severity?: string): string[] =>
  findings
    .filter((one) => severity === undefined || one.severity === severity)
    .map((one) => one.code);
