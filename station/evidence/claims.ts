import { type ReviewState, reviewStates } from "../../ceremony/review.ts";
import { type RecordBody, type RecordKind, recordName } from "../../crypto/record.ts";

/** A sentence of the evidence folder, and the files in it that prove it: never none. */
export interface Claim {
  readonly text: string;
  readonly proof: readonly string[];
}

/** What nothing in the folder proves, said as plainly. */
export interface Gap {
  readonly text: string;
  readonly proof: null;
}

export type Said = Claim | Gap;

export type Told = RecordBody & {
  readonly written: { readonly seq: number; readonly sha256: string };
};

export interface Use {
  readonly incident: string;
  /** File of its page in the folder. */
  readonly page: string;
  /** Places of its first and last record in the chain. */
  readonly first: number;
  readonly last: number;
  readonly review: ReviewState | null;
  readonly said: readonly Said[];
}

/** What the records tell, by what an auditor asks for. */
export interface Claims {
  readonly sealings: readonly Said[];
  readonly uses: readonly Use[];
  readonly checks: readonly Said[];
  readonly refusals: readonly Said[];
  readonly custody: readonly Said[];
}

export const recordFile = (seq: number): string => `records/${recordName(seq)}`;
const proofOf = (...records: readonly (Told | undefined)[]): string[] =>
  records.flatMap((one) => (one === undefined ? [] : [recordFile(one.written.seq)]));

const textIn = (evidence: RecordBody["evidence"], name: string): string => {
  const value = evidence[name];
  return typeof value === "string" ? value : "";
};
const when = ({ at }: Told): string =>
  `${at.time.slice(0, 10)} ${at.time.slice(11, 19)} UTC (${at.clock === "aws" ? "AWS’s" : "the station’s"} clock)`;

/** A safe file name for an incident; it was typed by people. */
export const fileNameOf = (incident: string, first: number): string =>
  `${String(first).padStart(6, "0")}-${incident.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 60)}`;

export function claimsOf(story: readonly Told[], files: ReadonlySet<string>): Claims {
  const of = (...kinds: readonly RecordKind[]): readonly Told[] =>
    story.filter(({ kind }) => kinds.includes(kind));
  return {
    sealings: of("sealed", "rotated").map((seal) => sealing(seal, story)),
    uses: usesOf(story, files),
    checks: of("drill", "share-checked", "key-checked").map((one) => ({
      text: `${CHECKS[one.kind] ?? one.kind} on ${when(one)}: ${one.why}.${people(one)}`,
      proof: proofOf(one),
    })),
    refusals: of("refused").map((one) => ({
      text: `Refused on ${when(one)}: ${one.why}.${people(one)}`,
      proof: proofOf(one),
    })),
    custody: of("custody").map((one) => ({
      text: `${when(one)}: ${one.why}. Kept at ${textIn(one.evidence, "where")}${bag(one)}.${people(one)}`,
      proof: proofOf(one),
    })),
  };
}

const CHECKS: Readonly<Record<string, string>> = {
  drill: "Drill",
  "share-checked": "Share checked",
  "key-checked": "Security key checked",
};

const bag = ({ evidence }: Told): string => {
  const serial = textIn(evidence, "bag");
  return serial === "" ? "" : `, bag ${serial}`;
};

const people = ({ who }: Told): string => {
  const said = Object.entries(who).map(([role, name]) => `${role} ${name}`);
  return said.length === 0 ? "" : ` (${said.join("; ")})`;
};

function sealing(seal: Told, story: readonly Told[]): Said {
  const file = textIn(seal.evidence, "fileSha256");
  const committed = story.find(
    ({ kind, evidence }) => kind === "committed" && evidence["fileSha256"] === file,
  );
  const about = Object(seal.evidence["about"]) as { threshold?: unknown; custodians?: unknown };
  const names = Array.isArray(about.custodians) ? about.custodians.map(String) : [];
  const epoch = String(seal.evidence["epoch"]);
  const rule =
    typeof about.threshold === "number"
      ? ` Any ${about.threshold} of ${names.length} custodians (${names.join(", ")}) and one touch of an enrolled security key open it.`
      : "";
  return {
    text: `Epoch ${epoch} was sealed on ${when(seal)}.${rule} ${
      committed === undefined
        ? "It was never committed: it does not count."
        : `It counts since ${when(committed)}, after every custodian had re-entered the share.`
    }`,
    proof: proofOf(seal, committed),
  };
}

function usesOf(story: readonly Told[], files: ReadonlySet<string>): readonly Use[] {
  const states = reviewStates(story);
  const broken = story.filter(
    ({ kind, evidence }) => kind === "glass-broken" && evidence["purpose"] !== "rest",
  );
  const incidents = [...new Set(broken.map(({ evidence }) => textIn(evidence, "incident")))];
  return incidents.flatMap((incident) => {
    const own = story.filter(({ evidence }) => textIn(evidence, "incident") === incident);
    const [begun] = broken.filter((one) => own.includes(one));
    if (begun === undefined) return [];
    const review = states.find((state) => state.incident === incident) ?? null;
    const first = begun.written.seq;
    const last = Math.max(...[...own, ...approvalsOf(own, story)].map((one) => one.written.seq));
    return [
      {
        incident,
        page: `uses/${fileNameOf(incident, first)}.html`,
        first,
        last,
        review,
        said: [
          ...opened(own, story),
          ...(review === null
            ? [
                {
                  text: "AWS was never asked to open the access: there is nothing to review.",
                  proof: proofOf(own.findLast(({ kind }) => NOTHING.has(kind)) ?? begun),
                },
              ]
            : reviewed(review, own, story, files)),
        ],
      },
    ];
  });
}

const NOTHING: ReadonlySet<string> = new Set(["cancelled", "access-failed"]);

const approvalsOf = (records: readonly Told[], story: readonly Told[]): readonly Told[] =>
  story.filter(({ kind, evidence }) => {
    const approved = Object(evidence["approved"]) as { seq?: unknown };
    return kind === "approval" && records.some(({ written }) => written.seq === approved.seq);
  });

function opened(own: readonly Told[], story: readonly Told[]): Said[] {
  const of = (kind: RecordKind): readonly Told[] => own.filter((one) => one.kind === kind);
  return [
    ...of("glass-broken").map((one) => ({
      text:
        `The glass was broken on ${when(one)} by quorum and touch: ${one.why}.${people(one)}` +
        (Array.isArray(one.evidence["overrides"])
          ? ` The quorum overrode the missing review of ${one.evidence["overrides"].map(String).join(", ")}.`
          : ""),
      proof: proofOf(one),
    })),
    ...of("access-open").map((one) => ({
      text: `The access was open from ${when(one)} and bound to end at ${textIn(one.evidence, "deadline")} by AWS’s clock.`,
      proof: proofOf(one),
    })),
    ...of("access-failed").map((one) => ({
      text: `It did not open everywhere on ${when(one)}: ${one.why}.`,
      proof: proofOf(one),
    })),
    ...of("access-expired").map((one) => ({
      text: `AWS itself was asked at the deadline: ${one.why}.`,
      proof: proofOf(one),
    })),
    ...of("closed").map((one) => ({
      text: `The access was closed on ${when(one)}: ${one.why}. The record holds AWS’s refusals of the key, by account.`,
      proof: proofOf(one),
    })),
    ...approvalsOf(of("closed"), story).map((one) => ({
      text: `The closing was approved by touch of “${textIn(one.evidence, "approver")}” on ${when(one)}.`,
      proof: proofOf(one),
    })),
  ];
}

function reviewed(
  state: ReviewState,
  own: readonly Told[],
  story: readonly Told[],
  files: ReadonlySet<string>,
): Said[] {
  const { incident, reviewed: found, reviewers } = state;
  const record = own.find(({ written }) => written.seq === found?.seq);
  if (record === undefined)
    return [{ text: `The use ${incident} has not been reviewed.`, proof: null }];
  const listed = reviewFiles(record);
  const kept = listed.filter(({ file }) => files.has(file));
  const approvals = approvalsOf([record], story);
  return [
    {
      text: `What was done with it was reviewed on ${when(record)}: ${record.why}. Verdict ${textIn(record.evidence, "verdict")}; logs ${textIn(record.evidence, "proof")}.${people(record)}`,
      proof: [...proofOf(record), ...kept.map(({ file }) => file)],
    },
    ...listed
      .filter(({ file }) => !files.has(file))
      .map(({ file }) => ({
        text: `The review’s file ${file} is missing or is not the one that the record names.`,
        proof: null,
      })),
    ...reviewers.map(({ name, key, signedAt }) => {
      const approval = approvals.find(({ evidence }) => evidence["approver"] === key);
      return signedAt === null || approval === undefined
        ? { text: `${name} has not signed the review (key “${key}”).`, proof: null }
        : {
            text: `${name} signed the review by touch of “${key}” on ${when(approval)}.`,
            proof: proofOf(approval),
          };
    }),
  ];
}

/** Files of a review, as its record names them; a name of any other form is none. */
export function reviewFiles({ evidence }: Pick<RecordBody, "evidence">): readonly {
  readonly file: string;
  readonly sha256: string;
}[] {
  const { files } = evidence;
  return (Array.isArray(files) ? (files as readonly unknown[]) : []).flatMap((one) => {
    const { file, sha256 } = Object(one) as { file?: unknown; sha256?: unknown };
    const known =
      typeof file === "string" &&
      /^reviews\/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\/\d{1,4}\.(?:json|html)$/.test(file);
    return known && typeof sha256 === "string" ? [{ file, sha256 }] : [];
  });
}
