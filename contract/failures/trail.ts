import type { Failure } from "../failures.ts";

/** The review after use: what is wrong with trail files, what digests say of them, what was done. */
export const trailFailures = {
  TRAIL_FILE_UNREADABLE: {
    what: "{file} can't be read to its end: {why}.",
    todo: "What came before that place was taken. Download the file again from the bucket.",
  },
  TRAIL_FILE_CHANGED: {
    what: "{file} was not the same when it was read a second time.",
    todo: "Something writes to the stick, or it is damaged. Copy the files to another one, and read that.",
  },
  TRAIL_FILE_UNKNOWN: {
    what: "{file} is no CloudTrail log, no LookupEvents answer and no digest.",
    todo: "Nothing was read from it. Give the files as CloudTrail wrote them, .json or .json.gz.",
  },
  TRAIL_EVENT_UNREADABLE: {
    what: "{count} events of {file} can't be read (the first: {first}).",
    todo: "CloudTrail writes no such events. Download the file again, and look at those by hand.",
  },
  TRAIL_EVENTS_DIFFER: {
    what: "The event {event} is told differently in {one} and in {other}.",
    todo: "One of the two was edited. Both are shown; compare with the log account's copy.",
  },
  TRAIL_LOOKUP_CUT: {
    what: "{file} is only the first part of an answer: a NextToken stands in it.",
    todo: "Run lookup-events again without --max-items, and give the whole answer.",
  },
  TRAIL_TOO_LARGE: {
    what: "These are more than {most} entries at once.",
    todo: "Nothing was reviewed. Give the files of fewer days, or of fewer accounts.",
  },
  LOG_EDITED: {
    what: "{file} is not as {digest} lists it.",
    todo: "The log was changed after AWS wrote it, or cut short. Take it from the log account again.",
  },
  LOG_MISSING: {
    what: "The log {log} is listed in {digest} and was not given.",
    todo: "Give it too. If the bucket has it no longer, it was deleted: find out by whom.",
  },
  LOG_ADDED: {
    what: "{file} is in no digest, though digests of its time and region are here.",
    todo: "Do not rely on it: AWS did not write it there. Find out who did.",
  },
  LOG_NOT_DIGESTED: {
    what: "{file} is in no digest that was given.",
    todo: "Give the digests of its hour and the hour after, of its region.",
  },
  DIGEST_EDITED: {
    what: "The digest {digest} ({file}) is not the one that AWS signed.",
    todo: "It was changed. The logs of its hour prove nothing; take it from the log account again.",
  },
  DIGEST_MISSING: {
    what: "The digest {digest} was not given; {after} follows it.",
    todo: "Give it too. If the bucket has it no longer, it was deleted: the hours before {until} prove nothing.",
  },
  DIGEST_REFUSED: {
    what: "No signature that was given holds for {digest} ({file}).",
    todo: "The digest or the signature was changed, or --digest-meta is of another. Get both again.",
  },
  DIGEST_UNSIGNED: {
    what: "Nothing signed was given for {digest}.",
    todo: "Give its S3 metadata with --digest-meta (aws s3api head-object): a plain copy loses it.",
  },
  DIGEST_KEY_MISSING: {
    what: "No public key with the fingerprint {fingerprint} was given ({region}), as {digest} needs.",
    todo: "Run `aws cloudtrail list-public-keys` in that region for that time, and add it to --public-keys.",
  },
  DIGEST_KEY_OUT_OF_TIME: {
    what: "{digest} is signed with a key of another time ({fingerprint}).",
    todo: "Compare the key's validity with `aws cloudtrail list-public-keys`, run by someone else.",
  },
  DIGEST_SIGNATURE_UNUSED: {
    what: "{count} signatures of --digest-meta fit no digest that was given.",
    todo: "The newest digest of a chain may be missing, or was changed. Give all of them.",
  },
  DIGESTS_NOT_GIVEN: {
    what: "No digests were given: nothing proves that these files are whole and unchanged.",
    todo: "Give the CloudTrail-Digest files of the same hours, with --digest-meta and --public-keys.",
  },
  ACTED_BEFORE_WINDOW: {
    what: "{count} calls succeeded before the access was opened ({first} to {last}): {what}.",
    todo: "The emergency access was used without the glass. Treat its keys as stolen until explained.",
  },
  ACTED_AFTER_DEADLINE: {
    what: "{count} calls succeeded after the deadline ({first} to {last}): {what}.",
    todo: "The window did not hold, or a role's session outlived it. Find out which; revoke sessions.",
  },
  ACTED_AFTER_CLOSE: {
    what: "{count} calls succeeded after the closing ({first} to {last}): {what}.",
    todo: "Something lives on. Attach AWSDenyAll to what was used, revoke role sessions, make new keys.",
  },
  ACTED_AFTER_LATCH: {
    what: "In {account} {count} calls of the emergency user succeeded with the latch on for more than a minute ({first} to {last}): {what}.",
    todo: "Somebody took the latch off or changed what it says: look for that in the trail, and undo what was done.",
  },
  TRIED_OUTSIDE_WINDOW: {
    what: "{count} calls were denied outside the window ({first} to {last}): {what}.",
    todo: "Proofs of closing are among them. Explain every other one.",
  },
  ACTED_IN_OTHER_WINDOW: {
    what: "{count} events belong to other recorded openings ({first} to {last}).",
    todo: "Review those with --incident.",
  },
  PERSISTENCE_SUCCEEDED: {
    what: "{count} calls succeeded that can keep or give away access: {what} ({first} to {last}).",
    todo: "Explain each, or undo it: whoever holds what was made there is still inside.",
  },
  PERSISTENCE_DENIED: {
    what: "{count} calls that would keep or give away access were denied: {what}.",
    todo: "The boundary held. Ask who tried, and why.",
  },
  CHANGE_LASTS: {
    what: "{count} calls changed what the closing does not set back: {what} ({first} to {last}).",
    todo: "Read each, and undo what nobody wants to keep.",
  },
  EVIDENCE_TOUCHED: {
    what: "{count} calls succeeded that can lose evidence: {what} ({first} to {last}).",
    todo: "Explain each. From there on this trail may be silent: compare with the log account.",
  },
  EVIDENCE_DENIED: {
    what: "{count} calls that would lose evidence were denied: {what}.",
    todo: "The boundary held. Ask who tried, and why.",
  },
  SESSION_OUTLIVES: {
    what: "A session of {of} ({key}) lasts until {until}, longer than the access.",
    todo: "The latch does not end it. Revoke that role's older sessions, then look for its later events.",
  },
  SESSION_MADE: {
    what: "{count} calls gave out a session of somebody else: {what} ({first} to {last}).",
    todo: "The boundary denies that. Find out why it did not, revoke those sessions, look for what they did.",
  },
  SESSION_UNLOGGED: {
    what: "{count} sessions were given out whose keys are not in the trail: {what} ({first} to {last}).",
    todo: "What they did can't be followed from here. Look for their role and time in the account's trail.",
  },
  SESSION_BY_NAME: {
    what: "{count} events belong to the access by their session's name only: {what}.",
    todo: "Somebody else may use that name. Decide by source and time.",
  },
  KEY_FOREIGN: {
    what: "The emergency user of {account} acted with access keys that are not the sealed one: {keys}.",
    todo: "Find out who made them, deactivate and delete them.",
  },
  CONSOLE_LOGIN: {
    what: "The emergency access signed in to the console ({count} times, {first} to {last}).",
    todo: "The user has no password at rest. Find out who gave it one, and delete it.",
  },
  SOURCE_UNEXPECTED: {
    what: "{count} calls came from elsewhere than stated: {sources} ({what}).",
    todo: "Explain each source: a copied key is used from where the responder is not.",
  },
  SOURCES_SEVERAL: {
    what: "{user} and its sessions were used from {count} sources: {sources}.",
    todo: "Explain each; in a terminal --source names those that were expected.",
  },
  KIT_SOURCES_SEVERAL: {
    what: "The activator and the closer were used from {count} sources: {sources}.",
    todo: "The station is in one place: explain each other one. In a terminal --source names those that were expected.",
  },
  ACCOUNT_REACHED: {
    what: "{count} events were in accounts that the record does not name: {accounts}.",
    todo: "Give their trails too, and explain how the access got there.",
  },
  KIT_CHANGED: {
    what: "{who} did {what} to the emergency kit in {account} at {at} (event {id}).",
    todo: "Only the activator and the closer change it. Explain this, or undo it.",
  },
  KIT_TRIED: {
    what: "{who} was refused {what} on the emergency kit in {account} at {at} (event {id}).",
    todo: "Ask who tried, and why.",
  },
  KIT_USED_OUTSIDE: {
    what: "{who} did {what} in {account} at {at}, outside of the recorded opening (event {id}).",
    todo: "The sealed activator or closer was used without a record. Treat it as stolen until explained.",
  },
  KIT_DISARMED: {
    what: "The emergency access changed its own alarm or reaper: {what} ({count} calls, {first} to {last}).",
    todo: "Nothing may have watched from then on. Deploy the kit again, and look at what came after.",
  },
  KIT_MISUSED: {
    what: "{who} did {what} in {account} at {at}: {why} (event {id}).",
    todo: "The recorded opening makes no such call. Treat the activator as stolen until this is explained.",
  },
  KIT_SESSION_UNLOGGED: {
    what: "{who} made {count} calls in {account} with a session ({key}, from {at}) that no log shows given out.",
    todo: "Give the logs of every enabled region: one may have given it out. If none did, treat the activator as stolen.",
  },
  WINDOWS_SEVERAL: {
    what: "{count} different windows were written in {account}, where records tell of {recorded}.",
    todo: "Read each policy in the trail. Treat the activator as stolen until every one is explained.",
  },
  KEYS_ACTIVATED_SEVERAL: {
    what: "Several keys were activated in {account}: {keys}.",
    todo: "The opening activates the sealed one alone. Find out who made the other, and delete it.",
  },
  OPENING_NOT_TAGGED: {
    what: "In {account} the opening did not tag the user with its record.",
    todo: "Nothing ties this opening to the record. Give the files of that minute, or find out who opened.",
  },
  OPENING_NOT_SEEN: {
    what: "The trail of {account} does not show the opening that the record tells of.",
    todo: "Give the files of that time and of IAM's region; if they are all here, they are not whole.",
  },
  OPENING_OF_OTHER_RECORD: {
    what: "In {account} the user was tagged at {at} for another record (incident {incident}).",
    todo: "This trail and this record don't tell of one opening. Find the record that it names.",
  },
  CLOSING_NOT_SEEN: {
    what: "The trail of {account} does not show that the latch was attached.",
    todo: "Close once more, then give the files of that time and of IAM's region.",
  },
  CLOSING_NOT_RECORDED: {
    what: "No record says that this access was closed.",
    todo: "Close it first. Until then everything after the deadline counts as after its end.",
  },
  NOTHING_LOGGED: {
    what: "The trail of {account} shows no event of the access, which was proven by use.",
    todo: "Give the files of that time and of every region; if they are all here, they are not whole.",
  },
  COVERAGE_GAP: {
    what: "Digests of {account} in {region} leave out {gaps}.",
    todo: "Give the missing digests and their logs. Delivery takes hours: try again later.",
  },
  COVERAGE_UNPROVEN: {
    what: "For {account} in {region} there are events, and nothing that proves that none is missing.",
    todo: "Bring the digests of that region, their metadata and AWS's public keys (--digest-meta, --public-keys).",
  },
  COVERAGE_NONE: {
    what: "No file speaks of {account} in {region}.",
    todo: "Give its logs and digests. A region without a trail hides whatever was done there.",
  },
  COVERAGE_OTHER_TRAIL: {
    what: "For {account} the digests of {region} are of {trail}, those of IAM's region of {usual}.",
    todo: "A trail may select next to nothing: give the organization's, or see what this one selects.",
  },
  COVERAGE_UNSEALED_TRAIL: {
    what: "For {account} the digests of {region} are of {trail}; sealed with the keys was {sealed}.",
    todo: "Bring the files of the trail that was sealed. If the trail was moved, let who moved it say so, and name the new one at the next sealing.",
  },
  REGIONS_NOT_STATED: {
    what: "Nobody stated that these are all the regions that are enabled: a session can be got in any of them, and would go unnoticed.",
    todo: "Give each one (aws account list-regions) and state that they are all: the box beside them, in a terminal --region and --all-regions.",
  },
  REVIEW_EARLY: {
    what: "It is less than {hours} hours after the access and its last session ended: logs and digests may still come.",
    todo: "Run the review again later with the files that came since.",
  },
  REVIEW_RECORDS_NOT_VALID: {
    what: "The records are not valid ({code}): what they say of the access is not believed.",
    todo: "Nothing was reviewed. Run `pullstation verify` on them and use a whole copy.",
  },
  REVIEW_RECORDS_UNREADABLE: {
    what: "There are no records to review against ({why}).",
    todo: "Give a vault's folder, its records folder, or one record file with --record.",
  },
  REVIEW_PAGE_NOT_WRITTEN: {
    what: "The page {path} was not written ({why}).",
    todo: "Nothing was overwritten. Name a file that does not exist yet, in a folder that does.",
  },
  INCIDENT_NOT_RECORDED: {
    what: "These records tell of no opening for {incident}.",
    todo: "Nothing was reviewed. Openings that they tell of: {known}.",
  },
  TRAIL_PATH_UNREADABLE: {
    what: "{path} can't be read ({why}).",
    todo: "Nothing was reviewed. Give files or folders that exist, with their permissions.",
  },
  TRAIL_NOTHING_GIVEN: {
    what: "None of {count} files holds CloudTrail events.",
    todo: "Give CloudTrail's log files, or the answer of aws cloudtrail lookup-events.",
  },
  PUBLIC_KEYS_UNUSABLE: {
    what: "{file} holds no public keys of CloudTrail.",
    todo: "Give the answer of `aws cloudtrail list-public-keys`, as JSON.",
  },
  PUBLIC_KEY_MISNAMED: {
    what: "A key in {file} is called {claimed}, and its own fingerprint is {fingerprint}.",
    todo: "Nothing was reviewed. AWS names no key wrongly: ask for the keys again, from a machine that you trust.",
  },
  DIGEST_META_UNUSABLE: {
    what: "{file} holds no signature of a digest.",
    todo: "Give the answer of `aws s3api head-object` for the newest digest of each chain, as JSON.",
  },
} as const satisfies Record<string, Failure>;
