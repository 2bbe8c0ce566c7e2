import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { exportEvidence } from "../../station/evidence/export.ts";
import { filesOf } from "../ceremony/chain-kit.ts";
import { DEAD, INCIDENT, RED, type Writer, writer } from "../ceremony/use-chain.ts";
import { read as textOf } from "./paper-reading.ts";

// Each use is shown by its own records.

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
