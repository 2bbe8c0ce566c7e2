import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { Copy } from "../../ceremony/verify.ts";
import { concat, hex, sha256, u32be, utf8 } from "../../crypto/bytes.ts";
import {
  allowedSigners,
  approvalEvidence,
  encodeRecord,
  NAMESPACES,
  RECORD_FORMAT,
  type RecordBody,
  type RecordKind,
  type RecordMode,
  recordName,
  sealEvidence,
  type SealEvidence,
  vaultIdOf,
} from "../../crypto/record.ts";
import { skEcdsaWireKey } from "../../crypto/ssh-wire.ts";
import { approvalDigest, assembleSkEcdsa, type SshSigner, sshSigner } from "../../crypto/sshsig.ts";

/** Chains of records made on the spot from fixed seeds: what a station and its vaults would write. */

const seed = (name: string): Uint8Array => sha256(utf8(name));
export const testSigner = (name: string): Promise<SshSigner> => sshSigner(seed(name));

export const APPLICATION = "ssh:pullstation";

/** A P-256 key that signs as a security key does: presence and verification, no extensions. */
export interface SoftKey {
  readonly point: Uint8Array;
  readonly wireKey: Uint8Array;
  approve(namespace: string, message: Uint8Array, flags?: number): string;
  assertion(
    digest: Uint8Array,
    flags?: number,
  ): { authenticatorData: Uint8Array; signature: Uint8Array };
}

export function softKey(name: string): SoftKey {
  // RFC 5915 in PKCS#8, with a scalar that is a hash: below the order but for odds of 2^-32.
  const head = "308141020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
  const der = Buffer.concat([Buffer.from(head, "hex"), seed(name)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const point = new Uint8Array(spki.subarray(-65));
  const assertion: SoftKey["assertion"] = (digest, flags = 0x05) => {
    const authenticatorData = concat(sha256(utf8(APPLICATION)), Uint8Array.of(flags), u32be(7));
    const signature = sign("sha256", concat(authenticatorData, digest), key);
    return { authenticatorData, signature: new Uint8Array(signature) };
  };
  return {
    point,
    wireKey: skEcdsaWireKey(point, APPLICATION),
    assertion,
    approve: (namespace, message, flags) =>
      assembleSkEcdsa({
        point,
        application: APPLICATION,
        namespace,
        ...assertion(approvalDigest(namespace, message), flags),
      }),
  };
}

export interface Line {
  readonly body: RecordBody;
  readonly bytes: Uint8Array;
  readonly signature: string;
}

type Sign = (namespace: string, message: Uint8Array) => string;

/** Writes one chain; every field can be bent by `bend` to plant a fault that is validly signed. */
export class Scribe {
  readonly mode: RecordMode;
  readonly vaultId: string;
  readonly lines: Line[] = [];

  constructor(mode: RecordMode, vaultId: string, lines: readonly Line[] = []) {
    this.mode = mode;
    this.vaultId = vaultId;
    this.lines.push(...lines);
  }

  add(
    kind: RecordKind,
    of: Pick<SealEvidence, "epoch" | "fileSha256">,
    by: { readonly sign: Sign },
    bend: Partial<RecordBody> = {},
  ): Line {
    const last = this.lines.at(-1);
    const body: RecordBody = {
      format: RECORD_FORMAT,
      mode: this.mode,
      vaultId: this.vaultId,
      seq: (last?.body.seq ?? 0) + 1,
      previous: last === undefined ? null : hex(sha256(last.bytes)),
      vaultHash: of.fileSha256,
      epoch: of.epoch,
      kind,
      who: { officer: "Ana Ruiz" },
      why: "a test",
      at: { time: "2026-03-01T02:17:00Z", clock: "station" },
      evidence: {},
      ...bend,
    };
    const bytes = encodeRecord(body);
    const line = { body, bytes, signature: by.sign(NAMESPACES[body.mode], bytes) };
    this.lines.push(line);
    return line;
  }

  copy(name = "copy", more: Partial<Copy> = {}): Copy {
    return { name, records: filesOf(this.lines), ...more };
  }
}

export const filesOf = (lines: readonly Line[]): Map<string, Uint8Array> =>
  new Map(
    lines.flatMap(({ bytes, signature }, index): [string, Uint8Array][] => [
      [recordName(index + 1), bytes],
      [`${recordName(index + 1)}.sig`, utf8(signature)],
    ]),
  );

export interface Story {
  readonly scribe: Scribe;
  readonly vault: Uint8Array;
  readonly seals: readonly SealEvidence[];
  readonly signers: Readonly<Record<"vault1" | "vault2" | "station", SshSigner>>;
  readonly key: SoftKey;
  readonly allowedSigners: Uint8Array;
}

const commits = (seal: SealEvidence): Partial<RecordBody> => ({
  evidence: { fileSha256: seal.fileSha256 },
});

/** Two epochs with one use, one approval and one abandoned rotation: 14 records. */
export async function makeStory(mode: RecordMode = "REAL", name = "story"): Promise<Story> {
  const vault1 = await testSigner(`${name} vault 1`);
  const vault2 = await testSigner(`${name} vault 2`);
  const station = await testSigner(`${name} station`);
  const key = softKey(`${name} approver`);
  const files = ["1", "abandoned", "2"].map((file) => utf8(`${name} file ${file}`));
  const sealOf = (epoch: number, signer: SshSigner, file: number): SealEvidence => ({
    epoch,
    setId: sha256(files[file] ?? new Uint8Array()).subarray(0, 16),
    fileSha256: hex(sha256(files[file] ?? new Uint8Array())),
    vaultKey: signer.wireKey,
    stationKey: station.wireKey,
    approvers: [{ label: "Reviewer's key", wireKey: key.wireKey }],
  });
  const one = sealOf(1, vault1, 0);
  const abandoned = sealOf(2, await testSigner(`${name} vault abandoned`), 1);
  const two = sealOf(2, vault2, 2);
  const scribe = new Scribe(mode, vaultIdOf(vault1.wireKey));

  scribe.add("sealed", one, vault1, { evidence: sealEvidence(one) });
  scribe.add("share-checked", one, station);
  scribe.add("committed", one, station, commits(one));
  scribe.add("refused", one, station);
  scribe.add("glass-broken", one, vault1, { evidence: { incident: "inc-1" } });
  scribe.add("access-open", one, station, { at: { time: "2026-03-01T02:20:00Z", clock: "aws" } });
  scribe.add("access-expired", one, station);
  const closed = scribe.add("closed", one, station);
  scribe.add(
    "approval",
    one,
    { sign: key.approve },
    {
      evidence: approvalEvidence({
        seq: closed.body.seq,
        sha256: hex(sha256(closed.bytes)),
        approver: "Reviewer's key",
      }),
    },
  );
  scribe.add("rotated", one, vault1, { evidence: sealEvidence(abandoned) });
  scribe.add("cancelled", one, station);
  scribe.add("rotated", one, vault1, { evidence: sealEvidence(two) });
  scribe.add("share-checked", two, station);
  scribe.add("committed", two, station, commits(two));
  return {
    scribe,
    vault: files[2] ?? new Uint8Array(),
    seals: [one, two],
    signers: { vault1, vault2, station },
    key,
    allowedSigners: utf8(allowedSigners(mode, [one, two])),
  };
}
