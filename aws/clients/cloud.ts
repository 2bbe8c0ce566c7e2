import type { IAMClient } from "@aws-sdk/client-iam";
import type { STSClient } from "@aws-sdk/client-sts";
import { type AwsCode, translate } from "./codes.ts";
import type { Partition } from "../documents/partition.ts";
import { endpointFor, practiceEndpoint } from "./endpoints.ts";
import { type AwsCaller, callerOf } from "./caller.ts";
import { loadSdk } from "./sdk.ts";
import { type Seen, type Timeouts, Wire } from "./wire.ts";

export interface AwsCall {
  readonly account: string;
  readonly as: string;
  readonly action: string;
  readonly region: string;
  readonly requestId: string | null;
  readonly ms: number;
  readonly verdict: "OK" | AwsCode;
  readonly serverMs: number | null;
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
  readonly timeouts?: Timeouts;
  /** Attempts of calls that may be repeated (SDK "standard" mode). */
  readonly attempts?: number;
}

export interface AwsCloud {
  as(credentials: AwsCredentials, who: Who): AwsCaller;
  /** Closes the connections. */
  end(): void;
}

const TIMEOUTS: Timeouts = { connectMs: 3_000, answerMs: 10_000 };

/** One call of one credential; what a caller's methods are made of. */
export type Ask = <T>(what: {
  readonly service: "iam" | "sts";
  readonly action: string;
  /** Of STS; left out, the partition's pinned one. */
  readonly region?: string;
  /** A second sending could do a second thing, or burn a code. */
  readonly once?: boolean;
  readonly send: (clients: { readonly iam: IAMClient; readonly sts: STSClient }) => Promise<T>;
}) => Promise<AwsAnswer<T>>;

/**
 * Opens AWS: loads the SDK, and speaks to the partition's explicit endpoints, or to practice AWS on
 * loopback. `PRACTICE_ENDPOINT_REFUSED` for an endpoint that is not 127.0.0.1 or a REAL order;
 * `PRACTICE_ENDPOINT_MISSING` for a practice order without one.
 */
export async function openAws(options: CloudOptions): Promise<AwsCloud> {
  const { clock } = options;
  const practice = practiceEndpoint(options.mode, options.practiceEndpoint);
  const sdk = await loadSdk();
  const wire = new Wire(options.timeouts ?? TIMEOUTS);
  const attempts = options.attempts ?? 4;
  // AWS's clock minus ours, learnt from STS: the SDK would learn it per client, by a failed attempt.
  let offsetMs = 0;

  const caller = (credentials: AwsCredentials, who: Who): AwsCaller => {
    const clients = new Map<string, { iam: IAMClient; sts: STSClient }>();
    const clientsFor = (service: "iam" | "sts", region: string | null, once: boolean) => {
      const at = endpointFor(service, who.partition, region, practice);
      const key = `${service} ${at.region} ${once}`;
      const config = {
        ...at,
        credentials: { ...credentials },
        maxAttempts: once ? 1 : attempts,
        retryMode: "standard",
        requestHandler: wire,
        systemClockOffset: offsetMs,
      };
      const found = clients.get(key) ?? {
        iam: new sdk.IAMClient(config),
        sts: new sdk.STSClient(config),
      };
      clients.set(key, found);
      found.iam.config.systemClockOffset = offsetMs;
      found.sts.config.systemClockOffset = offsetMs;
      return { ...found, region: at.region };
    };
    const ask: Ask = async ({ service, action, region, once, send }) => {
      const seen: Seen = { attempts: 0, requestId: null, serverMs: null };
      const from = clock.monotonic();
      let at = region ?? who.partition;
      const call = (verdict: "OK" | AwsCode): AwsCall => ({
        account: who.accountId,
        as: who.name,
        action: `${service}:${action}`,
        region: at,
        requestId: seen.requestId,
        ms: Math.round((clock.monotonic() - from) * 10) / 10,
        verdict,
        serverMs: seen.serverMs,
      });
      try {
        const to = clientsFor(service, region ?? null, once ?? false);
        at = to.region;
        const value = await wire.watch(seen, () => send(to));
        if (service === "sts" && seen.serverMs !== null)
          // A Date has whole seconds: half a second is the least wrong guess.
          offsetMs = seen.serverMs + 500 - Date.parse(clock.now());
        return { ok: true, value, call: call("OK") };
      } catch (error) {
        const code = translate(error);
        return { ok: false, code, call: call(code) };
      }
    };
    return callerOf(sdk, ask);
  };
  return { as: caller, end: () => wire.destroy() };
}
