import type { Failure } from "../failures.ts";

/** The evidence folder, the review's sign-off, the custody register and the calendar. */
export const evidenceFailures = {
  CARD_NOT_WRITTEN: {
    what: "The blank card could not be written to {file} ({why}).",
    todo: "Name a file in a folder that exists and can be written to.",
  },
  CALENDAR_NOT_WRITTEN: {
    what: "{file} can't be written ({why}).",
    todo: "Nothing was changed. Give another file, or a folder that you may write to.",
  },
  EVIDENCE_RECORDS_NOT_VALID: {
    what: "The records don't hold ({code}): no evidence is made of them.",
    todo: "Nothing was written. Look at what is wrong with `pullstation verify`, and export from a copy that is whole.",
  },
  EVIDENCE_NO_RECORDS: {
    what: "There are no records in {dir}.",
    todo: "Nothing was written. Give a vault's folder: it holds records/.",
  },
  EVIDENCE_FOLDER_TAKEN: {
    what: "{folder} is there already.",
    todo: "Nothing was written. Give a folder that does not exist yet.",
  },
  EVIDENCE_NOT_WRITTEN: {
    what: "The evidence folder {folder} can't be written ({why}).",
    todo: "Nothing is left of it. Give a place with room that you may write to.",
  },
  SOURCE_NOT_AN_ADDRESS: {
    what: "“{text}” is no address and no range of addresses.",
    todo: "Nothing was reviewed. Write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32, with commas between.",
  },
  REVIEWERS_INVALID: {
    what: "These reviewers can't sign: {field}.",
    todo: "Nothing was recorded. Name at least one, each with a security key of their own.",
  },
  REVIEWERS_OPENED: {
    what: "Everybody named would sign with a key that broke the glass in this use: {keys}.",
    todo: "Nothing was recorded. One at least signs with another key: {others}.",
  },
  REVIEW_UNEXPLAINED: {
    what: "Something was found that must be explained before anyone signs.",
    todo: "Nothing was recorded. Write what explains it, or read the trail again.",
  },
  REVIEW_NO_TRAIL: {
    what: "No stick holds a trail.",
    todo: "Nothing was read. Put the folder AWSLogs, or CloudTrail's files, at the top of one stick.",
  },
  REVIEW_REGION_INVALID: {
    what: "“{text}” is no region's name.",
    todo: "Nothing was read. Write names as eu-west-1, with commas between.",
  },
  HEAD_UNREADABLE: {
    what: "“{text}” is not a record's number and hash.",
    todo: "Nothing was compared. Type them as printed: the number, a colon, and the SHA-256.",
  },
  VAULT_ID_UNREADABLE: {
    what: "“{text}” is no vault's id.",
    todo: "Nothing was compared. Type its 32 hex digits, as on a share card.",
  },
} as const satisfies Record<string, Failure>;
