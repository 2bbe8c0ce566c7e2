import { X509Certificate } from "node:crypto";
import { ROOTS_AS_OF } from "../documents/roots.ts";
import type { AwsCode } from "./codes.ts";
import type { Facts } from "./portal.ts";

/** Certificates as a server showed them, its own first. */
export type Chain = readonly [X509Certificate, ...X509Certificate[]];

const MOST = 10;

export function chainOf(leaf: X509Certificate): Chain {
  const chain: [X509Certificate, ...X509Certificate[]] = [leaf];
  let next = leaf.issuerCertificate;
  while (next !== undefined && chain.length < MOST) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) break;
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

const issuedBy = (one: X509Certificate, by: X509Certificate): boolean =>
  one.checkIssued(by) && one.verify(by.publicKey);

/** Signature by signature up to a root that we know, whatever the date. */
function rooted(chain: Chain, roots: readonly X509Certificate[]): boolean {
  let [current]: readonly X509Certificate[] = chain;
  for (let step = 0; current !== undefined && step < MOST; step++) {
    const here: X509Certificate = current;
    if (roots.some((root) => root.fingerprint256 === here.fingerprint256 || issuedBy(here, root)))
      return true;
    current = chain.find(
      (one) => one.fingerprint256 !== here.fingerprint256 && issuedBy(here, one),
    );
  }
  return false;
}

const organisation = (name: string): string =>
  /^O=(.+)$/m.exec(name)?.[1] ?? /^CN=(.+)$/m.exec(name)?.[1] ?? "nobody that it names";

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Why a chain was refused, for whoever must act at night: this laptop's clock, another server,
 * somebody in between, or a list of roots that is too old. Null: none of them.
 */
export function judgeChain(
  chain: Chain,
  host: string,
  roots: readonly string[],
  nowMs: number,
): { readonly code: AwsCode; readonly about: Facts } | null {
  const [leaf] = chain;
  const issuer = organisation(chain.at(-1)?.issuer ?? leaf.issuer);
  const from = Date.parse(leaf.validFrom);
  const until = Date.parse(leaf.validTo);
  if (leaf.checkHost(host) === undefined)
    return {
      code: "TLS_OTHER_SERVER",
      about: { host, names: leaf.subjectAltName ?? organisation(leaf.subject), issuer },
    };
  if (
    !rooted(
      chain,
      roots.map((pem) => new X509Certificate(pem)),
    )
  )
    return /^(?:Amazon|Starfield)/.test(issuer)
      ? { code: "TLS_UNKNOWN_ROOT", about: { host, issuer, roots: ROOTS_AS_OF } }
      : { code: "TLS_INTERCEPTED", about: { host, issuer } };
  if (nowMs < from || nowMs > until)
    return {
      code: "TLS_CLOCK_WRONG",
      about: { host, laptop: day(nowMs), from: day(from), until: day(until) },
    };
  return null;
}
