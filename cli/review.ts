import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { type AddressRange, parseRange } from "../aws/documents/trail/sources.ts";
import { vaultId } from "./verify.ts";

export interface ReviewOptions {
  readonly trail: readonly string[];
  readonly record: string;
  readonly digestMeta?: readonly string[];
  readonly publicKeys?: readonly string[];
  readonly incident?: string;
  readonly vaultId?: string;
  readonly region?: readonly string[];
  readonly allRegions?: boolean;
  readonly key?: readonly string[];
  readonly source?: readonly AddressRange[];
  readonly html?: string;
  readonly json: boolean;
}

/** One more of an option that may be repeated. */
const more =
  <Value>(read: (text: string) => Value) =>
  (text: string, before: readonly Value[] = []): readonly Value[] => [...before, read(text)];

const source = more((text) => {
  const range = parseRange(text);
  if (range === null)
    throw new InvalidArgumentError(
      "Give an address or a range: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.",
    );
  return range;
});
const region = more((text) => {
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text))
    throw new InvalidArgumentError("Give a region's name, as eu-west-1.");
  return text;
});
const key = more((text) => {
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(text))
    throw new InvalidArgumentError("Give the id of a long-term access key: AKIA and what follows.");
  return text;
});

const help = `
FILES are CloudTrail's log files and digests as they lie in the bucket (.json, .json.gz, whole
folders), or answers of \`aws cloudtrail lookup-events\`. Nothing is fetched: bring them on a stick.

The records are verified first, and not believed if they don't hold. They say which accounts were
open, from when to when. From the emergency user the review follows every session and key that the
trail shows it to have brought about, and lists all that was done with them, denied or not.

What proves that the files are whole: digests of the same hours and the hour after, in every region,
with the two things that a copy of the bucket does not hold:
  aws cloudtrail list-public-keys --start-time … --end-time … > keys.json        (in each region)
  aws s3api head-object --bucket B --key NEWEST_DIGEST > meta.json      (the newest of each region)
Several answers may stand one after the other in one file. Whoever can forge keys.json can forge
the rest: let another person run that command, and compare each key's
SHA-256 (base64 -d of Value, then sha256sum). A fingerprint that is not the key's own is refused.

Without them everything is listed all the same, as unverified. Events of data (S3 objects, …) are
there only if the trail selects them. Calls that failed to authenticate are in no trail.

Examples:
  $ pullstation review --trail stick/AWSLogs --record vault --public-keys stick/keys.json \\
      --digest-meta stick/meta.json --html review.html
  $ pullstation review --trail events.json --record vault/records --json | jq .findings
  $ pullstation review --trail logs --record vault --incident INC-2041 --source 203.0.113.0/24

Exit status: 0 nothing that must be explained, 1 something must be, 2 unusable input.`;

export function registerReview(program: Command): void {
  program
    .command("review")
    .summary("what was done with the access, from CloudTrail?")
    .description(
      "Review an access after use: every logged event of it, and what must be explained.",
    )
    .requiredOption(
      "--trail <files...>",
      "CloudTrail logs, digests, LookupEvents answers, or folders",
    )
    .requiredOption("--record <path>", "the vault's folder, its records folder, or one record file")
    .option("--public-keys <files...>", "answers of aws cloudtrail list-public-keys")
    .option("--digest-meta <files...>", "S3 metadata of the newest digests (aws s3api head-object)")
    .option("--incident <id>", "the opening to review; the newest one unless given")
    .option("--vault-id <id>", "the vault's id, from a share card: anchors the records", vaultId)
    .option(
      "--region <name>",
      "a region that is enabled, beside those that the records name; repeat for each",
      region,
    )
    .option(
      "--all-regions",
      "they are all that are enabled: without that the review is verified in part only",
    )
    .option(
      "--key <id>",
      "an emergency access key beside those that the records name; repeat for each",
      key,
    )
    .option(
      "--source <range>",
      "from where the access was to be used, and the station's own; repeat for each",
      source,
    )
    .option("--html <file>", "write the review as a page too; an existing file is kept")
    .option("--json", "print the review as JSON", false)
    .addHelpText("after", help)
    .action(async (options: ReviewOptions) => {
      // A reader that went away (`| head`) is no failure.
      process.stdout.on("error", () => undefined);
      const { runReview } = await import("./review-run.ts");
      process.exitCode = await runReview(options, {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        nowMs: Date.now(),
      });
    });
}
