import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ACCOUNT, BUCKET, type Json, REGION } from "./trail-kit.ts";

/** An object in the practice bucket, as S3 holds it. */
export interface Stored {
  readonly key: string;
  readonly zipped: Uint8Array;
  /** Metadata of a digest. */
  readonly signature?: string | undefined;
}

/**
 * What aws-cli's own `cloudtrail validate-logs` says of these objects: it asks an S3 and a CloudTrail
 * on loopback that do nothing but hand them out.
 */
export async function validateLogs(
  objects: readonly Stored[],
  keys: Json,
  from: string,
  to: string,
): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
  const server = createServer((request, response) => {
    answer(request, response, objects, keys);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const args = ["cloudtrail", "validate-logs", "--verbose", "--s3-bucket", BUCKET];
    args.push("--trail-arn", `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/acme`);
    args.push("--start-time", from, "--end-time", to, "--endpoint-url", endpoint);
    const child = spawn("aws", args, {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: "/nonexistent",
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_ACCESS_KEY_ID: "AKIATEST",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: REGION,
        AWS_EC2_METADATA_DISABLED: "true",
        NO_PROXY: "*",
      },
      timeout: 60_000,
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (err += String(chunk)));
    const status = await new Promise<number | null>((resolve) => {
      child.on("close", resolve);
    });
    return { status, out, err };
  } finally {
    server.close();
  }
}

const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>${body}`;

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  objects: readonly Stored[],
  keys: Json,
): void {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  request.resume();
  if (request.method === "POST") {
    // JSON protocol dates are epoch seconds.
    const list = (keys["PublicKeyList"] as Json[]).map((key) => ({
      ...key,
      ValidityStartTime: Date.parse(String(key["ValidityStartTime"])) / 1000,
      ValidityEndTime: Date.parse(String(key["ValidityEndTime"])) / 1000,
    }));
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ PublicKeyList: list }));
    return;
  }
  response.setHeader("content-type", "application/xml");
  if (url.searchParams.has("location")) {
    response.end(xml("<LocationConstraint/>"));
    return;
  }
  const key = decodeURIComponent(url.pathname).slice(`/${BUCKET}/`.length);
  if (key === "") {
    const marker = url.searchParams.get("marker") ?? "";
    const prefix = url.searchParams.get("prefix") ?? "";
    const listed = objects
      .filter((one) => one.key.startsWith(prefix) && one.key > marker)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((one) => `<Contents><Key>${one.key}</Key></Contents>`);
    response.end(
      xml(
        `<ListBucketResult><Name>${BUCKET}</Name><IsTruncated>false</IsTruncated>${listed.join("")}</ListBucketResult>`,
      ),
    );
    return;
  }
  const object = objects.find((one) => one.key === key);
  if (object === undefined) {
    response.statusCode = 404;
    response.end(xml("<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"));
    return;
  }
  response.setHeader("content-type", "application/json");
  if (object.signature !== undefined) {
    response.setHeader("x-amz-meta-signature", object.signature);
    response.setHeader("x-amz-meta-signature-algorithm", "SHA256withRSA");
  }
  response.end(object.zipped);
}
