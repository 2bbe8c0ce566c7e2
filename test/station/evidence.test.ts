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
import { readList } from "../../station/trail/list.ts";
import { filesOf } from "../ceremony/chain-kit.ts";
import { BLUE, DEAD, INCIDENT, OUTCOME, RED, type Writer, writer } from "../ceremony/use-chain.ts";

const NOW = "2026-06-30T08:00:00.000Z";
const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>"'&`;
const RUNBOOK = "# When sign-in is down\n\n1. Look at the status page.\n";
const REVIEW = utf8(`{"format":"pullstation-review@v1"}`);

const LOG = `{"Records":[]}`;
const LIST = readList([
  {
    file: "/media/officer/AUDIT/AWSLogs/a.json.gz",
    sha256: hex(sha256(utf8(LOG))),
    kind: "log",
    events: 0,
    oldest: null,
    newest: null,
  },
]);

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
      { file: "reviews/INC-7/1.txt", sha256: hex(sha256(utf8(LIST))) },
      { file: "../station.key", sha256: "11".repeat(32) },
    ],
  };
  chain.add("refused", { code: "PASSPHRASE_WRONG" });
  chain.add("glass-broken", { purpose: "open", accounts: ["111122223333"] }, undefined, {
    why: HOSTILE,
    who: { responder: "Ivo Brandt", custodians: "Priya Nair, Amara Obi", key: RED.key },
  });
  chain.add("access-open", { deadline: "2026-06-18T03:05:00Z" });
  chain.add("aws-calls", { calls: [] });
  const closed = chain.add("closed", { accounts: [DEAD] });
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
  writeFileSync(join(dir, "reviews", "INC-7", "1.txt"), LIST);
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

/** What stands under a control's heading. */
const under = (id: string): string =>
  (read("index.html").split(`<h3 id="${id}">`)[1] ?? "").split(/<h[23]/)[0] ?? "";

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

  it("calls an access closed by a record that holds AWS's refusals, and links the calls", async () => {
    await exported();
    expect(under("CC6.2")).toMatch(
      /class="claim">.*The access was closed.*by account: 111122223333 3 times\..*000007\.json.*000006\.json/,
    );
    expect(read("index.html")).not.toContain("does not prove that AWS refuses");
  });

  it.each<[string, RecordBody["evidence"], string]>([
    ["not at rest", { ...DEAD, verdict: "NOT_AT_REST" }, "NOT_AT_REST, refused 3 times"],
    ["found working again", { ...DEAD, confirmed: false }, "not confirmed by the last look"],
    [
      "without its second look",
      { ...DEAD, confirmed: null },
      "AWS refused the key then, but the second look, which ends an access, did not take place",
    ],
    [
      "with something left",
      { ...DEAD, remains: [{ kind: "GROUP", what: "admins" }] },
      "remains GROUP admins",
    ],
    ["with no refusal", { ...DEAD, rejections: 0 }, "refused 0 times"],
    [
      "written from the journal, without the count",
      { account: DEAD.account, rejections: null, confirmed: true, remains: [] },
      "refused 0 times",
    ],
    ["of another account", { ...DEAD, account: "999988887777" }, "999988887777 CLOSED"],
  ])("no closing that is %s is evidence of an end", async (_, account, told) => {
    chain.add("glass-broken", {
      incident: "INC-9",
      purpose: "open",
      accounts: [DEAD.account],
    });
    chain.add("access-open", { incident: "INC-9", deadline: "2026-06-18T03:05:00Z" });
    chain.add("access-expired", {
      incident: "INC-9",
      accounts: [{ account: DEAD.account, keyAccepted: true, proven: false, refusals: [] }],
    });
    const { body } = chain.add("closed", { incident: "INC-9", accounts: [account] });
    lay();
    await exported();
    const html = read("index.html");
    const place = `${String(body.seq).padStart(6, "0")}.json`;
    for (const id of ["CC6.2", "CC6.3", "A.8.2"]) {
      const items = under(id)
        .split("<li")
        .filter((item) => item.includes(place));
      expect(items.length, id).toBe(1);
      expect(items[0], id).toContain('class="gap"');
      expect(items[0], id).toContain(told);
      expect(under(id)).toMatch(/class="gap">.*was not seen to refuse every call/);
    }
    expect(html.split("The access was closed").length).toBe(
      html.split("The access was closed on 2026-06-18 02:17:00").length,
    );
  });

  it("says that no closing is recorded, where none is", async () => {
    chain.add("glass-broken", { incident: "INC-9", purpose: "open", accounts: [DEAD.account] });
    chain.add("access-open", { incident: "INC-9", deadline: "2026-06-18T03:05:00Z" });
    lay();
    await exported();
    expect(under("CC6.2")).toMatch(/class="gap">.*No closing is recorded/);
  });

  it("says so of a second use under an id whose first one was closed", async () => {
    chain.add("glass-broken", { purpose: "open", accounts: [DEAD.account] });
    chain.add("access-open", { deadline: "2026-06-18T03:05:00Z" });
    lay();
    await exported();
    expect(under("CC6.2")).toMatch(/class="gap">.*No closing is recorded/);
  });

  it("serves controls by what a sentence is about, not by words that people typed", async () => {
    const words = "the review signed the review. The access was closed on time";
    chain.add("access-failed", { incident: "INC-8" }, undefined, { why: words });
    chain.add("glass-broken", { incident: "INC-8", purpose: "open" }, undefined, { why: words });
    lay();
    await exported();
    for (const id of ["CC7.2", "CC7.3", "A.5.18", "A.8.15", "164.312(b)", "CC6.3"])
      expect(under(id), id).not.toContain(words);
    expect(under("CC6.2")).toContain(words);
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
    expect(said.out).toMatch(/14 records in \d+ files/);
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
