import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { peerProgram } from "../requires.ts";

const CLI = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
/** moto's own account. */
const ACCOUNT = "123456789012";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The shell lines of one of README's chapters, in one text. */
const linesOf = (page: string, step: number | "Upkeep"): string =>
  [
    ...(
      page.split(/^## /m).find((part) => part.startsWith(step === "Upkeep" ? step : `${step}. `)) ??
      ""
    ).matchAll(/```sh\n([\s\S]*?)```/g),
  ]
    .map(([, lines]) => lines)
    .join("\n");

const arn = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

describe.skipIf(!peerProgram("aws") || !peerProgram("moto_server"))(
  "README's steps, by aws-cli against moto",
  { timeout: 120_000 },
  () => {
    let root: string;
    let moto: ChildProcess;
    let env: Record<string, string>;

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "steps-"));
      const port = await freePort();
      moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
        stdio: "ignore",
        detached: true,
        env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
      });
      env = {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? root,
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_PAGER: "",
      };
      const answers = () =>
        fetch(`${env["AWS_ENDPOINT_URL"]}/moto-api/`).then(
          () => true,
          () => false,
        );
      for (let tried = 0; tried < 300 && !(await answers()); tried++) await pause(100);
    }, 60_000);
    afterAll(() => {
      // The shim that pyenv puts in its place starts another process: end the group, which is ours.
      if (moto.pid !== undefined) process.kill(-moto.pid);
      rmSync(root, { recursive: true, force: true });
    });

    const shell = (lines: string) =>
      spawnSync("bash", ["-euo", "pipefail", "-c", lines], {
        cwd: join(root, "kit"),
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });

    it("from the template to the key files and a user at rest", () => {
      execFileSync(process.execPath, [
        CLI,
        "template",
        "--format",
        "cloudformation",
        "--account",
        ACCOUNT,
        "--out",
        join(root, "kit"),
      ]);
      const page = readFileSync(join(root, "kit", "README.md"), "utf8");
      const deploy = linesOf(page, 1);
      // moto's CloudFormation knows IAM; alarms, queues' policies and keys' tags it does not.
      const identities =
        /aws cloudformation deploy [^\n]*breakglass-identities[\s\S]*?LogAccountId=\$LOG\n/.exec(
          deploy,
        )?.[0];
      expect(shell(`LOG=999988887777\n${identities}`)).toMatchObject({ status: 0 });
      const compare = deploy.slice(deploy.indexOf("aws iam get-policy-version"));
      expect(shell(compare)).toMatchObject({ status: 0, stdout: "same\n" });
      const there = (step: number): string => linesOf(page, step).replaceAll("/dev/shm", root);
      const mfa = there(3).replace(" NEXT-CODE", " 654321").replace(" CODE", " 123456");
      expect(shell(mfa)).toMatchObject({ status: 0, stderr: "" });
      const [make = "", look = ""] = there(4).split(/^(?=aws iam list-attached-user-policies)/m);
      expect(shell(make)).toMatchObject({ status: 0, stderr: "" });
      for (const role of ["activator", "closer", "emergency"] as const) {
        const name = `${ACCOUNT}-${role}.csv`;
        expect(parseAccessKeys(readFileSync(join(root, name), "utf8"), name, null)).toMatchObject([
          { role, accountId: ACCOUNT },
        ]);
      }
      const standing = shell(look);
      expect(standing.stdout).toContain('"Inactive"');
      expect(standing.stdout).not.toContain('"Active"');
      expect(standing.stderr).toContain("NoSuchEntity");
      expect(shell(there(5))).toMatchObject({ status: 0, stderr: "" });
      // moto attaches no policies to a user of CloudFormation's: step 5 has now done it.
      expect(shell(look).stdout).toContain("BreakGlassClosed");
    });

    it("and what the reaper locked is at rest before its AWSDenyAll comes off", () => {
      const page = readFileSync(join(root, "kit", "README.md"), "utf8");
      const [, look = ""] = linesOf(page, 4).split(/^(?=aws iam list-attached-user-policies)/m);
      const [rest = "", release = ""] = linesOf(page, "Upkeep").split(/^(?=for user in )/m);
      // A thief inside opens it for good, and the reaper locks both users.
      const thief = `
        key=$(aws iam list-access-keys --user-name bg-emergency --query 'AccessKeyMetadata[0].AccessKeyId' --output text)
        aws iam update-access-key --user-name bg-emergency --status Active --access-key-id $key
        for policy in $(aws iam list-attached-user-policies --user-name bg-emergency --query 'AttachedPolicies[].PolicyArn' --output text); do
          aws iam detach-user-policy --user-name bg-emergency --policy-arn $policy
        done
        aws iam put-user-policy --user-name bg-emergency --policy-name mine \
          --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
        aws iam attach-user-policy --user-name bg-emergency --policy-arn ${arn("AdministratorAccess")}
        aws iam create-group --group-name mine
        aws iam add-user-to-group --group-name mine --user-name bg-emergency
        for user in bg-emergency bg-activator; do
          aws iam attach-user-policy --user-name $user --policy-arn ${arn("AWSDenyAll")}
        done`;
      expect(shell(thief)).toMatchObject({ status: 0, stderr: "" });
      expect(shell(rest)).toMatchObject({ status: 0, stderr: "" });
      const held = shell(look).stdout;
      for (const name of ["BreakGlassClosed", "AWSDenyAll", '"Inactive"'])
        expect(held).toContain(name);
      for (const name of ["AdministratorAccess", "mine", '"Active"'])
        expect(held).not.toContain(name);
      const groups = shell(
        "aws iam list-groups-for-user --user-name bg-emergency --query 'Groups[]' --output text",
      );
      expect(groups).toMatchObject({ status: 0, stdout: "" });
      const key = /AKIA\w+|LKIA\w+/.exec(
        shell("aws iam list-access-keys --user-name bg-activator --output text").stdout,
      )?.[0];
      expect(shell(release.replace("AKIA…", String(key)))).toMatchObject({ status: 0, stderr: "" });
      const released = shell(look).stdout;
      expect(released).toContain("BreakGlassClosed");
      expect(released).not.toContain("AWSDenyAll");
    });
  },
);
