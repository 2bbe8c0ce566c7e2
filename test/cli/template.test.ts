import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { type Policy, policySha256 } from "../../aws/documents/policy.ts";
import { registerTemplate, type TemplateOptions } from "../../cli/template.ts";
import { writeTemplate } from "../../cli/template-write.ts";
import { importInputs } from "../../station/inputs.ts";
import { requireProgram } from "../requires.ts";

const CLI = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const ACCOUNT = "111122223333";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "template-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The whole command, in a process of its own. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "template", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** The same options through the same parser, without the process. */
function write(...args: readonly string[]) {
  const program = new Command();
  registerTemplate(program);
  const command = program.commands[0];
  command?.action(() => undefined);
  program.parse(["node", "pullstation", "template", ...args]);
  const said = { stdout: "", stderr: "" };
  const status = writeTemplate(command?.opts() as TemplateOptions, new Date(), {
    out: (text) => (said.stdout += text),
    err: (text) => (said.stderr += text),
  });
  return { status, ...said };
}
const make = (out: string, ...more: readonly string[]) =>
  write("--format", "cloudformation", "--account", ACCOUNT, "--out", join(root, out), ...more);

/** Every file under a folder, by its relative path. */
function filesIn(dir: string): Readonly<Record<string, string>> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [file.slice(dir.length + 1), readFileSync(file, "utf8")]),
  );
}

const POLICIES = [
  "activator",
  "closer",
  "closer-trust",
  "emergency-boundary",
  "emergency-window",
  "latch",
  "scp",
].map((name) => `policies/${name}.json`);

describe("pullstation template", () => {
  it("writes a kit, prints its sizes beside AWS's limits, and says what comes next", () => {
    const { status, stdout, stderr } = run(
      "--format",
      "cloudformation",
      "--account",
      ACCOUNT,
      "--out",
      join(root, "kit"),
      "--region",
      "eu-west-1",
      "--expires",
      "2099-01-01",
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const files = filesIn(join(root, "kit"));
    expect(new Set(Object.keys(files))).toEqual(
      new Set([
        "README.md",
        ...["1-log-account", "2-identities", "3-alarm", "4-reaper", "5-every-region"].map(
          (name) => `cloudformation/${name}.json`,
        ),
        ...POLICIES,
        "policy.json",
        "runbook.md",
      ]),
    );
    const rows = [...stdout.matchAll(/(\d+) of +(\d+) characters/g)];
    expect(rows.length).toBeGreaterThan(15);
    for (const [, has, most] of rows) expect(Number(has)).toBeLessThanOrEqual(Number(most));
    expect(stdout).toContain("policy scp");
    expect(stdout).toContain("README.md");
    expect(stdout).not.toContain("!");
  });

  it("writes Terraform with the same policies", () => {
    make("a", "--expires", "2099-01-01");
    const out = join(root, "b");
    const request = ["--account", ACCOUNT, "--expires", "2099-01-01", "--out", out];
    expect(run("--format", "terraform", ...request).status).toBe(0);
    const [a, b] = [filesIn(join(root, "a")), filesIn(out)];
    for (const name of [...POLICIES, "policy.json"]) expect(b[name], name).toBe(a[name]);
    expect(Object.keys(b)).toContain("terraform/log-account/main.tf");
  });

  it("makes the same bytes of the same request", () => {
    make("a", "--expires", "2099-01-01");
    make("b", "--expires", "2099-01-01");
    expect(filesIn(join(root, "a"))).toEqual(filesIn(join(root, "b")));
  });

  it("gives each further account the policies that name it", () => {
    make("kit", "--account", "444455556666");
    const files = filesIn(join(root, "kit"));
    expect(files["policies/activator.json"]).toContain(ACCOUNT);
    const other = files["policies/444455556666/activator.json"];
    expect(other).toContain("444455556666");
    expect(other).not.toContain(ACCOUNT);
    expect(files["cloudformation/1-log-account.json"]).toContain("444455556666");
    // Templates are deployed to both: they name neither.
    expect(files["cloudformation/2-identities.json"]).not.toMatch(/\d{12}/);
  });

  it.each([
    ["aws", "eu-west-1", "us-east-1"],
    ["aws-cn", "cn-northwest-1", "cn-north-1"],
    ["aws-us-gov", "us-gov-east-1", "us-gov-west-1"],
  ])(
    "in %s every ARN is of it, and IAM's events are awaited in %s's %s",
    (partition, region, home) => {
      expect(make("kit", "--partition", partition, "--region", region).status).toBe(0);
      const all = Object.values(filesIn(join(root, "kit"))).join("\n");
      expect(new Set(all.match(/arn:aws[a-z-]*:/g))).toEqual(new Set([`arn:${partition}:`]));
      expect(all).toContain(home);
    },
  );

  it.each([
    ["near", 20, /expires in (?:19|20) days/],
    ["far", 200, /^(?!.*expires in).*$/s],
  ])("an expiry that is %s", (_, days, said) => {
    const at = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    expect(make("kit", "--expires", at).stdout).toMatch(said);
  });

  it.each<readonly [string, readonly string[], string]>([
    ["an account that is none", ["--account", "1234"], "ACCOUNT_ID_INVALID"],
    ["an account twice", ["--account", ACCOUNT], "ACCOUNT_TWICE"],
    ["a region of another partition", ["--region", "cn-north-1"], "REGION_INVALID"],
    ["a region that is none", ["--region", "Frankfurt"], "REGION_INVALID"],
    ["an unknown profile", ["--profile", "admin"], "PROFILE_UNKNOWN"],
    ["a bucket's ARN", ["--trail-bucket", "arn:aws:s3:::org-trail"], "BUCKET_INVALID"],
    ["an expiry that is over", ["--expires", "2020-01-01"], "KIT_EXPIRY_PAST"],
    ["one alarm region", ["--alarm-region", "us-east-1"], "ALARM_REGION_SAME"],
    ["a role's ARN", ["--security-role", "role/Admin"], "ROLE_NAME_INVALID"],
    [
      "more regions than fit",
      Array.from({ length: 99 }, (_, n) => ["--region", `eu-west${"x".repeat(n)}-1`]).flat(),
      "POLICY_TOO_LARGE",
    ],
  ])("refuses %s by name and writes nothing", (_, more, code) => {
    const { status, stderr, stdout } = make("kit", ...more);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`(${code})`);
    expect(readdirSync(root)).toEqual([]);
    const json = JSON.parse(make("kit", "--json", ...more).stdout) as object;
    expect(json).toMatchObject({ ok: false, code });
  });

  it.each([
    ["no account", ["--format", "terraform", "--out", "kit"]],
    ["no format", ["--account", ACCOUNT, "--out", "kit"]],
    ["another format", ["--format", "pulumi", "--account", ACCOUNT, "--out", "kit"]],
    [
      "a day that isn't",
      ["--format", "terraform", "--account", ACCOUNT, "--out", "kit", "--expires", "2027-02-30"],
    ],
    [
      "too many hours",
      ["--format", "terraform", "--account", ACCOUNT, "--out", "kit", "--max-hours", "13"],
    ],
  ])("refuses %s: unusable input", (_, args) => {
    expect(run(...args).status).toBe(2);
  });

  it("never writes over what is there", () => {
    mkdirSync(join(root, "kit"));
    writeFileSync(join(root, "kit", "README.md"), "mine");
    const { status, stderr } = make("kit");
    expect(status).toBe(2);
    expect(stderr).toContain("TEMPLATE_FOLDER_USED");
    expect(filesIn(join(root, "kit"))).toEqual({ "README.md": "mine" });
    writeFileSync(join(root, "file"), "");
    expect(make("file").stderr).toContain("TEMPLATE_FOLDER_UNUSABLE");
    // Where the system makes no folders, Node's own recursive way would never return.
    const nowhere = ["--format", "terraform", "--account", ACCOUNT, "--out", "/proc/kit"];
    expect(run(...nowhere).stderr).toContain("TEMPLATE_FOLDER_UNUSABLE");
  });

  it("warns of a region that it has never heard of, and writes the kit", () => {
    const { status, stdout } = make("kit", "--region", "eu-wset-1");
    expect([status, stdout]).toEqual([0, expect.stringContaining("! eu-wset-1 is no region")]);
  });

  it("says as JSON what it wrote", () => {
    const said = JSON.parse(make("kit", "--json").stdout) as { files: string[]; sizes: object[] };
    expect(said).toMatchObject({
      ok: true,
      plan: { home: "us-east-1", second: "us-west-2", maxHours: 4 },
    });
    expect(said.files).toEqual(expect.arrayContaining(["README.md", "policies/scp.json"]));
    expect(said.sizes.length).toBeGreaterThan(15);
  });
});

describe("from the kit to the sealing", () => {
  it("its policy.json seals the very boundary that it deploys", () => {
    make(
      "kit",
      "--profile",
      "network-and-dns",
      "--profile",
      "incident-readonly",
      "--trail-bucket",
      "org-trail",
    );
    const kit = join(root, "kit");
    const csv = (role: string, id: string): string => {
      const file = join(root, `${ACCOUNT}-${role}.csv`);
      writeFileSync(
        file,
        `Access key ID,Secret access key\r\nAKIA${id.repeat(16)},${"s".repeat(40)}\r\n`,
      );
      return file;
    };
    writeFileSync(join(root, "mfa.json"), JSON.stringify({ [ACCOUNT]: "" }));
    const { contents, runbook } = importInputs({
      mode: "REAL",
      keyFiles: [csv("activator", "A"), csv("closer", "B"), csv("emergency", "C")],
      defaultAccount: null,
      mfaFile: join(root, "mfa.json"),
      policyFile: join(kit, "policy.json"),
      runbookFile: join(kit, "runbook.md"),
    });
    const read = (name: string) => readFileSync(join(kit, "policies", name), "utf8");
    const deployed = JSON.parse(read("emergency-boundary.json")) as Policy;
    expect(contents.accounts[0]?.boundarySha256).toBe(policySha256(deployed));
    expect(contents.policy).toMatchObject({ profile: "network-and-dns", reaperMaxHours: 4 });
    expect(contents.policy).not.toHaveProperty("guardRails");
    expect(runbook).toContain("Identity Center is down");
    expect(contents.secretPages).toContain("Where things are");
  });

  it.skipIf(!requireProgram("awk"))(
    "README's own lines make key files that the sealing reads",
    () => {
      make("kit");
      const page = readFileSync(join(root, "kit", "README.md"), "utf8");
      const step = /## 4\. The access keys[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
      expect(step).toContain("create-access-key");
      const log = join(root, "log");
      const aws = join(root, "aws");
      // Answers as `--output text` does, with a key id out of the user's name.
      writeFileSync(
        aws,
        [
          "#!/bin/sh",
          `echo "$*" >> ${log}`,
          'id=$(printf %s "$4" | tr -dc a-z | tr a-z A-Z)',
          'case "$2" in create-access-key)',
          `printf 'AKIA%.16s\\t${"s".repeat(40)}\\n' "$id$id" ;; esac`,
          "",
        ].join("\n"),
      );
      chmodSync(aws, 0o755);
      const there = step.replace("cd /dev/shm", `cd ${root}`);
      execFileSync("bash", ["-euo", "pipefail", "-c", there], {
        env: { PATH: `${root}:${process.env["PATH"]}` },
        stdio: "ignore",
      });
      const keys = ["activator", "closer", "emergency"].map((role) => {
        const name = `${ACCOUNT}-${role}.csv`;
        return parseAccessKeys(readFileSync(join(root, name), "utf8"), name, null)[0];
      });
      expect(keys.map((key) => key?.role)).toEqual(["activator", "closer", "emergency"]);
      const calls = readFileSync(log, "utf8").trim().split("\n");
      expect(calls.at(-1)).toBe(
        `iam update-access-key --user-name bg-emergency --status Inactive --access-key-id ${keys[2]?.accessKeyId}`,
      );
    },
  );

  it("the kit's policy file is one that a rehearsal takes", () => {
    make(
      "kit",
      "--profile",
      "incident-readonly",
      "--trail-bucket",
      "org-trail",
      "--expires",
      "2099-01-01",
    );
    const file = join(root, "kit", "policy.json");
    const policy = JSON.parse(readFileSync(file, "utf8")) as object;
    // A rehearsal need not wait as long as the real proof.
    writeFileSync(
      file,
      JSON.stringify({ ...policy, proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 } }),
    );
    const { status, stdout } = spawnSync(
      process.execPath,
      [CLI, "drill", "--policy", file, "--duration", "5s", "--out", join(root, "drill"), "--json"],
      { encoding: "utf8" },
    );
    expect({ status, stdout: stdout.slice(-300) }).toMatchObject({ status: 0 });
  }, 60_000);
});
