import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sealEvidence, type SealEvidence, vaultIdOf } from "../../crypto/record.ts";
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
  makeSigner,
  makeTrail,
  OPENED,
  REGION,
  roleIdentity,
} from "../aws/trail-kit.ts";
import { filesOf, Scribe, testSigner } from "../ceremony/chain-kit.ts";
import { type Figure, mb, median, ms, spread, timed } from "./figure.ts";
import { type Program, wholeProcess } from "./process.ts";

const EVENTS = 200_000;
const ROUNDS = 5;
/** Prints the process's own peak (KiB) as its last word; maxRSS would begin with its parent's. */
const PEAK = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs";
  process.on("exit", () => {
    const status = readFileSync("/proc/self/status", "utf8");
    process.stdout.write("\\npeak " + /VmHWM:\\s*(\\d+)/.exec(status)[1] + "\\n");
  });
`)}`;
/** Roles at work, as the trail of a busy day looks. */
const SESSIONS = 3000;

function busyEvents(record: string): Json[] {
  const all = goodEvents(record);
  const span = CLOSED - OPENED;
  for (let index = 0; all.length < EVENTS; index++)
    all.push(
      event(
        index % 3 === 0 ? "s3:GetBucketAcl" : "ec2:DescribeInstances",
        OPENED + (index % span),
        {
          userIdentity: roleIdentity(
            `ASIA${String(index % SESSIONS).padStart(16, "0")}`,
            `app${index % 50}`,
            `s${index % SESSIONS}`,
          ),
          requestParameters: {
            bucketName: `bucket-${index % 1000}`,
            filterSet: {
              items: [{ name: "tag:Name", valueSet: { items: [{ value: `${index}` }] } }],
            },
          },
          additionalEventData: {
            SignatureVersion: "SigV4",
            CipherSuite: "ECDHE-RSA-AES128-GCM-SHA256",
            bytesTransferredIn: 0,
            AuthenticationMethod: "AuthHeader",
          },
          tlsDetails: {
            tlsVersion: "TLSv1.3",
            cipherSuite: "TLS_AES_128_GCM_SHA256",
            clientProvidedHostHeader: `ec2.${REGION}.amazonaws.com`,
          },
          vpcEndpointId: "vpce-0123456789abcdef0",
        },
      ),
    );
  return all;
}

/** Gives the SHA-256 of the record that opened the access. */
export async function layRecords(dir: string): Promise<string> {
  const vault = await testSigner("bench trail vault");
  const station = await testSigner("bench trail station");
  const file = utf8("bench vault file");
  const seal: SealEvidence = {
    epoch: 1,
    setId: sha256(file).subarray(0, 16),
    fileSha256: hex(sha256(file)),
    vaultKey: vault.wireKey,
    stationKey: station.wireKey,
    approvers: [],
  };
  const scribe = new Scribe("REAL", vaultIdOf(vault.wireKey));
  const incident = { incident: INCIDENT, accounts: [ACCOUNT] };
  scribe.add("sealed", seal, vault, { evidence: sealEvidence(seal) });
  scribe.add("committed", seal, station, { evidence: { fileSha256: seal.fileSha256 } });
  const broken = scribe.add("glass-broken", seal, vault, {
    evidence: { ...incident, purpose: "open" },
  });
  scribe.add("access-open", seal, station, {
    at: { time: iso(OPENED), clock: "aws" },
    evidence: { ...incident, deadline: iso(DEADLINE) },
  });
  scribe.add("closed", seal, station, {
    at: { time: iso(CLOSED), clock: "aws" },
    evidence: { incident: INCIDENT, accounts: [] },
  });
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(scribe.lines))
    writeFileSync(join(dir, "records", name), bytes);
  return hex(sha256(broken.bytes));
}

/** A review of 200,000 events in signed gzip logs, by the whole process. */
export async function measureTrail(dir: string, program: Program): Promise<readonly Figure[]> {
  const signer = makeSigner();
  const made = makeTrail(busyEvents(await layRecords(dir)), signer, { perLog: 2000 });
  mkdirSync(join(dir, "logs"));
  let bytes = 0;
  for (const { name, zipped, content } of [...made.logs, ...made.digests]) {
    writeFileSync(join(dir, "logs", name), zipped);
    bytes += content.length;
  }
  writeFileSync(join(dir, "keys.json"), JSON.stringify(signer.list));
  writeFileSync(join(dir, "meta.json"), JSON.stringify(made.meta));
  const args = ["review", "--trail", join(dir, "logs"), "--record", dir, "--region", REGION];
  args.push(
    "--all-regions",
    "--public-keys",
    join(dir, "keys.json"),
    "--digest-meta",
    join(dir, "meta.json"),
  );
  const times: number[] = [];
  const peaks: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { took, text } = await wholeProcess(["--import", PEAK, ...program(args)]);
    const peak = Number(/^peak (\d+)$/m.exec(text)?.[1]) * 1024;
    if (!text.includes("VERIFIED") || !text.includes(`${EVENTS} events`))
      throw new Error(`review said: ${text.slice(0, 500)}`);
    times.push(took);
    peaks.push(peak);
    floors.push(
      await timed(() => {
        for (const { zipped } of made.logs) JSON.parse(gunzipSync(zipped).toString());
      }),
    );
  }
  const [took, floor] = [median(times), median(floors)];
  const peak = Math.max(...peaks);
  return [
    {
      what: "review 200,000 events, verified, whole process",
      ours: ms(took),
      against: `gunzip and JSON.parse of the ${mb(bytes)} alone: ${ms(floor)}; runs ${spread(times)}`,
      goal: "≤ 3 s",
      met: took <= 3000,
      values: { reviewMs: took, parseMs: floor },
    },
    {
      what: "  its peak memory",
      ours: mb(peak),
      against: "the largest of its runs",
      goal: "≤ 400 MB",
      met: peak <= 400e6,
      values: { peakBytes: peak },
    },
  ];
}
