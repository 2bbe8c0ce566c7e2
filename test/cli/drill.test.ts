import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import {
  newFolder,
  pullstation,
  quickPolicy,
  type Ran,
  recordsIn,
  remove,
  type Summary,
  summaryOf,
} from "./drill-runs.ts";

const sshKeygen = requireProgram("ssh-keygen");
const NAMESPACE = "pullstation-drill@v1";
const MINUTE = 60_000;

/** Its own kit; the summary alone on the terminal. */
let plain: { readonly dir: string; readonly ran: Ran; readonly summary: Summary };
/** The user's key files, runbook and policy; the terminal as a person sees it. */
let own: { readonly dir: string; readonly ran: Ran; readonly summary: Summary };
let home: string;

const key = (file: string, id: string, secret: string): string => {
  const path = join(home, file);
  const text = `\uFEFFAccess key ID,Secret access key\r\nAKIAOWN${id.padEnd(13, "A")},${secret.padEnd(40, "z")}\r\n`;
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  home = newFolder();
  const small = ["--custodians", "3", "--threshold", "2", "--duration", "5s"];
  const dir = join(home, "plain");
  const ownDir = join(home, "own one");
  const keys = [
    key("bg-activator_accessKeys.csv", "A", "secretA/+"),
    key("bg-closer_accessKeys.csv", "B", "secretB"),
    key("bg-emergency_accessKeys.csv", "C", "secretC"),
    key("444455556666_bg-activator_accessKeys.csv", "D", "secretD"),
    key("444455556666_bg-emergency_accessKeys.csv", "E", "secretE"),
  ];
  writeFileSync(join(home, "policy.json"), quickPolicy({ regions: ["eu-central-1"] }));
  writeFileSync(
    join(home, "runbook.md"),
    "# Our own runbook\n\nFirst, breathe.\n\n# Secret pages\n\nThe root mailbox is hidden.\n",
  );
  const files = ["--runbook", join(home, "runbook.md"), "--policy", join(home, "policy.json")];
  const [ran, ownRan] = await Promise.all([
    pullstation(["drill", ...small, "--out", dir, "--json"]),
    pullstation(["drill", ...small, "--out", ownDir, "--keys", ...keys, ...files], home),
  ]);
  plain = { dir, ran, summary: summaryOf(dir) };
  own = { dir: ownDir, ran: ownRan, summary: summaryOf(ownDir) };
}, 2 * MINUTE);
afterAll(() => remove(home));

const read = (name: string, dir = plain.dir): string => readFileSync(join(dir, name), "utf8");

describe("pullstation drill", () => {
  it("exits 0 and prints exactly its summary with --json", () => {
    expect(plain.ran.err).toBe("");
    expect(plain.ran.status).toBe(0);
    expect(plain.ran.out).toBe(read("summary.json"));
    expect(plain.summary).toMatchObject({
      format: "pullstation-drill-summary@v1",
      mode: "PRACTICE",
      passed: true,
      expiryProven: true,
      dead: true,
      resumed: false,
    });
  });

  it("leaves every file that it promises, and no session", () => {
    const { dir } = plain;
    expect(readdirSync(dir).toSorted()).toEqual([
      "allowed_signers",
      "cards",
      "drill.html",
      "drill.json",
      "journal",
      "open",
      "policy.json",
      "practice",
      "record.html",
      "records",
      "runbook.md",
      "station.key",
      "summary.json",
      "vault.pullstation",
    ]);
    const count = recordsIn(dir).length;
    const names = Array.from({ length: count }, (_, index) =>
      [".json", ".json.sig"].map((end) => String(index + 1).padStart(6, "0") + end),
    ).flat();
    expect(readdirSync(join(dir, "records")).toSorted()).toEqual(names);
    expect(readdirSync(join(dir, "cards")).toSorted()).toEqual(
      ["001", "002", "003"].flatMap((place) => [`${place}.svg`, `${place}.txt`]),
    );
    expect(readdirSync(join(dir, "journal"))).toEqual([`${plain.summary.incident}.jsonl`]);
    expect(readdirSync(join(dir, "open"))).toEqual([]);
    for (const secret of ["station.key", "vault.pullstation", "cards/001.txt", "cards/001.svg"])
      expect(statSync(join(dir, secret)).mode & 0o077, secret).toBe(0);
  });

  it("records every call that AWS answered, with its evidence, before what it came to", () => {
    const calls = recordsIn(plain.dir)
      .filter(({ kind }) => kind === "aws-calls")
      .flatMap(({ evidence }) => evidence["calls"] as Readonly<Record<string, unknown>>[]);
    const ids = new Set(calls.map(({ requestId }) => requestId));
    const answered = (JSON.parse(read("summary.json")) as { awsCalls: { requestId: string }[] })
      .awsCalls;
    expect(answered.length).toBeGreaterThan(60);
    expect(answered.filter(({ requestId }) => !ids.has(requestId))).toEqual([]);
    for (const call of calls)
      expect(call).toEqual({
        account: expect.stringMatching(/^\d{12}$/),
        as: expect.any(String),
        action: expect.stringMatching(/^(?:iam|sts):/),
        region: expect.any(String),
        requestId: expect.any(String),
        ms: expect.any(Number),
        attempts: 1,
        verdict: expect.any(String),
        serverDate: expect.stringMatching(/Z$/),
      });
  });

  it("tells its whole story in records, and binds every signer to the drill's namespace", () => {
    expect(recordsIn(plain.dir).map(({ kind }) => kind)).toEqual([
      "sealed",
      "committed",
      "refused",
      "refused",
      "refused",
      "glass-broken",
      "aws-calls",
      "access-open",
      "access-expired",
      "aws-calls",
      "closed",
      "approval",
      "drill",
    ]);
    const lines = read("allowed_signers").trimEnd().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "vault",
      "station",
      "approver:north",
      "approver:south",
    ]);
    for (const line of lines) expect(line.split(" ")[1]).toBe(`namespaces="${NAMESPACE}"`);
  });

  it("is verified by the command, against its vault's id and no other", async () => {
    const { vaultId } = plain.summary;
    const verify = await pullstation(["verify", plain.dir, "--vault-id", vaultId]);
    expect(verify).toMatchObject({ status: 0, err: "" });
    expect(verify.out).toContain("VALID");
    const bare = await pullstation(["verify", plain.dir]);
    expect(bare.status).toBe(0);
    expect(bare.out).toContain("UNANCHORED");
    const other = await pullstation(["verify", plain.dir, "--vault-id", own.summary.vaultId]);
    expect(other.status).toBe(1);
    const inspect = await pullstation(["inspect", join(plain.dir, "vault.pullstation"), "--json"]);
    expect(inspect.status).toBe(0);
    expect(inspect.out).toContain(vaultId);
    expect(inspect.out).toContain("PRACTICE");
  });

  it.runIf(sshKeygen)("has records that stock ssh-keygen verifies, every one of them", () => {
    const signerOf: Readonly<Record<string, string>> = {
      sealed: "vault",
      "glass-broken": "vault",
      approval: "approver:north",
    };
    recordsIn(plain.dir).forEach(({ kind }, index) => {
      const file = join(plain.dir, "records", `${String(index + 1).padStart(6, "0")}.json`);
      const check = (signer: string, input: Buffer) =>
        spawnSync(
          "ssh-keygen",
          [
            "-Y",
            "verify",
            "-f",
            join(plain.dir, "allowed_signers"),
            "-I",
            signer,
            "-n",
            NAMESPACE,
            "-s",
            `${file}.sig`,
          ],
          { input },
        ).status;
      const bytes = readFileSync(file);
      expect(check(signerOf[kind] ?? "station", bytes), file).toBe(0);
      expect(check("approver:south", bytes), file).not.toBe(0);
      expect(check(signerOf[kind] ?? "station", Buffer.concat([bytes, Buffer.of(32)]))).not.toBe(0);
    });
  });

  it("makes three mistakes on purpose; each is refused with whose and why, and recorded", () => {
    expect(plain.summary.refusals.map(({ by, code }) => [by, code])).toEqual([
      ["Sam Kjær", "WORDS_SUSPECT"],
      ["Amara Obi", "OTHER_VAULT"],
      ["Amara Obi", "WRONG_PASSPHRASE"],
    ]);
    expect(plain.summary.refusals[0]?.what).toContain("word 17");
    for (const { todo } of plain.summary.refusals) expect(todo).toContain("Nothing that was");
    const refused = recordsIn(plain.dir).filter(({ kind }) => kind === "refused");
    expect(refused.map(({ evidence }) => evidence["code"])).toEqual(
      plain.summary.refusals.map(({ code }) => code),
    );
  });

  it("times every step and names every call at AWS with its request id", () => {
    const { steps, awsCalls, vaultPeakBytes } = plain.summary;
    expect(steps.map(({ name }) => name)).toEqual([
      "stage",
      "seal.inputs",
      "seal.passphrases",
      "seal.keys",
      "seal.seal",
      "seal.reenter",
      "seal.commit",
      "glass.quorum",
      "glass.touch",
      "glass.unseal",
      "glass.hand-over",
      "online.accept",
      "activate",
      "deadline",
      "expired",
      "close",
      "approve",
    ]);
    for (const { ms, text } of steps) expect(ms > 0 && text !== "").toBe(true);
    expect(new Set(awsCalls.map(({ requestId }) => requestId)).size).toBe(awsCalls.length);
    for (const call of awsCalls) expect(call.requestId).toMatch(/^[\da-f-]{36}$/);
    // Full strength: 256 MiB for the key derivation.
    expect(vaultPeakBytes).toBeGreaterThan(256 * 2 ** 20);
    expect(vaultPeakBytes).toBeLessThan((256 + 120) * 2 ** 20);
  });

  it("shows that AWS itself refuses the key at the deadline, before anything is closed", () => {
    const { awsCalls } = plain.summary;
    const at = (action: string, principal: string): number =>
      awsCalls.findIndex(
        (call) => call.action === action && call.principal.endsWith(`/bg-${principal}`),
      );
    const expired = recordsIn(plain.dir).find(({ kind }) => kind === "access-expired");
    const accounts = (expired?.evidence["accounts"] ?? []) as readonly {
      readonly refusals: readonly { readonly requestId: string; readonly verdict: string }[];
    }[];
    expect(accounts).toMatchObject([{ keyAccepted: true, proven: true }]);
    const refusals = accounts.flatMap((account) => account.refusals);
    expect(refusals.map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 3 }, () => "ACCESS_DENIED"),
    );
    const latch = at("AttachUserPolicy", "activator");
    for (const { requestId } of refusals) {
      const refusal = awsCalls.findIndex((call) => call.requestId === requestId);
      expect(awsCalls[refusal]?.outcome).toBe("AccessDenied");
      expect(awsCalls[refusal]?.principal).toMatch(/\/bg-emergency$/);
      expect(refusal).toBeGreaterThan(at("UpdateAccessKey", "activator"));
      expect(refusal).toBeLessThan(latch);
      expect(Date.parse(awsCalls[refusal]?.at ?? "")).toBeGreaterThanOrEqual(deadlineOf(plain.dir));
    }
    // Window first, latch and key last.
    expect(at("PutUserPolicy", "activator")).toBeLessThan(at("DetachUserPolicy", "activator"));
    // The user is looked at beside the last try of the key.
    const last = awsCalls.findLast(({ action }) => action === "GetCallerIdentity");
    expect(last).toMatchObject({ outcome: "InvalidClientTokenId" });
  });

  it("ends at rest at AWS", () => {
    expect(plain.summary.atRest).toEqual([
      { account: "111122223333", latched: true, activeKeys: 0, inlinePolicies: [] },
    ]);
  });

  it("prints a record that needs nothing else", () => {
    const html = read("record.html");
    expect(html).toContain("PRACTICE");
    expect(html).toContain("<svg");
    expect(html).toContain("Sam Kjær");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object)\b|@import|url\((?!data:)|\bsrc=/i);
    expect(html.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:\/\//);
  });
});

const deadlineOf = (dir: string): number =>
  Date.parse(
    String(recordsIn(dir).find(({ kind }) => kind === "access-open")?.evidence["deadline"]),
  );

describe("pullstation drill with the user's own files", () => {
  it("takes key files as the console names them, with and without account ids or a closer", () => {
    expect(own.ran.err).toBe("");
    expect(own.ran.status).toBe(0);
    expect(own.summary.atRest).toEqual(
      ["111122223333", "444455556666"].map((account) => ({
        account,
        latched: true,
        activeKeys: 0,
        inlinePolicies: [],
      })),
    );
    const closers = own.summary.awsCalls.filter(({ action }) => action === "AssumeRole");
    expect(closers.map(({ principal }) => principal.split("/").at(-1)).toSorted()).toEqual([
      "bg-activator",
      "bg-closer",
    ]);
    expect(new Set(own.summary.awsCalls.map(({ region }) => region))).toContain("eu-central-1");
    // They may be real: it says that they lie here in the clear.
    expect(own.ran.out.match(/holds keys that the practice kit did not make/g)).toHaveLength(5);
  });

  it("leaves the runbook readable up to its secret pages", () => {
    expect(read("runbook.md", own.dir)).toContain("First, breathe.");
    expect(read("runbook.md", own.dir)).not.toContain("mailbox");
  });

  it("tells its progress as lines, without colour where nobody looks", () => {
    const { out } = own.ran;
    expect(out).not.toContain("\u001B");
    for (const heading of ["PRACTICE drill", "Seal", "Break the glass", "Open", "Close"])
      expect(out).toMatch(new RegExp(`^${heading}`, "m"));
    expect(out.match(/✗ refused: /g)).toHaveLength(3);
    expect(out).toContain("The drill passed");
  });

  it.runIf(sshKeygen)("ends with lines that can be copied as they stand", () => {
    const lines = own.ran.out.slice(own.ran.out.indexOf("Check it yourself")).split("\n");
    const commands = lines.slice(1).flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
    expect(commands[0]).toBe(`npx pullstation verify 'own one' --vault-id ${own.summary.vaultId}`);
    const stock = commands.slice(1);
    expect(stock.filter((line) => line.startsWith("ssh-keygen -Y verify"))).toHaveLength(3);
    const shell = spawnSync("/bin/sh", ["-e"], { input: stock.join("\n"), cwd: home });
    expect(shell.status, shell.stderr.toString()).toBe(0);
    expect(shell.stdout.toString().match(/^Good ".*" signature/gm)).toHaveLength(3);
  });

  it(
    "does nothing more when it is resumed after its end, and --json says so",
    async () => {
      const before = read("records/000012.json", plain.dir);
      const resumed = await pullstation(["drill", "--resume", plain.dir, "--json"]);
      expect(resumed).toMatchObject({ status: 0, err: "" });
      expect(resumed.out).toBe(read("summary.json"));
      expect(JSON.parse(resumed.out)).toMatchObject({
        passed: true,
        expiryProven: true,
        resumed: true,
        dead: true,
      });
      expect(read("records/000012.json")).toBe(before);
      expect(recordsIn(plain.dir)).toHaveLength(13);
    },
    MINUTE,
  );
});
