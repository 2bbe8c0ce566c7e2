import * as z from "zod";

/**
 * What main asks of the review process, the only one of the app that reads what strangers wrote:
 * CloudTrail's files, and copies of records on sticks. It opens no vault and has no network. Times
 * are RFC 3339.
 */

const about = z.record(z.string(), z.union([z.string(), z.number()]));

/** A finding in the catalogue's terms, once for each code. */
export const foundOne = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning", "note"]),
  /** Of the first. */
  about,
  count: z.int(),
});
export type FoundOne = z.infer<typeof foundOne>;

export const reviewFound = z.object({
  verdict: z.enum(["CLEAR", "EXPLAIN"]),
  proof: z.enum(["verified", "partly", "unverified", "tampered"]),
  findings: z.array(foundOne),
  /** All that were read, and those of the access. */
  read: z.int(),
  events: z.int(),
  denied: z.int(),
  files: z.int(),
  accounts: z.array(z.string()),
  /** SHA-256 (hex) of the public keys by which something is proven. */
  keys: z.array(z.string()),
  /** What was written beside the records, under the vault's folder. */
  written: z.array(z.object({ file: z.string(), sha256: z.string() })),
});
export type ReviewFound = z.infer<typeof reviewFound>;

/** What checking a chain found, record by record. */
export const chainFound = z.object({
  verdict: z.string(),
  mode: z.enum(["PRACTICE", "REAL"]).nullable(),
  vaultId: z.string().nullable(),
  head: z.object({ seq: z.int(), sha256: z.string() }).nullable(),
  rows: z.array(
    z.object({
      seq: z.int(),
      kind: z.string(),
      at: z.string(),
      why: z.string(),
      good: z.boolean(),
    }),
  ),
  findings: z.array(foundOne.extend({ seq: z.int().nullable(), copy: z.string().nullable() })),
});
export type ChainFound = z.infer<typeof chainFound>;

export const printedHead = z.object({ seq: z.int().positive(), sha256: z.string() });

export const reviewRequests = {
  review: {
    input: z.object({
      dir: z.string(),
      vaultId: z.string(),
      incident: z.string(),
      /** Files and folders. */
      trail: z.array(z.string()),
      publicKeys: z.array(z.string()),
      digestMeta: z.array(z.string()),
      regions: z.array(z.string()),
      /** They are all that are enabled. */
      allRegions: z.boolean(),
      /** Addresses and ranges, as they were typed. */
      sources: z.array(z.string()),
      at: z.string(),
    }),
    output: reviewFound,
  },
  /** The vault's own records, and copies of them: what `pullstation verify` says. */
  verify: {
    input: z.object({
      dir: z.string(),
      copies: z.array(z.object({ name: z.string(), folder: z.string() })),
      vaultId: z.string().nullable(),
      head: printedHead.nullable(),
    }),
    output: chainFound,
  },
  evidence: {
    input: z.object({ dir: z.string(), out: z.string(), at: z.string() }),
    output: z.object({ folder: z.string(), files: z.int(), records: z.int() }),
  },
} as const;

/* What the main window shows of it. */

/** A stick with a trail, as its names tell: nothing in it was opened. */
export const trailStick = z.object({
  name: z.string(),
  /** Folders and files that are read as a trail. */
  trail: z.array(z.string()),
  publicKeys: z.array(z.string()),
  digestMeta: z.array(z.string()),
});
export type TrailStickView = z.infer<typeof trailStick>;

export const reviewSteps = ["trail", "findings", "sign"] as const;

export const reviewScreen = z.object({
  kind: z.literal("review"),
  step: z.enum(reviewSteps),
  times: z.record(z.string(), z.string()),
  incident: z.string(),
  reason: z.string(),
  responder: z.string(),
  accounts: z.array(z.string()),
  since: z.string(),
  sticks: z.array(trailStick),
  regions: z.array(z.string()),
  found: reviewFound.nullable(),
  /** The whole review on paper, as it is shown and printed; null until it was read. */
  page: z.string().nullable(),
  /** It is what the screen shows now. */
  paper: z.boolean(),
  /** Labels of the keys that can sign. */
  keys: z.array(z.string()),
  /** Labels of those that broke the glass in this use. */
  broken: z.array(z.string()),
  /** Another key than those must sign, too: the vault has keys that only approve. */
  another: z.boolean(),
  reviewers: z.array(
    z.object({ name: z.string(), key: z.string(), signedAt: z.string().nullable() }),
  ),
  /** Place of the review's record, once it was written. */
  record: z.int().nullable(),
});

/** An opening waits for a review that is not signed. */
export const blockedScreen = z.object({
  kind: z.literal("blocked"),
  uses: z.array(
    z.object({
      incident: z.string(),
      since: z.string(),
      /** Signatures that are there, and that were named; 0 of 0: not reviewed. */
      signed: z.int(),
      of: z.int(),
    }),
  ),
});

export const recordsScreen = z.object({
  kind: z.literal("records"),
  ...chainFound.pick({ rows: true, verdict: true, findings: true, vaultId: true, head: true })
    .shape,
  /** Copies on sticks that were compared. */
  copies: z.array(z.string()),
  /** What was typed from paper, and is compared now. */
  compared: z.object({ vaultId: z.boolean(), head: z.boolean() }),
  /** The evidence folder that was just made. */
  exported: z.string().nullable(),
  /** Nothing else can be done here before the records are whole. */
  only: z.boolean(),
});
