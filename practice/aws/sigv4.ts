import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { refuse } from "./errors.ts";

/** AWS accepts a signature whose time is within five minutes of its own clock. */
const WINDOW_MS = 5 * 60 * 1000;

/** The parts of an `Authorization: AWS4-HMAC-SHA256` header (AWS Signature Version 4). */
export interface Signed {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | null;
  /** ISO basic, as sent in x-amz-date. */
  readonly date: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const header = (request: HttpRequest, name: string): string | null => {
  const value = request.headers[name];
  return value === undefined ? null : Array.isArray(value) ? value.join(",") : value;
};

/** Reads the header; what can't be read is refused in AWS's words. */
export function readSigned(request: HttpRequest): Signed {
  const authorization = header(request, "authorization");
  if (authorization === null)
    return refuse("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  const date = header(request, "x-amz-date");
  if (match === null || date === null || !/^\d{8}T\d{6}Z$/.test(date))
    return refuse("IncompleteSignature", 400, "Authorization header or X-Amz-Date is incomplete.");
  const [, accessKeyId = "", day = "", region = "", service = "", names = "", signature = ""] =
    match;
  const signedHeaders = names.split(";");
  const token = header(request, "x-amz-security-token");
  const needed = ["host", "x-amz-date", ...(token === null ? [] : ["x-amz-security-token"])];
  if (needed.some((name) => !signedHeaders.includes(name)) || !date.startsWith(day))
    return refuse("IncompleteSignature", 400, "A required header is not signed.");
  return { accessKeyId, day, region, service, signedHeaders, signature, token, date };
}

const hmac = (key: string | Buffer | KeyObject, data: string): Buffer =>
  createHmac("sha256", key).update(data).digest();

const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");

/** A day's keys by secret and scope: the same for each request, so derived once. */
const derived = new Map<string, KeyObject>();
const MOST_DERIVED = 4096;

function signingKey(secret: string, { day, region, service }: Signed): KeyObject {
  const name = `${secret}\n${day}/${region}/${service}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  if (derived.size >= MOST_DERIVED) derived.clear();
  const scope = [day, region, service, "aws4_request"];
  const key = createSecretKey(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`) as Buffer);
  derived.set(name, key);
  return key;
}

const encodeRfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .toSorted()
    .join("&");

const isoTime = (basic: string): number =>
  Date.parse(basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const basicTime = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, "");

/** Recomputes the signature over the request as it arrived; wrong, old or future ones are refused. */
export function checkSignature(
  request: HttpRequest,
  signed: Signed,
  secretAccessKey: string,
  serverTime: number,
): void {
  const headers = signed.signedHeaders
    .map((name) => `${name}:${(header(request, name) ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    signed.signedHeaders.join(";"),
    sha256Hex(request.body),
  ].join("\n");
  const scope = `${signed.day}/${signed.region}/${signed.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", signed.date, scope, sha256Hex(canonical)].join("\n");
  const expected = hmac(signingKey(secretAccessKey, signed), toSign);
  if (!timingSafeEqual(expected, Buffer.from(signed.signature, "hex")))
    refuse(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  const sent = isoTime(signed.date);
  if (sent < serverTime - WINDOW_MS)
    refuse(
      "SignatureDoesNotMatch",
      403,
      `Signature expired: ${signed.date} is now earlier than ${basicTime(serverTime - WINDOW_MS)} (${basicTime(serverTime)} - 5 min.)`,
    );
  if (sent > serverTime + WINDOW_MS)
    refuse(
      "SignatureDoesNotMatch",
      403,
      `Signature not yet current: ${signed.date} is still later than ${basicTime(serverTime + WINDOW_MS)} (${basicTime(serverTime)} + 5 min.)`,
    );
}
