import { type Command, InvalidArgumentError } from "commander";

export interface PracticeAwsOptions {
  readonly port: number;
  readonly dir: string;
  readonly accounts: number;
  readonly fault: readonly Readonly<Record<string, string | number>>[];
}

const within =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };

const read = (value = ""): string | number => (/^-?\d+$/.test(value) ? Number(value) : value);

/** "http500:action=GetUser,times=always" → { kind: "http500", action: "GetUser", times: "always" } */
function fault(text: string, before: PracticeAwsOptions["fault"]): PracticeAwsOptions["fault"] {
  const [, kind = "", rest = ""] = /^([a-z0-9-]+)(?::(.*))?$/.exec(text) ?? [];
  const fields = rest === "" ? [] : rest.split(",").map((field) => field.split("="));
  if (kind === "" || fields.some(([name, value]) => !name || !value))
    throw new InvalidArgumentError("Write KIND or KIND:NAME=VALUE,NAME=VALUE.");
  return [...before, { kind, ...Object.fromEntries(fields.map(([n, v]) => [n, read(v)])) }];
}

const help = `
It answers the IAM and STS calls of an activation, and those a thief would try, with signatures,
policies, MFA and sessions really judged. Its users' key files lie in DIR/practice/kit, the state
beside them: started again, it goes on where it was. It holds nothing real, and serves this machine
only.

Faults: lost-request, lost-response, late, hang, http500, throttle, denied, with any of action=NAME,
service=iam|sts, accessKeyId=ID, nth=N, times=N|always; clock:offsetMs=N; latency:ms=N;
propagation:keys=MS,inline=MS,attached=MS,tags=MS; black-hole.

Examples:
  $ pullstation practice-aws --port 7113
  $ AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… aws --region us-east-1 \\
      --endpoint-url http://127.0.0.1:7113 sts get-caller-identity
  $ pullstation practice-aws --port 7113 --fault http500:service=iam,times=always
  $ pullstation practice-aws --port 0 --dir tried --fault latency:ms=80 --fault clock:offsetMs=-3600000

Exit status: 0 ended by Ctrl-C, 1 it failed, 2 unusable input.`;

export function registerPracticeAws(program: Command): void {
  program
    .command("practice-aws")
    .summary("serve practice AWS, for other clients of AWS")
    .description(
      "Serve practice AWS alone on loopback, so that `aws --endpoint-url …` and other programs can " +
        "be tried against it. For practice and tests only.",
    )
    .requiredOption(
      "--port <port>",
      "where it listens on 127.0.0.1; 0 takes a free one",
      within(0, 65_535),
    )
    .option("--dir <folder>", "its folder, made if it is not there", "practice-aws")
    .option("--accounts <count>", "AWS accounts of a new one", within(1, 100), 1)
    .option("--fault <fault>", "injected from the start; may be repeated", fault, [])
    .addHelpText("after", help)
    .action(async (options: PracticeAwsOptions) => {
      const { servePracticeAws } = await import("./practice-aws-run.ts");
      process.exitCode = await servePracticeAws(options);
    });
}
