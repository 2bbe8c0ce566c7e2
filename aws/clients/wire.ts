import { AsyncLocalStorage } from "node:async_hooks";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { agentsOf, ROUTE, type Route } from "./network.ts";
import { type Facts, foreignAnswer } from "./portal.ts";

export interface Timeouts {
  /** Until a connection stands, ms. */
  readonly connectMs: number;
  /** Until the whole answer is there, ms. */
  readonly answerMs: number;
}

/** What the last attempt of one call brought over the wire. */
export interface Seen {
  attempts: number;
  requestId: string | null;
  serverMs: number | null;
  /** Whom the request went to. */
  host: string | null;
  /** What is known of an answer that was not AWS's. */
  foreign: Facts | null;
}

export const nothingSeen = (): Seen => ({
  attempts: 0,
  requestId: null,
  serverMs: null,
  host: null,
  foreign: null,
});

/**
 * Enough that fifty accounts don't wait for each other's answers. AWS counts its rates per account,
 * and in each account no more is asked at once than when it is alone.
 */
const SOCKETS = 256;

/**
 * One pool of kept-alive connections for all clients, which notes request id and AWS's Date of each
 * answer, whatever its status, and answers that are not AWS's. `requestTimeout` alone would only warn, and without a
 * `connectionTimeout` a black hole holds a call for minutes. The agents look at no proxy variable.
 */
export class Wire extends NodeHttpHandler {
  readonly #current = new AsyncLocalStorage<Seen>();
  readonly #httpsPort: number;

  constructor(timeouts: Timeouts, proxy: string | null = null, route: Route = ROUTE) {
    super({
      ...agentsOf(route, proxy, { keepAlive: true, maxSockets: SOCKETS }),
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.answerMs,
      throwOnRequestTimeout: true,
    });
    this.#httpsPort = route.httpsPort;
  }

  /** Runs one call, retries and all; `seen` is filled while it runs. */
  watch<T>(seen: Seen, call: () => Promise<T>): Promise<T> {
    return this.#current.run(seen, call);
  }

  override async handle(
    ...args: Parameters<NodeHttpHandler["handle"]>
  ): ReturnType<NodeHttpHandler["handle"]> {
    const seen = this.#current.getStore();
    const [request] = args;
    if (request.protocol === "https:") request.port = this.#httpsPort;
    if (seen !== undefined) {
      // Another attempt's id or time would be evidence of another request.
      Object.assign(seen, nothingSeen(), { attempts: seen.attempts + 1, host: request.hostname });
    }
    const answered = await super.handle(...args);
    if (seen !== undefined) {
      const { headers, statusCode } = answered.response;
      seen.foreign = foreignAnswer(request.hostname, statusCode, headers);
      const date = Date.parse(headers["date"] ?? "");
      seen.requestId = headers["x-amzn-requestid"] ?? null;
      seen.serverMs = Number.isNaN(date) ? null : date;
    }
    return answered;
  }
}

const EMPTY = Buffer.from("<Answer><Result/></Answer>");

/** Answers every request at once with an empty answer; opens no connection. */
export class NoWire extends Wire {
  constructor() {
    super({ connectMs: 1, answerMs: 1 }, null, { ...ROUTE, roots: [] });
  }

  override handle(): ReturnType<NodeHttpHandler["handle"]> {
    const response = { statusCode: 200, headers: { "content-type": "text/xml" }, body: EMPTY };
    return Promise.resolve({ response }) as ReturnType<NodeHttpHandler["handle"]>;
  }
}
