import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { openAws } from "../../aws/clients/cloud.ts";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { sandboxRun } from "./sandbox-run.ts";
import { onlinePorts } from "../../station/online-process.ts";

// Opt-in, and never in CI: aws-sandbox.md beside it says what it asks a real account and why.

const { values } = parseArgs({
  options: {
    "yes-this-is-a-sandbox": { type: "boolean", default: false },
    account: { type: "string", default: "" },
    keys: { type: "string", default: "." },
    "mfa-seed-file": { type: "string", default: "" },
    region: { type: "string", multiple: true, default: ["us-east-1"] },
    "kit-expires": { type: "string", default: "2099-01-01T00:00:00Z" },
    /** Seconds; long enough for what is asked, short enough to wait for its end. */
    duration: { type: "string", default: "240" },
    proxy: { type: "string" },
    out: { type: "string", default: "aws-sandbox.json" },
    /** For the script's own test: practice AWS in the real one's place. */
    practice: { type: "string" },
  },
});
if (!values["yes-this-is-a-sandbox"] || !/^\d{12}$/.test(values.account))
  throw new Error("read test/device/aws-sandbox.md first: this opens access in a real account");

const { account, region: regions } = values;
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
  region: regions[0] ?? "us-east-1",
  endpoint: practice ?? `https://sts.${regions[0]}.amazonaws.com`,
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
    kit: kitOf(account, "aws", regions, values["kit-expires"]),
    regions,
    kitExpires: values["kit-expires"],
    durationSeconds: Number(values.duration),
    mode: practice === null ? "REAL" : "PRACTICE",
    keys: { activator: keyOf("activator"), closer: keyOf("closer"), emergency: keyOf("emergency") },
    totpSeed: readFileSync(values["mfa-seed-file"], "utf8").trim(),
    mint,
    proof: { rejections: 3, overSeconds: 10, againAfterSeconds: 30 },
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
