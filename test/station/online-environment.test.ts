import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sealOrder } from "../../ceremony/access/order.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import { onlineRequests } from "../../contract/online.ts";
import { lanes, portOf } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { base64url, fromBase64url } from "../../crypto/bytes.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { type Folder, folder, orderOf, POLICY, worldOf } from "../ceremony/stage.ts";

// The online process, started among everything that could lead it elsewhere or lend it something.

let aws: PracticeAws;
let place: Folder;
let trap: Server;
let caught: string[];
let child: ChildProcess;
beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(1) });
  place = folder();
  caught = [];
  trap = createServer((request, response) => {
    caught.push(`${request.method} ${request.url}`);
    response.end();
  });
  trap.on("connect", (request, socket) => {
    caught.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  trap.listen(0, "127.0.0.1");
  await once(trap, "listening");
});
afterEach(async () => {
  child.kill("SIGKILL");
  await aws.close();
  trap.close();
  place.remove();
});

const trapUrl = (): string => `http://127.0.0.1:${(trap.address() as { port: number }).port}`;

function started(): ReturnType<typeof connect<typeof onlineRequests>>["ask"] {
  const to = trapUrl();
  const marker = join(place.dir, "ran");
  const config =
    `[default]\nregion = eu-north-1\nendpoint_url = ${to}\ncredential_process = touch ${marker}\n` +
    `use_fips_endpoint = true\n`;
  mkdirSync(join(place.dir, ".aws"));
  for (const name of ["config", "credentials"])
    writeFileSync(join(place.dir, ".aws", name), config);
  const proxies = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
  ];
  const endpoints = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_STS"];
  const lenders = [
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  ];
  child = fork(new URL("../../station/online-process.ts", import.meta.url), [], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: {
      PATH: process.env["PATH"],
      HOME: place.dir,
      ...Object.fromEntries([...proxies, ...endpoints, ...lenders].map((name) => [name, to])),
      NODE_USE_ENV_PROXY: "1",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      AWS_CONFIG_FILE: join(place.dir, ".aws", "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(place.dir, ".aws", "credentials"),
      AWS_PROFILE: "default",
      AWS_REGION: "eu-north-1",
      AWS_ACCESS_KEY_ID: "AKIASOMEBODYELSES123",
      AWS_SECRET_ACCESS_KEY: "somebody else's",
      AWS_SESSION_TOKEN: "somebody else's",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_MAX_ATTEMPTS: "1",
    },
  });
  return connect(lanes(portOf(child), ["main", "access"]).main, onlineRequests).ask;
}

async function accepted(ask: ReturnType<typeof started>, order: ActivationOrder) {
  const { publicKey } = await ask("offer", null);
  const box = base64url(await sealOrder(fromBase64url(publicKey), order));
  return ask("accept", {
    box,
    vaultProcessExited: true,
    practiceEndpoint: order.mode === "PRACTICE" ? aws.endpoint : null,
    dir: place.dir,
  });
}

const policy = { ...POLICY, proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 } };

it("goes where the order says with the order's keys: no variable, file, proxy or metadata counts", async () => {
  const ask = started();
  const { scrubbed, proxy } = await accepted(ask, orderOf(1, { policy }));
  expect(proxy).toBeNull();
  expect(scrubbed).toEqual(expect.arrayContaining(["AWS_PROFILE", "HTTPS_PROXY", "https_proxy"]));
  expect(await ask("open", null)).toMatchObject({
    kind: "OPENED",
    accounts: [{ state: "ACTIVE" }],
  });
  expect(await ask("close", { why: "by hand" })).toMatchObject([{ verdict: "CLOSED" }]);
  expect(caught).toEqual([]);
  expect(existsSync(join(place.dir, "ran"))).toBe(false);
  const keys = new Set(aws.calls().map(({ accessKeyId }) => accessKeyId));
  expect([...keys].filter((id) => id?.startsWith("AKIASOMEBODY"))).toEqual([]);
});

it("takes the one proxy that people chose, says so, and goes no other way", async () => {
  writeFileSync(join(place.dir, "proxy.txt"), `${trapUrl()}\n`);
  const ask = started();
  // Not good for long: a proxy may be mended meanwhile.
  const { proxy } = await accepted(ask, orderOf(1, { mode: "REAL", policy, goodForMs: 1 }));
  expect(proxy).toBe(trapUrl());
  expect(await ask("open", null)).toMatchObject({
    kind: "REFUSED",
    code: "ACCOUNT_UNREACHABLE",
    about: {
      verdict: "PROXY_REFUSED",
      proxy: trapUrl(),
      host: "sts.us-east-1.amazonaws.com",
    },
  });
  expect(new Set(caught)).toEqual(new Set(["CONNECT sts.us-east-1.amazonaws.com:443"]));
  const { proxy: recorded, calls } = await ask("calls", null);
  expect(recorded).toBe(trapUrl());
  expect(calls).toMatchObject([{ action: "sts:GetCallerIdentity", verdict: "PROXY_REFUSED" }]);
});

it("takes no proxy to practice AWS", async () => {
  writeFileSync(join(place.dir, "proxy.txt"), `${trapUrl()}\n`);
  const ask = started();
  expect((await accepted(ask, orderOf(1, { policy }))).proxy).toBeNull();
  expect(await ask("open", null)).toMatchObject({ kind: "OPENED" });
  expect(caught).toEqual([]);
});

it.each(["https://proxy:8080", "http://me:secret@proxy:8080", "http://proxy", "proxy:8080", ""])(
  "refuses %s as a proxy, before anything is begun",
  async (text) => {
    writeFileSync(join(place.dir, "proxy.txt"), text);
    const ask = started();
    await expect(accepted(ask, orderOf(1, { mode: "REAL", policy }))).rejects.toMatchObject({
      code: "PROXY_INVALID",
      about: { file: "proxy.txt" },
    });
    expect(caught).toEqual([]);
  },
);
