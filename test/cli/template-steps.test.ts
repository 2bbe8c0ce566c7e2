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

/** The shell lines of one of README's steps, in one text. */
const linesOf = (page: string, step: number): string =>
  [
    ...(page.split(/^## /m).find((part) => part.startsWith(`${step}. `)) ?? "").matchAll(
      /```sh\n([\s\S]*?)```/g,
    ),
  ]
    .map(([, lines]) => lines)
    .join("\n");

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
  },
);
