import { once } from "node:events";
import { createServer as createPlain, request as ask80, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import { connect as connectTo, createServer as createRaw, type Server } from "node:net";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CloudOptions, openAws } from "../../aws/clients/cloud.ts";
import { foreignAnswer } from "../../aws/clients/portal.ts";
import { ROOTS_AS_OF } from "../../aws/documents/roots.ts";
import { explain } from "../../contract/failures.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { accountId, accountOf, worldOf } from "../ceremony/stage.ts";
import { requireProgram } from "../requires.ts";
import { type Authority, authority, type Certificate } from "./certificates.ts";

// Two in the morning: real orders, real names, real TLS; every name leads to 127.0.0.1.

const STS = "sts.us-east-1.amazonaws.com";
const who = { accountId: accountId(0), partition: "aws", name: "activator" } as const;
const { clock } = onlinePorts;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** A port on which nobody listens. */
async function nobody(): Promise<number> {
  const server = createRaw();
  const port = await listening(server);
  server.close();
  await once(server, "close");
  return port;
}

type Lookup = NonNullable<NonNullable<CloudOptions["route"]>["lookup"]>;
const home: Lookup = (_, options, done) =>
  options.all === true
    ? done(null, [{ address: "127.0.0.1", family: 4 }])
    : done(null, "127.0.0.1", 4);
const lost =
  (code: string): Lookup =>
  (name, _, done) =>
    done(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }), "");

interface Net {
  readonly https?: number;
  readonly http?: number;
  readonly roots?: readonly string[];
  readonly lookup?: Lookup;
  readonly proxy?: string;
  readonly now?: string;
}

/** One real STS call over this network. */
async function ask(net: Net) {
  const cloud = await openAws({
    mode: "REAL",
    practiceEndpoint: null,
    clock: net.now === undefined ? clock : { ...clock, now: () => net.now ?? "" },
    attempts: 2,
    timeouts: { connectMs: 1_500, answerMs: 1_500 },
    proxy: net.proxy ?? null,
    route: {
      roots: net.roots ?? [],
      lookup: net.lookup ?? home,
      httpsPort: net.https ?? (await nobody()),
      httpPort: net.http ?? (await nobody()),
    },
  });
  ends.push(() => cloud.end());
  const answer = await cloud.as(accountOf(0).activator, who).identity();
  const told = answer.ok ? null : explain(answer.code, answer.call.about);
  // Whoever reads it at night gets facts and something to do, and no gap.
  if (told !== null) expect(`${told.what} ${told.todo}`).not.toMatch(/[{}]|\?(?:[.)]|$)/);
  return {
    code: answer.ok ? "OK" : answer.code,
    about: answer.call.about,
    call: answer.call,
    told,
  };
}

async function secure(certificate: Certificate, answer: RequestListener) {
  const asked: string[] = [];
  const server = createSecure(certificate, (request, response) => {
    asked.push(request.headers.authorization ?? "");
    answer(request, response);
  });
  return { port: await listening(server), asked };
}

const page: RequestListener = (_, response) =>
  void response
    .writeHead(200, { "content-type": "text/html" })
    .end("<h1>Welcome to our hotel</h1>");
const away: RequestListener = (_, response) =>
  void response.writeHead(302, { location: "http://login.hotel.example/?back=1" }).end();

/** AWS's names lead nowhere here: a proxy resolves them. */
const loopbackOnly: Lookup = (name, options, done) =>
  name.endsWith("amazonaws.com")
    ? lost("ENOTFOUND")(name, options, done)
    : home(name, options, done);

/** Practice AWS behind TLS, as a reverse proxy would put it. */
async function behindTls(certificate: Certificate): Promise<{ port: number; aws: PracticeAws }> {
  const aws = await startPracticeAws({ world: worldOf(1) });
  ends.push(() => aws.close());
  const { port } = new URL(aws.endpoint);
  const server = createSecure(certificate, (request, response) => {
    const { method = "", headers } = request;
    const behind = ask80({ host: "127.0.0.1", port, method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(response);
    });
    request.pipe(behind);
  });
  return { port: await listening(server), aws };
}

/** A CONNECT proxy that leads every name to this port, or answers so. */
async function proxyTo(port: number, refusal: string | null = null) {
  const asked: string[] = [];
  const server = createPlain((_, response) => void response.writeHead(405).end());
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    if (refusal !== null) return void socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    const through = connectTo(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.pipe(socket);
      socket.pipe(through);
    });
    through.on("error", () => socket.destroy());
    socket.on("error", () => through.destroy());
    ends.push(() => through.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked };
}

describe.skipIf(!requireProgram("openssl"))("TLS at night", () => {
  let trusted: Authority;
  let stranger: Authority;
  let amazon: Authority;
  beforeAll(() => {
    trusted = authority("Amazon Trust Test");
    stranger = authority("ACME Corporate Firewall");
    amazon = authority("Amazon");
  });

  it("reaches AWS by its own name and a root that is known", async () => {
    const { port } = await behindTls(trusted.issue(STS));
    const { code, call } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("OK");
    expect(call.about).toBeUndefined();
  });

  it("names an interception, and by whom; nothing was sent", async () => {
    const { port, asked } = await secure(stranger.issue(STS), page);
    const { code, about } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("TLS_INTERCEPTED");
    expect(about).toEqual({ host: STS, issuer: "ACME Corporate Firewall" });
    expect(asked).toEqual([]);
  });

  it("names a root that this app does not know", async () => {
    const { port, asked } = await secure(amazon.issue(STS), page);
    const { code, about } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("TLS_UNKNOWN_ROOT");
    expect(about).toEqual({ host: STS, issuer: "Amazon", roots: ROOTS_AS_OF });
    expect(asked).toEqual([]);
  });

  it("names another server in AWS's place", async () => {
    const { port, asked } = await secure(trusted.issue("wifi.hotel.example"), page);
    const { code, about } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("TLS_OTHER_SERVER");
    expect(about).toMatchObject({ host: STS, names: "DNS:wifi.hotel.example" });
    expect(asked).toEqual([]);
  });

  it.each([
    ["behind", { from: 2060, until: 2061 }],
    ["ahead", { from: 2001, until: 2002 }],
  ])("names a laptop's clock that is years %s, with both dates", async (_, years) => {
    const { port, asked } = await secure(trusted.issue(STS, years), page);
    const { code, about, told } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("TLS_CLOCK_WRONG");
    expect(about).toEqual({
      host: STS,
      laptop: new Date().toISOString().slice(0, 10),
      from: `${years.from}-01-01`,
      until: `${years.until}-01-01`,
    });
    expect(told?.todo).toContain("UTC");
    expect(asked).toEqual([]);
  });

  it("calls an expired interception an interception, not a wrong clock", async () => {
    const { port } = await secure(stranger.issue(STS, { from: 2001, until: 2002 }), page);
    expect((await ask({ https: port, roots: [trusted.root] })).code).toBe("TLS_INTERCEPTED");
  });

  it("trusts no root that the environment adds", async () => {
    const { port } = await secure(stranger.issue(STS), page);
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    process.env["SSL_CERT_FILE"] = "/dev/null";
    try {
      expect((await ask({ https: port, roots: [trusted.root] })).code).toBe("TLS_INTERCEPTED");
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      delete process.env["SSL_CERT_FILE"];
    }
  });

  it("finds a captive portal behind a wrong certificate, by its plain side", async () => {
    const { port } = await secure(stranger.issue("wifi.hotel.example"), page);
    const http = await listening(createPlain(away));
    const { code, about } = await ask({ https: port, http, roots: [trusted.root] });
    expect(code).toBe("CAPTIVE_PORTAL");
    expect(about).toEqual({ host: STS, status: "302", to: "login.hotel.example" });
  });

  it.each([
    ["a redirection", away, "302", "login.hotel.example"],
    ["a page", page, "200", STS],
    [
      "511",
      ((_, response) => void response.writeHead(511).end()) satisfies RequestListener,
      "511",
      STS,
    ],
  ])("names %s inside the trusted connection a captive portal", async (_, answer, status, to) => {
    const { port } = await secure(trusted.issue(STS), answer);
    const { code, about } = await ask({ https: port, roots: [trusted.root] });
    expect(code).toBe("CAPTIVE_PORTAL");
    expect(about).toEqual({ host: STS, status, to });
  });

  describe("through one explicit proxy", () => {
    it("goes, by CONNECT to AWS's name, and TLS is AWS's own", async () => {
      const { port } = await behindTls(trusted.issue(STS));
      const proxy = await proxyTo(port);
      const { code } = await ask({
        https: 443,
        roots: [trusted.root],
        lookup: loopbackOnly,
        proxy: proxy.url,
      });
      expect(code).toBe("OK");
      expect(proxy.asked[0]).toBe(`${STS}:443`);
    });

    it("names an interception by the proxy", async () => {
      const { port, asked } = await secure(stranger.issue(STS), page);
      const proxy = await proxyTo(port);
      const { code } = await ask({ roots: [trusted.root], proxy: proxy.url });
      expect(code).toBe("TLS_INTERCEPTED");
      expect(asked).toEqual([]);
    });

    it.each(["403 Forbidden", "407 Proxy Authentication Required", "302 Found"])(
      "names a proxy that answers %s",
      async (refusal) => {
        const proxy = await proxyTo(1, refusal);
        const { code, about } = await ask({ roots: [trusted.root], proxy: proxy.url });
        expect(code).toBe("PROXY_REFUSED");
        expect(about).toEqual({ host: STS, proxy: proxy.url });
      },
    );

    it("says that a proxy is not there, and goes no other way", async () => {
      const { port, asked } = await secure(trusted.issue(STS), page);
      const proxy = `http://127.0.0.1:${await nobody()}`;
      const { code, about } = await ask({ https: port, roots: [trusted.root], proxy });
      expect(code).toBe("NO_CONNECTION");
      expect(about).toMatchObject({ proxy });
      expect(asked).toEqual([]);
    });
  });
});

describe("the network at night", () => {
  it.each(["ENOTFOUND", "EAI_AGAIN"])("names a name that does not resolve (%s)", async (code) => {
    const found = await ask({ lookup: lost(code) });
    expect(found.code).toBe("NAME_NOT_RESOLVED");
    expect(found.told?.what).toContain(STS);
  });

  it("says that nobody answers", async () => {
    expect((await ask({})).code).toBe("NO_CONNECTION");
  });

  it("finds a captive portal where AWS's own port is shut", async () => {
    const http = await listening(createPlain(away));
    expect(await ask({ http })).toMatchObject({
      code: "CAPTIVE_PORTAL",
      about: { to: "login.hotel.example" },
    });
  });

  it("says so when a server takes the connection and is silent", async () => {
    const https = await listening(createRaw(() => undefined));
    expect((await ask({ https })).code).toBe("TIMED_OUT");
  });

  it("takes what AWS's own front doors answer for AWS", () => {
    const plain = (headers: Record<string, string>, status: number) =>
      foreignAnswer(STS, status, headers);
    expect(plain({ location: "https://aws.amazon.com/iam" }, 302)).toBeNull();
    expect(plain({ location: `https://${STS}/` }, 301)).toBeNull();
    expect(plain({ "content-type": "text/html" }, 503)).toBeNull();
    expect(plain({ "content-type": "text/html", "x-amzn-requestid": "1" }, 200)).toBeNull();
    expect(plain({ location: "https://amazonaws.com.evil.example/" }, 302)).not.toBeNull();
  });
});

describe("the laptop's clock", () => {
  it.each([
    ["minutes", 20 * 60_000],
    ["hours", 7 * 3_600_000],
    ["years", 3 * 365 * 86_400_000],
  ])("that is %s wrong is named where one attempt is all there is", async (_, offsetMs) => {
    const aws = await startPracticeAws({ world: worldOf(1) });
    ends.push(() => aws.close());
    aws.faults.add({ kind: "clock", offsetMs });
    const cloud = await openAws({
      mode: "PRACTICE",
      practiceEndpoint: aws.endpoint,
      clock,
      attempts: 1,
    });
    ends.push(() => cloud.end());
    const answer = await cloud.as(accountOf(0).activator, who).identity();
    expect(answer).toMatchObject({ ok: false, code: "CLOCK_REFUSED" });
    const { about } = answer.call;
    expect(Math.abs(Date.parse(about?.["aws"] ?? "") - aws.serverTime())).toBeLessThan(3_000);
    expect(Math.abs(Date.parse(about?.["laptop"] ?? "") - Date.now())).toBeLessThan(3_000);
  });
});
