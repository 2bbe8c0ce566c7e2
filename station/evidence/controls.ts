import { type ClaimKind, type Claims, recordFile, type Said, type Told } from "./claims.ts";

/** One control of a framework, in our own words, and what in the folder serves it. */
export interface Control {
  readonly framework: "SOC 2" | "ISO/IEC 27001:2022" | "HIPAA";
  readonly id: string;
  readonly asks: string;
  readonly served: (from: Sources) => readonly Said[];
}

export interface Sources {
  readonly claims: Claims;
  readonly story: readonly Told[];
  /** Place of the seal that counts; null: none does. */
  readonly live: number | null;
  /** The public runbook's file; null: none that is as that seal names it. */
  readonly runbook: string | null;
}

/** What the uses say of one thing: gaps too, so that what is missing shows under its control. */
const of = ({ claims }: Sources, kind: ClaimKind): readonly Said[] =>
  claims.uses.flatMap(({ said }) => said.filter((one) => one.kind === kind));
const head = ({ story }: Sources): readonly Said[] => {
  const last = story.at(-1);
  return last === undefined
    ? []
    : [
        {
          kind: "records",
          text: `${story.length} records, each signed and each naming the one before it; README.txt says how to check them all.`,
          proof: [recordFile(last.written.seq), "signers.txt", "allowed_signers", "SHA256SUMS"],
        },
      ];
};

function runbookOf({ live, runbook }: Sources): readonly Said[] {
  if (live === null) return [];
  const seal = recordFile(live);
  return runbook === null
    ? [
        {
          kind: "runbook",
          text: "The runbook as it was sealed is not in this folder: beside the vault lay none, or another.",
          proof: null,
          about: [seal],
        },
      ]
    : [
        {
          kind: "runbook",
          text: "The procedure for emergencies; its SHA-256 is in the seal record, signed by the vault.",
          proof: [runbook, seal],
        },
      ];
}

/** The map: which control is served by what. The frameworks' own texts decide, not this one. */
export const CONTROLS: readonly Control[] = [
  {
    framework: "SOC 2",
    id: "CC6.1",
    asks: "Logical access is restricted: the emergency access is sealed, and who can open it is known.",
    served: ({ claims }) => [...claims.sealings, ...claims.custody],
  },
  {
    framework: "SOC 2",
    id: "CC6.2",
    asks: "Access is authorised before it is given, and ended when it is no longer needed.",
    served: (from) => [...of(from, "broken"), ...of(from, "ended")],
  },
  {
    framework: "SOC 2",
    id: "CC6.3",
    asks: "Access is changed and removed; duties are separated, and nobody has more than is needed.",
    served: (from) => [...from.claims.sealings, ...of(from, "opened"), ...of(from, "ended")],
  },
  {
    framework: "SOC 2",
    id: "CC7.2",
    asks: "What happens is watched for anomalies.",
    served: (from) => [...of(from, "review"), ...from.claims.refusals],
  },
  {
    framework: "SOC 2",
    id: "CC7.3",
    asks: "Security events are judged, and acted upon.",
    served: (from) => of(from, "review"),
  },
  {
    framework: "ISO/IEC 27001:2022",
    id: "A.5.15",
    asks: "Rules of access are set and kept.",
    served: (from) => [...from.claims.sealings, ...of(from, "broken")],
  },
  {
    framework: "ISO/IEC 27001:2022",
    id: "A.5.18",
    asks: "Access rights are given, reviewed, changed and taken away.",
    served: (from) => [...from.claims.sealings, ...from.claims.checks, ...of(from, "review")],
  },
  {
    framework: "ISO/IEC 27001:2022",
    id: "A.5.28",
    asks: "Evidence is collected and kept so that it can be relied upon.",
    served: head,
  },
  {
    framework: "ISO/IEC 27001:2022",
    id: "A.8.2",
    asks: "Privileged access is restricted and managed.",
    served: (from) => [
      ...from.claims.sealings,
      ...of(from, "opened"),
      ...of(from, "ended"),
      ...from.claims.custody,
    ],
  },
  {
    framework: "ISO/IEC 27001:2022",
    id: "A.8.15",
    asks: "Logs are made, kept, protected and looked at.",
    served: (from) => [...head(from), ...of(from, "review")],
  },
  {
    framework: "HIPAA",
    id: "164.312(a)(2)(ii)",
    asks: "There is a procedure for access in an emergency, and it works.",
    served: (from) => [
      ...runbookOf(from),
      ...from.claims.sealings,
      ...from.claims.checks,
      ...of(from, "opened"),
    ],
  },
  {
    framework: "HIPAA",
    id: "164.312(b)",
    asks: "Activity is recorded and examined.",
    served: (from) => [...head(from), ...of(from, "review")],
  },
];
