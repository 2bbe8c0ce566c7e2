import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { createSecureContext, rootCertificates, TLSSocket } from "node:tls";
import type { AwsCode } from "./codes.ts";
import { type Chain, chainOf, judgeChain } from "./chain.ts";
import type { Facts } from "./portal.ts";
import { foreignAnswer } from "./portal.ts";

/** Where names lead and what is trusted: the system's and Node's own, but in tests. */
export interface Route {
  /** PEM; nothing that the environment adds to Node's list counts. */
  readonly roots: readonly string[];
  readonly lookup?: HttpsAgent["options"]["lookup"];
  /** 443 and 80. */
  readonly httpsPort: number;
  readonly httpPort: number;
}

export const ROUTE: Route = { roots: rootCertificates, httpsPort: 443, httpPort: 80 };

/** What connections are made of. `verified` false: only to look at what is shown, and to send nothing. */
export function agentsOf(
  route: Route,
  proxy: string | null,
  pool: { readonly keepAlive: boolean; readonly maxSockets: number },
  verified = true,
): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } {
  const lookup = route.lookup === undefined ? {} : { lookup: route.lookup };
  const shared = { ...pool, ...lookup };
  const minVersion = "TLSv1.2";
  return {
    httpAgent: new HttpAgent(shared),
    httpsAgent: new HttpsAgent({
      ...shared,
      minVersion,
      rejectUnauthorized: verified,
      // Made once: parsing all roots for each connection would take 10 ms.
      secureContext: createSecureContext({ ca: [...route.roots], minVersion }),
      // Given explicitly and to this agent alone: proxy variables are looked at by no agent of ours.
      ...(proxy === null ? {} : { proxyEnv: { HTTPS_PROXY: proxy } }),
    }),
  };
}

const PROBE_MS = 3_000;

/** What stands where AWS should, told by throwaway connections that carry nothing but its name. */
export interface Diagnosis {
  readonly code: AwsCode;
  readonly about: Facts;
}

/**
 * Looks closer at a call that failed on its way. Null: nothing more can be said than the code says.
 * `nowMs`: this laptop's clock.
 */
export async function diagnose(
  host: string,
  code: AwsCode,
  at: { readonly route: Route; readonly proxy: string | null; readonly nowMs: number },
): Promise<Diagnosis | null> {
  if (code === "TLS_REFUSED") {
    const chain = await peerChain(host, at.route, at.proxy);
    const judged = chain === null ? null : judgeChain(chain, host, at.route.roots, at.nowMs);
    // A clock or a root of our own is the answer; whose the other server is, its plain side may tell.
    if (judged !== null && !OTHERS.has(judged.code)) return judged;
    return (await plainAnswer(host, at.route, at.proxy)) ?? judged;
  }
  return code === "NO_CONNECTION" || code === "TIMED_OUT"
    ? plainAnswer(host, at.route, at.proxy)
    : null;
}

const OTHERS: ReadonlySet<AwsCode> = new Set(["TLS_OTHER_SERVER", "TLS_INTERCEPTED"]);

/** The certificates that whatever answers shows, unverified; nothing is sent to it. */
function peerChain(host: string, route: Route, proxy: string | null): Promise<Chain | null> {
  const { httpsAgent } = agentsOf(route, proxy, { keepAlive: false, maxSockets: 1 }, false);
  return new Promise((resolve) => {
    const request = httpsRequest({
      host,
      port: route.httpsPort,
      servername: host,
      agent: httpsAgent,
    });
    const end = (chain: Chain | null): void => {
      request.destroy();
      httpsAgent.destroy();
      resolve(chain);
    };
    request.setTimeout(PROBE_MS, () => end(null));
    request.on("error", () => end(null));
    request.on("socket", (socket) => {
      if (!(socket instanceof TLSSocket)) return;
      const shown = (): boolean => {
        // Asked once: a second asking finds nothing.
        const leaf = socket.getPeerX509Certificate();
        if (leaf !== undefined) end(chainOf(leaf));
        return leaf !== undefined;
      };
      // Through a proxy the handshake is over before the socket is handed out.
      if (!shown()) socket.once("secureConnect", () => shown() || end(null));
    });
  });
}

/** Who answers in the clear: a captive portal shows its page there. A proxy is left alone. */
function plainAnswer(host: string, route: Route, proxy: string | null): Promise<Diagnosis | null> {
  if (proxy !== null) return Promise.resolve(null);
  const lookup = route.lookup === undefined ? {} : { lookup: route.lookup };
  return new Promise((resolve) => {
    const request = httpRequest({
      host,
      port: route.httpPort,
      agent: new HttpAgent(),
      timeout: PROBE_MS,
      ...lookup,
    });
    const late = setTimeout(() => request.destroy(new Error("late")), PROBE_MS);
    const end = (found: Diagnosis | null): void => {
      clearTimeout(late);
      request.destroy();
      resolve(found);
    };
    request.on("error", () => end(null));
    request.on("response", ({ statusCode = 0, headers }) => {
      const about = foreignAnswer(host, statusCode, headers);
      end(about === null ? null : { code: "CAPTIVE_PORTAL", about });
    });
    request.end();
  });
}
