import type { IAMClient } from "@aws-sdk/client-iam";
import type { STSClient } from "@aws-sdk/client-sts";
import { type AwsCode, translate } from "./codes.ts";
import type { Partition } from "../documents/partition.ts";
import { type Endpoint, endpointFor, practiceEndpoint } from "./endpoints.ts";
import { type AwsCaller, callerOf } from "./caller.ts";
import { loadSdk } from "./sdk.ts";
import { Sha256 } from "./sha256.ts";
import { diagnose, type Diagnosis, ROUTE, type Route } from "./network.ts";
import type { Facts } from "./portal.ts";
import type { Seen, Timeouts, Wire } from "./wire.ts";

export interface AwsCall {
  readonly account: string;
  readonly as: string;
  readonly action: string;
  readonly region: string;
  readonly requestId: string | null;
  readonly ms: number;
  readonly attempts: number;
  readonly verdict: "OK" | AwsCode;
  readonly serverMs: number | null;
  /** What was found out about a failure on the way. */
  readonly about?: Facts;
}

export type AwsAnswer<T> =
  | { readonly ok: true; readonly value: T; readonly call: AwsCall }
  | { readonly ok: false; readonly code: AwsCode; readonly call: AwsCall };

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Who {
  readonly accountId: string;
  readonly partition: Partition;
  readonly name: string;
}

export interface CloudOptions {
  readonly mode: "PRACTICE" | "REAL";
  /** http://127.0.0.1:PORT of practice AWS; only for a practice order, and then required. */
  readonly practiceEndpoint: string | null;
  readonly clock: {
    /** RFC 3339 UTC, by the station's clock. */
    now(): string;
    monotonic(): number;
  };
  /** One explicit CONNECT proxy, http://host:port; practice never takes it. */
  readonly proxy?: string | null;
  readonly timeouts?: Timeouts;
  /** Left out: the network as it is. */
  readonly route?: Route;
  /** Attempts of calls that may be repeated (SDK "standard" mode). */
  readonly attempts?: number;
}

export interface AwsCloud {
  as(credentials: AwsCredentials, who: Who): AwsCaller;
  /** Closes the connections. */
  end(): void;
}

const TIMEOUTS: Timeouts = { connectMs: 3_000, answerMs: 10_000 };

/**
 * What the SDK would else look for, client by client, in the environment and in this machine's
 * configuration files.
 */
const NOTHING_LOOKED_UP = {
  retryMode: "standard",
  defaultsMode: "standard",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  disableClockSkewCorrection: false,
  authSchemePreference: (): Promise<string[]> => Promise.resolve([]),
  userAgentAppId: (): Promise<undefined> => Promise.resolve(undefined),
  sha256: Sha256,
} as const;

/** Failures of the way to AWS. */
const ON_THE_WAY: ReadonlySet<AwsCode> = new Set([
  "NAME_NOT_RESOLVED",
  "NO_CONNECTION",
  "TIMED_OUT",
  "TLS_REFUSED",
  "PROXY_REFUSED",
]);

/** One call of one credential; what a caller's methods are made of. */
export interface Ask {
  iam<T>(action: string, send: (iam: IAMClient) => Promise<T>): Promise<AwsAnswer<T>>;
  sts<T>(
    action: string,
    send: (sts: STSClient) => Promise<T>,
    how?: {
      /** Left out: the partition's pinned one. */
      readonly region?: string;
      /** A second sending could do a second thing, or burn a code. */
      readonly once?: boolean;
    },
  ): Promise<AwsAnswer<T>>;
}

/**
 * Opens AWS: loads the SDK, and speaks to the partition's explicit endpoints, or to practice AWS on
 * loopback. `PRACTICE_ENDPOINT_REFUSED` for an endpoint that is not 127.0.0.1 or a REAL order;
 * `PRACTICE_ENDPOINT_MISSING` for a practice order without one.
 */
export async function openAws(options: CloudOptions): Promise<AwsCloud> {
  const { clock } = options;
  const practice = practiceEndpoint(options.mode, options.practiceEndpoint);
  const proxy = practice === null ? (options.proxy ?? null) : null;
  const route = options.route ?? ROUTE;
  const [sdk, { NoWire, nothingSeen, Wire: Connections }] = await Promise.all([
    loadSdk(),
    import("./wire.ts"),
  ]);
  const wire: Wire = new Connections(options.timeouts ?? TIMEOUTS, proxy, route);
  const attempts = options.attempts ?? 4;
  // AWS's clock minus ours, learnt from any answer, also a refusal: the SDK would learn it per client,
  // and a call that has one attempt could never learn it.
  let offsetMs = 0;
  const learnClock = ({ serverMs, foreign }: Seen): void => {
    // A Date has whole seconds: half a second is the least wrong guess.
    if (serverMs !== null && foreign === null) offsetMs = serverMs + 500 - Date.parse(clock.now());
  };

  // Whoever fails in the same moment at the same place asks for the same diagnosis.
  const looking = new Map<string, Promise<Diagnosis | null>>();
  const look = (host: string, code: AwsCode): Promise<Diagnosis | null> => {
    const known = looking.get(host);
    if (known !== undefined) return known;
    const nowMs = Date.parse(clock.now());
    const found = diagnose(host, code, { route, proxy, nowMs }).finally(() => looking.delete(host));
    looking.set(host, found);
    return found;
  };
  /** Why a call failed, in the house's words and with what can be said about it. */
  const why = async (
    error: unknown,
    seen: Seen,
  ): Promise<{ readonly code: AwsCode; readonly about?: Facts }> => {
    const code = translate(error);
    const { host, foreign, serverMs } = seen;
    if (foreign !== null) return { code: "CAPTIVE_PORTAL", about: foreign };
    if (code === "CLOCK_REFUSED" && serverMs !== null)
      return { code, about: { laptop: clock.now(), aws: new Date(serverMs).toISOString() } };
    // An answer of AWS's own needs no facts of the way to it.
    if (!ON_THE_WAY.has(code)) return { code };
    const found = host === null || practice !== null ? null : await look(host, code);
    const about = { host: host ?? "AWS", ...(proxy === null ? {} : { proxy }) };
    return found ?? { code, about };
  };

  const caller = (credentials: AwsCredentials, who: Who, handler = wire): AwsCaller => {
    const config = (at: Endpoint, once: boolean) => ({
      ...NOTHING_LOOKED_UP,
      ...at,
      endpointProvider: resolved(at.endpoint),
      credentials: { ...credentials },
      maxAttempts: once ? 1 : attempts,
      requestHandler: handler,
    });
    const iamClients = new Map<string, IAMClient>();
    const stsClients = new Map<string, STSClient>();
    // Whatever picking the client or the call throws becomes a code: closing never throws.
    const call = async <C extends IAMClient | STSClient, T>(
      action: string,
      at: () => Endpoint,
      client: (at: Endpoint) => C,
      send: (client: C) => Promise<T>,
    ): Promise<AwsAnswer<T>> => {
      const seen = nothingSeen();
      const from = clock.monotonic();
      let region: string = who.partition;
      const evidence = (verdict: "OK" | AwsCode): AwsCall => ({
        account: who.accountId,
        as: who.name,
        action,
        region,
        requestId: seen.requestId,
        ms: Math.round((clock.monotonic() - from) * 10) / 10,
        attempts: seen.attempts,
        verdict,
        serverMs: seen.serverMs,
      });
      try {
        const place = at();
        region = place.region;
        const through = client(place);
        through.config.systemClockOffset = offsetMs;
        const value = await handler.watch(seen, () => send(through));
        return { ok: true, value, call: evidence("OK") };
      } catch (error) {
        const { code, about } = await why(error, seen);
        return { ok: false, code, call: { ...evidence(code), ...(about && { about }) } };
      } finally {
        learnClock(seen);
      }
    };
    const iamAt = (): Endpoint => endpointFor("iam", who.partition, null, practice);
    const iam = (at: Endpoint): IAMClient =>
      made(iamClients, "", () => new sdk.IAMClient(config(at, false)));
    // Made while an earlier call is on its way, not when it is needed.
    setImmediate(() => iam(iamAt()));
    return callerOf(sdk, {
      iam: (action, send) => call(`iam:${action}`, iamAt, iam, send),
      sts: (action, send, { region = null, once = false } = {}) =>
        call(
          `sts:${action}`,
          () => endpointFor("sts", who.partition, region, practice),
          (at) =>
            made(stsClients, `${at.region} ${once}`, () => new sdk.STSClient(config(at, once))),
          send,
        ),
    });
  };
  await rehearse((credentials, who) => caller(credentials, who, new NoWire()));
  return { as: (credentials, who) => caller(credentials, who), end: () => wire.destroy() };
}

/** The endpoint as it is, in place of the rules that the SDK would work through for each call. */
function resolved(endpoint: string): () => { readonly url: URL } {
  const at = { url: new URL(endpoint) };
  return () => at;
}

function made<C>(clients: Map<string, C>, key: string, make: () => C): C {
  const client = clients.get(key) ?? make();
  clients.set(key, client);
  return client;
}

/**
 * Every kind of call once, answered at once and by nobody: the engine compiles the SDK's paths now,
 * while someone plugs a cable in, and not between two steps of an activation (150 ms).
 */
async function rehearse(as: AwsCloud["as"]): Promise<void> {
  const nobody = as(
    { accessKeyId: "AKIAREHEARSAL", secretAccessKey: "none", sessionToken: "none" },
    { accountId: "000000000000", partition: "aws", name: "nobody" },
  );
  for (let round = 0; round < 6; round++)
    await Promise.all([
      nobody.identity(),
      nobody.sessionToken({ serial: "none", code: "000000", seconds: 900 }),
      nobody.assumeRole({
        roleArn: "arn:aws:iam::000000000000:role/none",
        name: "none",
        seconds: 900,
      }),
      nobody.user("none"),
      nobody.accessKeys("none"),
      nobody.inlinePolicies("none"),
      nobody.inlinePolicy("none", "none"),
      nobody.attachedPolicies("none"),
      nobody.putInlinePolicy("none", "none", "{}"),
      nobody.tag("none", { none: "none" }),
      nobody.setKey("none", "AKIAREHEARSAL", "Inactive"),
      nobody.accessKeyInfo("AKIAREHEARSAL", "us-east-1"),
    ]);
}
