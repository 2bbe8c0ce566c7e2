import { generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  allowedSigners,
  approvalEvidence,
  sealEvidence,
  type SealEvidence,
  vaultIdOf,
} from "../../crypto/record.ts";
import { filesOf, Scribe, softKey, testSigner } from "../ceremony/chain-kit.ts";
import { type Figure, median, ms, spread, timed } from "./figure.ts";
import { type Program, wholeProcess } from "./process.ts";

const RECORDS = 10_000;
const ROUNDS = 3;

/** One epoch with incident after incident, each of five records by three kinds of signer. */
async function writeChain(dir: string): Promise<number> {
  const vaultKey = await testSigner("bench vault");
  const station = await testSigner("bench station");
  const key = softKey("bench approver");
  const file = utf8("bench vault file");
  const seal: SealEvidence = {
    epoch: 1,
    setId: sha256(file).subarray(0, 16),
    fileSha256: hex(sha256(file)),
    vaultKey: vaultKey.wireKey,
    stationKey: station.wireKey,
    approvers: [{ label: "key", wireKey: key.wireKey }],
  };
  const scribe = new Scribe("PRACTICE", vaultIdOf(vaultKey.wireKey));
  const took = await timed(() => {
    scribe.add("sealed", seal, vaultKey, { evidence: sealEvidence(seal) });
    scribe.add("committed", seal, station, { evidence: { fileSha256: seal.fileSha256 } });
    while (scribe.lines.length < RECORDS) {
      const incident = { incident: `INC-${scribe.lines.length}` };
      scribe.add("glass-broken", seal, vaultKey, { evidence: incident });
      scribe.add("access-open", seal, station, { evidence: incident });
      scribe.add("access-expired", seal, station, { evidence: incident });
      const closed = scribe.add("closed", seal, station, { evidence: incident });
      const approved = { seq: closed.body.seq, sha256: hex(sha256(closed.bytes)), approver: "key" };
      scribe.add("approval", seal, { sign: key.approve }, { evidence: approvalEvidence(approved) });
    }
  });
  mkdirSync(join(dir, "records"), { recursive: true });
  writeFileSync(join(dir, "vault.pullstation"), file);
  writeFileSync(join(dir, "allowed_signers"), allowedSigners("PRACTICE", [seal]));
  const lines = scribe.lines.slice(0, RECORDS);
  for (const [name, bytes] of filesOf(lines)) writeFileSync(join(dir, "records", name), bytes);
  return took;
}

/** The signatures of such a chain and nothing else, by Node's own crypto: what no verifier avoids. */
async function bareSignatures(): Promise<number> {
  const ed = generateKeyPairSync("ed25519");
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const message = utf8("x".repeat(200));
  const bySeed = sign(null, message, ed.privateKey);
  const byTouch = sign("sha256", message, ec.privateKey);
  return timed(() => {
    for (let count = 0; count < RECORDS; count++) {
      const good =
        count % 5 === 4
          ? verify("sha256", message, ec.publicKey, byTouch)
          : verify(null, message, ed.publicKey, bySeed);
      if (!good) throw new Error("a good signature was refused");
    }
  });
}

export async function measureChain(dir: string, program: Program): Promise<readonly Figure[]> {
  const written = await writeChain(dir);
  const verifies: number[] = [];
  const bare: number[] = [];
  for (let count = 0; count < ROUNDS; count++) {
    const { took, text } = await wholeProcess(program(["verify", dir]));
    if (!text.includes(`UNANCHORED: ${RECORDS} records`)) throw new Error(`verify said: ${text}`);
    verifies.push(took);
    bare.push(await bareSignatures());
  }
  const [ours, floor] = [median(verifies), median(bare)];
  return [
    {
      what: "verify 10,000 records, whole process",
      ours: ms(ours),
      against: `their 10,000 signatures alone: ${ms(floor)}; runs ${spread(verifies)}`,
      goal: "≤ 2 s",
      met: ours <= 2000,
      values: { verifyMs: ours, signaturesMs: floor },
    },
    {
      what: "  write and sign those 10,000 (no disk)",
      ours: ms(written),
      against: "–",
      goal: null,
      met: null,
      values: { signMs: written },
    },
  ];
}
