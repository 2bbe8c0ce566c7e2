import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerVerify } from "../../cli/verify.ts";
import { verifyPaths } from "../../cli/verify-records.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { filesOf, makeStory, type Story } from "../ceremony/chain-kit.ts";

let root: string;
let story: Story;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "verify-"));
  story = await makeStory("PRACTICE");
  const all = story.scribe.copy().records;
  lay("whole", all);
  lay("older", filesOf(story.scribe.lines.slice(0, 9)), utf8("story file 1"));
  lay("changed", new Map(all).set("000004.json", utf8("{}")));
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "notes.txt"), "x");
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function lay(name: string, records: ReadonlyMap<string, Uint8Array>, vault = story.vault): void {
  mkdirSync(join(root, name, "records"), { recursive: true });
  for (const [file, bytes] of records) writeFileSync(join(root, name, "records", file), bytes);
  writeFileSync(join(root, name, "vault.pullstation"), vault);
}

const run = async (
  paths: readonly string[],
  options: {
    vaultId?: string;
    head?: { seq: number; sha256: string };
    json?: boolean;
  } = {},
): Promise<{ status: number; out: string; err: string }> => {
  const said = { out: "", err: "" };
  const status = await verifyPaths(
    paths.map((path) => join(root, path)),
    { json: false, ...options },
    { out: (text) => (said.out += text), err: (text) => (said.err += text) },
  );
  return { status, ...said };
};

/** The vault id as the command line takes it. */
const parse = async (id: string): Promise<unknown> => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerVerify(program);
  const command = program.commands[0];
  command?.action(() => undefined);
  await program.parseAsync(["node", "x", "verify", "p", "--vault-id", id]);
  return command?.opts()["vaultId"];
};

describe("pullstation verify", () => {
  it("says UNANCHORED and PRACTICE, and exits 0", async () => {
    const { status, out } = await run(["whole"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^PRACTICE: a rehearsal/);
    expect(out).toContain("UNANCHORED: 14 records");
    expect(out).toContain(story.scribe.vaultId);
    expect(out).toMatch(/✓ {2}000005 .* glass-broken {4}vault/);
    expect((await run(["whole/records"])).status).toBe(0);
  });

  it("says VALID with the vault's id, and not of another's", async () => {
    expect(await run(["whole"], { vaultId: story.scribe.vaultId })).toMatchObject({ status: 0 });
    expect((await run(["whole"], { vaultId: story.scribe.vaultId })).out).toContain(
      "VALID: 14 records",
    );
    const other = await run(["whole"], { vaultId: "0".repeat(32) });
    expect(other.status).toBe(1);
    expect(other.out).toContain("NOT VALID");
    expect(other.out).toContain("ANCHOR_DIFFERS");
  });

  it("names what is wrong and what to do", async () => {
    const { status, out } = await run(["changed"]);
    expect(status).toBe(1);
    expect(out).toContain("RECORD_UNREADABLE: 000004.json");
    expect(out).toContain("Compare with another copy");
    expect(out).toMatch(/✗ {2}000004/);
  });

  it("judges one record with all before it, and nothing after", async () => {
    expect(await run(["changed/records/000003.json"])).toMatchObject({ status: 0 });
    expect(await run(["changed/records/000003.json.sig"])).toMatchObject({ status: 0 });
    expect(await run(["changed/records/000005.json"])).toMatchObject({ status: 1 });
  });

  it("judges copies together", async () => {
    const { status, out } = await run(["whole", "older"]);
    expect(status).toBe(0);
    expect(out).toContain("14 in 2 copies");
    expect(out).toContain("COPY_BEHIND");
    expect((await run(["whole", "changed"])).out).toContain("FORK");
  });

  it.each([["nowhere"], ["empty"], ["notes.txt"], ["whole/vault.pullstation"]])(
    "%s is unusable input",
    async (path) => {
      const { status, out, err } = await run([path]);
      expect(status).toBe(2);
      expect(out).toBe("");
      expect(err).toContain(path);
      expect(JSON.parse((await run([path], { json: true })).out)).toMatchObject({
        verdict: "UNUSABLE",
      });
    },
  );

  it("a chain that lost its end is whole up to there, and a printed head tells", async () => {
    const last = story.scribe.lines.at(-1);
    const seq = story.scribe.lines.length;
    const sha256 = createHash("sha256")
      .update(last?.bytes ?? "")
      .digest("hex");
    const { vaultId } = story.scribe;
    expect(await run(["whole"], { vaultId, head: { seq, sha256 } })).toMatchObject({ status: 0 });
    const cut = await run(["older"], { vaultId, head: { seq, sha256 } });
    expect(cut).toMatchObject({ status: 1 });
    expect(cut.out).toContain("HEAD_DIFFERS");
    expect((await run(["older"], { vaultId })).out).toContain(
      "9 records, genuine and whole up to there",
    );
    const other = { seq, sha256: "00".repeat(32) };
    expect(await run(["whole"], { vaultId, head: other })).toMatchObject({ status: 1 });
  });

  it("takes media that hold anything: pipes, huge files, names that would move a terminal", async () => {
    lay("hostile", story.scribe.copy().records);
    const records = join(root, "hostile", "records");
    execFileSync("mkfifo", [join(records, "000099.json")]);
    rmSync(join(root, "hostile", "vault.pullstation"));
    execFileSync("mkfifo", [join(root, "hostile", "vault.pullstation")]);
    ftruncateSync(openSync(join(root, "hostile", "allowed_signers"), "w"), 3e9);
    writeFileSync(join(records, "x\u001b[2JVALID"), "");
    const { status, out } = await run(["hostile"]);
    expect(status).toBe(1);
    expect(out).toContain("RECORD_MISSING");
    expect(out.length).toBeLessThan(10_000);
    expect(out).not.toContain("\u001b");
    expect(out).toContain("\\u{1b}[2JVALID");
  });

  it("a record file beside other paths is unusable input", async () => {
    expect((await run(["whole", "whole/records/000001.json"])).status).toBe(2);
  });

  it("prints the same as JSON", async () => {
    const verdict = JSON.parse((await run(["changed"], { json: true })).out) as Record<
      string,
      unknown
    >;
    expect(verdict).toMatchObject({ verdict: "INVALID", mode: "PRACTICE", epoch: 2 });
    expect(verdict["findings"]).toContainEqual(
      expect.objectContaining({ code: "RECORD_UNREADABLE", severity: "error", seq: 4 }),
    );
  });

  it("takes a vault id as people write it, and no other", async () => {
    const id = story.scribe.vaultId;
    expect(await parse(id.toUpperCase().replace(/.{4}/g, "$& "))).toBe(id);
    await expect(parse("abc")).rejects.toThrow("32 hex digits");
  });
});
