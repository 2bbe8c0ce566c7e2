import type { ScreenOf } from "../../contract/app.ts";
import type { CustodyRow } from "../../contract/custody.ts";
import type { ReviewFound } from "../../contract/review.ts";
import { ACCOUNTS, at, CUSTODIANS, KEYS, LONG, vault, view } from "./sample-base.ts";

/** The review after use, what waits for it, the records' findings and the custody register. */

const rows = [
  { seq: 8, kind: "committed", at: "2026-03-02T12:40:00Z", why: "every share was re-entered" },
  { seq: 9, kind: "share-checked", at: "2026-03-17T09:12:00Z", why: "share 4, Lucía Ortiz" },
  { seq: 10, kind: "share-checked", at: "2026-04-01T09:30:00Z", why: "share 1, Priya Nair" },
  { seq: 11, kind: "drill", at: "2026-05-12T14:22:00Z", why: "4 min 12 s" },
].map((row) => ({ ...row, good: true }));

const records: ScreenOf<"records"> = {
  kind: "records",
  rows,
  verdict: "UNANCHORED",
  findings: [],
  vaultId: vault.vaultId,
  head: { seq: 11, sha256: "36".repeat(32) },
  copies: [],
  compared: { vaultId: false, head: false },
  exported: null,
  only: false,
};

const found: ReviewFound = {
  verdict: "EXPLAIN",
  proof: "partly",
  findings: [
    {
      code: "PERSISTENCE_SUCCEEDED",
      severity: "error",
      about: {
        count: 2,
        what: "iam:CreateAccessKey on deploy",
        first: "2026-06-18T02:31:09Z",
        last: "2026-06-18T02:31:40Z",
      },
      count: 1,
    },
    {
      code: "COVERAGE_UNPROVEN",
      severity: "warning",
      about: { account: "111122223333", region: "eu-west-1" },
      count: 2,
    },
    { code: "REVIEW_EARLY", severity: "warning", about: { hours: 3 }, count: 1 },
    {
      code: "SOURCES_SEVERAL",
      severity: "note",
      about: { user: "emergency", count: 2, sources: "203.0.113.7, 198.51.100.4" },
      count: 1,
    },
  ],
  read: 18_204,
  events: 61,
  denied: 3,
  files: 48,
  accounts: ACCOUNTS,
  keys: ["SHA256:47DEQpj8HBSa"],
  written: [],
};

const review: ScreenOf<"review"> = {
  kind: "review",
  step: "trail",
  times: {},
  incident: "INC-2026-0618",
  reason: "Sign-in through Identity Center is down",
  responder: "Ivo Brandt",
  accounts: ACCOUNTS,
  since: at("02:49:12"),
  sticks: [],
  regions: ["us-east-1", "eu-west-1"],
  found: null,
  page: null,
  paper: false,
  keys: KEYS,
  broken: KEYS.slice(-1),
  another: true,
  reviewers: [],
  record: null,
};
const findings: ScreenOf<"review"> = {
  ...review,
  step: "findings",
  times: { trail: at("09:12:00") },
  found,
  page: "record-page.html",
};
const signs: ScreenOf<"review"> = {
  ...findings,
  step: "sign",
  times: { trail: at("09:12:00"), findings: at("09:31:00") },
  record: 16,
  reviewers: [
    { name: "Lise Moreau", key: "Red tag", signedAt: at("09:33:12") },
    { name: "Tomo Aoki", key: "Blue tag", signedAt: null },
    { name: "Rui Tan", key: "Green tag", signedAt: null },
  ],
};

const kept: CustodyRow = {
  item: { kind: "share", place: 1 },
  holder: "Priya Nair",
  where: "Bank, box 12",
  bag: "A-0012345",
  placed: "2026-03-03T10:00:00Z",
  inspected: null,
  state: "sound",
  earlier: [],
  due: "2027-03-03T10:00:00Z",
};
const custodyRows: CustodyRow[] = [
  kept,
  { ...kept, item: { kind: "share", place: 2 }, holder: "Amara Obi", where: LONG },
  {
    ...kept,
    item: { kind: "share", place: 3 },
    holder: "Sam Kjær",
    where: "Office safe, 3rd floor",
    state: "broken",
  },
  {
    ...kept,
    item: { kind: "share", place: 4 },
    holder: CUSTODIANS[3] ?? "",
    where: "",
    bag: "",
    placed: null,
    state: "unplaced",
    due: "2026-03-16T10:00:00Z",
  },
  { ...kept, item: { kind: "key", label: "Red tag" }, holder: "Red tag", bag: "" },
];
const custody: ScreenOf<"custody"> = {
  kind: "custody",
  rows: custodyRows,
  page: "record-page.html",
  paper: false,
};

const use = (incident: string, signed: number, of: number) => ({
  incident,
  since: at("02:49:12"),
  signed,
  of,
});

export const reviewViews = {
  records: view(records),
  "records-compared": view({
    ...records,
    verdict: "VALID",
    copies: ["USB of Priya Nair"],
    compared: { vaultId: true, head: true },
    exported: "/media/audit/evidence-2026-06-18",
  }),
  "records-invalid": view(
    {
      ...records,
      verdict: "INVALID",
      only: true,
      rows: rows.map((row) => (row.seq === 10 ? { ...row, good: false } : row)),
      copies: ["USB of Priya Nair"],
      findings: [
        {
          code: "CHAIN_BROKEN",
          severity: "error",
          about: { file: "000010.json" },
          count: 1,
          seq: 10,
          copy: null,
        },
        {
          code: "FORK",
          severity: "error",
          about: { at: "record 10", one: "this laptop", other: "USB of Priya Nair" },
          count: 1,
          seq: 10,
          copy: null,
        },
        {
          code: "COPY_BEHIND",
          severity: "note",
          about: { last: 10, end: 11 },
          count: 1,
          seq: null,
          copy: "USB of Priya Nair",
        },
      ],
    },
    { vault: null, notice: { code: "CHAIN_NOT_VALID", about: { code: "CHAIN_BROKEN" } } },
  ),
  review: view(review),
  "review-stick": view({
    ...review,
    sticks: [{ name: "AUDIT", trail: ["AWSLogs"], publicKeys: ["keys.json"], digestMeta: [] }],
  }),
  "review-reading": view(
    {
      ...review,
      sticks: [{ name: "AUDIT", trail: ["AWSLogs"], publicKeys: ["keys.json"], digestMeta: [] }],
    },
    { busy: "review.read" },
  ),
  "review-findings": view(findings),
  "review-clear": view({
    ...findings,
    found: { ...found, verdict: "CLEAR", proof: "verified", findings: [], denied: 0 },
  }),
  "review-unexplained": view(findings, { notice: { code: "REVIEW_UNEXPLAINED", about: {} } }),
  "review-paper": view({ ...findings, paper: true }),
  "review-sign": view(signs),
  "review-same-key": view({ ...signs, broken: ["Red tag", "Blue tag", "Green tag"] }),
  "review-signed": view({
    ...signs,
    reviewers: signs.reviewers.map((one) => ({ ...one, signedAt: at("09:33:12") })),
  }),
  blocked: view({ kind: "blocked", uses: [use("INC-2026-0618", 1, 2)] }),
  "blocked-many": view({
    kind: "blocked",
    uses: Array.from({ length: 9 }, (_, index) => use(`INC-2026-06${index + 10}`, 0, 0)),
  }),
  "blocked-practice": view(
    { kind: "blocked", uses: [use("INC-DRILL-20260618T022009", 0, 0)] },
    { mode: "PRACTICE", vault: { ...vault, name: "Practice vault", epoch: 1 } },
  ),
  custody: view(custody),
  "custody-paper": view({ ...custody, paper: true }),
};
