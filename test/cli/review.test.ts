import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runReview } from "../../cli/review-run.ts";
import type { ReviewOptions } from "../../cli/review.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  ACCOUNT,
  CLOSED,
  DEADLINE,
  event,
  goodEvents,
  INCIDENT,
  iso,
  type Json,
  KEY,
  makeSigner,
  makeTrail,
  OPENED,
  REGION,
  userIdentity,
} from "../aws/trail-kit.ts";
import { filesOf, Scribe, testSigner } from "../ceremony/chain-kit.ts";
import { sealEvidence, type SealEvidence, vaultIdOf } from "../../crypto/record.ts";

const HOUR = 3_600_000;
const HOSTILE = `<img src=x onerror=alert(1)>\u001b[2J\u202e'"&`;
const signer = makeSigner();
let root: string;
let vaultId: string;
let recordSha256: string;

/** One vault with one access, as its records tell it. */
const audit = { arn: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/acme`, bucket: "audit" };

async function layRecords(
  name: string,
  mode: "REAL" | "PRACTICE" = "REAL",
  keys: readonly string[] = [],
  trail: typeof audit | null = null,
): Promise<void> {
  const vault = await testSigner("review vault");
  const station = await testSigner("review station");
  const file = utf8("review vault file");
  const seal: SealEvidence = {
    epoch: 1,
    setId: sha256(file).subarray(0, 16),
    fileSha256: hex(sha256(file)),
    vaultKey: vault.wireKey,
    stationKey: station.wireKey,
    approvers: [],
  };
  const scribe = new Scribe(mode, vaultIdOf(vault.wireKey));
  const incident = { incident: INCIDENT };
  scribe.add("sealed", seal, vault, { evidence: sealEvidence(seal) });
  scribe.add("committed", seal, station, { evidence: { fileSha256: seal.fileSha256 } });
  const broken = scribe.add("glass-broken", seal, vault, {
    who: { responder: "Rui", officer: "Ana" },
    why: "the database is gone",
    evidence: {
      ...incident,
      purpose: "open",
      accounts: [ACCOUNT],
      latestDeadline: iso(DEADLINE),
      emergencyKeys: [...keys],
      regions: [REGION],
      ...(trail === null ? {} : { trail }),
    },
  });
  scribe.add("access-open", seal, station, {
    at: { time: new Date(OPENED + 300).toISOString(), clock: "aws" },
    evidence: { ...incident, deadline: iso(DEADLINE), accounts: [ACCOUNT] },
  });
  scribe.add("closed", seal, station, {
    at: { time: new Date(CLOSED).toISOString(), clock: "aws" },
    evidence: { ...incident, accounts: [] },
  });
  vaultId = scribe.vaultId;
  recordSha256 = hex(sha256(broken.bytes));
  mkdirSync(join(root, name, "records"), { recursive: true });
  for (const [path, bytes] of filesOf(scribe.lines))
    writeFileSync(join(root, name, "records", path), bytes);
  writeFileSync(join(root, name, "vault.pullstation"), file);
}

const lay = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(root, name), content);
  return join(root, name);
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "review-"));
  await layRecords("vault");
  const made = makeTrail(goodEvents(recordSha256), signer);
  mkdirSync(join(root, "logs"));
  for (const { name, zipped } of [...made.logs, ...made.digests]) lay(`logs/${name}`, zipped);
  lay("keys.json", JSON.stringify(signer.list));
  lay("meta.json", JSON.stringify(made.meta, null, 2));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function run(more: Partial<ReviewOptions> = {}): Promise<{
  status: number;
  out: string;
  err: string;
}> {
  const said = { out: "", err: "" };
  const status = await runReview(
    {
      trail: [join(root, "logs")],
      record: join(root, "vault"),
      region: [REGION],
      allRegions: true,
      key: [KEY],
      json: false,
      ...more,
    },
    {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      nowMs: CLOSED + 5 * HOUR,
    },
  );
  return { status, ...said };
}

const proven = (): Partial<ReviewOptions> => ({
  publicKeys: [join(root, "keys.json")],
  digestMeta: [join(root, "meta.json")],
  vaultId,
});

interface Told {
  readonly verdict: string;
  readonly proof: { readonly status: string };
  readonly findings: readonly {
    readonly code: string;
    readonly about: Json;
    readonly what: string;
  }[];
  readonly actions: readonly Json[];
}
const told = async (more: Partial<ReviewOptions>): Promise<Told> =>
  JSON.parse((await run({ ...more, json: true })).out) as Told;
const codesOf = ({ findings }: Told): string[] => findings.map(({ code }) => code);

describe("pullstation review", () => {
  it("follows the key and holds the trail that the vault signed, without being told", async () => {
    await layRecords("vault-named", "REAL", [KEY, "not a key"]);
    const named = { record: join(root, "vault-named"), key: [] };
    expect(codesOf(await told({ ...named }))).not.toContain("KEY_FOREIGN");
    await layRecords("vault-other", "REAL", [`${KEY.slice(0, -4)}ZZZZ`], audit);
    const other = await told({ ...proven(), record: join(root, "vault-other"), key: [], vaultId });
    expect(codesOf(other)).toContain("KEY_FOREIGN");
    const { what } = other.findings.find(({ code }) => code === "COVERAGE_UNSEALED_TRAIL") ?? {};
    expect(what).toContain(`acme-trail (us-east-1); sealed with the keys was ${audit.arn}`);
    await layRecords("vault");
    expect(codesOf(await told({ key: [] }))).not.toContain("KEY_FOREIGN");
  });

  it("is clear and verified for an access as it should be", async () => {
    const { status, out } = await run(proven());
    expect(out).toContain("CLEAR: nothing");
    expect(out).toContain("VERIFIED: every log");
    expect(out).toContain("the database is gone");
    expect(out).toMatch(/us-east-1 +whole, by digests/);
    expect(out).toMatch(/✗ .* late .* iam:GetAccountSummary DENIED AccessDenied/);
    expect(out).toMatch(new RegExp(`public key ${signer.fingerprint}, SHA-256 [0-9a-f]{64}`));
    expect(status).toBe(0);
  });

  it("says what proves it in part, or not at all, and of which vault it cannot say", async () => {
    const { out: silent } = await run({ ...proven(), allRegions: false });
    expect(silent).toMatch(/CLEAR[^]*PARTLY VERIFIED[^]*REGIONS_NOT_STATED/);
    const { out } = await run();
    expect(out).toMatch(/UNVERIFIED: nothing proves[^]*give --vault-id/);
  });

  it("prints the same as JSON, and names what must be explained", async () => {
    const bad = [
      ...goodEvents(recordSha256),
      event("iam:CreateAccessKey", OPENED + 60_000, { requestParameters: { userName: "x" } }),
    ];
    const path = lay("bad.json", JSON.stringify({ Records: bad }));
    const found = await told({ trail: [path] });
    expect(found).toMatchObject({ verdict: "EXPLAIN", proof: { status: "unverified" } });
    expect(codesOf(found)).toContain("PERSISTENCE_SUCCEEDED");
    expect(found.actions).toContainEqual(
      expect.objectContaining({ name: "CreateAccessKey", phase: "inside", denied: false }),
    );
    expect((await run({ trail: [path] })).status).toBe(1);
  });

  it("finds a use that stands in a file before the one that gave out its key", async () => {
    const [user] = [
      userIdentity({ type: "IAMUser", arn: "arn:aws:iam::1:user/x", accessKeyId: "AKIAX" }),
    ];
    const first = lay(
      "1.json",
      JSON.stringify({
        Records: [event("ec2:RunInstances", CLOSED + HOUR, { userIdentity: user })],
      }),
    );
    const second = lay(
      "2.json",
      JSON.stringify({
        Records: [
          ...goodEvents(recordSha256),
          event("iam:CreateAccessKey", OPENED + 60_000, {
            responseElements: { accessKey: { accessKeyId: "AKIAX", userName: "x" } },
          }),
        ],
      }),
    );
    const found = await told({ trail: [first, second] });
    expect(codesOf(found)).toContain("ACTED_AFTER_CLOSE");
  });

  it("writes a page without scripts, in which hostile text stays text, and overwrites nothing", async () => {
    const hostile = goodEvents(recordSha256).map((one) => ({
      ...one,
      userAgent: HOSTILE,
      sourceIPAddress: HOSTILE,
      requestParameters: { ...(one["requestParameters"] as Json), [HOSTILE]: HOSTILE },
    }));
    const path = lay("hostile.json", JSON.stringify({ Records: hostile }));
    const html = join(root, "review.html");
    const { out } = await run({ trail: [path], html });
    const page = readFileSync(html, "utf8");
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<img|javascript:|\son\w+=["']/i);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).not.toContain("\u001b");
    expect(out).not.toContain("\u001b");
    const again = await run({ trail: [path], html });
    expect(again.status).toBe(2);
    expect(again.err).toContain("REVIEW_PAGE_NOT_WRITTEN");
    expect(readFileSync(html, "utf8")).toBe(page);
  });
});

describe("records are verified before they are believed", () => {
  it("records that don't hold are refused, and nothing is reviewed", async () => {
    await layRecords("forged");
    const path = join(root, "forged", "records", "000004.json");
    writeFileSync(path, readFileSync(path, "utf8").replace("02:50", "09:50"));
    const { status, out, err } = await run({ record: join(root, "forged") });
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("REVIEW_RECORDS_NOT_VALID");
  });

  it.each([
    ["another vault's id", { vaultId: "0".repeat(32) }, "REVIEW_RECORDS_NOT_VALID"],
    ["an incident they don't tell of", { incident: "INC-1" }, "INCIDENT_NOT_RECORDED"],
    ["no records", { record: "/nonexistent" }, "REVIEW_RECORDS_UNREADABLE"],
  ])("%s is refused", async (_, more, code) => {
    const { status, err } = await run(more);
    expect(status).toBe(2);
    expect(err).toContain(code);
  });

  it("practice says so", async () => {
    await layRecords("practice", "PRACTICE");
    const { out } = await run({ record: join(root, "practice") });
    expect(out).toMatch(/^PRACTICE: a rehearsal/);
  });
});

const misnamed = (): string =>
  lay("misnamed.json", JSON.stringify(signer.list).replace(signer.fingerprint, "67".repeat(16)));
const good = (): string => JSON.stringify({ Records: goodEvents(recordSha256) });

describe("hostile trail files", () => {
  const cases: readonly (readonly [string, () => Uint8Array | string, string])[] = [
    ["cut.json.gz", () => gzipSync(good()).subarray(0, -40), "damaged gzip"],
    ["bent.json.gz", () => gzipSync(good()).fill(0, 40, 60), "damaged gzip"],
    [
      "trailing.json.gz",
      () => Buffer.concat([gzipSync(good()), Buffer.from("more")]),
      "damaged gzip",
    ],
    ["half.json", () => good().slice(0, 900), "it ends in the middle"],
    ["deep.json", () => `{"Records":[{"a":${"[".repeat(10_000)}`, "nested too deeply"],
    ["text.json", () => "not json at all", "it is not JSON"],
    ["comma.json", () => `{"Records":[{},]}`, "a comma too many"],
    ["numbers.json", () => `{"Records":[1]}`, "something else stands where an object should"],
    ["huge.json", () => `{"Records":[{"a":"${"x".repeat(2_000_000)}"}]}`, "an entry is too large"],
    ["empty.json", () => "", "it is not JSON"],
    [
      "escaped.json",
      () => good().replace('"Records"', String.raw`"Rec\u006frds"`),
      "a list's name is written as AWS never does",
    ],
    ["two.json", () => `${good()}${good()}`, "it is not JSON"],
  ];
  it.each(cases)(
    "%s is named with what is wrong, and the rest is reviewed",
    async (name, make, why) => {
      const path = lay(name, make());
      const found = await told({ ...proven(), trail: [join(root, "logs"), path] });
      const finding = found.findings.find(({ code }) => code === "TRAIL_FILE_UNREADABLE");
      expect(finding?.about).toMatchObject({ file: path });
      expect(String(finding?.about["why"])).toContain(why);
      expect(found.verdict).toBe("EXPLAIN");
      expect(found.proof.status).not.toBe("verified");
      expect(found.actions.length).toBeGreaterThanOrEqual(5);
    },
  );

  it("odd events are counted and named, and never end the review", async () => {
    const [one = {}] = goodEvents(recordSha256);
    const odd = [
      {},
      { ...one, eventTime: "yesterday" },
      { ...one, eventID: 7 },
      { ...one, eventName: null },
      { ...one, recipientAccountId: "", userIdentity: null },
    ];
    const path = lay(
      "odd.json",
      JSON.stringify({ Records: [...odd, ...goodEvents(recordSha256)] }),
    );
    const found = await told({ trail: [path] });
    expect(found.findings.find(({ code }) => code === "TRAIL_EVENT_UNREADABLE")?.about).toEqual({
      file: path,
      count: 5,
      first: "number 1, eventID",
    });
    expect(found.actions).toHaveLength(5);
  });

  it("fields of any shape are taken as they come", async () => {
    const shapes = [null, 7, "x", [], [[]], { a: { b: [] } }, { __proto__: 1 }, true];
    const names = [
      "userIdentity",
      "requestParameters",
      "responseElements",
      "errorCode",
      "readOnly",
    ];
    const odd = names.flatMap((name) =>
      shapes.map((shape) => event("sts:AssumeRole", OPENED, { [name]: shape })),
    );
    const path = lay(
      "shapes.json",
      JSON.stringify({ Records: [...odd, ...goodEvents(recordSha256)] }),
    );
    expect((await told({ trail: [path] })).verdict).toBe("EXPLAIN");
  });

  it("a pipe, a bomb and other files in the folder cost nothing", async () => {
    mkdirSync(join(root, "mixed"));
    execFileSync("mkfifo", [join(root, "mixed", "pipe.json")]);
    lay("mixed/readme.txt", "hello");
    lay("mixed/keys.json", JSON.stringify(signer.list));
    lay("mixed/bomb.json.gz", gzipSync(Buffer.alloc(200_000_000, " ")));
    lay("mixed/log.json", good());
    const found = await told({ trail: [join(root, "mixed")] });
    const named = found.findings.map(
      ({ code, about }) => `${code} ${String(about["file"]).split("/").at(-1)}`,
    );
    expect(named).toContain("TRAIL_FILE_UNKNOWN keys.json");
    expect(named).toContain("TRAIL_FILE_UNREADABLE bomb.json.gz");
    expect(found.actions).toHaveLength(5);
    const pipe = await told({
      trail: [join(root, "mixed", "pipe.json"), join(root, "mixed", "log.json")],
    });
    expect(pipe.findings.map(({ what }) => what).join()).toContain("NOT_A_FILE");
  });

  it.each([
    ["a path that is not there", { trail: ["/nonexistent"] }, "TRAIL_PATH_UNREADABLE"],
    ["no events at all", () => ({ trail: [join(root, "keys.json")] }), "TRAIL_NOTHING_GIVEN"],
    [
      "keys that are none",
      () => ({ publicKeys: [join(root, "meta.json")] }),
      "PUBLIC_KEYS_UNUSABLE",
    ],
    ["a key under another's name", () => ({ publicKeys: [misnamed()] }), "PUBLIC_KEY_MISNAMED"],
    [
      "metadata that is none",
      () => ({ digestMeta: [join(root, "keys.json")] }),
      "DIGEST_META_UNUSABLE",
    ],
    ["a keys file that is not there", { publicKeys: ["/nonexistent"] }, "TRAIL_PATH_UNREADABLE"],
  ])("%s is refused by name, as JSON too", async (_, more, code) => {
    const options = typeof more === "function" ? more() : more;
    const { status, err } = await run(options);
    expect(status).toBe(2);
    expect(err).toContain(code);
    const json = await run({ ...options, json: true });
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "UNUSABLE", code });
  });
});
