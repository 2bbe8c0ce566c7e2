import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { openAws } from "../../aws/clients/cloud.ts";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { ec2Look } from "./ec2-look.ts";
import { sandboxRun } from "./sandbox-run.ts";
import { kitAt, readSealing } from "../../station/inputs.ts";
import { onlinePorts } from "../../station/online-process.ts";

// Opt-in, and never in CI: aws-sandbox.md beside it says what it asks a real account and why.

const { values } = parseArgs({
  options: {
    "yes-this-is-a-sandbox": { type: "boolean", default: false },
    account: { type: "string", default: "" },
    keys: { type: "string", default: "." },
    "mfa-seed-file": { type: "string", default: "" },
    /** policy.json of the deployed kit: its regions, expiry and guard rails are what AWS must hold. */
    policy: { type: "string", default: "policy.json" },
    /** Seconds; long enough for what is asked, short enough to wait for its end. */
    duration: { type: "string", default: "240" },
    proxy: { type: "string" },
    out: { type: "string", default: "aws-sandbox.json" },
    /** For the script's own test: practice AWS in the real one's place. */
    practice: { type: "string" },
    "practice-ec2": { type: "string" },
  },
});
if (!values["yes-this-is-a-sandbox"] || !/^\d{12}$/.test(values.account))
  throw new Error("read test/device/aws-sandbox.md first: this opens access in a real account");

const { account } = values;
const { policy, rails } = readSealing("PRACTICE", values.policy);
const [home = "us-east-1"] = policy.regions;
const keyOf = (role: string) => {
  const file = `${account}-${role}.csv`;
  const [key] = parseAccessKeys(readFileSync(join(values.keys, file), "utf8"), file, account);
  if (key === undefined) throw new Error(`${file} holds no key`);
  return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
};
const dir = mkdtempSync(join(tmpdir(), "pullstation-sandbox-"));
const practice = values.practice ?? null;
const cloud = await openAws({
  mode: practice === null ? "REAL" : "PRACTICE",
  practiceEndpoint: practice,
  clock: onlinePorts.clock,
  proxy: values.proxy ?? null,
});
/** A session of the emergency user's own, without MFA: what somebody could take along. */
const sts = new STSClient({
  region: home,
  endpoint: practice ?? `https://sts.${home}.amazonaws.com`,
  credentials: keyOf("emergency"),
});
const mint = async () => {
  const { Credentials: given } = await sts.send(
    new GetSessionTokenCommand({ DurationSeconds: 900 }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
};
try {
  const found = await sandboxRun({
    cloud,
    dir,
    account: {
      ...kitAt(account, policy, rails),
      activator: keyOf("activator"),
      closer: keyOf("closer"),
      emergency: keyOf("emergency"),
      totpSeed: readFileSync(values["mfa-seed-file"], "utf8").trim(),
    },
    policy,
    durationSeconds: Number(values.duration),
    mode: practice === null ? "REAL" : "PRACTICE",
    mint,
    look: (session, region) => ec2Look(session, region, values["practice-ec2"]),
    say: (line) => void process.stderr.write(`${line}\n`),
  });
  writeFileSync(values.out, `${JSON.stringify(found, null, 2)}\n`);
  for (const { question, answer } of found.answers)
    process.stdout.write(`${question}: ${answer}\n`);
  process.exitCode = found.atRest ? 0 : 1;
} finally {
  cloud.end();
  rmSync(dir, { recursive: true, force: true });
}
