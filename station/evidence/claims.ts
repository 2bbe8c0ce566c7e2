import {
  brokenWith,
  onlyWithThose,
  type ReviewState,
  reviewStates,
} from "../../ceremony/review.ts";
import { usesIn } from "../../ceremony/uses.ts";
import { type RecordBody, type RecordKind, recordName } from "../../crypto/record.ts";
import {
  closingsOf,
  didNotOpen,
  provenDead,
  reopenedIn,
  secondLookMissing,
} from "../paper/record-facts.ts";
import { reviewFiles } from "../review-files.ts";

/** What a sentence is about; controls are served by kind, never by what people typed. */
export type ClaimKind =
  | "sealing"
  | "check"
  | "refusal"
  | "custody"
  | "broken"
  | "opened"
  | "not-opened"
  | "ended"
  | "approved"
  | "not-used"
  | "review"
  | "records"
  | "runbook";

/** A sentence of the evidence folder, and the files in it that prove it: never none. */
export interface Claim {
  readonly kind: ClaimKind;
  readonly text: string;
  readonly proof: readonly string[];
}

/** What nothing in the folder proves, said as plainly. */
export interface Gap {
  readonly kind: ClaimKind;
  readonly text: string;
  readonly proof: null;
  /** Records that speak of it and don't prove it. */
  readonly about?: readonly string[];
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
      kind: "check",
      text: `${CHECKS[one.kind] ?? one.kind} on ${when(one)}: ${one.why}.${people(one)}`,
      proof: proofOf(one),
    })),
    refusals: of("refused").map((one) => ({
      kind: "refusal",
      text: `Refused on ${when(one)}: ${one.why}.${people(one)}`,
      proof: proofOf(one),
    })),
    custody: of("custody").map((one) => ({
      kind: "custody",
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
  const entered = story.filter(
    ({ kind, vaultHash, evidence, written }) =>
      kind === "share-checked" &&
      vaultHash === file &&
      evidence["form"] === "full" &&
      written.seq < (committed?.written.seq ?? 0),
  );
  const places = new Set([
    ...entered.map(({ evidence }) => evidence["place"]),
    ...placesIn(committed?.evidence["reentered"]),
  ]);
  const shown = names.length > 0 && names.every((_, index) => places.has(index + 1));
  return {
    kind: "sealing",
    text: `Epoch ${epoch} was sealed on ${when(seal)}.${rule} ${
      committed === undefined
        ? "It was never committed: it does not count."
        : shown
          ? `It counts since ${when(committed)}, after every custodian had re-entered the share.`
          : `It counts since ${when(committed)}; that record says: ${committed.why}.`
    }`,
    proof: proofOf(seal, committed, ...entered),
  };
}

const placesIn = (reentered: unknown): readonly unknown[] =>
  Array.isArray(reentered)
    ? reentered.map((one) => (Object(one) as { place?: unknown }).place)
    : [];

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
          ...opened(incident, own, story),
          ...(review === null
            ? [
                {
                  kind: "not-used" as const,
                  ...notUsed(own.findLast(({ kind }) => NOTHING.has(kind)) ?? begun),
                },
              ]
            : reviewed(review, own, story, files)),
        ],
      },
    ];
  });
}

const notUsed = (one: Told): Pick<Claim, "text" | "proof"> => ({
  text:
    one.kind === "access-failed"
      ? "AWS gave no session and nothing was written there: there is nothing to review."
      : "AWS was never asked to open the access: there is nothing to review.",
  proof: proofOf(one),
});

const NOTHING: ReadonlySet<string> = new Set(["cancelled", "access-failed"]);

const approvalsOf = (records: readonly Told[], story: readonly Told[]): readonly Told[] =>
  story.filter(({ kind, evidence }) => {
    const approved = Object(evidence["approved"]) as { seq?: unknown };
    return kind === "approval" && records.some(({ written }) => written.seq === approved.seq);
  });

function opened(incident: string, own: readonly Told[], story: readonly Told[]): Said[] {
  const of = (kind: RecordKind): readonly Told[] => own.filter((one) => one.kind === kind);
  const [closings, uses] = [of("closed"), usesIn(own, incident)];
  return [
    ...of("glass-broken").map((one) => ({
      kind: "broken" as const,
      text:
        `The glass was broken on ${when(one)} by quorum and touch: ${one.why}.${people(one)}` +
        (Array.isArray(one.evidence["overrides"])
          ? ` The quorum overrode the missing review of ${one.evidence["overrides"].map(String).join(", ")}.`
          : ""),
      proof: proofOf(one),
    })),
    ...of("access-open").map((one) => ({
      kind: "opened" as const,
      text: `The access was open from ${when(one)} and bound to end at ${textIn(one.evidence, "deadline")} by AWS’s clock.`,
      proof: proofOf(one),
    })),
    ...of("access-failed").map((one) => ({
      kind: "not-opened" as const,
      text: `It did not open everywhere on ${when(one)}: ${one.why}.`,
      proof: proofOf(one),
    })),
    ...of("access-expired").map(expired),
    // One that was refused under the same id may have asked for other accounts.
    ...closings.map((one) => closed(one, uses.find((use) => use.includes(one)) ?? own)),
    ...uses.flatMap(unclosed),
    ...approvalsOf(closings, story).map((one) => ({
      kind: "approved" as const,
      text: `The closing was approved by touch of “${textIn(one.evidence, "approver")}” on ${when(one)}.`,
      proof: proofOf(one),
    })),
  ];
}

function expired(one: Told): Said {
  const accounts = closingsOf(one);
  const text = `AWS itself was asked at the deadline, on ${when(one)}`;
  return accounts.length > 0 && accounts.every(({ proven }) => proven === true)
    ? {
        kind: "ended",
        text: `${text}, and refused the key, in ${accounts.map(({ account }) => String(account)).join(", ")}.`,
        proof: proofOf(one),
      }
    : {
        kind: "ended",
        text: `${text}, and was not seen to refuse every call with the key.`,
        proof: null,
        about: proofOf(one),
      };
}

/** An end only where the record proves it; whatever else a closing came to is said as that. */
function closed(one: Told, own: readonly Told[]): Said {
  const begun = own.filter(({ kind }) => kind === "glass-broken" || kind === "access-open");
  const accounts = closingsOf(one);
  const text = `on ${when(one)}: ${one.why}.`;
  const found = reopenedIn(one);
  const again =
    found.length === 0
      ? ""
      : ` After it had been closed it was found open again, and was closed anew: ${found.join("; ")}.`;
  const lacks = secondLookMissing(one, begun)
    ? "AWS refused the key then, but the second look, which ends an access, did not take place"
    : "It does not prove that AWS refuses the key";
  if (!provenDead(one, begun))
    return {
      kind: "ended",
      text: `A closing was recorded ${text} ${lacks}${accounts.length === 0 ? "" : `: ${accounts.map(foundAt).join("; ")}`}.${again}`,
      proof: null,
      about: proofOf(one),
    };
  const counted = accounts
    .map(({ account, rejections }) => `${String(account)} ${String(rejections)} times`)
    .join(", ");
  return {
    kind: "ended",
    text: `The access was closed ${text} AWS refused the key since, as the record counts by account: ${counted}.${again}`,
    proof: proofOf(one, ...callsBefore(one, own)),
  };
}

/** The calls that a closing's record follows, with AWS's answers. */
function callsBefore(closing: Told, own: readonly Told[]): readonly Told[] {
  const before = own.slice(0, own.indexOf(closing));
  return before.slice(before.findLastIndex(({ kind }) => kind !== "aws-calls") + 1);
}

function foundAt(closing: Readonly<Record<string, unknown>>): string {
  const { account, verdict, rejections, confirmed, remains } = closing;
  const left = Array.isArray(remains) ? (remains as readonly unknown[]) : [];
  const told = left.map((one) => {
    const { kind, what } = Object(one) as { kind?: unknown; what?: unknown };
    return typeof kind === "string" ? `${kind} ${String(what)}` : String(one);
  });
  return [
    `${String(account)} ${typeof verdict === "string" ? `${verdict}, ` : ""}refused ${String(rejections ?? 0)} times`,
    ...(confirmed === false ? ["not confirmed by the last look"] : []),
    ...(told.length === 0 ? [] : [`remains ${told.join(", ")}`]),
  ].join(", ");
}

/** An opening whose end no record of its own use tells of. */
function unclosed(own: readonly Told[]): Gap[] {
  const from = own.findLast(({ kind }) => kind === "access-open" || kind === "access-failed");
  if (from === undefined || own.some(({ kind }) => kind === "closed")) return [];
  if (from.kind === "access-failed" && didNotOpen(from)) return [];
  return [{ kind: "ended", text: "No closing is recorded.", proof: null, about: proofOf(from) }];
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
    return [{ kind: "review", text: `The use ${incident} has not been reviewed.`, proof: null }];
  const listed = reviewFiles(record);
  const kept = listed.filter(({ file }) => files.has(file));
  const approvals = approvalsOf([record], story);
  return [
    {
      kind: "review",
      text: `What was done with it was reviewed on ${when(record)}: ${record.why}. Verdict ${textIn(record.evidence, "verdict")}; logs ${textIn(record.evidence, "proof")}.${people(record)}`,
      proof: [...proofOf(record), ...kept.map(({ file }) => file)],
    },
    ...kept
      .filter(({ file }) => file.endsWith(".txt"))
      .map(({ file }) => ({
        kind: "review" as const,
        text: "Every file of the trail that the review read is named there, with its SHA-256.",
        proof: [file],
      })),
    ...listed
      .filter(({ file }) => !files.has(file))
      .map(({ file }) => ({
        kind: "review" as const,
        text: `The review’s file ${file} is missing or is not the one that the record names.`,
        proof: null,
      })),
    ...sameKey(record, state, own),
    ...reviewers.map(({ name, key, signedAt }) => {
      const approval = approvals.find(({ evidence }) => evidence["approver"] === key);
      return signedAt === null || approval === undefined
        ? {
            kind: "review" as const,
            text: `${name} has not signed the review (key “${key}”).`,
            proof: null,
          }
        : {
            kind: "review" as const,
            text: `${name} signed the review by touch of “${key}” on ${when(approval)}.`,
            proof: proofOf(approval),
          };
    }),
  ];
}

/** Also told of records that are older than their saying so: the keys stand in all of them. */
function sameKey(record: Told, { incident, reviewers }: ReviewState, own: readonly Told[]): Gap[] {
  const keys = reviewers.map(({ key }) => `“${key}”`).join(", ");
  return record.evidence["sameKeyAsOpening"] === true ||
    onlyWithThose(reviewers, brokenWith(own, incident))
    ? [
        {
          kind: "review",
          text: `That another key than broke the glass signed the review: nobody signs it but with ${keys}, which broke the glass in this use.`,
          proof: null,
          about: proofOf(...own.filter(({ kind }) => kind === "glass-broken"), record),
        },
      ]
    : [];
}
