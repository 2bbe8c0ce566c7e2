import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Policy, policySha256 } from "../../aws/documents/policy.ts";
import { PROFILES } from "../../aws/documents/profiles.ts";
import { type KitFile, kitFiles, sizesOf } from "../../aws/documents/template/files.ts";
import { block, hcl, raw } from "../../aws/documents/template/terraform/hcl.ts";
import type { Format } from "../../aws/documents/template/plan.ts";
import { peerProgram, peerPython } from "../requires.ts";
import { planFor } from "./plans.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CODE = readFileSync(here("../../aws/documents/template/reaper.py"), "utf8");
/** moto's own account: what it deploys is then compared with the policies for it. */
const ACCOUNT = "123456789012";
const LOG = "999988887777";
const PLACES = [
  ["aws", ["eu-west-1", "us-east-1"], ["us-east-1", "us-west-2", "eu-central-1", "ap-southeast-2"]],
  ["aws-cn", ["cn-north-1"], ["cn-north-1", "cn-northwest-1"]],
  ["aws-us-gov", ["us-gov-west-1"], ["us-gov-west-1", "us-gov-east-1"]],
] as const;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kit-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function lay(files: readonly KitFile[]): string {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
const plan = (edit: Parameters<typeof planFor>[0] = {}) =>
  planFor({ accounts: [ACCOUNT], ...edit });
const textOf = (files: readonly KitFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? "";
const documentOf = (files: readonly KitFile[], path: string): Policy =>
  JSON.parse(textOf(files, path)) as Policy;

const lint = (regions: readonly string[]) => {
  const templates = ["1-log-account", "2-identities", "3-alarm", "4-reaper", "5-every-region"];
  return spawnSync(
    "cfn-lint",
    [
      "--regions",
      ...regions,
      "--",
      ...templates.map((name) => join(root, "cloudformation", `${name}.json`)),
    ],
    { encoding: "utf8" },
  );
};

describe.skipIf(!peerProgram("cfn-lint"))("cfn-lint", () => {
  it.each(PLACES)("has no objection in %s", (partition, regions, deployed) => {
    lay(kitFiles(plan({ partition, regions }), "cloudformation", CODE));
    const { status, stdout } = lint(deployed);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("would object", () => {
    const files = kitFiles(plan(), "cloudformation", CODE).map(({ path, text }) => ({
      path,
      text: text.replaceAll('"PermissionsBoundary"', '"PermissionBoundary"'),
    }));
    lay(files);
    expect(lint(["us-east-1"]).stdout).toContain("PermissionBoundary");
  });
});

const formatted = () =>
  spawnSync("terraform", ["fmt", "-check", "-diff", "-recursive", root], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TF_CLI_CONFIG_FILE: "/dev/null" },
  });

describe.skipIf(!peerProgram("terraform"))("terraform fmt", () => {
  it.each(PLACES)("changes nothing in %s", (partition, regions) => {
    lay(kitFiles(plan({ partition, regions, accounts: [ACCOUNT, LOG] }), "terraform", CODE));
    const { status, stdout, stderr } = formatted();
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("takes texts with templates and quotes in them as texts", () => {
    const text = hcl(
      block("locals", [], {
        plain: 'a ${b} "c" %{d}',
        longer_name: raw("[for a in b : a]"),
        list: ["x".repeat(60), "y".repeat(60)],
        nothing: {},
        object: { "a:b": 1, cc: { d: true } },
      }),
    );
    lay([{ path: "main.tf", text }]);
    expect(formatted()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(text).toContain('plain       = "a $${b} \\"c\\" %%{d}"');
    lay([{ path: "main.tf", text: text.replace("plain       =", "plain =") }]);
    expect(formatted().status).not.toBe(0);
  });
});

/** Fn::Sub and Terraform's templates, filled as AWS and Terraform would. */
function filled(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "AWS::AccountId": ACCOUNT,
    account: ACCOUNT,
    LogAccountId: LOG,
    log_account: LOG,
    "AWS::Region": "us-east-1",
    region: "us-east-1",
  };
  return text.replace(/\$\{([\w:]+)\}/g, (_, name: string) => names[name] ?? `?${name}`);
}
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== "object" || value === null) return value;
  const { "Fn::Sub": sub, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof sub === "string") return filled(sub);
  return Object.fromEntries(Object.entries(rest).map(([name, item]) => [name, resolved(item)]));
}

describe("what is deployed is what was judged", () => {
  const all = plan({ profiles: ["restore-service", "incident-readonly"] });

  it("by CloudFormation", () => {
    const files = kitFiles(all, "cloudformation", CODE);
    const { Resources } = JSON.parse(textOf(files, "cloudformation/2-identities.json")) as {
      Resources: Record<string, { Properties: Record<string, unknown> }>;
    };
    for (const [resource, name] of [
      ["Latch", "latch"],
      ["Boundary", "emergency-boundary"],
      ["ActivatorPolicy", "activator"],
    ] as const)
      expect(
        policySha256(resolved(Resources[resource]?.Properties["PolicyDocument"]) as Policy),
        name,
      ).toBe(policySha256(documentOf(files, `policies/${name}.json`)));
    expect(Resources["EmergencyUser"]?.Properties).toMatchObject({
      UserName: "bg-emergency",
      Path: "/breakglass/",
      PermissionsBoundary: { Ref: "Boundary" },
      ManagedPolicyArns: [{ Ref: "Latch" }],
    });
  });

  it("by Terraform", () => {
    const files = kitFiles(all, "terraform", CODE);
    for (const name of ["latch", "emergency-boundary", "activator", "closer", "closer-trust"])
      expect(
        policySha256(
          JSON.parse(filled(textOf(files, `terraform/documents/${name}.json`))) as Policy,
        ),
        name,
      ).toBe(policySha256(documentOf(files, `policies/${name}.json`)));
    expect(textOf(files, "terraform/reaper.py")).toBe(CODE);
    // No stand-in is left over, and every document that is asked for is there.
    const text = files.map((file) => file.text).join("\n");
    expect(text).not.toMatch(/00000000000[01]|xx-slot-0/);
    for (const [, name] of text.matchAll(/documents\/([\w-]+\.json)/g))
      expect(
        files.some(({ path }) => path.endsWith(`documents/${name}`)),
        name,
      ).toBe(true);
  });

  it("both make the same parts", () => {
    const cloudFormation = kitFiles(all, "cloudformation", CODE)
      .map(({ text }) => text)
      .join("\n");
    const terraform = kitFiles(all, "terraform", CODE)
      .map(({ text }) => text)
      .join("\n");
    const names =
      /"(bg-\w+|BreakGlass\w+|breakglass-[\w-]+|\/breakglass\/\w+|alias\/[\w-]+|\/aws\/[\w/-]+)"/g;
    const named = (text: string) => new Set([...text.matchAll(names)].map(([, name]) => name));
    // Stacks and Terraform's own files are named differently; what stands at AWS is not.
    const own = new Set(["BreakGlassWindow"]);
    expect(named(terraform).difference(own)).toEqual(named(cloudFormation).difference(own));
    expect(named(terraform).size).toBeGreaterThan(25);
  });

  it.skipIf(!peerPython("moto", "boto3"))("by moto's CloudFormation, as IAM then tells it", () => {
    const files = kitFiles(all, "cloudformation", CODE);
    const body = textOf(files, "cloudformation/2-identities.json");
    const { documents, users } = JSON.parse(
      execFileSync("python3", [here("moto_stack.py")], {
        input: JSON.stringify({ body, parameters: { LogAccountId: LOG } }),
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore"],
      }),
    ) as { documents: Record<string, Policy>; users: string[] };
    const arn = `arn:aws:iam::${ACCOUNT}:`;
    expect(users.toSorted()).toEqual(
      ["activator", "closer", "emergency"].map((role) => `${arn}user/breakglass/bg-${role}`),
    );
    for (const [at, name] of [
      ["policy/breakglass/BreakGlassClosed", "latch"],
      ["policy/breakglass/BreakGlassEmergencyBoundary", "emergency-boundary"],
      ["policy/breakglass/BreakGlassActivator", "activator"],
      ["role/breakglass/BreakGlassCloser", "closer"],
      ["role/breakglass/BreakGlassCloser trust", "closer-trust"],
    ] as const) {
      const found = documents[`${arn}${at}`];
      expect(found && policySha256(found), name).toBe(
        policySha256(documentOf(files, `policies/${name}.json`)),
      );
    }
  });
});

describe("every rule hears and every alarm speaks", () => {
  const files = kitFiles(plan(), "cloudformation", CODE);
  const resources = (name: string) =>
    Object.values(
      (
        JSON.parse(textOf(files, `cloudformation/${name}.json`)) as {
          Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
        }
      ).Resources,
    );

  it("the regions' rules hear read-only calls too, forward thrice, and keep what they can't", () => {
    const rules = resources("5-every-region").filter(({ Type }) => Type === "AWS::Events::Rule");
    expect(rules.map(({ Properties }) => Properties["Name"])).toEqual([
      "breakglass-use",
      "breakglass-change",
      "breakglass-refused",
    ]);
    for (const { Properties } of rules) {
      expect(Properties["State"]).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
      const targets = Properties["Targets"] as { Arn: unknown; DeadLetterConfig?: object }[];
      expect(targets.map(({ Arn }) => resolved(Arn))).toEqual([
        `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/breakglass-alarm`,
        `arn:aws:events:us-west-2:${ACCOUNT}:event-bus/breakglass-alarm`,
        `arn:aws:events:us-east-1:${LOG}:event-bus/breakglass-copy`,
      ]);
      expect(targets.every(({ DeadLetterConfig }) => DeadLetterConfig !== undefined)).toBe(true);
    }
  });

  it("every rule with a pattern, on whatever bus, hears read-only calls", () => {
    const names = ["1-log-account", "3-alarm", "4-reaper", "5-every-region"];
    const rules = names
      .flatMap(resources)
      .filter(
        ({ Type, Properties }) => Type === "AWS::Events::Rule" && "EventPattern" in Properties,
      );
    expect(rules).toHaveLength(11);
    for (const { Properties } of rules)
      expect(Properties["State"], String(Properties["Name"])).toBe(
        "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
      );
    const terraform = kitFiles(plan(), "terraform", CODE)
      .map(({ text }) => text)
      .join("\n");
    const blocks = terraform.match(/resource "aws_cloudwatch_event_rule"[\s\S]*?\n}\n/g) ?? [];
    const patterned = blocks.filter((text) => text.includes("event_pattern"));
    expect(patterned).toHaveLength(11);
    for (const text of patterned) expect(text).toContain("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT");
  });

  it("topics are encrypted, and each subscription and target has its dead-letter queue", () => {
    const alarm = resources("3-alarm");
    for (const { Type, Properties } of alarm) {
      if (Type === "AWS::SNS::Topic") expect(Properties).toHaveProperty("KmsMasterKeyId");
      if (Type === "AWS::SNS::Subscription") expect(Properties).toHaveProperty("RedrivePolicy");
      if (Type === "AWS::Events::Rule")
        for (const target of Properties["Targets"] as object[])
          expect(target).toHaveProperty("DeadLetterConfig");
    }
    expect(alarm.filter(({ Type }) => Type === "AWS::SNS::Topic")).toHaveLength(2);
    expect(alarm.filter(({ Type }) => Type === "AWS::SNS::Subscription")).toHaveLength(3);
  });

  it("the reaper runs every five minutes and at each opening, with no reserved concurrency", () => {
    const reaper = resources("4-reaper");
    const rules = reaper.filter(({ Type }) => Type === "AWS::Events::Rule");
    expect(rules.map(({ Properties }) => Properties["ScheduleExpression"])).toEqual([
      "rate(5 minutes)",
      undefined,
    ]);
    const lambda = reaper.find(({ Type }) => Type === "AWS::Lambda::Function")?.Properties ?? {};
    expect(lambda).not.toHaveProperty("ReservedConcurrentExecutions");
    const read = new Set(
      [...CODE.matchAll(/E\["(\w+)"\]|E\['(\w+)'\]/g)].map(([, a, b]) => a ?? b),
    );
    const given = (lambda["Environment"] as { Variables: object }).Variables;
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...read]));
    expect(reaper.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")).toHaveLength(2);
  });
});

const accounts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => String(100_000_000_000 + n));

describe("AWS's limits", () => {
  const formats: readonly Format[] = ["cloudformation", "terraform"];
  it.each(PLACES)(
    "hold in %s, with every profile, ten regions and long names",
    (partition, regions) => {
      const widest = plan({
        partition,
        regions,
        profiles: Object.keys(PROFILES),
        evidenceBuckets: ["b".repeat(63), "c".repeat(63)],
        securityRole: "S".repeat(64),
        deployRole: "D".repeat(64),
        accounts: accounts(50),
      });
      for (const format of formats)
        for (const { what, characters, most } of sizesOf(widest, format, CODE))
          expect(characters, `${partition} ${what}`).toBeLessThanOrEqual(most);
    },
  );

  it("is not written for more accounts than one rule's pattern can name", () => {
    expect(() => sizesOf(plan({ accounts: accounts(130) }), "terraform", CODE)).not.toThrow();
    for (const format of ["cloudformation", "terraform"] as const)
      expect(() => {
        sizesOf(plan({ accounts: accounts(134) }), format, CODE);
      }).toThrow(expect.objectContaining({ code: "POLICY_TOO_LARGE" }));
  });
});

describe("README", () => {
  it("says whom the security role must not trust, and what would open it", () => {
    const page = textOf(kitFiles(plan(), "cloudformation", CODE), "README.md").replace(/\s+/g, " ");
    expect(page).toContain("Never trust either to an identity provider of this account");
    expect(page).toMatch(/Never trust either to .*this account’s root|this account's root/);
    expect(page).toMatch(
      /`identity-repair` may call `iam:UpdateSAMLProvider`.*every role that trusts/,
    );
  });

  it.each(["cloudformation", "terraform"] as const)(
    "%s: names only files that are there, and no step is left open",
    (format) => {
      const files = kitFiles(plan({ accounts: [ACCOUNT, LOG] }), format, CODE);
      const page = textOf(files, "README.md");
      const paths = files.map(({ path }) => path);
      for (const [, path] of page.matchAll(/(?:file:\/\/|template-file )([\w./-]+\.json)/g))
        expect(paths).toContain(path);
      for (const [path] of page.matchAll(/\bpolicies\/[\w-]+\.json/g))
        expect(paths).toContain(path);
      expect(page).not.toMatch(/undefined|\[object|NaN|DEPLOY_ROLE/);
      const steps = [...page.matchAll(/^## (\d)\. /gm)].map(([, n]) => Number(n));
      expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      // The SCP is last of what is done at AWS.
      expect(page.indexOf("## 6. Attach the SCP, last")).toBeGreaterThan(
        page.indexOf("create-access-key"),
      );
    },
  );
});
