import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import type { Recorded } from "../../station/paper/glance.ts";
import { recordHtml } from "../../station/paper/record.ts";

/** The page of the mock's incident, as the station draws it. */

const record = (
  seq: number,
  kind: RecordKind,
  time: string,
  clock: "aws" | "station",
  change: Partial<RecordBody>,
): Recorded => ({
  format: "pullstation-record@v1",
  mode: "REAL",
  vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58",
  seq,
  previous: "b".repeat(64),
  vaultHash: "a".repeat(64),
  epoch: 4,
  kind,
  who: {},
  why: "",
  at: { time: `2026-06-18T${time}.000Z`, clock },
  evidence: {},
  written: { seq, sha256: hex(sha256(utf8("the last record's file"))) },
  ...change,
});

export const recordPage = (): string =>
  recordHtml({
    vaultName: "Acme Prod",
    people: { witness: "Lise Moreau" },
    records: [
      record(12, "glass-broken", "02:18:56", "station", {
        who: { responder: "Ivo Brandt", officer: "Rui Tan", custodians: "Amara Obi, Jon Weiss" },
        why: "Sign-in through Identity Center is down",
        evidence: { incident: "INC-2026-0618", accounts: ["111122223333", "444455556666"] },
      }),
      record(13, "access-open", "02:20:09", "aws", {
        why: "the emergency access is open",
        evidence: { incident: "INC-2026-0618", deadline: "2026-06-18T03:05:00Z" },
      }),
      record(14, "closed", "02:49:12", "aws", {
        who: { responder: "Ivo Brandt" },
        why: "closed by hand at the station",
        evidence: {
          incident: "INC-2026-0618",
          accounts: ["111122223333", "444455556666"].map((account) => ({
            account,
            latched: true,
            rejections: 3,
            confirmed: true,
            remains: [],
          })),
        },
      }),
    ],
  });
