import { type Command, InvalidArgumentError, Option } from "commander";

export interface TemplateOptions {
  readonly format: "cloudformation" | "terraform";
  readonly account: readonly string[];
  readonly region?: readonly string[];
  readonly profile?: readonly string[];
  readonly partition: "aws" | "aws-cn" | "aws-us-gov";
  readonly trailBucket?: readonly string[];
  readonly expires?: string;
  readonly maxHours: number;
  readonly alarmRegion?: string;
  readonly securityRole: string;
  readonly deployRole: string;
  readonly out: string;
  readonly json: boolean;
}

/** One more of an option that may be given again. */
const oneMore = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function hours(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 12))
    throw new InvalidArgumentError("Give a whole number of hours from 1 to 12.");
  return value;
}

/** "2027-06-30", or to the second in UTC. */
function date(text: string): string {
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const parsed = new Date(whole);
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(whole) ||
    Number.isNaN(parsed.getTime()) ||
    `${parsed.toISOString().slice(0, 19)}Z` !== whole
  )
    throw new InvalidArgumentError("Give a day (2027-06-30), or UTC to the second.");
  return whole;
}

const help = `
DIR then holds README.md, which leads an administrator from nothing to the accessKeys.csv files;
the templates (cloudformation/ or terraform/); policies/, each policy as it will stand at AWS, and
the SCP, which is attached last; policy.json and runbook.md for the sealing. Nothing is sent
anywhere: the files are made on this machine, and the same request makes the same files.

Profiles: incident-readonly, restore-service, network-and-dns, identity-repair. The boundary's ceiling
is what the named ones need; the first one is the vault's. Regions are those in which an access
may work; without --region that is IAM's own (us-east-1 in aws).

Name the buckets of your audit logs (--trail-bucket): the boundary then denies writing to them.

Examples:
  $ pullstation template --format cloudformation --account 111122223333 --region eu-west-1 --out kit
  $ pullstation template --format terraform --account 111122223333 --account 444455556666 \\
      --region eu-west-1 --region us-east-1 --profile restore-service --profile incident-readonly \\
      --trail-bucket org-trail --expires 2027-06-30 --out kit

Exit status: 0 written, 2 unusable input.`;

export function registerTemplate(program: Command): void {
  program
    .command("template")
    .summary("write the kit that an administrator deploys at AWS")
    .description(
      "Write the kit that an administrator deploys at AWS: users, boundary, latch, alarm, reaper, " +
        "SCP, and the page that says how.",
    )
    .addOption(
      new Option("--format <how>", "what deploys it")
        .choices(["cloudformation", "terraform"])
        .makeOptionMandatory(),
    )
    .requiredOption("--account <id>", "an AWS account; give it again for more", oneMore)
    .option("--region <region>", "a region in which an access may work; again for more", oneMore)
    .option(
      "--profile <name>",
      "a services profile (default: restore-service); again for more",
      oneMore,
    )
    .addOption(
      new Option("--partition <name>", "the AWS partition")
        .choices(["aws", "aws-cn", "aws-us-gov"])
        .default("aws"),
    )
    .option("--trail-bucket <name>", "a bucket of audit logs; again for more", oneMore)
    .option("--expires <date>", "when the kit ends (default: in a year)", date)
    .option("--max-hours <n>", "hours open in any 24 before the reaper locks", hours, 4)
    .option("--alarm-region <region>", "the second alarm region (default: by partition)")
    .option("--security-role <name>", "the role that may change the kit", "OrgSecurityAdmin")
    .option("--deploy-role <name>", "the role that deploys it", "BreakGlassDeploy")
    .requiredOption("--out <dir>", "where to write: a new or an empty folder")
    .option("--json", "print what was written as JSON", false)
    .addHelpText("after", help)
    .action(async (options: TemplateOptions) => {
      const { writeTemplate } = await import("./template-write.ts");
      process.exitCode = writeTemplate(options, new Date(), {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
      });
    });
}
