import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runEvidence } from "../../cli/evidence-run.ts";
import { custodyEntry } from "../../ceremony/custody.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import { CONTROLS } from "../../station/evidence/controls.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { filesOf } from "../ceremony/chain-kit.ts";
import { BLUE, INCIDENT, OUTCOME, RED, type Writer, writer } from "../ceremony/use-chain.ts";
import { requireProgram } from "../requires.ts";

// An auditor has the folder, a share card's id, a printed hash, and stock programs.

const hasPrograms = requireProgram("ssh-keygen") && requireProgram("sha256sum");
const NOW = "2026-06-30T08:00:00.000Z";
const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>"'&`;
const RUNBOOK = "# When sign-in is down\n\n1. Look at the status page.\n";
const REVIEW = utf8(`{"format":"pullstation-review@v1"}`);

let root: string;
let dir: string;
let out: string;
let chain: Writer;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "evidence-"));
  dir = join(root, "vault");
  out = join(root, "out");
  chain = await writer({
    name: "Acme Prod",
    threshold: 2,
    custodians: ["Priya Nair", "Amara Obi", HOSTILE],
    runbookSha256: hex(sha256(utf8(RUNBOOK))),
  });
  const outcome = {
    ...OUTCOME,
    files: [
      { file: "reviews/INC-7/1.json", sha256: hex(sha256(REVIEW)) },
      { file: "reviews/INC-7/2.html", sha256: "00".repeat(32) },
      { file: "../station.key", sha256: "11".repeat(32) },
    ],
  };
  chain.add("refused", { code: "PASSPHRASE_WRONG" });
  chain.add("glass-broken", { purpose: "open", accounts: ["111122223333"] }, undefined, {
    why: HOSTILE,
    who: { responder: "Ivo Brandt", custodians: "Priya Nair, Amara Obi", key: RED.key },
  });
  chain.add("access-open", { deadline: "2026-06-18T03:05:00Z" });
  const closed = chain.add("closed", { accounts: [] });
  chain.approve(closed, "Red tag");
  const reviewed = chain.reviewed([RED, BLUE], outcome);
  chain.approve(reviewed, "Red tag");
  const { kind, who, why, evidence } = custodyEntry(
    {
      item: { kind: "share", place: 1 },
      act: "placed",
      where: "Bank, box 12",
      bag: "A-001",
      whole: true,
      by: "Priya Nair",
      note: "",
    },
    "Priya Nair",
    NOW,
  );
  chain.add(kind as RecordKind, evidence as RecordBody["evidence"], undefined, { who, why });
  chain.add("drill", { incident: "none" }, undefined, { why: "4 min 12 s" });
  chain.add("glass-broken", { incident: "INC-8", purpose: "open", overrides: [INCIDENT] });
  chain.add("cancelled", { incident: "INC-8" });
  lay();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lay(): void {
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(chain.scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  mkdirSync(join(dir, "reviews", "INC-7"), { recursive: true });
  writeFileSync(join(dir, "reviews", "INC-7", "1.json"), REVIEW);
  writeFileSync(join(dir, "reviews", "INC-7", "2.html"), "changed since");
  writeFileSync(join(dir, "runbook.md"), RUNBOOK);
  writeFileSync(join(dir, "vault.pullstation"), utf8("gate vault file"));
  writeFileSync(join(dir, "station.key"), "SECRET", { mode: 0o600 });
}

const exported = () => exportEvidence({ dir, out, now: NOW });
const read = (file: string): string => readFileSync(join(out, file), "utf8");
const pages = (): string[] =>
  readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));
const linksIn = (html: string): string[] =>
  [...html.matchAll(/<a\s[^>]*href="([^"]*)"/g)].map(([, href = ""]) => href);

/** The README's commands, by the number of their step. */
function commands(): string[] {
  return read("README.txt")
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.trim());
}
/** What a step prints, as a plain shell runs it; how it ends is part of what is seen. */
function step(number: number): string {
  try {
    return execFileSync("sh", ["-c", `${commands()[number - 1]} 2>&1`], {
      cwd: out,
      encoding: "utf8",
    });
  } catch (error) {
    return `${String((error as { stdout?: unknown }).stdout)}FAILED`;
  }
}
/** The folder as a forger makes it: sums that fit again. */
function sumAgain(): void {
  const files = read("SHA256SUMS").trim().split("\n");
  const lines = files.map((line) => {
    const name = line.slice(66);
    return `${hex(sha256(readFileSync(join(out, name))))}  ${name}\n`;
  });
  writeFileSync(join(out, "SHA256SUMS"), lines.join(""));
}

describe("the evidence folder", () => {
  it("has a proof in the folder for every claim, and every link leads to one", async () => {
    await exported();
    const html = read("index.html");
    const claims = [...html.matchAll(/<(li|tr) class="claim">(.*?)<\/\1>/gs)].map(([all]) => all);
    expect(claims.length).toBeGreaterThan(30);
    for (const claim of claims) expect(linksIn(claim), claim).not.toEqual([]);
    // A sentence in a list is a claim, or says that it is none.
    const items = [...html.matchAll(/<li[^>]*>/g)].map(([tag]) => tag);
    expect(new Set(items)).toEqual(new Set(['<li class="claim">', '<li class="gap">']));
    for (const page of pages())
      for (const href of linksIn(read(page))) {
        expect(href).not.toMatch(/^(?:[a-z]+:|\/)/i);
        const target = join(out, dirname(page), decodeURIComponent(href));
        expect(existsSync(target), `${page} → ${href}`).toBe(true);
      }
  });

  it("runs nothing, fetches nothing, and shows what people typed as they typed it", async () => {
    await exported();
    expect(pages().length).toBe(3);
    for (const page of pages()) {
      const html = read(page);
      expect(html).toContain("default-src 'none'");
      expect(html).not.toMatch(/<(?:script|img|iframe|object|embed|link|form)\b/i);
      expect(html).not.toMatch(/<[^>]+\son\w+=/i);
      expect(html).not.toMatch(/(?:src|url\()=?["']?https?:/i);
    }
    expect(read("index.html")).toContain("&lt;script&gt;alert(2)&lt;/script&gt;");
  });

  it("says what is not proven: a signature that is missing, a file that was changed", async () => {
    await exported();
    const gaps = [...read("index.html").matchAll(/<li class="gap">(.*?)<\/li>/g)].map(
      ([, text = ""]) => text.replaceAll(/<[^>]+>/g, ""),
    );
    expect(gaps.join("\n")).toContain("Tomo Aoki has not signed the review");
    expect(gaps.join("\n")).toContain("reviews/INC-7/2.html is missing or is not the one");
    expect(read("index.html")).toMatch(
      /Lise Moreau signed the review.*approval|Lise Moreau signed/,
    );
    expect(read("index.html")).toContain("AWS was never asked to open the access");
    expect(read("index.html")).toContain("overrode the missing review of INC-7");
  });

  it("maps every control to what serves it", async () => {
    await exported();
    const html = read("index.html");
    const wanted =
      "CC6.1 CC6.2 CC6.3 CC7.2 CC7.3 A.5.15 A.5.18 A.5.28 A.8.2 A.8.15 164.312(a)(2)(ii) 164.312(b)";
    expect(CONTROLS.map(({ id }) => id)).toEqual(wanted.split(" "));
    for (const id of wanted.split(" ")) {
      const [, after = ""] = html.split(`<h3 id="${id}">`);
      expect(linksIn(after.split("<h3")[0] ?? ""), id).not.toEqual([]);
    }
  });

  it("holds no vault, no key and nothing that a record names outside reviews/", async () => {
    await exported();
    const files = readdirSync(out, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => /vault|key|policy/.test(file))).toEqual([]);
    for (const file of files.filter((one) => one.includes(".")))
      expect(read(file)).not.toContain("SECRET");
  });

  it("leaves out a runbook that is not the one that was sealed", async () => {
    writeFileSync(join(dir, "runbook.md"), `${RUNBOOK}call the attacker\n`);
    await exported();
    expect(existsSync(join(out, "runbook.md"))).toBe(false);
  });
});

describe.runIf(hasPrograms)("an auditor with the README and stock programs", () => {
  it("finds everything good, and the two figures that stand on paper", async () => {
    const { head } = await exported();
    expect(commands().length).toBe(6);
    expect([step(1), step(3), step(4)]).toEqual(["", "", ""]);
    expect(step(2).trim()).toBe(chain.scribe.vaultId);
    expect(step(5)).toContain(head.sha256);
    expect(step(6)).toContain(`${hex(sha256(REVIEW))}  reviews/INC-7/1.json`);
  });

  it("sees each file that was changed", async () => {
    await exported();
    for (const file of ["records/000003.json", "index.html", "allowed_signers", "README.txt"]) {
      const whole = readFileSync(join(out, file));
      writeFileSync(join(out, file), `${whole.toString()} `);
      expect(step(1), file).toContain(file);
      writeFileSync(join(out, file), whole);
    }
  });

  it("sees a changed record, an exchanged one and a removed one, though the sums fit", async () => {
    await exported();
    const changed = read("records/000004.json").replace("Ivo Brandt", "Ivo Brand7");
    writeFileSync(join(out, "records/000004.json"), changed);
    sumAgain();
    expect(step(1)).toBe("");
    expect(step(3)).toContain("NOT SIGNED: 000004");
    expect(step(4)).toContain("NOT IN ORDER: 000005");
    const [, , third] = chain.scribe.lines;
    for (const [end, bytes] of [
      ["", third?.bytes],
      [".sig", utf8(third?.signature ?? "")],
    ] as const)
      writeFileSync(join(out, `records/000004.json${end}`), bytes ?? "");
    expect(step(3)).toContain("NOT SIGNED: 000004");
    expect(step(4)).toContain("NOT IN ORDER: 000004");
    rmSync(join(out, "records/000007.json"));
    expect(step(3)).toContain("000007");
  });

  it("sees another vault's key by the figure from the share card", async () => {
    await exported();
    const keys = read("allowed_signers").split("\n");
    writeFileSync(join(out, "allowed_signers"), keys.slice(1).join("\n"));
    expect(step(2).trim()).not.toBe(chain.scribe.vaultId);
  });
});

async function run(): Promise<{ status: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const status = await runEvidence(dir, out, {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    now: NOW,
  });
  return { status, ...said };
}

describe("pullstation evidence", () => {
  it("makes the folder and says its head", async () => {
    const said = await run();
    expect(said).toMatchObject({ status: 0, err: "" });
    expect(said.out).toMatch(/13 records in \d+ files/);
  });

  it.each<[string, () => void]>([
    ["EVIDENCE_FOLDER_TAKEN", () => mkdirSync(out)],
    ["EVIDENCE_NO_RECORDS", () => rmSync(join(dir, "records"), { recursive: true })],
    ["EVIDENCE_RECORDS_NOT_VALID", () => rmSync(join(dir, "records", "000003.json.sig"))],
    [
      "EVIDENCE_NOT_WRITTEN",
      () => {
        writeFileSync(join(root, "file"), "");
        out = join(root, "file", "out");
      },
    ],
  ])("%s, and nothing is written", async (code, harm) => {
    harm();
    const before = readdirSync(root);
    const { status, err } = await run();
    expect(err).toContain(code);
    expect(status).toBe(2);
    expect(readdirSync(root)).toEqual(before);
  });
});
