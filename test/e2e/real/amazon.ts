import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { accountKeys, parseAccessKeys } from "../../../aws/documents/access-keys.ts";
import { railsOf } from "../../../aws/documents/kit.ts";
import { policySchema } from "../../../contract/policy.ts";
import { startPracticeAws } from "../../../practice/aws/server.ts";
import { totpCode, totpStep } from "../../../practice/aws/totp.ts";
import { provision } from "../../../practice/kit/provision.ts";
import { authority } from "../../aws/certificates.ts";

/**
 * AWS as a real station meets it: by its own names, through TLS, with the keys that were sealed and
 * codes that a person types. Behind the names stands practice AWS, at 127.0.0.1.
 */
export interface Amazon {
  readonly emergency: () => { readonly latched: boolean; readonly active: number };
  /** What the activator's MFA device shows now. */
  readonly code: () => string;
  /** Names that were asked for, each once. */
  readonly names: () => readonly string[];
  close(): Promise<void>;
}

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** Replaces what stands there exactly once. */
function patch(file: string, pattern: RegExp, by: string): void {
  const text = readFileSync(file, "utf8");
  const found = text.match(new RegExp(pattern, "g")) ?? [];
  if (found.length !== 1) throw new Error(`${file} has ${found.length} of ${pattern.source}`);
  writeFileSync(
    file,
    text.replace(pattern, () => by),
  );
}

/**
 * The shipped bundles that wait less between the closing and its second look: ten seconds instead of
 * the five minutes that a real policy must have.
 */
export const hurries = (main: string): void =>
  patch(
    join(dirname(main), "vault-process.js"),
    /againAfterSeconds < 300/,
    "againAfterSeconds < 3",
  );

/** `main`: of bundles whose online process is to find this AWS; nothing else of them changes. */
export async function amazon(
  main: string,
  account: string,
  keyFiles: readonly (readonly [string, string])[],
  policyText: string,
): Promise<Amazon> {
  const policy = policySchema.parse(JSON.parse(policyText));
  const keys = keyFiles.flatMap(([file, text]) => parseAccessKeys(text, file, account));
  const world = provision(accountKeys(keys), {
    partition: "aws",
    regions: policy.regions,
    kitExpires: policy.kitExpires,
    rails: railsOf(policy),
    seeds: { [account]: SEED },
    now: Date.now(),
  });
  const aws = await startPracticeAws({ world });
  const { port } = new URL(aws.endpoint);
  const root = authority("Amazon of these specs");
  const contexts = new Map<string, SecureContext>();
  const contextOf = (name: string): SecureContext => {
    const known = contexts.get(name) ?? createSecureContext(root.issue(name));
    contexts.set(name, known);
    return known;
  };
  const front = createTlsServer(
    { SNICallback: (name, told) => told(null, contextOf(name)) },
    (asked, answer) => {
      const { method, url, headers } = asked;
      const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    },
  );
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  // Nobody listens at port 80: nothing is asked there unless TLS fails.
  const nobody = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => nobody.once("listening", resolve));
  const httpPort = (nobody.address() as AddressInfo).port;
  nobody.close();
  const route = join(dirname(main), "route.js");
  writeFileSync(
    route,
    `export const ROUTE = {
  roots: [${JSON.stringify(root.root)}],
  lookup: (name, options, done) =>
    options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
  httpsPort: ${(front.address() as AddressInfo).port},
  httpPort: ${httpPort},
};
`,
  );
  const online = join(dirname(main), "online-process.js");
  patch(online, /ROUTE = \{ roots: rootCertificates,[^}]*\};/, "ROUTE = routeOfTheSpecs;");
  const bundled = readFileSync(online, "utf8");
  writeFileSync(online, `import { ROUTE as routeOfTheSpecs } from "./route.js";\n${bundled}`);
  const user = () => {
    const found = world.accounts[account]?.users;
    return Object.values(found ?? {}).find(({ name }) => name.includes("emergency"));
  };
  return {
    emergency: () => ({
      latched: user()?.attached.some((arn) => arn.endsWith("BreakGlassClosed")) === true,
      active: user()?.keys.filter(({ status }) => status === "Active").length ?? 0,
    }),
    code: () => totpCode(SEED, totpStep(Date.now())),
    names: () => [...contexts.keys()].toSorted(),
    close: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await aws.close();
    },
  };
}
