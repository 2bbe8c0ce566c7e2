import { createHash, randomBytes } from "node:crypto";
import { CodedError } from "../../crypto/errors.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { findKeys } from "../../hardware/keys.ts";
import { systemHid } from "../../hardware/node-hid.ts";
import { systemTimers } from "../../hardware/timers.ts";

/**
 * The house's own client on node-hid's native addon, inside the testbed. Reads one JSON order from
 * standard input, does it, and prints what it got as JSON: the secrets of a practice key.
 */
export interface ClientOrder {
  readonly pin: string;
  /** Text whose SHA-256 is the salt; several: one touch each. */
  readonly salts: readonly string[];
  /** base64: a credential made by another program; without it one is enrolled. */
  readonly credential?: string;
  readonly otp?: { readonly slot: 1 | 2; readonly challenge: string };
  /** Milliseconds until the touch is given up. */
  readonly cancelAfter?: number;
}

export interface ClientReport {
  readonly labels: readonly string[];
  readonly listMs: number;
  readonly aaguid: string;
  readonly pinRetries: number;
  readonly credential: string;
  readonly uvBound: boolean;
  /** One per salt, hex. */
  readonly secrets: readonly string[];
  /** Both outputs of one touch with the first two salts, hex. */
  readonly pair: readonly string[];
  readonly touchMs: readonly number[];
  readonly otp: string;
  /** The code of what ended it early. */
  readonly failed: string;
}

const saltOf = (text: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(text).digest());
const hex = (data: Uint8Array): string => Buffer.from(data).toString("hex");
const timed = async <T>(run: () => Promise<T>): Promise<[T, number]> => {
  const from = performance.now();
  const value = await run();
  return [value, performance.now() - from];
};

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const order = JSON.parse(Buffer.concat(chunks).toString()) as ClientOrder;

const means = {
  draw: drawFrom((length) => new Uint8Array(randomBytes(length))),
  timers: systemTimers,
};
const hid = await systemHid();
const [found, listMs] = await timed(async () => {
  const keys = await findKeys(hid, means);
  const facts = await Promise.all(
    keys.map((one) => (one.kind === "fido2" ? one.key.facts() : one.key.facts())),
  );
  return { keys, facts };
});
const fido2 = found.keys.find((one) => one.kind === "fido2")?.key;
const otp = found.keys.find((one) => one.kind === "otp")?.key;
if (fido2 === undefined) throw new Error("no FIDO2 key was listed");

const info = await fido2.info();
const report = {
  labels: found.keys.map((one) => `${one.kind}: ${one.key.label}`),
  listMs,
  aaguid: info.aaguid,
  pinRetries: info.pinRetries,
  credential: order.credential ?? "",
  uvBound: false,
  secrets: [] as string[],
  pair: [] as string[],
  touchMs: [] as number[],
  otp: "",
  failed: "",
};
const cancel = new AbortController();
if (order.cancelAfter !== undefined) setTimeout(() => cancel.abort(), order.cancelAfter);
const { signal } = cancel;
const { pin } = order;
try {
  const salts = order.salts.map(saltOf);
  const [first, second] = salts;
  if (order.credential === undefined && first !== undefined) {
    const made = await fido2.enrol({ salt: first, userName: "tester", pin, signal });
    report.credential = Buffer.from(made.credentialId).toString("base64");
    report.uvBound = made.uvBound;
  }
  const credentialId = new Uint8Array(Buffer.from(report.credential, "base64"));
  for (const salt of salts) {
    const [output, ms] = await timed(() => fido2.touch({ credentialId, salt, pin, signal }));
    report.secrets.push(hex(output));
    report.touchMs.push(ms);
  }
  if (first !== undefined && second !== undefined) {
    const pair = await fido2.derive({ credentialId, salts: [first, second], pin, signal });
    report.pair.push(...pair.map(hex));
  }
  if (order.otp !== undefined) {
    const { slot } = order.otp;
    const challenge = new Uint8Array(Buffer.from(order.otp.challenge, "hex"));
    report.otp = hex((await otp?.respond({ slot, challenge })) ?? new Uint8Array());
  }
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  report.failed = error.code;
  // Which status, for whoever reads a failed check.
  process.stderr.write(`${error.message}\n`);
}
process.stdout.write(`${JSON.stringify(report satisfies ClientReport)}\n`);
// The addon's reading threads end with the process.
process.exit(0);
