import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { type RecordBody, sealEvidence, type SealEvidence } from "../../crypto/record.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { filesOf, testSigner } from "../ceremony/chain-kit.ts";
import { DEAD, INCIDENT, RED, type Writer, writer } from "../ceremony/use-chain.ts";
import { read as textOf } from "./paper-reading.ts";

// Each use is shown by its own records, and the vault by the seal that counts.

const RUNBOOK = "# When sign-in is down\n";
const runbookSha256 = hex(sha256(utf8(RUNBOOK)));

let root: string;
let dir: string;
let out: string;
let chain: Writer;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "evidence-own-"));
  dir = join(root, "vault");
  out = join(root, "out");
  chain = await writer({ name: "Acme Prod", runbookSha256 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function exported(): Promise<void> {
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(chain.scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  writeFileSync(join(dir, "runbook.md"), RUNBOOK);
  await exportEvidence({ dir, out, now: "2026-06-30T08:00:00.000Z" });
}
const read = (file: string): string => readFileSync(join(out, file), "utf8");

it("a use that is not proven dead is not called so for another's closing", async () => {
  const used = (incident: string, account: RecordBody["evidence"], overrides: string[]): void => {
    const evidence = { incident, purpose: "open", accounts: [DEAD.account], overrides };
    chain.add("glass-broken", evidence, undefined, { why: `reason of ${incident}` });
    chain.add("access-open", { incident, deadline: "2026-06-18T03:05:00.000Z" });
    chain.add("closed", { incident, accounts: [account] });
  };
  used(INCIDENT, { ...DEAD, verdict: "NOT_AT_REST" }, []);
  used("INC-8", DEAD, [INCIDENT]);
  chain.approve(chain.reviewed([RED]), "Red tag");
  await exported();
  const first = textOf(read(`uses/000003-${INCIDENT}.html`));
  expect(first).toContain("Not proven dead.");
  expect(first).not.toContain("access is dead");
  expect(first).toContain(`Incident ${INCIDENT}`);
  expect(first).toContain(`Reason reason of ${INCIDENT}`);
  expect(textOf(read("uses/000006-INC-8.html"))).toContain("The access is dead.");
});

/** The candidate brings a name and a runbook of its own. */
async function rotated(): Promise<SealEvidence> {
  const station = await testSigner("gate station");
  const file = utf8("gate candidate");
  const next: SealEvidence = {
    epoch: 2,
    setId: sha256(file).subarray(0, 16),
    fileSha256: hex(sha256(file)),
    vaultKey: (await testSigner("gate candidate")).wireKey,
    stationKey: station.wireKey,
    approvers: [],
  };
  const live = { epoch: 1, fileSha256: hex(sha256(utf8("gate vault file"))) };
  const about = { name: "Renamed", runbookSha256: "ee".repeat(32) };
  const evidence = sealEvidence(next, about);
  chain.scribe.add("rotated", live, await testSigner("gate vault"), { evidence });
  return next;
}
const procedure = (): string =>
  (read("index.html").split('<h3 id="164.312(a)(2)(ii)">')[1] ?? "").split("<h3")[0] ?? "";

describe("a rotation", () => {
  it.each(["still waits", "was given up"])(
    "that %s changes neither name nor runbook",
    async (how) => {
      const { fileSha256 } = await rotated();
      if (how === "was given up") chain.add("cancelled", { incident: "", fileSha256 });
      await exported();
      expect(read("runbook.md")).toBe(RUNBOOK);
      expect(read("index.html")).toContain("Evidence: <bdi>Acme Prod</bdi>");
      expect(procedure()).toMatch(
        /class="claim">.*procedure for emergencies.*runbook\.md.*000001\.json/,
      );
    },
  );

  it("once it counts, the runbook that it names is missing, and that is said", async () => {
    const next = await rotated();
    const evidence = { fileSha256: next.fileSha256 };
    chain.scribe.add("committed", next, await testSigner("gate station"), { evidence });
    await exported();
    expect(existsSync(join(out, "runbook.md"))).toBe(false);
    expect(read("index.html")).toContain("Evidence: <bdi>Renamed</bdi>");
    expect(procedure()).toMatch(/class="gap">.*runbook.*000003\.json/);
  });
});
