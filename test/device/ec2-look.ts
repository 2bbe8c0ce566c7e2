import { createHash, createHmac } from "node:crypto";
import type { Credentials } from "../../ceremony/access/ports.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

const QUERY = "Action=DescribeRegions&Version=2016-11-15";

/**
 * A harmless look by a session: GetSessionToken's own may ask neither IAM nor STS for anything that a
 * policy governs, so the probes of an access tell nothing of it. OK, ACCESS_DENIED, or AWS's own code.
 */
export async function ec2Look(
  { accessKeyId, secretAccessKey, sessionToken = "" }: Credentials,
  region: string,
  endpoint = `https://ec2.${region}.amazonaws.com`,
): Promise<string> {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const scope = `${date.slice(0, 8)}/${region}/ec2/aws4_request`;
  const headers = { "x-amz-date": date, "x-amz-security-token": sessionToken };
  const { host } = new URL(endpoint);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}:${value}\n`);
  const names = ["host", ...Object.keys(headers)].join(";");
  const canonical = ["GET", "/", QUERY, lines.join(""), names, sha256("")].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signed = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const signature = hmac(key, signed).toString("hex");
  const answer = await fetch(`${endpoint}/?${QUERY}`, {
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  });
  const text = await answer.text();
  if (answer.ok) return "OK";
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? String(answer.status);
  return ["UnauthorizedOperation", "AccessDenied"].includes(code) ? "ACCESS_DENIED" : code;
}
