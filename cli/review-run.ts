import { writeFileSync } from "node:fs";
import { explain } from "../contract/failures.ts";
import { CodedError } from "../crypto/errors.ts";
import { reviewHtml } from "../station/paper/review.ts";
import { reviewJson } from "../station/trail/json.ts";
import { type Reviewed, reviewTrail } from "../station/trail/review.ts";
import { jsonText } from "./json-text.ts";
import { reviewText } from "./review-text.ts";
import type { ReviewOptions } from "./review.ts";
import { readInput } from "./verify-records.ts";

export type ReviewCode = "REVIEW_RECORDS_UNREADABLE" | "REVIEW_PAGE_NOT_WRITTEN";

/** Gives the exit status: 0 nothing to explain, 1 something, 2 unusable input. */
export async function runReview(
  options: ReviewOptions,
  port: {
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
    readonly nowMs: number;
  },
): Promise<number> {
  try {
    const { story, found } = await reviewed(options, port.nowMs);
    if (options.html !== undefined) writePage(options.html, reviewHtml(story, found));
    port.out(options.json ? jsonText(reviewJson(story, found), 2) : reviewText(story, found));
    return found.verdict === "CLEAR" ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    if (options.json) port.out(jsonText({ verdict: "UNUSABLE", code: error.code, what, todo }));
    else port.err(`${error.code}: ${what}\n  ${todo}\n`);
    return 2;
  }
}

async function reviewed(options: ReviewOptions, nowMs: number): Promise<Reviewed> {
  const input = readInput([options.record]);
  if (typeof input === "string")
    throw new CodedError<ReviewCode>("REVIEW_RECORDS_UNREADABLE", { why: input });
  const [records] = input.copies;
  if (records === undefined)
    throw new CodedError<ReviewCode>("REVIEW_RECORDS_UNREADABLE", { why: "no records" });
  return reviewTrail({
    records,
    upTo: input.upTo,
    vaultId: options.vaultId,
    incident: options.incident,
    trail: options.trail,
    publicKeys: options.publicKeys ?? [],
    digestMeta: options.digestMeta ?? [],
    regions: options.region ?? [],
    allRegions: options.allRegions === true,
    keys: options.key ?? [],
    sources: options.source ?? [],
    nowMs,
  });
}

function writePage(path: string, html: string): void {
  try {
    writeFileSync(path, html, { flag: "wx" });
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? "unknown";
    throw new CodedError<ReviewCode>("REVIEW_PAGE_NOT_WRITTEN", { path, why }, { cause });
  }
}
