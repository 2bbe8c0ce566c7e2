import type { Failure } from "../failures.ts";

export const documentsFailures = {
  ACCOUNT_ID_INVALID: {
    what: "{account} is not an AWS account id.",
    todo: "Give the twelve digits without hyphens.",
  },
  REGION_INVALID: {
    what: "{region} is not a region of this AWS partition, or no region was given.",
    todo: "Correct the list of regions in the policy; give at least one.",
  },
  PROFILE_UNKNOWN: {
    what: "There is no services profile {profile}.",
    todo: "Choose one of: {known}.",
  },
  BUCKET_INVALID: {
    what: "{bucket} is not the name of an S3 bucket.",
    todo: "Give the bucket's name alone: 3 to 63 lower-case letters, digits, dots and hyphens.",
  },
  INCIDENT_UNFIT: {
    what: "This incident id can't stand in an AWS tag and policy as it is.",
    todo: "Use up to 64 letters, digits and _.:/=+@- and begin with a letter or digit.",
  },
  WINDOW_DATES_INVALID: {
    what: "{date} is not a date that an access window can have.",
    todo: "Give UTC to the whole second (2026-06-18T03:05:00Z), the deadline after the start.",
  },
  POLICY_TOO_LARGE: {
    what: "The policy {name} has {characters} characters; AWS takes {quota}.",
    todo: "Name fewer regions, or a smaller services profile.",
  },
  ACCOUNT_TWICE: {
    what: "Account {account} is named twice.",
    todo: "Nothing was written. Name each account once.",
  },
  ALARM_REGION_SAME: {
    what: "The second alarm region is {region}, which is the first one already.",
    todo: "Nothing was written. Name another region: it alarms when the first is down.",
  },
  REAPER_HOURS_INVALID: {
    what: "{hours} is not a number of hours that the reaper can bound an access by.",
    todo: "Nothing was written. Give a whole number from 1 to 12.",
  },
  ROLE_NAME_INVALID: {
    what: "{role} is not the name of an IAM role.",
    todo: "Nothing was written. Give the name alone, without path or ARN.",
  },
  TEMPLATE_FOLDER_USED: {
    what: "The folder {dir} is not empty.",
    todo: "Nothing was written. Take another folder: a kit is reviewed as a whole, old beside new.",
  },
  TEMPLATE_FOLDER_UNUSABLE: {
    what: "The folder {dir} can't be made or written ({reason}).",
    todo: "Take a folder in which this user may write, and delete what may lie in this one.",
  },
  KIT_EXPIRY_PAST: {
    what: "{expires} is over already: a kit made for it would open nothing.",
    todo: "Nothing was written. Give --expires a day in the future; a year is usual.",
  },
  KEY_FILE_NOT_CSV: {
    what: "{file} is not a CSV file.",
    todo: "Use accessKeys.csv as the AWS console downloads it, unedited.",
  },
  KEY_FILE_COLUMNS: {
    what: "{file} has no columns 'Access key ID' and 'Secret access key'.",
    todo: "Use accessKeys.csv as the AWS console downloads it, with its first line.",
  },
  KEY_FILE_EMPTY: {
    what: "{file} holds no access key.",
    todo: "Download accessKeys.csv again: the console shows a key's secret once only.",
  },
  KEY_ID_INVALID: {
    what: "Line {line} of {file} has no access key id: 20 characters that begin with AKIA.",
    todo: "Download accessKeys.csv again, or make a new key in the console.",
  },
  KEY_ID_TEMPORARY: {
    what: "Line {line} of {file} is a temporary key (ASIA…), which would be dead when needed.",
    todo: "Make a long-term access key for that IAM user.",
  },
  KEY_SECRET_INVALID: {
    what: "Line {line} of {file} has no secret access key of 40 characters.",
    todo: "Download accessKeys.csv again, or make a new key: a secret can't be shown twice.",
  },
  KEY_ROLE_UNKNOWN: {
    what: "Line {line} of {file} does not say whose key it is.",
    todo: "Put one of activator, closer or emergency into the file's name.",
  },
  KEY_ACCOUNT_UNKNOWN: {
    what: "Line {line} of {file} does not say which AWS account it is of.",
    todo: "Put the twelve digits of the account into the file's name.",
  },
  KEY_DUPLICATE: {
    what: "Line {line} of {file} repeats line {otherLine} of {other}: same key, or same use.",
    todo: "Give each key once, and one key for each use of an account.",
  },
  KEY_MISSING: {
    what: "Account {account} has no {role} key.",
    todo: "Add the accessKeys.csv of its {role} user; an account needs activator and emergency.",
  },
} as const satisfies Record<string, Failure>;
