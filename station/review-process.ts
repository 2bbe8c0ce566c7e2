import { type AddressRange, parseRange } from "../aws/documents/trail/sources.ts";
import { verdictAtStation } from "../ceremony/restore.ts";
import { verifyAside } from "../ceremony/verify.ts";
import { copyRequests } from "../contract/copy.ts";
import { parentLanes } from "../contract/parent.ts";
import type { Port } from "../contract/port.ts";
import {
  type ChainFound,
  type FoundOne,
  type ReviewFound,
  reviewRequests,
} from "../contract/review.ts";
import { restoreRequests } from "../contract/restore.ts";
import { serve } from "../contract/serve.ts";
import { utf8 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseRecord } from "../crypto/record.ts";
import { refuse } from "./errors.ts";
import { exportEvidence } from "./evidence/export.ts";
import { reviewHtml } from "./paper/review.ts";
import { readCopy } from "./record-store.ts";
import { foundIn } from "./restorable-found.ts";
import { keepReview } from "./review-drafts.ts";
import { reviewJson } from "./trail/json.ts";
import { readList } from "./trail/list.ts";
import { type Reviewed, reviewTrail } from "./trail/review.ts";
import { writeCopy } from "./write-copy.ts";

export type ReviewInputCode = "SOURCE_NOT_AN_ADDRESS" | "REVIEW_RECORDS_UNREADABLE";

/**
 * The review process: reads trails and copies of records that came on sticks, so that no parser of
 * theirs runs in main. It has no network, opens no vault, has no key and no practice code, and ends
 * with what it was started for. What it writes lies under the vault's `reviews/`, in an evidence
 * folder, beside the folder of a station that is restored, or on a stick that takes a copy.
 */
export function serveReview(port: Port): void {
  serve(
    port,
    { ...reviewRequests, ...restoreRequests, ...copyRequests },
    {
      review: async ({ dir, sources, at, ...asked }) => {
        const records = readCopy(dir);
        if (records === null)
          throw new CodedError<ReviewInputCode>("REVIEW_RECORDS_UNREADABLE", { why: "no records" });
        const reviewed = await reviewTrail({
          ...asked,
          records,
          own: true,
          upTo: undefined,
          keys: [],
          sources: sources.map(rangeOf),
          nowMs: Date.parse(at),
        });
        const { story, found } = reviewed;
        const written = keepReview(dir, asked.incident, {
          html: utf8(reviewHtml(story, found)),
          txt: utf8(readList(found.files)),
          json: utf8(`${JSON.stringify(reviewJson(story, found), null, 2)}\n`),
        });
        return told(reviewed, written);
      },
      restorable: ({ copies, vaultId, head, into, spare }) =>
        foundIn(copies, { vaultId: vaultId ?? undefined, head: head ?? undefined }, into, spare),
      writeCopy: ({ dir, committed, stick }) => writeCopy(dir, committed, stick),
      verify: ({ dir, copies, vaultId, head }) => check(dir, copies, vaultId, head),
      evidence: async ({ dir, out, at }) => {
        const { folder, files, records } = await exportEvidence({ dir, out, now: at });
        return { folder, files, records };
      },
    },
  );
}

function rangeOf(text: string): AddressRange {
  const range = parseRange(text);
  if (range === null) throw new CodedError<ReviewInputCode>("SOURCE_NOT_AN_ADDRESS", { text });
  return range;
}

function told({ found }: Reviewed, written: ReviewFound["written"]): ReviewFound {
  return {
    verdict: found.verdict,
    proof: found.proof.status,
    findings: byCode(found.findings),
    read: found.read.events,
    events: found.actions.length,
    denied: found.actions.filter(({ event }) => event.error !== null).length,
    files: found.files.length,
    accounts: [...found.access.accounts],
    keys: found.proof.keys.map((key) => key.sha256),
    written: [...written],
  };
}

function byCode(findings: readonly Omit<FoundOne, "count">[]): FoundOne[] {
  const groups = Map.groupBy(findings, ({ code, severity }) => `${severity} ${code}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, about: { ...first.about }, count: same.length }];
  });
}

/** How the station's own copy is called where two differ. */
const OWN = "this laptop";

/** More findings than these are no list that anyone reads. */
const FINDINGS_MOST = 100;

async function check(
  dir: string,
  copies: readonly { readonly name: string; readonly folder: string }[],
  vaultId: string | null,
  head: { readonly seq: number; readonly sha256: string } | null,
): Promise<ChainFound> {
  const own = readCopy(dir);
  if (own === null) return refuse("VAULT_MISSING");
  const others = copies.flatMap(({ name, folder }) => {
    const copy = readCopy(folder);
    return copy === null ? [] : [{ ...copy, name }];
  });
  const station = { ...own, name: OWN };
  const found = await verifyAside([station, ...others], {
    vaultId: vaultId ?? undefined,
    head: head ?? undefined,
  });
  const bytes = new Map(others.flatMap(({ records }) => [...records]));
  return {
    verdict: verdictAtStation(found),
    mode: found.mode,
    vaultId: found.vaultId,
    head: found.head,
    rows: found.records.map(({ seq, file, kind, time, good }) => ({
      seq,
      kind: kind ?? "",
      at: time ?? "",
      why: whyIn(own.records.get(file) ?? bytes.get(file)),
      good,
    })),
    findings: found.findings
      .slice(0, FINDINGS_MOST)
      .map(({ code, severity, about, seq, copy }) => ({
        code,
        severity,
        about: { ...about },
        count: 1,
        seq: seq ?? null,
        copy: copy === undefined || copy === OWN ? null : copy,
      })),
  };
}

function whyIn(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return "";
  try {
    return parseRecord(bytes).why;
  } catch {
    // A finding says that it can't be read.
    return "";
  }
}

if (import.meta.main) serveReview(parentLanes(process, [], () => process.exit(0)).main);
